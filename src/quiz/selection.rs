//! Which questions a session asks, and in which order.
//!
//! With a seed and no history the choice depends on the content alone. Otherwise the [`Order`] says what comes first.
//! Either way topics are interleaved: telling neighbours apart is what the exam asks for (Rohrer, 2012).

use std::collections::BTreeMap;

use crate::chance::Chance;
use crate::content::{Pattern, Question};

/// What a session is to ask.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these topics, if any are given.
    pub topics: Vec<String>,
    /// Only these patterns, if any are given.
    pub patterns: Vec<Pattern>,
    /// What comes first.
    pub order: Order,
    /// How many questions at most.
    pub count: usize,
    /// Where chance begins.
    pub seed: u64,
}

/// What comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// What was never answered, then what was last answered wrongly, then the rest, oldest answer first.
    #[default]
    Mixed,
    /// Topics with the lowest share of right answers.
    Weakest,
    /// Nothing but what was last answered wrongly.
    Missed,
    /// Nothing but what was never answered.
    Unseen,
}

/// What is known of earlier answers: for each family, whether the last answer was right and its place in time.
pub type History = BTreeMap<String, (bool, u64)>;

/// The questions to ask, in order. `history` is left out of account if it is `None`.
#[must_use]
pub fn select(pool: &[Question], selection: &Selection, history: Option<&History>) -> Vec<Question> {
    let known = |question: &Question| history.and_then(|history| history.get(question.family_name()));
    let wanted = |question: &&Question| {
        let in_pattern = question.pattern.is_some_and(|pattern| selection.patterns.contains(&pattern));
        let in_order = match selection.order {
            Order::Missed => known(question).is_some_and(|(right, _)| !right),
            Order::Unseen => known(question).is_none(),
            Order::Mixed | Order::Weakest => true,
        };
        (selection.topics.is_empty() || selection.topics.contains(&question.topic))
            && (selection.patterns.is_empty() || in_pattern)
            && in_order
    };
    let mut questions: Vec<&Question> = pool.iter().filter(wanted).collect();
    Chance::seeded(selection.seed).shuffle(&mut questions);
    if let Some(history) = history {
        // A stable sort: within each rank the shuffled order stays.
        questions.sort_by_key(|question| known(question).map_or((0, 0), |(right, at)| (1 + u8::from(*right), *at)));
        if selection.order == Order::Weakest {
            let shares = shares(pool, history);
            questions.sort_by_key(|question| shares.get(question.topic.as_str()).copied().unwrap_or(0));
        }
        questions.truncate(selection.count);
    }
    let mut mixed = interleave(questions);
    mixed.truncate(selection.count);
    mixed.into_iter().cloned().collect()
}

/// The share of families whose last answer was right, by topic, in percent; a topic without answers has none.
fn shares<'a>(pool: &'a [Question], history: &History) -> BTreeMap<&'a str, u64> {
    let mut tallies: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for question in pool {
        if let Some((right, _)) = history.get(question.family_name()) {
            let (all, correct) = tallies.entry(&question.topic).or_default();
            *all += 1;
            *correct += u64::from(*right);
        }
    }
    tallies.into_iter().map(|(topic, (all, correct))| (topic, correct * 100 / all.max(1))).collect()
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
