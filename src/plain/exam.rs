//! An exam a line at a time: any order, flags, a review page, and feedback at the end.

use std::io;

use super::{Console, Talk, is_help, is_leaving};
use crate::app::line::{Line, Role};
use crate::app::message::{ExamMessage, Message, QuestionMessage};
use crate::app::screens::ExamScreen;
use crate::app::screens::exam::Phase;
use crate::app::{Model, Screen, text};
use crate::clock::{Clock, Stopwatch};
use crate::desk::Desk;

/// What can be typed.
const HELP: &str = "A letter answers and goes on. n, <: next, back; 7: question 7; *: flag; r: review page; end: hand in; \
                    q: pause; ?: this.";

/// The exam of the screen that the model shows.
///
/// # Errors
/// The console cannot be read or written.
pub fn exam(model: &mut Model, desk: &mut Desk, clock: &dyn Clock, console: &mut Console<'_>) -> io::Result<()> {
    let mut talk = Talk { model, desk, console };
    talk.console.say(&format!("({HELP})"))?;
    let mut watch = Stopwatch::start(clock);
    talk.show_question()?;
    while let Some(screen) = on(talk.model).filter(|screen| screen.is_running()) {
        let left = text::minutes(screen.session.left().unwrap_or_default());
        let line = talk.console.question(&format!("\n{left} left. "))?;
        // What passes between two prompts counts; a computer that sleeps lets no time pass (on Windows it does).
        talk.send(Message::Passed(watch.lap(clock)))?;
        let Some(line) = line.filter(|_| on(talk.model).is_some_and(ExamScreen::is_running)) else { break };
        if is_leaving(&line) {
            break;
        }
        talk.handle(line.trim())?;
    }
    let Some(screen) = on(talk.model) else { return Ok(()) };
    if screen.is_running() {
        let left = text::minutes(screen.session.left().unwrap_or_default());
        // Leaving saves it and says that it is paused.
        let depth = talk.model.depth();
        while talk.model.depth() == depth && depth > 0 {
            talk.send(Message::Back)?;
        }
        return talk.console.say(&format!("Paused with {left} left; dynadrill exam resumes it."));
    }
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
            line if is_help(line) => return self.console.say(HELP),
            number if number.parse::<usize>().is_ok() => {
                let place = number.parse::<usize>().unwrap_or_default();
                if place == 0 || place > all {
                    return self.console.say(&format!("Expected a question from 1 to {all}, found {place}."));
                }
                self.send(Message::Exam(ExamMessage::Go(place - 1)))?;
            }
            answer => {
                let Some(asked) = on(self.model).and_then(|screen| screen.session.current()).cloned() else {
                    return Ok(());
                };
                match asked.read_answer(answer) {
                    Ok(given) => {
                        self.mark(&given)?;
                        // The last question stays; there is none after it.
                        if at + 1 < all {
                            self.send(Message::Exam(ExamMessage::Turn(1)))?;
                        }
                    }
                    Err(error) => return self.console.say(&error.to_string()),
                }
                if on(self.model).is_some_and(|screen| screen.session.blanks().is_empty()) {
                    return self.show_review();
                }
            }
        }
        self.show_question()
    }

    /// Hands in, after a question if there are blanks.
    fn hand_in(&mut self) -> io::Result<()> {
        let blanks = on(self.model).map_or(0, |screen| screen.session.blanks().len());
        self.send(Message::Exam(ExamMessage::HandIn))?;
        if blanks > 0 {
            let question = format!("{blanks} without an answer count as wrong. Type end again to hand in: ");
            let again = self.console.question(&question)?;
            if again.is_none_or(|again| again.trim() != "end") {
                self.send(Message::Exam(ExamMessage::Answer(false)))?;
                return self.console.say("Not handed in.");
            }
        }
        self.send(Message::Exam(ExamMessage::Answer(true)))
    }

    fn show_review(&mut self) -> io::Result<()> {
        if let Some(screen) = on(self.model) {
            self.console.lines(&text::review_page(&screen.session))?;
        }
        self.console.say("A number goes to that question; end hands in.")
    }

    fn show_question(&mut self) -> io::Result<()> {
        let Some(screen) = on(self.model).filter(|screen| matches!(screen.phase, Phase::Asking(_))) else {
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
