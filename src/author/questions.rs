//! What is wrong with a question's proof: its options are tried, and what must be seen is looked for.

use crate::content::limits::MOST_PROBLEMS;
use crate::content::{Library, Problem};
use crate::lab::{Proofs, Stopped, Work};

/// The least share of questions with a proof, in percent.
const LEAST_PROVED: usize = 80;
/// Below this many questions the share says nothing.
const ENOUGH: usize = 20;

/// Everything that is wrong with the proofs of a library's questions, up to a number of problems. What is run to find out
/// counts as a part of `work`.
pub(super) fn problems(library: &Library, work: &Work) -> Vec<Problem> {
    let mut proofs = Proofs::working_on(work);
    let mut problems = Vec::new();
    for question in &library.questions {
        if problems.len() >= MOST_PROBLEMS {
            break;
        }
        let mut report = |message: String| {
            problems.push(Problem::error(&question.file, question.line, format!("{}: {message}", question.id)));
        };
        for option in question.options.iter().filter(|option| !option.tries.is_empty()) {
            if option.sees.is_empty() {
                report(format!("an option that is tried says what must be seen (sees): {}", option.text));
            }
            match proofs.try_option(library, question, option) {
                Ok(tried) => tried.faults.into_iter().for_each(|fault| report(format!("{}: {fault}", option.text))),
                Err(error) => report(error),
            }
        }
        if work.is_spent() {
            report(format!(
                "{}; neither this question nor what comes behind it was tried to its end",
                Stopped::NothingLeft
            ));
            return problems;
        }
        match (question.is_proved(), &question.unproved) {
            (false, None) => {
                report("its right option is tried (try, sees), or unproved says why it cannot be".to_owned());
            }
            (true, Some(_)) => report("it is proved, and unproved says that it is not".to_owned()),
            _ => {}
        }
    }
    let (all, proved) =
        (library.questions.len(), library.questions.iter().filter(|question| question.is_proved()).count());
    if all >= ENOUGH && proved * 100 < all * LEAST_PROVED {
        let message = format!("{proved} of {all} questions are proved; at least {LEAST_PROVED}% must be");
        problems.push(Problem::error("questions", 1, message));
    }
    problems
}
