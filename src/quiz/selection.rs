//! Which questions a session asks, and in which order.
//!
//! With a seed and no history the choice depends on the content alone. Otherwise the [`Order`] says what comes first.
//! An exam is drawn by a [`Mix`]: each next question is one that the mix lacks most, so that kinds, difficulties and domains
//! have the shares of the real exam whatever the pool holds most of. Either way topics are interleaved: telling neighbours
//! apart is what the exam asks for (Rohrer, 2012).

use std::collections::BTreeMap;

use crate::chance::Chance;
use crate::content::{ExamPattern, Question};

/// What a session is to ask.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these topics, if any are given.
    pub topics: Vec<String>,
    /// Only these patterns, if any are given.
    pub patterns: Vec<ExamPattern>,
    /// What comes first.
    pub order: Order,
    /// How many questions at most.
    pub count: usize,
    /// Where chance begins.
    pub seed: u64,
    /// The shares that kinds, difficulties and domains should have; the pool's own if there is none.
    pub mix: Option<Mix>,
}

/// The shares that a session should have, in percent of its questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mix {
    /// Questions with several right answers.
    pub multiple: i64,
    /// Difficulties 1, 2 and 3.
    pub difficulties: [i64; 3],
    /// Domains of the exam guide. A question belongs to the domain of its first skill.
    pub domains: &'static [(&'static str, i64)],
}

impl Mix {
    /// The mix of an exam on DynamoDB.
    ///
    /// Domains: the guide's weights (1: 32%, 2: 26%, 3: 24%, 4: 18%), each times the number of the domain's skills that
    /// concern DynamoDB (16, 4, 2 and 6 in version 2.1 of the guide), are 66%, 13%, 6% and 14%. Those of domain 3 are about
    /// deployment and tests, where no question is about DynamoDB first; their share goes to the others. The guide gives no
    /// shares of kinds and difficulties: a quarter, and 25:50:25, are those of our bank.
    pub const EXAM: Self =
        Self { multiple: 25, difficulties: [25, 50, 25], domains: &[("1", 71), ("2", 14), ("4", 15)] };

    /// Where a question belongs: for each dimension of the mix, a name and the share that it should have.
    fn places(&self, question: &Question) -> [(String, i64); 3] {
        let multiple = question.choose > 1;
        let level = question.difficulty.clamp(1, 3);
        let domain = question.skills.first().and_then(|skill| skill.split('.').next()).unwrap_or_default();
        let wanted = self.domains.iter().find(|(name, _)| *name == domain).map_or(0, |(_, share)| *share);
        [
            (format!("several {multiple}"), if multiple { self.multiple } else { 100 - self.multiple }),
            (format!("difficulty {level}"), self.difficulties[usize::from(level) - 1]),
            (format!("domain {domain}"), wanted),
        ]
    }

    /// Draws questions one after the other: each time the first of those that the mix lacks most. One that is new to the
    /// learner is taken before one that the mix lacks up to one question more.
    fn draw<'a>(
        &self,
        questions: &[&'a Question],
        is_new: impl Fn(&Question) -> bool,
        count: usize,
    ) -> Vec<&'a Question> {
        let mut left: Vec<(&'a Question, [(String, i64); 3])> =
            questions.iter().map(|question| (*question, self.places(question))).collect();
        let mut drawn: Vec<&'a Question> = Vec::new();
        let mut have: BTreeMap<String, i64> = BTreeMap::new();
        while drawn.len() < count && !left.is_empty() {
            let next = i64::try_from(drawn.len() + 1).unwrap_or(i64::MAX);
            // How much of the share of its places would be lacking without this question, in hundredths of questions.
            let lack = |(question, places): &(&Question, [(String, i64); 3])| -> i64 {
                let of = |(name, share): &(String, i64)| share * next - 100 * have.get(name).copied().unwrap_or(0);
                places.iter().map(of).sum::<i64>() + if is_new(question) { 100 } else { 0 }
            };
            let most = left.iter().map(lack).max().unwrap_or(0);
            let Some(at) = left.iter().position(|one| lack(one) == most) else { break };
            let (question, places) = left.remove(at);
            for (name, _) in places {
                *have.entry(name).or_insert(0) += 1;
            }
            drawn.push(question);
        }
        drawn
    }
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
pub type AnswerHistory = BTreeMap<String, (bool, u64)>;

/// The questions to ask, in order. `history` is left out of account if it is `None`.
#[must_use]
pub fn select(pool: &[Question], selection: &Selection, history: Option<&AnswerHistory>) -> Vec<Question> {
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
    }
    if let Some(mix) = selection.mix {
        questions = mix.draw(&questions, |question| known(question).is_none(), selection.count);
    } else if history.is_some() {
        questions.truncate(selection.count);
    }
    let mut mixed = interleave(questions);
    mixed.truncate(selection.count);
    mixed.into_iter().cloned().collect()
}

/// The share of families whose last answer was right, by topic, in percent; a topic without answers has none.
fn shares<'a>(pool: &'a [Question], history: &AnswerHistory) -> BTreeMap<&'a str, u64> {
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
