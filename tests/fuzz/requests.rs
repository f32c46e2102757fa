//! Requests: every member of every verb with every odd value, one at a time and several at once.

use std::cell::RefCell;

use dynadrill::engine::ops::VERBS;
use dynadrill::world::api::OPERATIONS;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::attack::{factor, report, seed};
use super::corpus::{Corpus, Example};
use super::shapes::{Place, odd_values, places};
use super::worker::{LIMIT, Task, Worker};
use super::{config, told};

/// The names of all requests there are.
pub(crate) fn names() -> Vec<&'static str> {
    VERBS.iter().map(|verb| verb.name).chain(OPERATIONS.iter().map(|operation| operation.name)).collect()
}

fn task(example: &Example, body: Value) -> Task {
    let Example { action, script, line, .. } = example;
    Task::Request { script: *script, lines: *line, action: action.name().to_owned(), body }
}

/// One odd value in an otherwise sound request.
#[test]
fn any_value_of_any_member_is_answered_and_the_engine_lives_on() {
    let corpus = Corpus::load();
    let (mut worker, mut faults) = (Worker::new(), Vec::new());
    let mut members = 0;
    for name in names() {
        for example in corpus.examples(name).iter().take(factor().min(3)) {
            for place in places(example.action.input()) {
                members += 1;
                for value in odd_values(&place, &corpus.vocabulary, members).iter().map(Some).chain([None]) {
                    let mut body = example.body.clone();
                    place.set(&mut body, value);
                    if let Err(fault) = worker.have_done(&task(example, body.clone()), LIMIT) {
                        faults.push(sentence(name, &place, value, &fault, &body));
                        // One fault of a place is enough, and a hang takes time.
                        break;
                    }
                }
            }
        }
    }
    report(&worker.figures(&format!("requests, one odd value in each of {members} places")));
    assert!(faults.is_empty(), "{} places are at fault:\n{}", faults.len(), faults.join("\n"));
}

fn sentence(name: &str, place: &Place, value: Option<&Value>, fault: &str, body: &Value) -> String {
    let short = |value: &Value| value.to_string().chars().take(600).collect::<String>();
    let value = value.map_or_else(|| "missing".to_owned(), short);
    format!("{name} with {} {value}: {fault}\n  {}", place.named(), short(body))
}

/// Puts one of the odd values of a place there, or takes away what is there.
pub(crate) fn mutate(body: &mut Value, place: &Place, value: Index, corpus: &Corpus) {
    let values = odd_values(place, &corpus.vocabulary, value.index(3));
    place.set(body, values.get(value.index(values.len() + 1)));
}

/// Several odd values in the same request.
#[test]
fn any_values_together_are_answered_and_the_engine_lives_on() {
    let corpus = Corpus::load();
    let names = names();
    let worker = RefCell::new(Worker::new());
    let mutations = prop::collection::vec((any::<Index>(), any::<Index>()), 1..6);
    let strategy = (any::<Index>(), any::<Index>(), mutations);
    let outcome = TestRunner::new(config(500)).run(&strategy, |(name, example, mutations)| {
        let examples = corpus.examples(names[name.index(names.len())]);
        let example = example.get(&examples);
        let places = places(example.action.input());
        let mut body = example.body.clone();
        for (place, value) in mutations.iter().filter(|_| !places.is_empty()) {
            mutate(&mut body, place.get(&places), *value, &corpus);
        }
        let done = worker.borrow_mut().have_done(&task(example, body.clone()), LIMIT);
        let short = || body.to_string().chars().take(3000).collect::<String>();
        done.map_err(|fault| TestCaseError::fail(format!("{}: {fault}\n  {}", example.action.name(), short())))
    });
    report(&worker.borrow().figures(&format!("requests, several odd values, seed {}", seed())));
    told(outcome);
}
