//! Questions a line at a time, each graded at once, with their proofs on demand.

use std::io;

use super::{Console, Talk, is_help, is_leaving};
use crate::app::line::Line;
use crate::app::message::{Message, QuestionMessage};
use crate::app::screens::question::QuestionPhase;
use crate::app::screens::{ExamScreen, QuestionScreen};
use crate::app::{Model, Screen, text};
use crate::desk::Desk;
use crate::quiz::{Asked, Given};

/// What can be typed.
const HELP: &str = "A letter answers; letters such as A,C where several are wanted.
A! sure, A~ unsure, A? a guess: a lucky guess comes back sooner.
p  runs the proof of the previous question.
q  leaves; dynadrill quiz --resume resumes.";

/// Asks the questions of the screen that the model shows, one by one. Each answer is saved before its feedback is shown.
///
/// # Errors
/// The console cannot be read or written.
pub fn quiz(model: &mut Model, desk: &mut Desk, console: &mut Console<'_>) -> io::Result<()> {
    let mut talk = Talk::new(model, desk, console);
    let mut is_shown = None;
    while let Some((place, asked)) = on(talk.model).and_then(next) {
        if is_shown != Some(place) {
            let all = on(talk.model).map_or(0, |screen| screen.session.len());
            let topic = talk.model.library.topic_title(&asked.question.topic);
            let head = Line::text(format!("Question {} of {all}   {topic}", place + 1)).titled();
            talk.console.lines(&[head, Line::blank()])?;
            talk.console.lines(&text::question(&asked))?;
            is_shown = Some(place);
        }
        let Some(line) = talk.console.question(&format!("\n{}", wanted(&asked)))? else { break };
        match line.trim() {
            line if is_leaving(line) => break,
            line if is_help(line) => talk.console.say_all(HELP)?,
            "p" | "P" | "proof" => talk.prove()?,
            // What could not be saved is tried again.
            "" if on(talk.model).is_some_and(is_marked) => talk.accept()?,
            line => talk.answer(&asked, line)?,
        }
        if !talk.pause()? {
            break;
        }
    }
    talk.last_proof()?;
    if let Some(screen) = on(talk.model) {
        talk.console.lines(&text::session_summary(&screen.session))?;
    }
    Ok(())
}

/// The questions on screen.
fn on(model: &Model) -> Option<&QuestionScreen> {
    if let Screen::Question(screen) = model.screen() { Some(screen) } else { None }
}

/// The question that is asked next, with its place.
fn next(screen: &QuestionScreen) -> Option<(usize, Asked)> {
    Some((screen.session.position(), screen.session.current()?.clone()))
}

/// Whether an answer is marked that was not saved.
fn is_marked(screen: &QuestionScreen) -> bool {
    matches!(&screen.phase, QuestionPhase::Asking(marks) if !marks.marked.is_empty())
}

/// What the question wants: one letter, or how many.
fn wanted(asked: &Asked) -> String {
    let last = asked.shown.last().map_or('A', |shown| shown.letter);
    match asked.question.choose {
        1 => format!("Your answer (A to {last}; ! if sure, ? for a guess): "),
        count => format!("Your answer, {count} letters such as A,C (! if sure, ? for a guess): "),
    }
}

impl Talk<'_, '_> {
    fn answer(&mut self, asked: &Asked, line: &str) -> io::Result<()> {
        let given = match asked.read_answer(line) {
            Ok(given) => given,
            Err(error) => return self.console.say(error.to_string()),
        };
        if matches!(on(self.model).map(|screen| &screen.phase), Some(QuestionPhase::Feedback(_))) {
            self.send(Message::Accept)?;
        }
        self.mark(&given)?;
        self.accept()
    }

    /// Has the marks saved as the answer, then shows the feedback.
    fn accept(&mut self) -> io::Result<()> {
        self.send(Message::Accept)?;
        if let Some(QuestionScreen { phase: QuestionPhase::Feedback(feedback), .. }) = on(self.model) {
            let lines = text::feedback(&feedback.asked, &feedback.graded, &self.model.library);
            self.console.lines(&lines)?;
            self.console.print(&[String::new()])?;
        }
        Ok(())
    }

    /// Lets a person read the feedback, and see the proof, before the next question is shown; returns whether there is more
    /// to come. A script needs no pause.
    fn pause(&mut self) -> io::Result<bool> {
        let waits =
            |screen: &QuestionScreen| matches!(screen.phase, QuestionPhase::Feedback(_)) && !screen.session.is_ended();
        while self.console.is_interactive() && on(self.model).is_some_and(waits) {
            let Some(line) = self.console.question("\nEnter: next question; p: its proof; q: leave: ")? else {
                return Ok(false);
            };
            match line.trim() {
                "p" | "P" | "proof" => self.prove()?,
                line if is_leaving(line) => return Ok(false),
                line if is_help(line) => self.console.say_all(HELP)?,
                _ => self.send(Message::Accept)?,
            }
        }
        Ok(true)
    }

    /// Sends the marks of an answer, in place of those that stand.
    pub(super) fn mark(&mut self, given: &Given) -> io::Result<()> {
        let given_before = |exam: &ExamScreen| exam.session.given(exam.session.position()).cloned();
        let standing = match self.model.screen() {
            Screen::Question(question) => match &question.phase {
                QuestionPhase::Asking(marks) => marks.marked.clone(),
                _ => Vec::new(),
            },
            Screen::Exam(exam) => given_before(exam).map(|given| given.chosen).unwrap_or_default(),
            _ => Vec::new(),
        };
        // A mark is taken away by the same message that makes it.
        let changed = standing.iter().filter(|at| !given.chosen.contains(at));
        let missing = given.chosen.iter().filter(|at| !standing.contains(at));
        for at in changed.chain(missing).copied().collect::<Vec<_>>() {
            self.send(Message::Choose(at))?;
        }
        if let Some(confidence) = given.confidence {
            self.send(Message::Question(QuestionMessage::Confident(confidence)))?;
        }
        Ok(())
    }

    /// Runs the proof of the previous question, the tempting option first, then the right one.
    fn prove(&mut self) -> io::Result<()> {
        if !matches!(on(self.model).map(|screen| &screen.phase), Some(QuestionPhase::Feedback(_))) {
            return self.console.say("Nothing is answered yet: p runs the proof of the previous question.");
        }
        self.send(Message::Question(QuestionMessage::Prove))?;
        if let Some(QuestionScreen { phase: QuestionPhase::Proof(feedback, parts, _), .. }) = on(self.model) {
            let lines = text::stacked(parts, &feedback.asked, false);
            self.console.lines(&lines)?;
        }
        self.send(Message::Back)
    }

    /// After the last question its proof can still be asked for.
    fn last_proof(&mut self) -> io::Result<()> {
        let is_over = |screen: &QuestionScreen| match &screen.phase {
            QuestionPhase::Feedback(feedback) => screen.session.is_ended() && feedback.asked.question.is_proved(),
            _ => false,
        };
        while on(self.model).is_some_and(is_over) {
            let line = self.console.question("\nEnter: end; p: the last question's proof: ")?;
            if line.is_none_or(|line| line.trim() != "p") {
                break;
            }
            self.prove()?;
        }
        Ok(())
    }
}
