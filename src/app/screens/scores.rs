//! The scores: how far each topic and skill is, and what comes back.

use crate::app::message::Message;
use crate::app::pane::{Extents, Pane, Scroll};

/// The scores on screen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scores {
    /// How far the text is scrolled.
    pub scroll: Scroll,
}

impl Scores {
    /// Takes in a message.
    pub fn update(&mut self, message: &Message, extents: &Extents) {
        if let Message::Move(motion) | Message::Scroll(_, motion) = message {
            self.scroll.step(*motion, extents.get(&Pane::Main).copied().unwrap_or_default());
        }
    }
}
