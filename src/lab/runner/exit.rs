//! Whether a step can still be done from where the learner stands, and the words that offer to begin it again if no way on is
//! found.
//!
//! The life of a look: after a line that left the step open, the step's first right way is played on a copy of the world and
//! of what has been seen; if that completes the step, so can the learner. If it does not, the learner may be within a way of
//! several lines, or have begun with another of its lines: what is left of each right way is played, lines of it alone, and its
//! lines in another order. Then one command is tried before each right way: one that deletes what was not there when the step
//! began and may stand in its way, that lets time pass, that sends as an administrator again. If none of it completes the
//! step, and the solution does once it is begun again, the reason that is told ends with an offer to begin it again. It is an
//! offer: a way on that nobody thought of may be there all the same.
//!
//! A look is bounded ([`EXIT_STEPS`]): what is not known by then is not told. The same line after the same lines is looked at
//! in the same way everywhere, for steps are counted and not timed.

use super::super::workbench::ReplyKind;
use super::Runner;
use super::openers::openers;
use crate::content::lab::Lines;
use crate::world::work::EXIT_STEPS;

/// What is told where no way on was found.
const OFFER: &str = "If you see no way on, type :restart to begin this step again.";

/// How much of the work that may be done is left for what is tried beside the solution and the rests of right ways.
const FURTHER_STEPS: u64 = 200_000;

/// So often at least a way could be tried with that, or nothing further is tried.
const LEAST_TRIED: u64 = 8;

/// Of a way with at most so many lines, any of them are tried alone, in their order.
const MOST_LEFT_OUT: usize = 4;
/// Of a way with at most so many lines, every order is tried.
const MOST_ORDERED: usize = 3;

/// What is looked up and changes nothing, of the prompt's own commands.
const LOOKS: [&str; 12] = [
    "help",
    "tables",
    "explain",
    "compare",
    "code",
    "stream",
    "kinesis",
    "heat",
    "bill",
    "invocations",
    "dashboard",
    "checkpoint",
];

/// Whether a step can be done from here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) enum Exit {
    /// It can.
    #[default]
    Open,
    /// It cannot: it has to be begun again.
    Shut,
    /// It was more work to find out than there may be.
    Unknown,
}

impl Runner {
    /// Looks whether the step can still be done after a line, and has the reason say so if it cannot. `near` is what else the
    /// learner is told.
    pub(super) fn look_for_exit(&mut self, line: &str, kind: ReplyKind, near: Option<&str>) {
        let own = line.trim().strip_prefix(':').and_then(|own| own.split_whitespace().next());
        let is_done = matches!(kind, ReplyKind::Answer | ReplyKind::Refused);
        if self.looks_for_exits && is_done && !own.is_some_and(|own| LOOKS.contains(&own)) {
            self.exit = self.exit(EXIT_STEPS, false);
        }
        let Some(open) = self.verdicts.iter().position(|verdict| !verdict.reason.is_empty()) else { return };
        let told = format!("{}{}", self.verdicts[open].reason, near.unwrap_or_default());
        let offer = Self::told_of_exit(self.exit, &told);
        self.verdicts[open].reason.push_str(&offer);
    }

    /// Looks whether the step can still be done, for requests that were not typed: whoever tells what is missing asks first.
    pub fn seek_exit(&mut self) {
        if !self.is_finished() {
            self.look_for_exit("", ReplyKind::Answer, None);
        }
    }

    /// What is added to what a learner is told, if the step has to be begun again and that is not said yet.
    pub(in super::super) fn told_of_exit(exit: Exit, told: &str) -> String {
        if exit == Exit::Shut && !told.contains(":restart") { format!(" {OFFER}") } else { String::new() }
    }

    /// Whether the step has to be begun again, as far as that is known.
    #[must_use]
    pub const fn is_stuck(&self) -> bool {
        matches!(self.exit, Exit::Shut)
    }

    /// Looks whether the step can be done from here, with so much work. `knows_solution` says that the whole solution was tried
    /// already, and does not complete it.
    pub(in super::super) fn exit(&mut self, steps: u64, knows_solution: bool) -> Exit {
        let lab = std::sync::Arc::clone(&self.lab);
        let Some(step) = lab.steps.get(self.step) else { return Exit::Open };
        let work = self.bench.work().clone();
        work.unseen(|| {
            let solution = step.right_ways.first().map(Lines::all).unwrap_or_default();
            let mut tried: Vec<Vec<String>> = vec![owned(&solution)];
            {
                let _open = work.begin(steps.saturating_sub(FURTHER_STEPS));
                if !knows_solution && self.completes_with(&solution) {
                    return Exit::Open;
                }
                for lines in step.right_ways.iter().map(Lines::all) {
                    let rests = (1..lines.len()).map(|from| owned(&lines[from..]));
                    if self.completes_with_any(rests.collect(), &mut tried) {
                        return Exit::Open;
                    }
                }
                if work.step(1).is_err() {
                    return Exit::Unknown;
                }
                // What does not help is not offered: a step may have begun so that its solution cannot do it.
                let spare = work.spare();
                if !self.completes_again_with(&solution) {
                    return Exit::Unknown;
                }
                // Of what is dear, too little could be tried to tell.
                if spare.saturating_sub(work.spare()) > FURTHER_STEPS / LEAST_TRIED {
                    return Exit::Shut;
                }
            }
            let _open = work.begin(FURTHER_STEPS);
            let right: Vec<Vec<&str>> = step.right_ways.iter().map(Lines::all).collect();
            let rests = right.iter().flat_map(|lines| rests(lines)).collect();
            if self.completes_with_any(rests, &mut tried) {
                return Exit::Open;
            }
            let opened = openers(self).into_iter().flat_map(|opener| {
                let after = move |lines: &Vec<&str>| [opener.clone(), owned(lines)].concat();
                right.iter().map(after).collect::<Vec<_>>()
            });
            if self.completes_with_any(opened.collect(), &mut tried) { Exit::Open } else { Exit::Shut }
        })
    }

    /// Whether one of these ways completes the step from here, as far as there is work left to find out. What was tried before
    /// is not tried again.
    fn completes_with_any(&mut self, ways: Vec<Vec<String>>, tried: &mut Vec<Vec<String>>) -> bool {
        for way in ways {
            if self.bench.work().step(1).is_err() {
                return false;
            }
            if !way.is_empty() && !tried.contains(&way) {
                let lines: Vec<&str> = way.iter().map(String::as_str).collect();
                if self.completes_with(&lines) {
                    return true;
                }
                tried.push(way);
            }
        }
        false
    }

    /// Whether the step has to be begun again for its whole solution to complete it.
    pub(super) fn has_to_begin_for(&mut self, solution: &[String]) -> bool {
        if !self.looks_for_exits || !self.has_seen {
            return false;
        }
        let work = self.bench.work().clone();
        let _open = work.begin(EXIT_STEPS);
        let lines: Vec<&str> = solution.iter().map(String::as_str).collect();
        work.unseen(|| !self.completes_with(&lines) && work.step(1).is_ok() && self.completes_again_with(&lines))
    }

    /// Whether these lines complete the step once it is begun again.
    fn completes_again_with(&mut self, lines: &[&str]) -> bool {
        let mut again = self.as_it_stands();
        again.begun.clone_from(&self.begun);
        again.restart();
        again.completes_with(lines)
    }

    /// Whether these lines complete the step from here. They are run on a copy.
    pub(in super::super) fn completes_with(&mut self, lines: &[&str]) -> bool {
        let mut copy = Self { is_trial: true, ..self.as_it_stands() };
        lines.iter().any(|line| copy.run(line).completed.is_some())
    }
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(ToString::to_string).collect()
}

/// What may be left of a way: all of it, what stands behind its first lines, any of its lines alone if there are few, and
/// its lines in any order if there are very few.
fn rests(lines: &[&str]) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = (0..lines.len()).map(|from| owned(&lines[from..])).collect();
    if lines.len() <= MOST_LEFT_OUT {
        for chosen in 1..1_usize << lines.len() {
            let some = lines.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1);
            found.push(some.map(|(_, line)| (*line).to_owned()).collect());
        }
    }
    if lines.len() <= MOST_ORDERED {
        found.extend(orders(lines).iter().map(|order| owned(order)));
    }
    found
}

/// The lines in every order.
fn orders<'a>(lines: &[&'a str]) -> Vec<Vec<&'a str>> {
    if lines.len() < 2 {
        return vec![lines.to_vec()];
    }
    let mut found = Vec::new();
    for at in 0..lines.len() {
        let mut rest = lines.to_vec();
        let first = rest.remove(at);
        found.extend(orders(&rest).into_iter().map(|order| [vec![first], order].concat()));
    }
    found
}
