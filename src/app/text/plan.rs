//! What stands ahead in words: readiness, and the plan until the exam.

use super::in_order;
use crate::clock::Timestamp;
use crate::content::Library;
use crate::readiness::Readiness;
use crate::review::{Plan, Recall};

/// The day of a number of days since the epoch: `2026-12-24`.
#[must_use]
pub fn date(day: u32) -> String {
    Timestamp::from_millis(u64::from(day) * 86_400_000).to_string()[..10].to_owned()
}

/// A plan until the exam.
#[must_use]
pub fn plan(plan: &Plan, readiness: &Readiness, library: &Library) -> Vec<String> {
    let days = if plan.days == 1 { "1 day".to_owned() } else { format!("{} days", plan.days) };
    let mut lines = vec![format!("{days} until the exam."), String::new()];
    lines.extend(self::readiness(readiness));
    lines.extend([String::new(), "Recall on that day, if nothing is done until then (model: FSRS-6)".to_owned()]);
    let mut skills: Vec<&Recall> = plan.skills.iter().collect();
    skills.sort_by_key(|recall| in_order(&recall.skill));
    for Recall { skill, seen, all, recall } in skills {
        let share = if *seen == 0 { "   -".to_owned() } else { format!("{:>3.0}%", recall * 100.0) };
        let skill = library.skill_title(skill);
        lines.push(format!("  {skill:<52} {share}  of {seen} answered; {all} there are"));
    }
    let (due, new) = (plan.due, plan.new);
    lines.extend([String::new(), format!("Today: {due} due for review, {new} new.")]);
    if due > 0 {
        lines.push("  dynadrill review".to_owned());
    }
    if new > 0 {
        lines.push(format!("  dynadrill quiz --unseen -n {new}"));
    }
    lines
}

/// How ready the learner is, with what the figure rests on.
#[must_use]
pub fn readiness(readiness: &Readiness) -> Vec<String> {
    match readiness {
        Readiness::NotEnough { answers } => vec![format!(
            "Readiness: not enough data. {answers} of the {} first answers to new questions that it takes.",
            crate::readiness::LEAST
        )],
        Readiness::Estimate { share, low, high, answers } => {
            let percent = |share: &f64| format!("{:.0}%", share * 100.0);
            let scale = |share: &f64| crate::readiness::scaled(*share);
            vec![
                format!(
                    "Readiness: {} right on questions like ours, 90% sure to lie from {} to {} ({answers} first answers).",
                    percent(share),
                    percent(low),
                    percent(high)
                ),
                format!(
                    "  On a straight line over the exam's scale (an estimate, not a score): {}, from {} to {}; 720 pass.",
                    scale(share),
                    scale(low),
                    scale(high)
                ),
            ]
        }
    }
}
