//! A lab a line at a time.

use std::io;

use super::{Console, Talk, explain, is_help, is_leaving};
use crate::app::line::{Line, Role};
use crate::app::message::{LabMessage, Message};
use crate::app::prompt::Edit;
use crate::app::screens::LabScreen;
use crate::app::screens::lab::EntryKind;
use crate::app::{Model, Screen, text};
use crate::desk::Desk;
use crate::lab::{Word, is_clearing};

/// Plays the lab of the screen that the model shows, with the learner typing; its tables stay open after the last step.
/// Returns whether all steps are done.
///
/// # Errors
/// The console cannot be read or written.
pub fn lab(model: &mut Model, desk: &mut Desk, console: &mut Console<'_>) -> io::Result<bool> {
    let mut talk = Talk::new(model, desk, console);
    let mut printed = talk.show_transcript(0)?;
    let help = text::typed_in(on(talk.model).and_then(|screen| screen.lab(&talk.model.library)));
    talk.console.say_block(&format!("({help})"))?;
    talk.console.say("")?;
    talk.show_step()?;
    loop {
        // Nothing is typed into a prediction here: :predict takes it.
        talk.send(Message::Lab(LabMessage::Skip))?;
        let Some(line) = talk.console.command("\n$ ")? else { break };
        if is_leaving(&line) {
            break;
        }
        let before = position(talk.model);
        // There is no screen to be cleared.
        if line.trim().is_empty() || is_clearing(&line) {
            continue;
        }
        let line = if is_help(&line) { explain(&help, &line, talk.console)?.to_owned() } else { line };
        // What is asked about the step says itself how it stands.
        let is_attempt = Word::read(&line).is_none();
        talk.send(Message::Edit(Edit::Insert(line)))?;
        talk.send(Message::Accept)?;
        printed = talk.show_transcript(printed)?;
        if position(talk.model) != before {
            if is_finished(talk.model) {
                continue;
            }
            talk.console.print(&[String::new()])?;
            talk.show_step()?;
        } else if let Some(screen) =
            on(talk.model).filter(|screen| is_attempt && screen.step(&talk.model.library).is_some())
        {
            talk.console.lines(&text::checks(screen.view.checks.as_deref()))?;
        }
    }
    Ok(is_finished(talk.model))
}

/// The lab on screen.
fn on(model: &Model) -> Option<&LabScreen> {
    if let Screen::Lab(screen) = model.screen() { Some(screen) } else { None }
}

fn position(model: &Model) -> usize {
    on(model).map_or(0, |screen| screen.view.position)
}

fn is_finished(model: &Model) -> bool {
    on(model).is_some_and(|screen| screen.view.lab.is_some() && screen.step(&model.library).is_none())
}

impl Talk<'_, '_> {
    /// Prints what came into the transcript after the first `from` entries; returns how many there are.
    fn show_transcript(&mut self, from: usize) -> io::Result<usize> {
        let Some(screen) = on(self.model) else { return Ok(from) };
        let is_opening = from == 0;
        for entry in screen.transcript.iter().skip(from) {
            match entry.kind {
                // The terminal, or the script, has the command already; what is missing comes with the checks.
                EntryKind::Command | EntryKind::Missing => {}
                EntryKind::Cost => {
                    // The first line is the sum of the others.
                    let skip = usize::from(entry.lines.len() > 1);
                    self.console.cost(&entry.lines.iter().skip(skip).map(Line::plain).collect::<Vec<_>>())?;
                }
                // What came back is data, and stays as it came.
                EntryKind::Result => self.console.result(&entry.lines)?,
                EntryKind::Story => {
                    if !is_opening {
                        self.console.print(&[String::new()])?;
                    }
                    let (title, rest) = entry.lines.split_at(usize::from(is_opening).min(entry.lines.len()));
                    self.console.lines(title)?;
                    if is_opening {
                        self.console.print(&[String::new()])?;
                    }
                    self.console.lines(rest)?;
                    if is_opening {
                        self.console.print(&[String::new()])?;
                    }
                }
                _ => self.console.lines(&entry.lines)?,
            }
        }
        Ok(screen.transcript.len())
    }

    /// Prints the step that waits.
    fn show_step(&mut self) -> io::Result<()> {
        let Some(screen) = on(self.model) else { return Ok(()) };
        let Some(step) = screen.step(&self.model.library) else { return Ok(()) };
        let lab = screen.view.lab.as_deref().and_then(|name| self.model.library.lab(name));
        let all = lab.map_or(0, |lab| lab.steps.len());
        let title = format!("Step {} of {all}: {}", screen.view.position + 1, step.title);
        let mut lines = vec![Line::of(Role::Title, title).titled(), Line::blank()];
        lines.extend(text::about(step));
        lines.push(Line::blank());
        lines.extend(text::spoken_task(step));
        lines.extend(text::given(step));
        let own_code = lab.map(text::own_code).unwrap_or_default();
        if screen.view.position == 0 && !own_code.is_empty() {
            lines.push(Line::blank());
            lines.extend(own_code);
        }
        self.console.lines(&lines)
    }
}
