//! Which questions a session asks, and in which order.
//!
//! With a seed the choice depends on the content alone. Without one, questions never answered come first, then those
//! last answered wrongly, then the rest, oldest answer first. Either way topics are interleaved: telling neighbours
//! apart is what the exam asks for (Rohrer, 2012).

use std::collections::BTreeMap;

use crate::chance::Chance;
use crate::content::{Library, Pattern, Question};

/// What a session is to ask.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these topics, if any are given.
    pub topics: Vec<String>,
    /// Only these patterns, if any are given.
    pub patterns: Vec<Pattern>,
    /// How many questions at most.
    pub count: usize,
    /// Where chance begins.
    pub seed: u64,
}

/// What is known of earlier answers: for each question, whether the last answer was right and its place in time.
pub type History = BTreeMap<String, (bool, u64)>;

/// The questions to ask, in order. `history` is left out of account if it is `None`.
#[must_use]
pub fn select<'a>(library: &'a Library, selection: &Selection, history: Option<&History>) -> Vec<&'a Question> {
    let wanted = |question: &&Question| {
        (selection.topics.is_empty() || selection.topics.contains(&question.topic))
            && (selection.patterns.is_empty() || selection.patterns.contains(&question.pattern))
    };
    let mut questions: Vec<&Question> = library.questions.iter().filter(wanted).collect();
    Chance::seeded(selection.seed).shuffle(&mut questions);
    if let Some(history) = history {
        // A stable sort: within each rank the shuffled order stays.
        questions.sort_by_key(|question| {
            history.get(&question.id).map_or((0, 0), |(right, at)| (1 + u8::from(*right), *at))
        });
        questions.truncate(selection.count);
    }
    let mut mixed = interleave(questions);
    mixed.truncate(selection.count);
    mixed
}

/// Takes one question of each topic in turn, topics in the order in which they first come up.
fn interleave(questions: Vec<&Question>) -> Vec<&Question> {
    let mut piles: Vec<(&str, Vec<&Question>)> = Vec::new();
    for question in questions {
        match piles.iter_mut().find(|(topic, _)| *topic == question.topic) {
            Some((_, pile)) => pile.push(question),
            None => piles.push((&question.topic, vec![question])),
        }
    }
    let rounds = piles.iter().map(|(_, pile)| pile.len()).max().unwrap_or(0);
    (0..rounds)
        .flat_map(|round| piles.iter().filter_map(move |(_, pile)| pile.get(round).copied()).collect::<Vec<_>>())
        .collect()
}
