//! An exam a line at a time: any order, flags, a review page, and feedback at the end.

use std::io;

use super::quiz::{save, save_session};
use super::{Console, WIDTH};
use crate::app::text;
use crate::clock::{Clock, Timestamp};
use crate::content::Library;
use crate::progress::Store;
use crate::quiz::Session;

/// How an exam conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sat {
    /// To the end: it is graded and saved.
    Ended,
    /// The learner left, or the input ended; it can be gone on with.
    Paused,
}

/// An exam on the console. `id` is that of an exam that was left before.
///
/// # Errors
/// The console cannot be read or written.
pub fn exam(
    session: &mut Session,
    mut id: Option<i64>,
    library: &Library,
    store: &mut Store,
    clock: &dyn Clock,
    console: &mut Console<'_>,
) -> io::Result<Sat> {
    console.say(
        "(A letter answers and goes on. n, <: next, back; 7: question 7; *: flag; r: review page; end: hand in; q: pause)",
    )?;
    let mut since = clock.now();
    show(session, console)?;
    while !session.is_ended() {
        let line = console.question(&format!("\n{} left. ", text::minutes(session.left().unwrap_or_default())))?;
        elapse(session, &mut since, clock);
        let Some(line) = line.filter(|_| !session.is_ended()) else { break };
        if matches!(line.trim(), "q" | "quit" | "exit") {
            break;
        }
        let next = said(line.trim(), session, console)?;
        // What was answered is on disk before it is acknowledged. An exam that has ended is so once its answers are saved.
        if !session.is_ended() {
            id = kept(store, session, id, clock, console)?;
        }
        match next {
            Next::Question => show(session, console)?,
            Next::Review => review(session, console)?,
            Next::Nothing => {}
        }
    }
    if !session.is_ended() {
        kept(store, session, id, clock, console)?;
        console.say(format_args!("Paused with {} left; dynadrill exam goes on with it.", left(session)))?;
        return Ok(Sat::Paused);
    }
    hand_in(session, id, library, store, clock, console)?;
    Ok(Sat::Ended)
}

/// Saves where the exam stands; answers with the id it is saved under.
fn kept(
    store: &mut Store,
    session: &Session,
    id: Option<i64>,
    clock: &dyn Clock,
    console: &mut Console<'_>,
) -> io::Result<Option<i64>> {
    let saved = save_session(store, session, id, clock);
    if saved.is_none() {
        console.say("Where you stand could not be saved.")?;
    }
    Ok(saved.or(id))
}

fn left(session: &Session) -> String {
    text::minutes(session.left().unwrap_or_default())
}

/// Counts the time since the last line; while the program is not running no time passes.
fn elapse(session: &mut Session, since: &mut Timestamp, clock: &dyn Clock) {
    let now = clock.now();
    session.elapse(now.millis_since(*since));
    *since = now;
}

/// What is shown after a line.
enum Next {
    Question,
    Review,
    /// What there was to say has been said.
    Nothing,
}

/// Does what a line asks for; answers with what is to be shown once it is saved.
fn said(line: &str, session: &mut Session, console: &mut Console<'_>) -> io::Result<Next> {
    let at = session.position();
    match line {
        "n" | "next" | "" => session.go(at + 1),
        // Words and signs: a letter may be an option's.
        "back" | "<" => session.go(at.saturating_sub(1)),
        "flag" | "*" => session.flag(),
        "r" | "review" => return Ok(Next::Review),
        "end" => return end(session, console).map(|()| Next::Nothing),
        number if number.parse::<usize>().is_ok() => {
            let place = number.parse::<usize>().unwrap_or_default();
            if place == 0 || place > session.len() {
                console.say(format_args!("Expected a question from 1 to {}, found {place}.", session.len()))?;
                return Ok(Next::Nothing);
            }
            session.go(place - 1);
        }
        answer => {
            let Some(asked) = session.current() else { return Ok(Next::Nothing) };
            match asked.read_answer(answer) {
                Ok(given) => session.answer(given),
                Err(error) => {
                    console.say(error)?;
                    return Ok(Next::Nothing);
                }
            }
            if session.blanks().is_empty() {
                return Ok(Next::Review);
            }
        }
    }
    Ok(Next::Question)
}

/// Hands in, after a question if there are blanks.
fn end(session: &mut Session, console: &mut Console<'_>) -> io::Result<()> {
    let blanks = session.blanks().len();
    if blanks > 0 {
        let question = format!("{blanks} without an answer count as wrong. Type end again to hand in: ");
        let again = console.question(&question)?;
        if again.is_none_or(|again| again.trim() != "end") {
            return console.say("Not handed in.");
        }
    }
    session.end();
    Ok(())
}

fn review(session: &Session, console: &mut Console<'_>) -> io::Result<()> {
    console.print(&text::review_page(session))?;
    console.say("A number goes to that question; end hands in.")
}

fn show(session: &Session, console: &mut Console<'_>) -> io::Result<()> {
    let Some(asked) = session.current() else { return Ok(()) };
    console.print(&[String::new(), text::exam_head(session), String::new()])?;
    console.print(&text::question(asked, WIDTH))?;
    let given = session.given(session.position()).map(|given| text::letters(asked, &given.chosen));
    console.print(&given.map(|letters| format!("  Your answer so far: {letters}")).into_iter().collect::<Vec<_>>())
}

/// Saves every answer, blanks as wrong ones, and tells how it went.
fn hand_in(
    session: &Session,
    id: Option<i64>,
    library: &Library,
    store: &mut Store,
    clock: &dyn Clock,
    console: &mut Console<'_>,
) -> io::Result<()> {
    for (asked, graded) in session.results() {
        if let Err(error) = save(store, asked, &graded, session.purpose().name(), clock) {
            console.say(format_args!("An answer could not be saved: {error}"))?;
        }
    }
    save_session(store, session, id, clock);
    console.print(&text::exam_report(session, library, WIDTH))
}
