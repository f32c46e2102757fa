//! What an endpoint does not carry: lines of a lab that only its prompt knows.

use std::collections::BTreeSet;

use crate::content::Lab;
use crate::content::lab::Step;

/// Flags that a client of the endpoint does not have.
const FLAGS: [&str; 3] = ["--region", "--endpoint", "--endpoint-url"];
/// Services that the endpoint does not have.
const SERVICES: [&str; 3] = ["iam", "application-autoscaling", "dax"];
/// The prompt's own commands that time, or looking, does as well.
const NEEDLESS: [&str; 9] =
    [":clock", ":tables", ":explain", ":bill", ":heat", ":invocations", ":stream", ":runtime", ":predict"];

/// Returns the steps, counted from 1, that cannot be done through an endpoint alone, each with what it needs beside it.
#[must_use]
pub fn not_carried(lab: &Lab) -> Vec<(usize, Vec<String>)> {
    let needs = lab.steps.iter().enumerate().map(|(place, step)| (place + 1, needed(step)));
    needs.filter(|(_, needs)| !needs.is_empty()).collect()
}

/// What the way of a step that needs least needs beside the endpoint, or what the step begins with.
fn needed(step: &Step) -> Vec<String> {
    let ways = step.right_ways.iter().map(|way| {
        let all: BTreeSet<String> = way.all().into_iter().filter_map(beyond).collect();
        all
    });
    // What answers a client of the endpoint goes through no SDK of the lab's.
    let sdk = step.before.iter().filter(|line| line.starts_with(":sdk ")).filter_map(|line| beyond(line));
    ways.min_by_key(BTreeSet::len)
        .unwrap_or_default()
        .into_iter()
        .chain(sdk)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// What no endpoint carries of a line.
fn beyond(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    let first = words.next()?;
    if first.starts_with(':') {
        return (!NEEDLESS.contains(&first)).then(|| first.to_owned());
    }
    if let Some(service) = words.next().filter(|word| first == "aws" && SERVICES.contains(word)) {
        return Some(format!("aws {service}"));
    }
    line.split_whitespace().find(|word| FLAGS.contains(word)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::lab::Lines;

    #[test]
    fn the_way_that_needs_least_counts() {
        let lines = |lines: &[&str]| Lines::Several(lines.iter().map(|line| (*line).to_owned()).collect());
        let mut step =
            Step { right_ways: vec![lines(&[":as ana", ":traffic T", "scan --table-name T"])], ..Step::default() };
        assert_eq!(needed(&step), [":as", ":traffic"]);
        step.right_ways.push(lines(&["get-item --region eu-west-1 --table-name T", ":clock +1m"]));
        assert_eq!(needed(&step), ["--region"]);
        step.right_ways.push(lines(&["aws dynamodb get-item --table-name T"]));
        assert!(needed(&step).is_empty());
        assert_eq!(beyond("aws iam put-role-policy --role-name x"), Some("aws iam".to_owned()));
    }
}
