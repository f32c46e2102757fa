//! An exam a line at a time: any order, flags, a review page, and feedback at the end.

use std::io;

use super::{Console, Talk, is_help, is_leaving};
use crate::app::line::{Line, Role};
use crate::app::message::{ExamMessage, Message, QuestionMessage};
use crate::app::screens::ExamScreen;
use crate::app::screens::exam::ExamPhase;
use crate::app::{Model, Screen, text};
use crate::clock::{Clock, Stopwatch};
use crate::desk::Desk;

/// What can be typed.
const HELP: &str = "A letter answers and goes on.
n    next question      <  the one before      7  question 7
*    flag               r  review page         ?  this
end  hand in            q  pause: the clock stops";

/// The exam of the screen that the model shows.
///
/// # Errors
/// The console cannot be read or written.
pub fn exam(model: &mut Model, desk: &mut Desk, clock: &dyn Clock, console: &mut Console<'_>) -> io::Result<()> {
    let mut talk = Talk::new(model, desk, console);
    talk.console.say_all(HELP)?;
    let mut watch = Stopwatch::start(clock);
    talk.show_question()?;
    while let Some(screen) = on(talk.model).filter(|screen| screen.is_running()) {
        let left = text::minutes(screen.session.left().unwrap_or_default());
        let line = talk.console.question(&format!("\n{left} left. "))?;
        // What passes between two prompts counts; a computer that sleeps lets no time pass (on Windows it does).
        talk.send(Message::Passed(watch.lap(clock)))?;
        talk.offer_again()?;
        let Some(line) = line.filter(|_| on(talk.model).is_some_and(ExamScreen::is_running)) else { break };
        if is_leaving(&line) {
            break;
        }
        talk.handle(line.trim())?;
    }
    let left = on(talk.model).and_then(|screen| screen.session.left()).unwrap_or_default();
    // Leaving saves it; if another window has ended it, it stays as a report.
    let mut is_saved = true;
    while on(talk.model).is_some_and(ExamScreen::is_running) {
        talk.send(Message::Back)?;
        is_saved &= !talk.has_failed;
    }
    let Some(screen) = on(talk.model) else {
        // What was not saved is not paused; why has been said.
        return talk.console.say(if is_saved {
            format!("Paused with {} left; dynadrill exam resumes it.", text::minutes(left))
        } else {
            "Left. What was saved before can be resumed with dynadrill exam.".to_owned()
        });
    };
    let lines = text::report(&screen.session, &talk.model.library, true);
    talk.console.lines(&lines)
}

/// The exam on screen.
fn on(model: &Model) -> Option<&ExamScreen> {
    if let Screen::Exam(screen) = model.screen() { Some(screen) } else { None }
}

impl Talk<'_, '_> {
    /// Does what a line asks for, and shows what comes next.
    fn handle(&mut self, line: &str) -> io::Result<()> {
        let (at, all) = on(self.model).map_or((0, 0), |screen| (screen.session.position(), screen.session.len()));
        match line {
            "n" | "next" | "" => self.send(Message::Exam(ExamMessage::Turn(1)))?,
            // Words and signs: a letter may be an option's.
            "back" | "<" => self.send(Message::Exam(ExamMessage::Turn(-1)))?,
            "flag" | "*" => self.send(Message::Question(QuestionMessage::Flag))?,
            "r" | "review" => return self.show_review(),
            "end" => return self.hand_in(),
            line if is_help(line) => return self.console.say_all(HELP),
            number if number.parse::<usize>().is_ok() => {
                let place = number.parse::<usize>().unwrap_or_default();
                if place == 0 || place > all {
                    return self.console.say(format!("Expected a question from 1 to {all}, found {place}."));
                }
                self.send(Message::Exam(ExamMessage::Go(place - 1)))?;
            }
            answer => {
                let Some(asked) = on(self.model).and_then(|screen| screen.session.current()).cloned() else {
                    return Ok(());
                };
                match asked.read_answer(answer) {
                    Ok(given) => {
                        // A hand-in that failed leaves the review page open.
                        if !on(self.model).is_some_and(|screen| matches!(screen.phase, ExamPhase::Asking(_))) {
                            self.send(Message::Exam(ExamMessage::Go(at)))?;
                        }
                        self.mark(&given)?;
                        // The last question stays; there is none after it.
                        if at + 1 < all {
                            self.send(Message::Exam(ExamMessage::Turn(1)))?;
                        }
                    }
                    Err(error) => return self.console.say(error.to_string()),
                }
                if on(self.model).is_some_and(|screen| screen.session.answered() == screen.session.len()) {
                    return self.show_review();
                }
            }
        }
        self.show_question()
    }

    /// Hands in, after a question if there are blanks.
    fn hand_in(&mut self) -> io::Result<()> {
        let blanks = on(self.model).map_or(0, |screen| screen.session.len() - screen.session.answered());
        self.send(Message::Exam(ExamMessage::HandIn))?;
        if blanks > 0 {
            let question = format!("{blanks} without an answer count as wrong. Type end again to hand in: ");
            let again = self.console.question(&question)?;
            if again.is_none_or(|again| again.trim() != "end") {
                self.send(Message::Exam(ExamMessage::Answer(false)))?;
                return self.console.say("Not handed in.");
            }
        }
        self.send(Message::Exam(ExamMessage::Answer(true)))?;
        self.offer_again()
    }

    /// Says what can be done about an exam that could not be handed in.
    fn offer_again(&mut self) -> io::Result<()> {
        if self.has_failed && on(self.model).is_some_and(ExamScreen::is_running) {
            return self.console.say("end tries again; q leaves.");
        }
        Ok(())
    }

    fn show_review(&mut self) -> io::Result<()> {
        if let Some(screen) = on(self.model) {
            self.console.lines(&text::review_page(&screen.session))?;
        }
        self.console.say("A number goes to that question; end hands in.")
    }

    fn show_question(&mut self) -> io::Result<()> {
        let Some(screen) = on(self.model).filter(|screen| matches!(screen.phase, ExamPhase::Asking(_))) else {
            return Ok(());
        };
        let session = &screen.session;
        let Some(asked) = session.current() else { return Ok(()) };
        let at = session.position();
        let flag = if session.is_flagged(at) { "   flagged" } else { "" };
        let left = text::minutes(session.left().unwrap_or_default());
        let answered = session.answered();
        let head = format!("Question {} of {}   {left} left   {answered} answered{flag}", at + 1, session.len());
        let mut lines = vec![Line::blank(), Line::of(Role::Title, head), Line::blank()];
        lines.extend(text::question(asked));
        let given = session.given(at).map(|given| text::letters(asked, &given.chosen));
        lines.extend(given.map(|letters| Line::text(format!("  Your answer so far: {letters}"))));
        self.console.lines(&lines)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};
    use std::sync::Arc;

    use super::*;
    use crate::clock::{Timestamp, VirtualClock};
    use crate::content::{self, Source};
    use crate::desk::screen_of;
    use crate::plain::quiz;
    use crate::progress::Store;
    use crate::quiz::{Purpose, Selection, Session, select};

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

    /// Has a conversation about a session of 20 questions, an exam of a minute or a quiz; returns all that was printed.
    fn converse(
        home: &std::path::Path,
        clock: &Computer,
        purpose: Purpose,
        lines: &[&str],
        before: impl FnMut(&str),
    ) -> String {
        let library = Arc::new(content::load(&Source::Embedded).0);
        let questions: Vec<_> = library.questions.iter().filter(|question| question.choose == 1).cloned().collect();
        let questions = select(&questions, &Selection { count: 20, seed: 7, ..Selection::default() }, None);
        let session = match purpose {
            Purpose::Exam => Session::exam(&questions, 7, 60_000),
            other => Session::new(other, &questions, 7),
        };
        let (store, _) = Store::open(home, clock.now());
        let mut desk = Desk::new(Arc::clone(&library), store, Arc::new(clock.clone()));
        let mut model = Model::new(library, desk.standing());
        model.show(screen_of(session, None));
        let (mut output, mut talk) = (Vec::new(), Vec::new());
        let mut input = BufReader::new(Learner { lines: lines.iter(), before });
        let mut console = Console::new(&mut input, &mut output, &mut talk);
        match purpose {
            Purpose::Exam => exam(&mut model, &mut desk, clock, &mut console).unwrap(),
            _ => quiz(&mut model, &mut desk, &mut console.interactive(true)).unwrap(),
        }
        output.extend(talk);
        String::from_utf8(output).unwrap()
    }

    fn sit(home: &std::path::Path, clock: &Computer, lines: &[&str], before: impl FnMut(&str)) -> String {
        converse(home, clock, Purpose::Exam, lines, before)
    }

    fn answers_in(home: &std::path::Path) -> u64 {
        Store::open(home, Timestamp::default()).0.summary().unwrap().all.answers
    }

    /// The progress file of a home, in which a table takes no more than so many rows: an index on the next
    /// one cannot be worked out.
    fn full(home: &std::path::Path, clock: &Computer, table: &str, rows: u32) -> rusqlite::Connection {
        drop(Store::open(home, clock.now()));
        let file = rusqlite::Connection::open(home.join("progress.db")).unwrap();
        let fails = "abs(-9223372036854775807 - 1 + 0 * id)";
        let full = format!("CREATE INDEX full ON {table} (CASE WHEN id > {rows} THEN {fails} END)");
        file.execute_batch(&full).unwrap();
        file
    }

    #[test]
    fn a_date_that_is_set_back_and_forth_takes_no_time_of_an_exam() {
        let (home, clock) = (tempfile::tempdir().unwrap(), Computer::new());
        let said = sit(home.path(), &clock, &["n", "n", "q"], |_| {
            clock.awake.advance_millis(10_000);
            let is_set_back = clock.date.now() != VirtualClock::LAB_START;
            clock.date.set(if is_set_back { VirtualClock::LAB_START } else { Timestamp::from_millis(0) });
        });
        assert!(said.contains("Paused with 0:30 left"), "{said}");
    }

    #[test]
    fn an_answer_after_the_time_does_not_count_and_the_exam_is_handed_in() {
        let (home, clock) = (tempfile::tempdir().unwrap(), Computer::new());
        let said = sit(home.path(), &clock, &["n", "A", "A", "A"], |line| {
            if line == "A" {
                clock.awake.advance_millis(60_000);
            }
        });
        assert_eq!(answers_in(home.path()), 20);
        assert!(said.contains("20 were left blank"), "{said}");
    }

    #[test]
    fn a_hand_in_that_fails_leaves_the_exam_open_and_works_the_next_time() {
        let (home, clock) = (tempfile::tempdir().unwrap(), Computer::new());
        let file = full(home.path(), &clock, "answers", 9);
        let said = sit(home.path(), &clock, &["end", "end", "A", "end", "end"], |line| {
            if line == "A" {
                assert_eq!(answers_in(home.path()), 0);
                file.execute_batch("DROP INDEX full").unwrap();
            }
        });
        assert!(said.contains("is still open (integer overflow)") && said.contains("end tries again"), "{said}");
        assert_eq!(answers_in(home.path()), 20);
        assert!(said.contains("19 were left blank"), "an answer counts that was given after it: {said}");
    }

    #[test]
    fn what_is_not_saved_is_not_called_paused() {
        let (home, clock) = (tempfile::tempdir().unwrap(), Computer::new());
        let _file = full(home.path(), &clock, "sessions", 0);
        let said = sit(home.path(), &clock, &["n", "q"], |_| {});
        assert!(!said.contains("Paused") && said.contains("could not be saved (integer overflow)"), "{said}");
    }

    #[test]
    fn an_exam_whose_time_is_over_is_left_by_q_if_it_cannot_be_saved() {
        let (home, clock) = (tempfile::tempdir().unwrap(), Computer::new());
        let _file = full(home.path(), &clock, "answers", 0);
        let mut read = 0;
        let said = sit(home.path(), &clock, &["n", "n", "q", "nothing more is read"], |_| {
            read += 1;
            clock.awake.advance_millis(40_000);
        });
        assert_eq!((read, answers_in(home.path())), (3, 0));
        assert!(said.contains("could not be handed in") && said.contains("0:00 left. "), "{said}");
    }

    #[test]
    fn an_answer_of_a_quiz_that_cannot_be_saved_is_asked_again() {
        let (home, clock) = (tempfile::tempdir().unwrap(), Computer::new());
        let file = full(home.path(), &clock, "answers", 0);
        let mut typed = 0;
        let said = converse(home.path(), &clock, Purpose::Practice, &["A", "B", "", "q"], |_| {
            typed += 1;
            if typed == 3 {
                assert_eq!(answers_in(home.path()), 0);
                file.execute_batch("DROP INDEX full").unwrap();
            }
        });
        assert_eq!(said.matches("could not be saved").count(), 2, "{said}");
        assert_eq!((answers_in(home.path()), said.matches("Question 1 of 20").count()), (1, 1), "{said}");
    }

    #[test]
    fn a_person_reads_the_feedback_and_its_proof_before_the_next_question() {
        let (home, clock) = (tempfile::tempdir().unwrap(), Computer::new());
        let said = converse(home.path(), &clock, Purpose::Practice, &["?", "A", "help", "p", "", "q"], |_| {});
        assert_eq!((answers_in(home.path()), said.matches("A letter answers").count()), (1, 2), "{said}");
        let proof = said.find("[right] ").or_else(|| said.find("No proof")).unwrap();
        assert!(proof < said.find("Question 2 of 20").unwrap(), "{said}");
    }
}
