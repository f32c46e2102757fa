//! Lines of text for everything that is said, the same for screens and for plain mode.
//!
//! Each function turns data into [`Line`]s, without a width: they are broken where they are drawn. Questions, exams,
//! labs, plans and proofs have files of their own; [`code`] gives code its roles.

use super::line::{Line, Role};
use crate::content::{Library, Problem};
use crate::safe_text;

pub mod code;
mod exam;
mod lab;
mod plan;
mod proof;
mod question;
mod tour;

pub use crate::engine::capacity::grouped;
pub use crate::lab::{amounts, meter, wanted};
pub use exam::{answered, letters, minutes, numbers, report, review_page};
pub use lab::{
    about, against_par, begun_anew, case, checklist, checks, choices, completed, cost, dashboard, finished, given,
    hidden_checks, lab_list, left_by, meanwhile, missing, near_miss, opening, own_code, par, points, prediction,
    request, result, shown, spoken_task, stacked_bars, step, task, typed_in, unprepared, way_bars, ways,
};
pub use plan::{date, plan, readiness, recalls};
pub use proof::{OptionProof, are_of_one_unit, proof, stacked};
pub use question::{documentation, feedback, question, reasons, session_summary, stem, verdict};
pub use tour::TOUR;

/// Where a name stands among others: by the numbers it begins with, `1.1.5` before `1.1.13`, then by its letters; one
/// without a number comes last.
pub(super) fn in_order(name: &str) -> (Vec<u32>, String) {
    let numbers = name.split_whitespace().next().unwrap_or_default().split('.').map_while(|part| part.parse().ok());
    let numbers: Vec<u32> = numbers.collect();
    (if numbers.is_empty() { vec![u32::MAX] } else { numbers }, name.to_owned())
}

/// The number and the words of an exam skill; of one that the library has no words for, that it is another: a bare number
/// says nothing to a learner.
#[must_use]
pub fn skill(library: &Library, skill: &str) -> String {
    if library.skills.contains_key(skill) { library.skill_title(skill) } else { "Other skills".to_owned() }
}

/// The beginning of a question's scenario in one line, for lists.
#[must_use]
pub fn excerpt(stem: &str) -> String {
    stem.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a count with its noun: `1 item`, `12 items`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", grouped(count as u64))
}

/// A heading with a blank line before it.
fn heading(text: &str) -> [Line; 2] {
    [Line::blank(), Line::of(Role::Title, text)]
}

/// A text of several lines as it is, behind a lead; its further lines are indented, so that none passes for a line of this
/// program.
#[must_use]
pub fn indented(lead: &str, text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(|line| format!("    {}", line.trim_end())).collect();
    if let Some(first) = lines.first_mut() {
        first.replace_range(..4, lead);
    }
    lines
}

/// Something wrong with a content file; what is wrong may take several lines.
#[must_use]
pub fn problem(problem: &Problem) -> Vec<String> {
    let file = safe_text::line(&problem.file).into_owned();
    indented("", &Problem { file, ..problem.clone() }.to_string())
}
