//! What is wrong with a question's proof: its options are tried, and what must be seen is looked for.

use crate::content::limits::MOST_PROBLEMS;
use crate::content::{Library, Problem};
use crate::lab::{Proofs, Stopped, Work};

/// What came of trying the wrong options of a bank.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tries {
    /// Wrong options that are requests.
    pub wrong: usize,
    /// Those of them that run as they stand: they are wrong for their stem, not by themselves.
    pub wrong_that_run: usize,
}

/// Everything that is wrong with the proofs of a library's questions, up to a number of problems, and what came of trying
/// wrong options. What is run to find out counts as a part of `work`.
pub(super) fn problems(library: &Library, work: &Work) -> (Vec<Problem>, Tries) {
    let mut proofs = Proofs::working_on(work);
    let mut problems = Vec::new();
    let mut outcome = Tries::default();
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
                Ok(tried) => {
                    if !option.correct {
                        outcome.wrong += 1;
                        outcome.wrong_that_run += usize::from(tried.lines.iter().all(|line| line.is_valid));
                    }
                    tried.faults.into_iter().for_each(|fault| report(format!("{}: {fault}", option.text)));
                }
                Err(error) => report(error),
            }
        }
        if work.is_spent() {
            report(format!(
                "{}; neither this question nor what comes behind it was tried to its end",
                Stopped::NothingLeft
            ));
            return (problems, outcome);
        }
        match (question.is_proved(), &question.unproved) {
            (false, None) => {
                report("its right option is tried (try, sees), or unproved says why it cannot be".to_owned());
            }
            (true, Some(_)) => report("it is proved, and unproved says that it is not".to_owned()),
            _ => {}
        }
    }
    (problems, outcome)
}
