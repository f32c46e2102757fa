//! How single questions do, from answers that were given: how many get each right, and whether good learners do.
//!
//! The life of a figure: answers of one or several learners come in as [`GivenAnswer`], oldest first; for each
//! question, [`Statistics::of`] counts the share of right answers (its difficulty) and, if there are enough learners,
//! correlates each learner's first answer to it with the share of their other questions that they got right at first
//! (its discrimination, the point-biserial correlation with the rest score).
//!
//! Left out: whatever a few answers might hint at. A question with too few answers is counted and not told. Source: Crocker
//! and Algina, Introduction to Classical and Modern Test Theory, chapter 14.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// The fewest answers to a question that a share is told of.
pub const LEAST_ANSWERS: usize = 5;
/// The fewest learners who answered a question that a discrimination is told of.
pub const LEAST_LEARNERS: usize = 10;
/// The fewest other questions that a learner must have answered for a rest score.
const LEAST_REST: usize = 10;
/// A question that so many of the better half get wrong is told, in percent.
const BETTER_MISS: f64 = 50.0;

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenAnswer {
    /// Who gave it: a number of the learner's.
    pub learner: usize,
    /// The question; the family, if its figures were drawn.
    pub item: String,
    /// Whether it was right.
    pub correct: bool,
}

/// What is known of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemStatistics {
    /// Its name.
    pub item: String,
    /// How many answers there are.
    pub answers: usize,
    /// Of how many learners.
    pub learners: usize,
    /// The share of right answers, from 0 to 1.
    pub share: f64,
    /// The correlation of the first answers with the rest scores, from -1 to 1; nothing below a number of learners, or if
    /// all of them answered alike.
    pub discrimination: Option<f64>,
    /// The share of right first answers of the learners whose rest scores are above the middle; known if the discrimination
    /// is.
    pub better_half: Option<f64>,
}

/// What is known of all questions that were answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistics {
    /// How many answers it rests on.
    pub answers: usize,
    /// Of how many learners.
    pub learners: usize,
    /// The questions with enough answers, by name.
    pub items: Vec<ItemStatistics>,
    /// How many questions have fewer answers than are needed.
    pub too_few: usize,
}

impl Statistics {
    /// Returns what these answers, oldest first, tell.
    #[must_use]
    pub fn of(given: &[GivenAnswer]) -> Self {
        let mut items: BTreeMap<&str, Vec<&GivenAnswer>> = BTreeMap::new();
        let mut first: BTreeMap<usize, BTreeMap<&str, bool>> = BTreeMap::new();
        for answer in given {
            items.entry(&answer.item).or_default().push(answer);
            first.entry(answer.learner).or_default().entry(&answer.item).or_insert(answer.correct);
        }
        let (told, few): (Vec<_>, Vec<_>) = items.into_iter().partition(|(_, answers)| answers.len() >= LEAST_ANSWERS);
        Self {
            answers: given.len(),
            learners: first.len(),
            items: told.into_iter().map(|(item, answers)| one(item, &answers, &first)).collect(),
            too_few: few.len(),
        }
    }

    /// Returns the questions that every answer got right: they tell nothing of a learner.
    pub fn always_right(&self) -> impl Iterator<Item = &ItemStatistics> {
        self.items.iter().filter(|item| item.share >= 1.0)
    }

    /// Returns the questions that good learners get wrong: fewer of them are right than of the others, or half of them or
    /// more are wrong. Their key or their wording is in doubt.
    pub fn missed_by_good(&self) -> impl Iterator<Item = &ItemStatistics> {
        self.items.iter().filter(|item| {
            item.discrimination.is_some_and(|discrimination| discrimination < 0.0)
                || item.better_half.is_some_and(|share| share * 100.0 <= BETTER_MISS)
        })
    }

    /// Returns the figures as lines of text.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "{}, {}. {} with at least {LEAST_ANSWERS} answers; {} with fewer, about which nothing is said.",
            counted(self.answers, "answer"),
            counted(self.learners, "learner"),
            counted(self.items.len(), "question"),
            self.too_few
        )];
        if self.learners < LEAST_LEARNERS {
            lines.push(format!(
                "Discrimination needs the answers of at least {LEAST_LEARNERS} learners to a question: --import FILE adds others."
            ));
        }
        let mut list = |title: &str, items: Vec<&ItemStatistics>| {
            if !items.is_empty() {
                lines.extend([String::new(), title.to_owned()]);
                lines.extend(items.into_iter().map(ItemStatistics::line));
            }
        };
        list("Always right:", self.always_right().collect());
        list("Wrong where good learners answer:", self.missed_by_good().collect());
        let mut hardest: Vec<&ItemStatistics> = self.items.iter().collect();
        hardest.sort_by(|one, other| one.share.total_cmp(&other.share).then_with(|| one.item.cmp(&other.item)));
        list("All, the hardest first:", hardest);
        lines
    }

    /// Returns the figures as other tools read them.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let names = |items: Vec<&ItemStatistics>| items.into_iter().map(|item| item.item.clone()).collect::<Vec<_>>();
        let item = |item: &ItemStatistics| {
            json!({
                "item": item.item,
                "answers": item.answers,
                "learners": item.learners,
                "share": item.share,
                "discrimination": item.discrimination,
                "better_half": item.better_half,
            })
        };
        json!({
            "answers": self.answers,
            "learners": self.learners,
            "least_answers": LEAST_ANSWERS,
            "least_learners": LEAST_LEARNERS,
            "too_few": self.too_few,
            "items": self.items.iter().map(item).collect::<Vec<_>>(),
            "always_right": names(self.always_right().collect()),
            "missed_by_good": names(self.missed_by_good().collect()),
        })
    }
}

impl ItemStatistics {
    /// `gen-rcu-strong                        12 answers   58% right  discrimination  0.31`.
    fn line(&self) -> String {
        let discrimination =
            self.discrimination.map(|value| format!("  discrimination {value:>5.2}")).unwrap_or_default();
        let answers = counted(self.answers, "answer");
        format!("  {:<36} {answers:>12}  {:>3.0}% right{discrimination}", self.item, self.share * 100.0)
    }
}

/// What is known of one question.
fn one(item: &str, answers: &[&GivenAnswer], first: &BTreeMap<usize, BTreeMap<&str, bool>>) -> ItemStatistics {
    let right = answers.iter().filter(|answer| answer.correct).count();
    let learners: BTreeSet<usize> = answers.iter().map(|answer| answer.learner).collect();
    let pairs: Vec<(bool, f64)> = learners
        .iter()
        .filter_map(|learner| {
            let own = first.get(learner)?;
            let rest: Vec<bool> = own.iter().filter(|(other, _)| **other != item).map(|(_, right)| *right).collect();
            (rest.len() >= LEAST_REST)
                .then(|| (own[item], share(rest.iter().filter(|right| **right).count(), rest.len())))
        })
        .collect();
    let discrimination = if pairs.len() >= LEAST_LEARNERS { correlation(&pairs) } else { None };
    let better_half = discrimination.map(|_| better_half(&pairs));
    ItemStatistics {
        item: item.to_owned(),
        answers: answers.len(),
        learners: learners.len(),
        share: share(right, answers.len()),
        discrimination,
        better_half,
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^52 answers")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The point-biserial correlation; nothing if one side does not vary.
#[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^52 learners")]
fn correlation(pairs: &[(bool, f64)]) -> Option<f64> {
    let count = pairs.len() as f64;
    let right: Vec<f64> = pairs.iter().filter(|(right, _)| *right).map(|(_, rest)| *rest).collect();
    let wrong: Vec<f64> = pairs.iter().filter(|(right, _)| !*right).map(|(_, rest)| *rest).collect();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let all = pairs.iter().map(|(_, rest)| *rest).sum::<f64>() / count;
    let deviation = (pairs.iter().map(|(_, rest)| (rest - all).powi(2)).sum::<f64>() / count).sqrt();
    if right.is_empty() || wrong.is_empty() || deviation < 1e-9 {
        return None;
    }
    let spread = (right.len() as f64 * wrong.len() as f64).sqrt() / count;
    Some((mean(&right) - mean(&wrong)) / deviation * spread)
}

/// The share of right answers of those whose rest scores are above the middle one.
fn better_half(pairs: &[(bool, f64)]) -> f64 {
    let mut sorted = pairs.to_vec();
    sorted.sort_by(|one, other| other.1.total_cmp(&one.1));
    let better = &sorted[..sorted.len() / 2];
    share(better.iter().filter(|(right, _)| *right).count(), better.len())
}

fn counted(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Learners of rising ability: learner n gets the first n of twenty questions right, and `odd` as it says.
    fn class(odd: impl Fn(usize) -> bool) -> Vec<GivenAnswer> {
        let given = |learner: usize, item: String, correct: bool| GivenAnswer { learner, item, correct };
        let of = |learner: usize| {
            let mut answers: Vec<GivenAnswer> =
                (0..20).map(|item| given(learner, format!("q{item:02}"), item < learner)).collect();
            answers.push(given(learner, "odd".to_owned(), odd(learner)));
            answers
        };
        (1..=12).flat_map(of).collect()
    }

    fn odd(statistics: &Statistics) -> ItemStatistics {
        statistics.items.iter().find(|item| item.item == "odd").unwrap().clone()
    }

    #[test]
    fn a_question_that_good_learners_get_right_discriminates() {
        let found = Statistics::of(&class(|learner| learner > 6));
        let one = odd(&found);
        assert_eq!((one.answers, one.learners), (12, 12));
        assert!((one.share - 0.5).abs() < 1e-9 && one.better_half == Some(1.0), "{one:?}");
        // Worked out by hand: means of the rest scores 0.475 and 0.175, deviation 0.1726, spread 0.5.
        assert!((one.discrimination.unwrap() - 0.8690).abs() < 0.001, "{one:?}");
        assert!(found.missed_by_good().all(|item| item.item != "odd"));
        let easy: Vec<&str> = found.always_right().map(|item| item.item.as_str()).collect();
        assert_eq!(easy, ["q00"], "every learner gets the first one right");
    }

    #[test]
    fn a_question_that_good_learners_get_wrong_is_told() {
        let found = Statistics::of(&class(|learner| learner <= 6));
        assert!(odd(&found).discrimination.unwrap() < -0.8);
        assert!(found.missed_by_good().any(|item| item.item == "odd"));
        assert!(found.lines().iter().any(|line| line == "Wrong where good learners answer:"), "{:?}", found.lines());
    }

    #[test]
    fn nothing_is_said_below_the_minimum() {
        let one = |correct: bool| GivenAnswer { learner: 0, item: "q".to_owned(), correct };
        let few = Statistics::of(&vec![one(true); LEAST_ANSWERS - 1]);
        assert_eq!((few.items.len(), few.too_few, few.answers), (0, 1, LEAST_ANSWERS - 1));
        let enough = Statistics::of(&vec![one(true); LEAST_ANSWERS]);
        assert_eq!(enough.items.len(), 1);
        assert_eq!(enough.items[0].discrimination, None, "one learner tells nothing of good and bad ones");
        let of_few: Vec<GivenAnswer> =
            class(|learner| learner > 3).into_iter().filter(|given| given.learner < 10).collect();
        assert_eq!(odd(&Statistics::of(&of_few)).discrimination, None, "nine learners are too few");
    }
}
