//! Readiness: what share of exam questions the learner would answer rightly, with an interval, or that nobody can tell yet.
//!
//! Only answers to questions that were new at the time count, generated ones included: a score on questions seen before
//! says how well they were memorised. The newest [`WINDOW`] of them are taken, weighted by topic as the pool is, and the
//! share has a Beta posterior (Jeffreys' prior) of as many answers as they are worth: where a few answers stand for a large
//! topic, less than their number (Kish's effective size). Its central 90% is the interval. Below [`LEAST`] answers there is
//! no figure at all.
//!
//! Model: that the exam's questions are as hard as ours is not known. A scaled figure is a straight line over the share,
//! and says so. Sources: Brown, Cai, DasGupta, "Interval Estimation for a Binomial Proportion" (2001); Kish, "Survey
//! Sampling" (1965); AWS, exam guide of DVA-C02 (100 to 1,000, 720 to pass).

use std::collections::BTreeMap;

mod beta;

/// Fewer answers than this say nothing.
pub const LEAST: usize = 60;
/// The newest answers that count: a learner changes.
pub const WINDOW: usize = 150;
/// How much of the posterior lies in the interval.
const INTERVAL: f64 = 0.9;

/// An answer to a question that was new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstSight {
    /// The question's topic.
    pub topic: String,
    /// Whether it was right.
    pub correct: bool,
}

/// A topic that was hardly asked takes over what is known of all, by so many answers, rather than a share of one or two.
const BORROWED: f64 = 4.0;

/// What can be told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Readiness {
    /// There are too few answers.
    NotEnough {
        /// How many there are.
        answers: usize,
    },
    /// A share of right answers, from 0 to 1, and the interval it lies in.
    Estimate {
        /// The share.
        share: f64,
        /// The interval's lower end.
        low: f64,
        /// Its upper end.
        high: f64,
        /// How many answers it rests on.
        answers: usize,
    },
}

/// What these answers, oldest first, tell; `weights` is each topic's share of the exam, as far as our pool tells.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "at most a hundred and fifty answers are counted")]
pub fn readiness(answers: &[FirstSight], weights: &BTreeMap<String, f64>) -> Readiness {
    if answers.len() < LEAST {
        return Readiness::NotEnough { answers: answers.len() };
    }
    let newest = &answers[answers.len().saturating_sub(WINDOW)..];
    let mut tallies: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for answer in newest {
        let (right, all) = tallies.entry(&answer.topic).or_default();
        *right += f64::from(u8::from(answer.correct));
        *all += 1.0;
    }
    let all = newest.len() as f64;
    let overall = tallies.values().map(|(right, _)| right).sum::<f64>() / all;
    let weight = |topic: &str| weights.get(topic).copied().unwrap_or(0.0);
    let total: f64 = tallies.keys().map(|topic| weight(topic)).sum();
    let (weighted, worth) = if total > 0.0 {
        let share = |(topic, (right, all)): (&&str, &(f64, f64))| {
            weight(topic) / total * (right + BORROWED * overall) / (all + BORROWED)
        };
        let spread = |(topic, (_, all)): (&&str, &(f64, f64))| (weight(topic) / total).powi(2) / all;
        (tallies.iter().map(share).sum(), 1.0 / tallies.iter().map(spread).sum::<f64>())
    } else {
        (overall, all)
    };
    let (right, wrong) = (weighted * worth + 0.5, (1.0 - weighted) * worth + 0.5);
    let tail = (1.0 - INTERVAL) / 2.0;
    Readiness::Estimate {
        share: weighted,
        low: beta::quantile(tail, right, wrong),
        high: beta::quantile(1.0 - tail, right, wrong),
        answers: newest.len(),
    }
}

/// The figure on the exam's scale that a share would be if the scale were a straight line: an estimate, never a score.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 100 to 1000")]
pub fn scaled(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 900.0 + 100.0).round() as u32
}

/// How often answers were right, by how sure the learner said to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calibration {
    /// Right answers and all, by `guess`, `unsure`, `sure`.
    pub by_confidence: BTreeMap<String, (u64, u64)>,
}

impl Calibration {
    /// Counts an answer, if it says how sure it was.
    pub fn count(&mut self, confidence: &str, correct: bool) {
        if confidence.is_empty() {
            return;
        }
        let (right, all) = self.by_confidence.entry(confidence.to_owned()).or_default();
        *right += u64::from(correct);
        *all += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(right: usize, all: usize) -> Vec<FirstSight> {
        (0..all).map(|place| FirstSight { topic: format!("t{}", place % 3), correct: place % all < right }).collect()
    }

    fn even() -> BTreeMap<String, f64> {
        (0..3).map(|topic| (format!("t{topic}"), 1.0)).collect()
    }

    #[test]
    fn too_few_answers_give_no_figure() {
        assert_eq!(readiness(&answers(50, 59), &even()), Readiness::NotEnough { answers: 59 });
    }

    #[test]
    fn the_interval_holds_the_share_and_narrows_with_more_answers() {
        let width = |right, all| match readiness(&answers(right, all), &even()) {
            Readiness::Estimate { share, low, high, answers } => {
                assert!(low < share && share < high && answers == all, "{low} {share} {high} {answers}");
                high - low
            }
            Readiness::NotEnough { .. } => panic!("there are enough"),
        };
        assert!(width(42, 60) > width(105, 150));
    }

    #[test]
    fn only_the_newest_count() {
        let mut log = answers(0, 100);
        log.extend(answers(150, 150));
        let Readiness::Estimate { share, answers, .. } = readiness(&log, &even()) else { panic!("there are enough") };
        assert_eq!(answers, WINDOW);
        assert!(share > 0.99, "{share}");
    }

    #[test]
    fn the_scale_is_a_straight_line() {
        assert_eq!([scaled(0.0), scaled(0.5), scaled(1.0), scaled(2.0)], [100, 550, 1000, 1000]);
    }
}
