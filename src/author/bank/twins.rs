//! Questions that are nearly the same: their stems share runs of words.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::BankQuestion;
use crate::author::english::spaced;
use crate::content::Problem;

/// How many words make a run.
const RUN: usize = 4;
/// The largest share of runs that two stems may have in common, in percent of both together.
const MOST_SHARED: usize = 30;

/// Pairs of written questions that are too much like each other. Those that are contrasts of each other on purpose
/// (`contrast_with`) may share more: a word is changed, and the key with it.
pub(super) fn problems(items: &[BankQuestion<'_>]) -> Vec<Problem> {
    let items: Vec<&BankQuestion<'_>> = items.iter().filter(|item| !item.drawn).collect();
    let runs: Vec<BTreeSet<u64>> = items.iter().map(|item| runs(&item.prose())).collect();
    // Only pairs with a run in common are compared: a bank of many questions is looked through in linear time.
    let mut holders: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (place, runs) in runs.iter().enumerate() {
        for run in runs {
            holders.entry(*run).or_default().push(place);
        }
    }
    // A turn that very many stems have ("Which solution will meet these requirements") tells nothing about two of them.
    let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for places in holders.values().filter(|places| (2..=20).contains(&places.len())) {
        for (at, first) in places.iter().enumerate() {
            places[at + 1..].iter().for_each(|second| *shared.entry((*first, *second)).or_default() += 1);
        }
    }
    let mut problems = Vec::new();
    for ((first, second), common) in shared {
        let all = runs[first].len() + runs[second].len() - common;
        let (one, other) = (items[first], items[second]);
        let contrast = |one: &BankQuestion<'_>, other: &BankQuestion<'_>| {
            one.question.contrast_with.as_ref() == Some(&other.question.id)
        };
        if common * 100 > all * MOST_SHARED && !contrast(one, other) && !contrast(other, one) {
            problems.push(other.problem(format!(
                "{}% of its stem's wording is that of {}; one may go, or contrast_with names it",
                common * 100 / all,
                one.question.id
            )));
        }
    }
    problems
}

/// The runs of words of a text, each as a number.
fn runs(text: &str) -> BTreeSet<u64> {
    let text = spaced(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |run: &[&str]| {
        let mut hasher = DefaultHasher::new();
        run.hash(&mut hasher);
        hasher.finish()
    };
    words.windows(RUN).map(number).collect()
}
