//! Proofs of a step: its right ways are played and must complete it, its wrong ways are played and must not, and each thing
//! that its requirements state must be what stops one of them.
//!
//! The life of a way: it is played once, on a copy of the world where the step begins, and what it did is kept: the facts of
//! each line and the world after it. A requirement, or one thing that it states, is then taken out ([`mutations`]), and the
//! kept lines are judged again without it: if no wrong way gets through now, that thing guards nothing that is tested.
//!
//! A way leaves a way out: after a wrong way the solution still completes the step, or the learner is told of `:restart`, and
//! after that it does; and the solution of the next step completes that after each right way.

use super::case::{Case, Lacking, told_first};
use super::facts::{Fact, Wanted};
use super::mutations::{Mutation, mutations};
use super::runner::{Exit, Runner};
use super::telling::{self, Ledger};
use super::workbench::{ReplyKind, Workbench};
use super::{Stopped, Work};
use crate::content::lab::figures::Support;
use crate::content::lab::requirement::Requirement;
use crate::content::lab::{Step, WrongWay};
use crate::safe_text::quoted;
use crate::world::work::{EXIT_STEPS, LOOK_STEPS};

/// What is wrong with the ways of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayFault {
    /// What.
    pub message: String,
    /// Whether the step can be used all the same.
    pub is_warning: bool,
}

/// What a way takes of the allowance of content beside its lines: a copy of the world, and one more after each line.
const STEPS_OF_A_WAY: u64 = 2000;
/// What each of its lines takes so.
const STEPS_OF_A_LINE: u64 = 2000;
/// What it takes to hold a requirement against a fact of a line that was played, or against the world after it.
const STEPS_OF_A_LOOK: u64 = 20;

/// How many bytes of a lab's story are looked through in a step's work: for each of its names, in each of its texts.
const BYTES_A_STEP: u64 = 16;

/// How much of a line is shown, in characters.
const SHOWN: usize = 110;

/// A way that was played.
struct Play {
    /// The facts of each line, and the world after it.
    lines: Vec<(Vec<Fact>, Workbench)>,
    /// The line that completed the step.
    completed_at: Option<usize>,
    /// What the learner is told after the last line: reasons, hints, near misses.
    told: String,
    /// A line that was not understood, with what was said.
    not_understood: Option<String>,
    /// What the learner is told of it wrongly, once the step is completed.
    told_wrongly: Vec<String>,
}

/// Everything that is wrong with the ways of the step that waits.
pub fn way_faults(runner: &mut Runner) -> Vec<WayFault> {
    let Some(step) = runner.step().cloned() else { return Vec::new() };
    let work = runner.bench().work().clone();
    let mut faults = Vec::new();
    let mut report = |message: String, is_warning: bool| faults.push(WayFault { message, is_warning });
    let mut right = Vec::new();
    let place = runner.lab().steps.iter().position(|other| other.id == step.id).unwrap_or(0);
    let story = Support::of(runner.lab(), place);
    for (place, way) in step.right_ways.iter().enumerate() {
        let lines = way.all();
        if step.right_ways[..place].contains(way) {
            report(format!("right way {} is there twice", place + 1), false);
        }
        let (play, mut after) = play(&lines, &story, runner);
        if let Some(fault) = right_fault(&play, lines.len()) {
            report(format!("right way {} {fault}: {}", place + 1, shown(lines.last().unwrap_or(&""))), false);
        } else {
            for fault in play.told_wrongly.iter().chain(&after_right(&mut after, place)) {
                report(format!("right way {}: {fault}", place + 1), false);
            }
            right.push(play);
        }
    }
    let mut wrong = Vec::new();
    for (place, way) in step.wrong_ways.iter().enumerate() {
        let lines = way.lines.all();
        let (mut play, mut after) = play(&lines, &story, runner);
        let trap = trap(&mut play, &mut after, &step);
        for fault in wrong_faults(&play, way, &step).into_iter().chain(trap) {
            report(format!("wrong way {} {fault}: {}", place + 1, shown(lines.last().unwrap_or(&""))), false);
        }
        if play.completed_at.is_none() {
            wrong.push(play);
        }
    }
    for near in &step.near_misses {
        let begin = near.say.trim().split('{').next().unwrap_or_default().trim_end();
        if !wrong.iter().any(|play| play.told.contains(begin)) {
            report(format!("no wrong way gets the near miss: {}", shown(&near.say)), false);
        }
    }
    // What is not right yet as it stands need not be looked at more closely.
    if right.len() == step.right_ways.len() && wrong.len() == step.wrong_ways.len() {
        for (message, is_warning) in untested(&step, &mut right, &mut wrong, &work) {
            report(message, is_warning);
        }
    }
    faults
}

fn shown(line: &str) -> String {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let begun: String = line.chars().take(SHOWN).collect();
    if begun.len() < line.len() { begun + "..." } else { begun }
}

fn right_fault(play: &Play, lines: usize) -> Option<String> {
    if let Some(said) = &play.not_understood {
        return Some(format!("is not understood ({})", shown(said)));
    }
    match play.completed_at {
        Some(place) if place + 1 == lines => None,
        Some(place) => Some(format!("completes the step with line {} of {lines} already", place + 1)),
        None => Some(format!("does not complete the step ({})", play.told)),
    }
}

fn wrong_faults(play: &Play, way: &WrongWay, step: &Step) -> Vec<String> {
    if let Some(said) = play.not_understood.as_ref().filter(|_| step.without.is_none()) {
        return vec![format!("is not understood ({})", shown(said))];
    }
    if play.completed_at.is_some() {
        return vec!["completes the step".to_owned()];
    }
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    if squeeze(&play.told).contains(&squeeze(&way.says)) {
        return Vec::new();
    }
    vec![format!("is expected to be told {}, but is told {}", quoted(&way.says), quoted(&play.told))]
}

/// What is wrong with where a right way leaves the learner, beside the first, which the lab itself goes on from: the next
/// step cannot be prepared, or none of its right ways completes it.
fn after_right(after: &mut Runner, place: usize) -> Vec<String> {
    let mut faults: Vec<String> =
        after.unprepared().iter().map(|told| format!("the next step begins without {told}")).collect();
    let next = after.step().cloned().filter(|_| place > 0);
    if next.is_some_and(|next| next.right_ways.iter().all(|way| !after.completes_with(&way.all()))) {
        faults.push("no right way of the next step completes that after it".to_owned());
    }
    faults
}

/// What is wrong with where a wrong way leaves the learner: with no way on, and no word of `:restart`, or with one that does
/// not help. What is told of it is added to what the learner is told.
fn trap(play: &mut Play, after: &mut Runner, step: &Step) -> Option<String> {
    let solution = step.right_ways.first()?.all();
    if play.completed_at.is_some() || after.completes_with(&solution) {
        return None;
    }
    let exit = after.exit(EXIT_STEPS, true);
    play.told.push_str(&Runner::told_of_exit(exit, &play.told));
    if exit == Exit::Open {
        return None;
    }
    // What was offered was found to help.
    if exit == Exit::Shut {
        return None;
    }
    if !play.told.contains(":restart") {
        return Some("leaves the step so that its solution does not complete it, and nothing says :restart".to_owned());
    }
    after.restart();
    (!after.completes_with(&solution))
        .then(|| "leaves the step so that its solution does not complete it even after :restart".to_owned())
}

/// Plays lines on a copy of the world where the step begins; returns what came of it, and the learner after it. `story`
/// supports the figures that are told of them.
fn play(lines: &[&str], story: &Support, runner: &mut Runner) -> (Play, Runner) {
    // If nothing is left, the lines are not run and say so.
    let _ = runner.bench().work().spend(STEPS_OF_A_WAY);
    let mut copy = runner.fork();
    let mut play =
        Play { lines: Vec::new(), completed_at: None, told: String::new(), not_understood: None, told_wrongly: vec![] };
    let resent = runner.step().is_some_and(|step| Case::of(step).wanted().resent);
    let all = Wanted { items: true, bodies: true, printed: true, resent };
    let mut ledger = Ledger::default();
    for (place, line) in lines.iter().enumerate() {
        let _ = copy.bench().work().spend(STEPS_OF_A_LINE);
        let turn = copy.run(line);
        let facts = copy.facts_since(turn.reply.since, all);
        let reasons = turn.verdicts.iter().map(|verdict| verdict.reason.clone());
        let mut told: Vec<String> = reasons.chain(turn.near_miss).filter(|text| !text.is_empty()).collect();
        if turn.reply.kind == ReplyKind::NotUnderstood {
            play.not_understood.get_or_insert_with(|| turn.reply.text.clone());
            told.push(turn.reply.text);
        }
        play.told = told.join(" ");
        play.lines.push((facts, copy.snapshot()));
        // What happens while the next step begins is not this one's.
        let ended = turn.completed.as_ref().map_or(u64::MAX, |completed| completed.ended);
        ledger.take_line(copy.bench().entries_since(turn.reply.since).filter(|entry| entry.sequence <= ended));
        if let Some(completed) = &turn.completed {
            play.completed_at = Some(place);
            let _ = copy.bench().work().spend(story.bytes() as u64 / BYTES_A_STEP);
            play.told_wrongly.extend(telling::faults(&copy, completed, &ledger, story, lines));
            break;
        }
    }
    (play, copy)
}

/// What each line of a way that was played still lacked of one requirement.
type Lacks = Vec<Option<Lacking>>;

/// A way that was played, and what its lines lacked of each requirement. Requirements are judged without looking at each other:
/// where something is taken out of one, that one alone has to be judged anew.
struct JudgedWay<'p> {
    play: &'p mut Play,
    by_requirement: Vec<Lacks>,
}

impl<'p> JudgedWay<'p> {
    fn of(play: &'p mut Play, requirements: &[Requirement]) -> Self {
        let by_requirement = requirements.iter().map(|requirement| lacks(requirement, play)).collect();
        Self { play, by_requirement }
    }

    /// What the way comes to: `None` if it completes the step, else the reason that is told after its last line.
    fn outcome(&self) -> Option<String> {
        outcome(self.play.lines.len(), &self.by_requirement.iter().collect::<Vec<_>>())
    }

    /// The same without the requirement at this place.
    fn outcome_without(&self, place: usize) -> Option<String> {
        let others = self.by_requirement.iter().enumerate().filter(|(other, _)| *other != place);
        outcome(self.play.lines.len(), &others.map(|(_, lacks)| lacks).collect::<Vec<_>>())
    }

    /// The same with another requirement at this place.
    fn outcome_with(&mut self, place: usize, requirement: &Requirement) -> Option<String> {
        let changed = lacks(requirement, self.play);
        let mut all: Vec<&Lacks> = self.by_requirement.iter().collect();
        all[place] = &changed;
        outcome(self.play.lines.len(), &all)
    }
}

/// Holds a way that was played against one requirement, line by line.
fn lacks(requirement: &Requirement, play: &mut Play) -> Lacks {
    let mut case = Case::with(std::slice::from_ref(requirement));
    let judge = |(facts, bench): &mut (Vec<Fact>, Workbench)| {
        let _ = bench.work().spend((facts.len() + 1) as u64 * STEPS_OF_A_LOOK);
        if !facts.is_empty() {
            case.begin_attempt();
            case.begin_line();
        }
        for fact in facts.iter() {
            case.take(fact);
        }
        case.end_line();
        // Each look is a piece of work of its own, as it is for a learner.
        let _look = bench.work().begin(LOOK_STEPS);
        case.lacks(bench).pop().flatten()
    };
    play.lines.iter_mut().map(judge).collect()
}

/// What so many lines come to by what they lacked of each requirement: `None` if one of them lacked nothing, else the reason that
/// is told after the last.
fn outcome(lines: usize, by_requirement: &[&Lacks]) -> Option<String> {
    let mut reason = None;
    for line in 0..lines {
        let lacking: Vec<_> = by_requirement.iter().map(|lacks| lacks.get(line).and_then(Option::as_ref)).collect();
        let told = told_first(lacking.iter().map(|lack| lack.map(|lack| lack.is_lost)))?;
        reason = lacking[told].map(|lack| lack.words.clone());
    }
    reason
}

/// What of the requirements no way needs. A whole requirement has to be what stops a wrong way; one thing that it states has
/// to stop one, or to be what one is told.
fn untested(step: &Step, right: &mut [Play], wrong: &mut [Play], work: &Work) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    // What comes of the next one is not known.
    let cut_short = || (format!("what its ways test was not looked at to the end: {}", Stopped::NothingLeft), false);
    let mut right: Vec<JudgedWay> = right.iter_mut().map(|play| JudgedWay::of(play, &step.done)).collect();
    let mut wrong: Vec<JudgedWay> = wrong.iter_mut().map(|play| JudgedWay::of(play, &step.done)).collect();
    let reasons: Vec<Option<String>> = wrong.iter().map(JudgedWay::outcome).collect();
    for (place, requirement) in step.done.iter().enumerate() {
        if work.is_spent() {
            found.push(cut_short());
            return found;
        }
        if wrong.iter().all(|way| way.outcome_without(place).is_some()) {
            let message = format!("untested requirement ({}): no wrong way is stopped by it alone", requirement.want);
            found.push((message, false));
            continue;
        }
        let mut reported: Vec<String> = Vec::new();
        for Mutation { path, requirement: mutated, is_alternative } in mutations(requirement) {
            if work.is_spent() {
                found.push(cut_short());
                return found;
            }
            // What is within something that was reported need not be reported again.
            if reported.iter().any(|outer| path.starts_with(&format!("{outer}."))) {
                continue;
            }
            let mut is_weaker = || right.iter_mut().all(|way| way.outcome_with(place, &mutated).is_none());
            let what = if is_alternative {
                if is_weaker() { "no right way needs" } else { continue }
            } else {
                // Most things that are stated are what stops a way, or what it is told: that is found out soon.
                let mut ways = wrong.iter_mut().zip(&reasons);
                if ways.all(|(way, reason)| way.outcome_with(place, &mutated) == *reason) && is_weaker() {
                    "nothing changes for any wrong way without"
                } else {
                    continue;
                }
            };
            found.push((format!("untested ({}): {what} {path}", requirement.want), true));
            reported.push(path);
        }
    }
    found
}
