//! Lines of text for everything that is said, the same for screens and for plain mode.
//!
//! Each function turns data into [`Line`]s, without a width: they are broken where they are drawn. Questions, exams,
//! labs, plans and proofs have files of their own; [`code`] gives code its roles.

use super::line::{Line, Role};

pub mod code;
mod exam;
mod lab;
mod plan;
mod proof;
mod question;

pub use crate::lab::{amounts, meter};
pub use exam::{letters, minutes, report, review_page};
pub use lab::{
    about, checklist, completed, cost, finished, given, lab_list, near_miss, opening, request, result, shown, step,
    task, ways,
};
pub use plan::{date, plan, readiness};
pub use proof::{Part, proof, stacked};
pub use question::{documentation, feedback, question, reasons, session_summary, stem, verdict};

/// Where a name stands among others: by the numbers it begins with, `1.1.5` before `1.1.13`, then by its letters.
fn in_order(name: &str) -> (Vec<u32>, String) {
    let numbers = name.split_whitespace().next().unwrap_or_default().split('.').map_while(|part| part.parse().ok());
    (numbers.collect(), name.to_owned())
}

/// Returns a count with its noun: `1 item`, `12 items`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", crate::engine::capacity::grouped(count as u64))
}

/// A heading with a blank line before it.
fn heading(text: &str) -> [Line; 2] {
    [Line::blank(), Line::of(Role::Title, text)]
}
