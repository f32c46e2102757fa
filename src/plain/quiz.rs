//! Questions a line at a time, each graded at once, with their proofs on demand.

use std::io;

use super::{Console, WIDTH};
use crate::app::text;
use crate::content::Library;
use crate::lab::Proofs;
use crate::progress::Held;
use crate::quiz::{Asked, Given, Graded, Session};
use crate::records::{Outcome, Records};

/// What is typed where an answer is expected.
enum Typed {
    Answer(Given),
    /// The proof of the question before.
    Proof,
    /// The learner leaves, or the input has ended.
    Quit,
}

/// What came of a question.
enum Turn {
    /// It was answered, and the answer is saved.
    Answered(Graded),
    /// Another window was faster: the session stands elsewhere now.
    Elsewhere,
    /// The learner leaves, or the input has ended.
    Quit,
}

/// A quiz on the console.
struct Quiz<'a, 'b> {
    session: &'a mut Session,
    held: Option<Held>,
    library: &'a Library,
    records: &'a mut Records<'b>,
    proofs: Proofs,
    /// The question that was answered last.
    before: Option<(Asked, Graded)>,
}

/// Asks the questions of a session one by one; `held` is what the next save of it needs, if it was left before. Each
/// answer is saved before its feedback is shown; one that cannot be saved is not counted and may be given again.
///
/// # Errors
/// The console cannot be read or written.
pub fn quiz(
    session: &mut Session,
    held: Option<Held>,
    library: &Library,
    records: &mut Records<'_>,
    console: &mut Console<'_>,
) -> io::Result<()> {
    let mut quiz = Quiz { session, held, library, records, proofs: Proofs::new(), before: None };
    while let Some(asked) = quiz.session.current().cloned() {
        let topic = library.topic_title(&asked.question.topic);
        let title = format!("Question {} of {}   {topic}", quiz.session.position() + 1, quiz.session.len());
        console.print(&[title, String::new()])?;
        console.print(&text::question(&asked, WIDTH))?;
        match quiz.turn(&asked, console)? {
            Turn::Answered(graded) => {
                console.print(&text::feedback(&asked, &graded, library, WIDTH))?;
                console.print(&[String::new()])?;
                quiz.before = Some((asked, graded));
            }
            Turn::Elsewhere => {}
            Turn::Quit => break,
        }
    }
    if quiz.before.as_ref().is_some_and(|(asked, _)| asked.question.is_proved()) && quiz.session.is_ended() {
        while let Some(line) = console.question("\nEnter ends; p runs the last question's proof: ")? {
            if line.trim() != "p" {
                break;
            }
            quiz.prove(console)?;
        }
    }
    console.print(&text::session_summary(quiz.session))
}

impl Quiz<'_, '_> {
    /// Reads and saves the answer to a question.
    fn turn(&mut self, asked: &Asked, console: &mut Console<'_>) -> io::Result<Turn> {
        loop {
            let given = match typed(asked, console)? {
                Typed::Answer(given) => given,
                Typed::Quit => return Ok(Turn::Quit),
                Typed::Proof => {
                    self.prove(console)?;
                    continue;
                }
            };
            let graded = asked.grade(&given);
            let mut after = self.session.clone();
            after.answer(given);
            match self.records.answer(&after, self.held, asked, &graded) {
                Ok(Outcome::Saved(held)) => {
                    (*self.session, self.held) = (after, Some(held));
                    return Ok(Turn::Answered(graded));
                }
                Ok(Outcome::Newer(session, held)) => {
                    writeln!(console.talk, "This quiz was continued in another window; it goes on from there.\n")?;
                    (*self.session, self.held) = (*session, Some(held));
                    return Ok(Turn::Elsewhere);
                }
                Ok(Outcome::Ended(session)) => {
                    writeln!(console.talk, "This quiz was ended in another window.\n")?;
                    *self.session = *session;
                    return Ok(Turn::Elsewhere);
                }
                Err(error) => {
                    writeln!(console.talk, "The answer could not be saved ({error}); it may be given again.")?;
                }
            }
        }
    }

    /// Runs the proof of the question that was answered last: the tempting option and the right one, side by side.
    fn prove(&mut self, console: &mut Console<'_>) -> io::Result<()> {
        let Some((asked, graded)) = &self.before else {
            return writeln!(console.talk, "Nothing is answered yet: p runs the proof of the question before.");
        };
        if let Err(error) = self.records.proof(&asked.question) {
            writeln!(console.talk, "That you saw the proof could not be saved: {error}")?;
        }
        console.print(&text::proof(asked, graded, &mut self.proofs, self.library, WIDTH))
    }
}

/// Reads lines until one is understood.
fn typed(asked: &Asked, console: &mut Console<'_>) -> io::Result<Typed> {
    loop {
        let Some(line) = console.question(&format!("\n{}", text::wanted(asked)))? else { return Ok(Typed::Quit) };
        match line.trim() {
            "q" | "Q" | "quit" | "exit" => return Ok(Typed::Quit),
            "p" | "P" | "proof" => return Ok(Typed::Proof),
            answer => match asked.read_answer(answer) {
                Ok(given) => return Ok(Typed::Answer(given)),
                Err(error) => writeln!(console.talk, "{error}")?,
            },
        }
    }
}
