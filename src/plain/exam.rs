//! An exam a line at a time: any order, flags, a review page, and feedback at the end.

use std::io;

use super::{Console, WIDTH};
use crate::app::text;
use crate::clock::Stopwatch;
use crate::content::Library;
use crate::progress::Held;
use crate::quiz::Session;
use crate::records::{Outcome, Records};

/// How an exam conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sat {
    /// To the end: it is graded and saved.
    Ended,
    /// The learner left, or the input ended; it can be resumed.
    Paused,
}

/// An exam on the console. `held` is what the next save of it needs, if it was left before.
///
/// # Errors
/// The console cannot be read or written.
pub fn exam(
    session: &mut Session,
    held: Option<Held>,
    library: &Library,
    records: &mut Records<'_>,
    console: &mut Console<'_>,
) -> io::Result<Sat> {
    writeln!(
        console.talk,
        "(A letter answers and goes on. n, <: next, back; 7: question 7; *: flag; r: review page; end: hand in; q: pause)"
    )?;
    let mut watch = Stopwatch::start(records.clock);
    let mut exam = Exam { session, held, records };
    // Once the time is over the exam is handed in; if that fails, it is the learner who tries again.
    let mut is_tried = false;
    show(exam.session, console)?;
    loop {
        let next = if exam.session.is_over() && !is_tried {
            Next::HandIn
        } else {
            let prompt = if exam.session.is_over() { "The time is over; end hands in, q leaves. " } else { "left. " };
            let line = console.question(&format!("\n{} {prompt}", left(exam.session)))?;
            // What passes between two prompts counts. A computer that sleeps lets no time pass (on Windows it does).
            exam.session.elapse(watch.lap(exam.records.clock));
            match line.as_deref().map(str::trim) {
                // An answer that is typed too late is not counted.
                None | Some("q" | "quit" | "exit") if !exam.session.is_over() || is_tried => break,
                Some(line) if !exam.session.is_over() => said(line, exam.session, console)?,
                _ => Next::HandIn,
            }
        };
        is_tried = exam.session.is_over();
        // What was answered is on disk before it is acknowledged. An exam has ended once all its answers are.
        let kept = if matches!(next, Next::HandIn) { exam.hand_in(console)? } else { exam.keep(console)? };
        match (kept, next) {
            (Kept::Ended, _) => {
                console.print(&text::exam_report(exam.session, library, WIDTH))?;
                return Ok(Sat::Ended);
            }
            (Kept::Elsewhere, _) | (_, Next::Question) => show(exam.session, console)?,
            (_, Next::Review) => review(exam.session, console)?,
            (_, Next::HandIn | Next::Nothing) => {}
        }
    }
    match exam.keep(console)? {
        Kept::Here => writeln!(console.talk, "Paused with {} left; dynadrill exam resumes it.", left(exam.session))?,
        Kept::Elsewhere => writeln!(console.talk, "Paused as the other window left it.")?,
        Kept::Unsaved => writeln!(console.talk, "Left. What was saved before can be resumed with dynadrill exam.")?,
        Kept::Ended => {}
    }
    Ok(Sat::Paused)
}

/// An exam on the console.
struct Exam<'a, 'b> {
    session: &'a mut Session,
    held: Option<Held>,
    records: &'a mut Records<'b>,
}

/// What came of saving an exam.
enum Kept {
    /// It is saved.
    Here,
    /// Another window had saved it first: it stands as it was saved there.
    Elsewhere,
    /// It has ended, and all its answers are saved.
    Ended,
    /// It could not be saved, which has been said.
    Unsaved,
}

impl Exam<'_, '_> {
    /// Saves where the exam stands.
    fn keep(&mut self, console: &mut Console<'_>) -> io::Result<Kept> {
        let session = self.session.clone();
        self.save(session, "Where you stand could not be saved", console)
    }

    /// Ends the exam with all its answers, or not at all.
    fn hand_in(&mut self, console: &mut Console<'_>) -> io::Result<Kept> {
        let mut ended = self.session.clone();
        ended.end();
        self.save(ended, "The exam could not be handed in and is still open; end tries again", console)
    }

    fn save(&mut self, session: Session, failure: &str, console: &mut Console<'_>) -> io::Result<Kept> {
        match self.records.save(&session, self.held) {
            Ok(Outcome::Saved(held)) => {
                (*self.session, self.held) = (session, Some(held));
                Ok(if self.session.is_ended() { Kept::Ended } else { Kept::Here })
            }
            Ok(Outcome::Newer(session, held)) => {
                writeln!(console.talk, "This exam was continued in another window; it goes on from there.")?;
                (*self.session, self.held) = (*session, Some(held));
                Ok(Kept::Elsewhere)
            }
            Ok(Outcome::Ended(session)) => {
                writeln!(console.talk, "This exam was handed in from another window; nothing is counted twice.")?;
                *self.session = *session;
                Ok(Kept::Ended)
            }
            Err(error) => {
                writeln!(console.talk, "{failure} ({error}).")?;
                Ok(Kept::Unsaved)
            }
        }
    }
}

fn left(session: &Session) -> String {
    text::minutes(session.left().unwrap_or_default())
}

/// What is shown after a line.
enum Next {
    Question,
    Review,
    /// The report, once the exam is handed in.
    HandIn,
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
        "end" => return end(session, console),
        number if number.parse::<usize>().is_ok() => {
            let place = number.parse::<usize>().unwrap_or_default();
            if place == 0 || place > session.len() {
                writeln!(console.talk, "Expected a question from 1 to {}, found {place}.", session.len())?;
                return Ok(Next::Nothing);
            }
            session.go(place - 1);
        }
        answer => {
            let Some(asked) = session.current() else { return Ok(Next::Nothing) };
            match asked.read_answer(answer) {
                Ok(given) => session.answer(given),
                Err(error) => {
                    writeln!(console.talk, "{error}")?;
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
fn end(session: &Session, console: &mut Console<'_>) -> io::Result<Next> {
    let blanks = session.blanks().len();
    if blanks > 0 {
        let question = format!("{blanks} without an answer count as wrong. Type end again to hand in: ");
        let again = console.question(&question)?;
        if again.is_none_or(|again| again.trim() != "end") {
            writeln!(console.talk, "Not handed in.")?;
            return Ok(Next::Nothing);
        }
    }
    Ok(Next::HandIn)
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

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use super::*;
    use crate::clock::{Clock, Timestamp, VirtualClock};
    use crate::content::{self, Source};
    use crate::progress::Store;
    use crate::quiz::{Selection, select};

    /// A computer whose date is another matter than the time that passes.
    #[derive(Clone, Debug)]
    struct Computer {
        date: VirtualClock,
        awake: VirtualClock,
    }

    impl Computer {
        fn new() -> Self {
            Self { date: VirtualClock::new(VirtualClock::LAB_START), awake: VirtualClock::new(Timestamp::default()) }
        }
    }

    impl Clock for Computer {
        fn now(&self) -> Timestamp {
            self.date.now()
        }

        fn monotonic(&self) -> u64 {
            self.awake.monotonic()
        }
    }

    /// A learner who types lines; something happens before each.
    struct Learner<'a, F: FnMut(&str)> {
        lines: std::slice::Iter<'a, &'a str>,
        before: F,
    }

    impl<F: FnMut(&str)> Read for Learner<'_, F> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some(line) = self.lines.next() else { return Ok(0) };
            (self.before)(line);
            let line = format!("{line}\n");
            buffer[..line.len()].copy_from_slice(line.as_bytes());
            Ok(line.len())
        }
    }

    /// An exam of 20 questions in a minute: how it ended, where it stands, and all that was printed.
    fn sit(
        home: &std::path::Path,
        clock: &Computer,
        lines: &[&str],
        before: impl FnMut(&str),
    ) -> (Sat, Session, String) {
        let library = content::load(&Source::Embedded).0;
        let questions = select(&library.questions, &Selection { count: 20, seed: 7, ..Selection::default() }, None);
        let mut session = Session::exam(&questions, 7, 60_000);
        let (mut store, _) = Store::open(home, clock.now());
        let find = |id: &str| library.question(id).cloned();
        let mut records = Records { store: &mut store, clock, find: &find };
        let (mut output, mut talk) = (Vec::new(), Vec::new());
        let mut input = BufReader::new(Learner { lines: lines.iter(), before });
        let mut console = Console::new(&mut input, &mut output, &mut talk);
        let sat = exam(&mut session, None, &library, &mut records, &mut console).unwrap();
        output.extend(talk);
        (sat, session, String::from_utf8(output).unwrap())
    }

    fn answers_in(home: &std::path::Path) -> u64 {
        Store::open(home, Timestamp::default()).0.summary().unwrap().all.answers
    }

    #[test]
    fn a_date_that_is_set_back_and_forth_takes_no_time_of_an_exam() {
        let (home, clock) = (tempfile::tempdir().unwrap(), Computer::new());
        let (sat, session, told) = sit(home.path(), &clock, &["n", "n", "q"], |_| {
            clock.awake.advance_millis(10_000);
            clock.date.set(if clock.date.now() == VirtualClock::LAB_START {
                Timestamp::from_millis(0)
            } else {
                VirtualClock::LAB_START
            });
        });
        assert_eq!((sat, session.left()), (Sat::Paused, Some(30_000)));
        assert!(told.contains("Paused with 0:30 left"), "{told}");
    }

    #[test]
    fn an_answer_after_the_time_does_not_count_and_the_exam_is_handed_in() {
        let (home, clock) = (tempfile::tempdir().unwrap(), Computer::new());
        let lines = ["n", "A", "A", "A"];
        let (sat, session, told) = sit(home.path(), &clock, &lines, |line| {
            if line == "A" {
                clock.awake.advance_millis(60_000);
            }
        });
        assert_eq!((sat, session.answered(), answers_in(home.path())), (Sat::Ended, 0, 20));
        assert!(told.contains("20 were left blank"), "{told}");
    }

    #[test]
    fn a_hand_in_that_fails_leaves_the_exam_open_and_works_the_next_time() {
        let (home, clock) = (tempfile::tempdir().unwrap(), Computer::new());
        drop(Store::open(home.path(), clock.now()));
        let file = rusqlite::Connection::open(home.path().join("progress.db")).unwrap();
        let full = "CREATE TRIGGER full BEFORE INSERT ON answers WHEN (SELECT COUNT(*) FROM answers) > 9
            BEGIN SELECT RAISE(ABORT, 'no room'); END";
        file.execute_batch(full).unwrap();
        let (sat, session, told) = sit(home.path(), &clock, &["end", "end", "r", "end", "end"], |line| {
            if line == "r" {
                assert_eq!(answers_in(home.path()), 0);
                file.execute_batch("DROP TRIGGER full").unwrap();
            }
        });
        assert!(told.contains("is still open; end tries again (no room)"), "{told}");
        assert_eq!((sat, session.is_ended(), answers_in(home.path())), (Sat::Ended, true, 20));
    }

    #[test]
    fn what_is_not_saved_is_not_called_paused() {
        let (home, clock) = (tempfile::tempdir().unwrap(), Computer::new());
        drop(Store::open(home.path(), clock.now()));
        let file = rusqlite::Connection::open(home.path().join("progress.db")).unwrap();
        let full = "CREATE TRIGGER full BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'no room'); END";
        file.execute_batch(full).unwrap();
        let (sat, _, told) = sit(home.path(), &clock, &["n", "q"], |_| {});
        assert_eq!(sat, Sat::Paused);
        assert!(!told.contains("Paused") && told.contains("could not be saved (no room)"), "{told}");
    }

    #[test]
    fn an_exam_whose_time_is_over_is_left_by_q_if_it_cannot_be_saved() {
        let (home, clock) = (tempfile::tempdir().unwrap(), Computer::new());
        drop(Store::open(home.path(), clock.now()));
        let file = rusqlite::Connection::open(home.path().join("progress.db")).unwrap();
        let full = "CREATE TRIGGER full BEFORE INSERT ON answers BEGIN SELECT RAISE(ABORT, 'no room'); END";
        file.execute_batch(full).unwrap();
        let (sat, session, told) = sit(home.path(), &clock, &["n", "n", "q", "nothing more is read"], |_| {
            clock.awake.advance_millis(40_000);
        });
        assert_eq!((sat, session.left()), (Sat::Paused, Some(0)));
        assert!(told.contains("The time is over; end hands in, q leaves."), "{told}");
    }
}
