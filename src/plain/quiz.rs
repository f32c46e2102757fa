//! Questions a line at a time, each graded at once, with their proofs on demand.

use std::io;

use super::{Console, WIDTH};
use crate::app::text;
use crate::clock::Clock;
use crate::content::Library;
use crate::lab::Proofs;
use crate::progress::{Answer, Store};
use crate::quiz::{Asked, Given, Graded, Session};

/// What is typed where an answer is expected.
enum Typed {
    Answer(Given),
    /// The proof of the question before.
    Proof,
    /// The learner leaves, or the input has ended.
    Quit,
}

/// Asks the questions of a session one by one; `id` is that of a session that was left before. Each answer is saved before its feedback is shown; a session that is left
/// can be gone on with.
///
/// # Errors
/// The console cannot be read or written.
pub fn quiz(
    session: &mut Session,
    mut id: Option<i64>,
    library: &Library,
    store: &mut Store,
    clock: &dyn Clock,
    console: &mut Console<'_>,
) -> io::Result<()> {
    let total = session.len();
    let (mut proofs, mut before): (Proofs, Option<(Asked, Graded)>) = (Proofs::new(), None);
    while let Some(asked) = session.current().cloned() {
        let topic = library.topic_title(&asked.question.topic);
        let head = format!("Question {} of {total}   {topic}", session.position() + 1);
        console.print(&[head, String::new()])?;
        console.print(&text::question(&asked, WIDTH))?;
        let given = loop {
            match typed(&asked, console)? {
                Typed::Answer(given) => break Some(given),
                Typed::Quit => break None,
                Typed::Proof => prove(before.as_ref(), &mut proofs, library, store, clock, console)?,
            }
        };
        let Some(given) = given else { break };
        let graded = asked.grade(&given);
        if let Err(error) = save(store, &asked, &graded, session.purpose().name(), clock) {
            console.say(format_args!("The answer could not be saved: {error}"))?;
        }
        session.answer(given);
        id = save_session(store, session, id, clock).or(id);
        console.print(&text::feedback(&asked, &graded, library, WIDTH))?;
        console.print(&[String::new()])?;
        before = Some((asked, graded));
    }
    if before.as_ref().is_some_and(|(asked, _)| asked.question.is_proved()) && session.is_ended() {
        while let Some(line) = console.question("\nEnter ends; p runs the last question's proof: ")? {
            if line.trim() != "p" {
                break;
            }
            prove(before.as_ref(), &mut proofs, library, store, clock, console)?;
        }
    }
    console.print(&text::session_summary(session))
}

/// Runs the proof of an answered question: the tempting option and the right one, side by side.
fn prove(
    answered: Option<&(Asked, Graded)>,
    proofs: &mut Proofs,
    library: &Library,
    store: &mut Store,
    clock: &dyn Clock,
    console: &mut Console<'_>,
) -> io::Result<()> {
    let Some((asked, graded)) = answered else {
        return console.say("Nothing is answered yet: p runs the proof of the question before.");
    };
    let question = &asked.question;
    if let Err(error) = store.record_proof(&question.id, question.family_name(), clock.now()) {
        console.say(format_args!("That you saw the proof could not be saved: {error}"))?;
    }
    console.print(&text::proof(asked, graded, proofs, library, WIDTH))
}

/// Saves an answer with the traps that were chosen.
///
/// # Errors
/// SQLite cannot write.
pub fn save(store: &mut Store, asked: &Asked, graded: &Graded, mode: &str, clock: &dyn Clock) -> Result<(), String> {
    let chosen = graded.chosen.iter().filter_map(|at| asked.shown.get(*at));
    let traps: Vec<&str> = chosen.filter_map(|shown| shown.option.trap.as_deref()).collect();
    let question = &asked.question;
    let answer = Answer {
        at: clock.now(),
        question: &question.id,
        family: question.family_name(),
        topic: &question.topic,
        pattern: &question.pattern_name(),
        chosen: &graded.places,
        correct: graded.correct,
        traps: &traps,
        mode,
        confidence: graded.confidence.map_or("", |confidence| confidence.name()),
        is_verified: !question.is_imported(),
    };
    store.record_answer(&answer).map_err(|error| error.to_string())
}

/// Saves where a session stands; answers with its id, if it could be saved.
pub fn save_session(store: &mut Store, session: &Session, id: Option<i64>, clock: &dyn Clock) -> Option<i64> {
    let state = serde_json::to_string(&session.saved()).ok()?;
    store.save_session(id, session.purpose().name(), &state, session.is_ended(), clock.now()).ok()
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
                Err(error) => console.say(error)?,
            },
        }
    }
}
