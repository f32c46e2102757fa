//! What is typed while something opens: it is not meant for the screen below.
//!
//! The life of a key: [`TypeAhead::hold`] keeps it back while something opens, [`TypeAhead::release`] gives all of them back
//! once a lab's prompt is there to take them, so that a line is whole whenever its first letter was typed. Where anything
//! else opened they are dropped: nobody answers a question that is not seen yet.

use crossterm::event::{Event, KeyEventKind};

use super::{Drawn, message};
use crate::app::Model;
use crate::app::message::Message;

/// The most events that are kept; whoever types more meanwhile is a program.
const MOST_HELD: usize = 1024;

/// Keys and pastes that wait for what is being opened.
#[derive(Debug, Default)]
pub struct TypeAhead {
    held: Vec<Event>,
}

impl TypeAhead {
    /// Takes an event, and returns it if it does not wait: nothing is being opened, or it leaves or stops the program.
    pub fn hold(&mut self, event: Event, model: &Model, drawn: &Drawn) -> Option<Event> {
        let is_typed = match &event {
            Event::Key(key) => key.kind != KeyEventKind::Release,
            Event::Paste(_) => true,
            _ => false,
        };
        if !model.is_opening || !is_typed {
            return Some(event);
        }
        if let Some(Message::Interrupt | Message::Suspend) = message(event.clone(), model, drawn) {
            return Some(event);
        }
        if self.held.len() < MOST_HELD {
            self.held.push(event);
        }
        None
    }

    /// Returns what was kept, now that something has opened; nothing while it still opens. What no prompt takes is dropped.
    pub fn release(&mut self, has_opened: bool, model: &Model) -> Vec<Event> {
        if model.is_opening {
            return Vec::new();
        }
        let held = std::mem::take(&mut self.held);
        if has_opened && model.is_at_prompt() { held } else { Vec::new() }
    }
}
