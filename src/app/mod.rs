//! The program without a terminal: what is shown and what a key press changes.
//!
//! [`text`] turns questions, grades, checks, costs and scores into lines of plain text, which the screens and the plain
//! mode both print. [`Model`] is the state of the screens; [`Model::update`] takes a [`Message`] and answers the
//! [`Effect`]s it wants done: it touches no terminal, disk or thread itself.
//!
//! Left out: drawing (`ui`), line-by-line conversation (`plain`) and wiring (`cli`).

mod lab_screen;
pub mod line;
mod model;
mod quiz_screen;
pub mod stats;
pub mod study;
pub mod text;

pub use lab_screen::LabScreen;
pub use model::{ClientCall, Effect, Home, Message, Model, Saved, Screen, Standing, Start};
pub use quiz_screen::QuizScreen;
