//! What stands ahead in words: readiness, and the plan until the exam.

use super::{heading, in_order};
use crate::app::line::{Flow, Line, Role};
use crate::clock::Timestamp;
use crate::content::Library;
use crate::readiness::Readiness;
use crate::review::{Recall, StudyPlan};

/// The day of a number of days since the epoch: `2026-12-24`.
#[must_use]
pub fn date(day: u32) -> String {
    Timestamp::from_millis(u64::from(day) * 86_400_000).to_string()[..10].to_owned()
}

/// What would be recalled of each exam skill, by its title, in the order of their numbers; skills without words are one.
#[must_use]
pub fn recalls(plan: &StudyPlan, library: &Library) -> Vec<Recall> {
    let mut all: Vec<Recall> = Vec::new();
    for recall in &plan.skills {
        let title = super::skill(library, &recall.skill);
        match all.iter_mut().find(|known| known.skill == title) {
            Some(known) => known.add(recall),
            None => all.push(Recall { skill: title, ..recall.clone() }),
        }
    }
    all.sort_by_key(|recall| in_order(&recall.skill));
    all
}

/// A plan until the exam.
#[must_use]
pub fn plan(plan: &StudyPlan, readiness: &Readiness, library: &Library) -> Vec<Line> {
    let days = super::counted(plan.days as usize, "day");
    let mut lines = vec![Line::of(Role::Title, format!("{days} until the exam.")), Line::blank()];
    lines.extend(self::readiness(readiness));
    lines.extend(heading("Recall on that day, if you do nothing until then (model: FSRS-6)"));
    lines.push(Line::of(Role::Muted, "Of the questions you have seen; one that you never had right counts as 0."));
    for Recall { skill, seen, all, recall } in recalls(plan, library) {
        let share = if seen == 0 { "   -".to_owned() } else { format!("{:>3.0}%", recall * 100.0) };
        let figures = format!("  {share}  {seen:>3} of {all:<3}  ");
        lines.push(Line::text(skill).flowing(Flow::Quoted).behind(Role::Strong, figures));
    }
    let (due, new) = (plan.due, plan.new);
    lines.extend([Line::blank(), Line::of(Role::Strong, format!("Today: {due} due for review, {new} new."))]);
    if due > 0 {
        lines.push(Line::code("  dynadrill review"));
    }
    if new > 0 {
        lines.push(Line::code(format!("  dynadrill quiz --unseen -n {new}")));
    }
    lines
}

/// How ready the learner is, with what the figure rests on.
#[must_use]
pub fn readiness(readiness: &Readiness) -> Vec<Line> {
    match readiness {
        Readiness::NotEnough { answers } => vec![Line::text(format!(
            "Readiness: not enough data yet: {answers} of {} first answers to new questions.",
            crate::readiness::LEAST
        ))],
        Readiness::Estimate { share, low, high, answers } => {
            let percent = |share: &f64| format!("{:.0} %", share * 100.0);
            let scale = |share: &f64| crate::readiness::scaled(*share);
            vec![
                Line::text("Readiness: ")
                    .and(Role::Strong, format!("{} to {}", percent(low), percent(high)))
                    .and(
                        Role::Text,
                        format!(
                            " of questions like ours right, most likely {} (model: 90 % interval from {answers} first answers).",
                            percent(share)
                        ),
                    ),
                Line::of(
                    Role::Muted,
                    format!(
                        "On a straight line over the exam's scale (an estimate, not a score): {} to {}; 720 passes.",
                        scale(low),
                        scale(high)
                    ),
                ),
            ]
        }
    }
}
