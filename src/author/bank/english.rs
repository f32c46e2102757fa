//! How a question reads: an AWS exam item names its services, ends in a complete question, and is written in plain English.

use super::Item;
use crate::content::Problem;
use crate::safe_text::quoted;

/// Words and turns that a native writer would not use there, and what to write.
const NOT_ENGLISH: &[(&str, &str)] = &[
    ("shall", "must"),
    ("anew", "again"),
    ("once more", "again"),
    ("go on with", "continue"),
    ("goes on with", "continues"),
    ("mend", "fix"),
    ("mends", "fixes"),
    ("mended", "fixed"),
    ("dear", "expensive"),
    ("for nothing", "at no cost"),
    ("in plenty", "enough"),
    ("alike", "the same, or evenly"),
    ("at once", "immediately, or at the same time"),
    ("by itself", "automatically"),
    ("by themselves", "automatically"),
    ("belongs into", "belongs in"),
    ("belong into", "belong in"),
    ("everybody", "every user"),
    ("nobody", "no user"),
    ("anybody", "any user"),
    ("is no key", "is not a key"),
    ("are no keys", "are not keys"),
    ("for ever", "permanently"),
    ("it came to", "the total was"),
    ("what helps", "which solution will meet these requirements"),
    ("what ends it", "which change resolves the issue"),
    ("answers an exception", "returns an error"),
    ("the own", "their own"),
];

/// The services that the exam names beside DynamoDB, as AWS writes them, and words that stand for DynamoDB itself.
pub(super) const SERVICES: &[&str] = &[
    "Lambda",
    "API Gateway",
    "IAM",
    "Cognito",
    "CloudWatch",
    "X-Ray",
    "EventBridge",
    "SQS",
    "SNS",
    "Step Functions",
    "S3",
    "KMS",
    "SAM",
    "CloudFormation",
    "CloudTrail",
    "ElastiCache",
    "OpenSearch",
    "Kinesis",
    "Secrets Manager",
    "AppSync",
    "Application Auto Scaling",
];

/// A stem's length in words, where an exhibit does not tell a part of it.
const STEM_WORDS: std::ops::RangeInclusive<usize> = 25..=90;

/// What is wrong with the wording of a question.
pub(super) fn problems(item: &Item<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let question = item.question;
    let prose = item.prose();
    if !["DynamoDB", "AWS", "Amazon"].iter().chain(SERVICES).any(|name| prose.contains(name)) {
        problems.push(item.problem("the stem names no service; an exam item names each that it is about"));
    }
    let asked = prose.trim_end();
    let asked = asked.rfind(" (Choose ").filter(|_| asked.ends_with(".)")).map_or(asked, |at| &asked[..at]);
    if !asked.ends_with('?') {
        problems.push(
            item.problem("the stem ends in a complete question, such as Which solution will meet these requirements?"),
        );
    }
    let words = prose.split_whitespace().count();
    if question.exhibits.is_empty() && !STEM_WORDS.contains(&words) {
        let (least, most) = (STEM_WORDS.start(), STEM_WORDS.end());
        problems.push(item.problem(format!("a stem has {least} to {most} words, found {words}")));
    }
    let options = item.options().iter();
    let texts = options.flat_map(|option| {
        [Some(option.text.as_str()), Some(option.why.as_str()), option.right_if.as_deref()].into_iter().flatten()
    });
    for text in std::iter::once(prose.as_str()).chain(texts) {
        let spaced = spaced(text);
        for (found, better) in NOT_ENGLISH {
            if spaced.contains(&format!(" {found} ")) {
                problems.push(item.problem(format!(
                    "{} is not plain English here; write {}",
                    quoted(found),
                    quoted(better)
                )));
            }
        }
    }
    problems
}

/// A text in small letters, every run of other characters as one blank, with a blank at both ends: words can be looked for.
pub(super) fn spaced(text: &str) -> String {
    let mut spaced = String::from(" ");
    for c in text.chars() {
        if c.is_alphanumeric() || c == '\'' || c == '-' {
            spaced.extend(c.to_lowercase());
        } else if !spaced.ends_with(' ') {
            spaced.push(' ');
        }
    }
    if !spaced.ends_with(' ') {
        spaced.push(' ');
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole() {
        assert_eq!(spaced("It  came to (at once!)"), " it came to at once ");
        assert!(!spaced("amended").contains(" mended "));
        assert_eq!(spaced(""), " ");
    }
}
