//! Every lab fails its checks untouched, passes with its own solution, and answers each near miss in its own words.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use dynadrill::content::{self, Library, Source};
use dynadrill::lab::Runner;

fn library() -> Library {
    content::load(&Source::Embedded).0
}

#[test]
fn labs_fail_untouched_and_pass_with_their_own_solution() {
    for lab in &library().labs {
        let mut runner = Runner::start(lab, 0).unwrap();
        while let Some(step) = runner.step().cloned() {
            let name = format!("{} {}", lab.name, step.id);
            let unmet = runner.verdicts().iter().filter(|verdict| !verdict.met).count();
            assert!(unmet > 0, "{name} is done before anything was done");
            for (place, line) in step.solution.iter().enumerate() {
                let turn = runner.run(line);
                let last = place + 1 == step.solution.len();
                assert_eq!(turn.completed.is_some(), last, "{name}: {line}\n{}\n{:#?}", turn.reply.text, turn.verdicts);
            }
        }
        assert!(runner.is_finished());
    }
}

#[test]
fn near_misses_get_their_own_words() {
    for lab in &library().labs {
        for (place, step) in lab.steps.iter().enumerate() {
            for near in &step.near_misses {
                let mut runner = Runner::start(lab, place).unwrap();
                let turn = runner.run(&near.example);
                let said = turn.near_miss.unwrap_or_default();
                assert_eq!(said, near.say.trim(), "{} {}: {}\n{}", lab.name, step.id, near.example, turn.reply.text);
            }
        }
    }
}
