//! A plan until the exam: what would be recalled on that day, and what is best done today.

use std::collections::BTreeMap;

use super::Cards;
use crate::content::Question;

/// How much of a skill would be recalled on the exam's day.
#[derive(Clone, Debug, PartialEq)]
pub struct Recall {
    /// The exam skill: `1.3.4`.
    pub skill: String,
    /// Families of the skill that were ever answered.
    pub seen: usize,
    /// All families of the skill.
    pub all: usize,
    /// The mean chance to recall those that were, if nothing is done until then.
    pub recall: f32,
}

impl Recall {
    /// Takes another skill in: shares count by the families that they are of.
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer families than 2^24")]
    pub fn add(&mut self, other: &Self) {
        let sum = self.recall * self.seen as f32 + other.recall * other.seen as f32;
        (self.seen, self.all) = (self.seen + other.seen, self.all + other.all);
        self.recall = if self.seen == 0 { 0.0 } else { sum / self.seen as f32 };
    }
}

/// What stands ahead.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyPlan {
    /// Days until the exam.
    pub days: u32,
    /// By skill, in order.
    pub skills: Vec<Recall>,
    /// What is best done today, by family: what is due, then what was never seen, then what will be forgotten by then.
    pub today: Vec<String>,
    /// How many of them are due.
    pub due: usize,
    /// How many of them are new.
    pub new: usize,
}

/// The plan for an exam on a day: `pool` has a question of every family there is.
#[must_use]
pub fn plan(cards: &Cards, pool: &[Question], today: u32, exam: u32) -> StudyPlan {
    let days = exam.saturating_sub(today);
    // A question counts for its first skill, here as in the scores.
    let mut families: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for question in pool {
        families.entry(question.family_name()).or_insert(question.skill());
    }
    let mut skills: BTreeMap<&str, (usize, usize, f32)> = BTreeMap::new();
    for (family, of) in &families {
        let (seen, all, sum) = skills.entry(of.unwrap_or_default()).or_default();
        *all += 1;
        if cards.card(family).is_some() {
            *seen += 1;
            *sum += cards.recall(family, exam);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer families than 2^24")]
    let skills = skills.into_iter().map(|(skill, (seen, all, sum))| Recall {
        skill: skill.to_owned(),
        seen,
        all,
        recall: if seen == 0 { 0.0 } else { sum / seen as f32 },
    });
    let due: Vec<String> =
        cards.due(today).into_iter().filter(|family| families.contains_key(family)).map(str::to_owned).collect();
    let unseen: Vec<String> =
        families.keys().filter(|family| cards.card(family).is_none()).map(|family| (*family).to_owned()).collect();
    // New ones are spread over the days that are left, the last two kept for reviews.
    let share = unseen.len().div_ceil(usize::try_from(days.saturating_sub(2).max(1)).unwrap_or(1));
    let new = share.min(unseen.len());
    let counts = (due.len(), new);
    let today = due.into_iter().chain(unseen.into_iter().take(new)).collect();
    StudyPlan { days, skills: skills.collect(), today, due: counts.0, new: counts.1 }
}

#[cfg(test)]
mod tests {
    use super::super::{Rating, Reviewed, default_parameters};
    use super::*;
    use crate::content::{self, Source};

    #[test]
    fn a_plan_has_what_is_due_and_a_share_of_what_is_new() {
        let pool = content::load(&Source::Embedded).0.questions;
        let review = |place: usize, day| Reviewed { family: pool[place].id.clone(), day, rating: Rating::Good };
        let cards = Cards::of(&[review(0, 0), review(1, 0), review(2, 9)], &default_parameters()).unwrap();
        let plan = plan(&cards, &pool, 9, 21);
        assert_eq!((plan.days, plan.due), (12, 2));
        assert_eq!(plan.new, (pool.len() - 3).div_ceil(10));
        assert_eq!(plan.today.len(), plan.due + plan.new);
        let skill = plan.skills.iter().find(|recall| pool[2].skill() == Some(&recall.skill)).unwrap();
        assert!(skill.seen > 0 && skill.recall > 0.5 && skill.recall < 1.0, "{skill:?}");
        let families: std::collections::BTreeSet<&str> = pool.iter().map(Question::family_name).collect();
        assert_eq!(plan.skills.iter().map(|recall| recall.all).sum::<usize>(), families.len(), "each counts once");
    }
}
