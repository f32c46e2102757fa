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
    writeln!(
        console.talk,
        "(A letter answers and goes on. n, <: next, back; 7: question 7; *: flag; r: review page; end: hand in; q: pause)"
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
        said(line.trim(), session, console)?;
        id = save_session(store, session, id, clock).or(id);
    }
    if !session.is_ended() {
        save_session(store, session, id, clock);
        writeln!(console.talk, "Paused with {} left; dynadrill exam goes on with it.", left(session))?;
        return Ok(Sat::Paused);
    }
    hand_in(session, id, library, store, clock, console)?;
    Ok(Sat::Ended)
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

/// Does what a line asks for.
fn said(line: &str, session: &mut Session, console: &mut Console<'_>) -> io::Result<()> {
    let at = session.position();
    match line {
        "n" | "next" | "" => session.go(at + 1),
        // Words and signs: a letter may be an option's.
        "back" | "<" => session.go(at.saturating_sub(1)),
        "flag" | "*" => session.flag(),
        "r" | "review" => return review(session, console),
        "end" => return end(session, console),
        number if number.parse::<usize>().is_ok() => {
            let place = number.parse::<usize>().unwrap_or_default();
            if place == 0 || place > session.len() {
                return writeln!(console.talk, "Expected a question from 1 to {}, found {place}.", session.len());
            }
            session.go(place - 1);
        }
        answer => {
            let Some(asked) = session.current() else { return Ok(()) };
            match asked.read_answer(answer) {
                Ok(given) => session.answer(given),
                Err(error) => return writeln!(console.talk, "{error}"),
            }
            if session.blanks().is_empty() {
                return review(session, console);
            }
        }
    }
    show(session, console)
}

/// Hands in, after a question if there are blanks.
fn end(session: &mut Session, console: &mut Console<'_>) -> io::Result<()> {
    let blanks = session.blanks().len();
    if blanks > 0 {
        let question = format!("{blanks} without an answer count as wrong. Type end again to hand in: ");
        let again = console.question(&question)?;
        if again.is_none_or(|again| again.trim() != "end") {
            return writeln!(console.talk, "Not handed in.");
        }
    }
    session.end();
    Ok(())
}

fn review(session: &Session, console: &mut Console<'_>) -> io::Result<()> {
    console.print(&text::review_page(session))?;
    writeln!(console.talk, "A number goes to that question; end hands in.")
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
            writeln!(console.talk, "An answer could not be saved: {error}")?;
        }
    }
    save_session(store, session, id, clock);
    console.print(&text::exam_report(session, library, WIDTH))
}
