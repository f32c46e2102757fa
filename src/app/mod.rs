//! The program without a terminal: what is shown, what a key or a typed line changes, and what it wants done.
//!
//! [`Model`] is the state: a stack of [`screens`], and what lies over them. [`Model::update`] takes a [`Message`] and
//! returns the [`SideEffect`]s it wants done; it touches no terminal, disk or thread. [`text`] turns questions, feedback,
//! labs and scores into [`line::Line`]s whose spans have roles; [`figures`] turns an engine and what stands around it
//! into data for pictures. `ui` draws all that, `plain` prints it, `desk` does the effects.
//!
//! The life of an answer: Enter gives [`Message::Accept`]; the question's screen answers with
//! [`SideEffect::SaveAnswer`]; `desk` writes answer and session in one piece and sends
//! [`Outcome::AnswerSaved`], which shows the feedback. Not before.
//!
//! Left out: drawing (`ui`), line-by-line conversation (`plain`), doing (`desk`) and wiring (`cli`).

pub mod figures;
mod key_names;
pub mod line;
pub mod message;
mod model;
pub mod palette;
pub mod pane;
pub mod prompt;
pub mod screens;
pub mod start;
pub mod stats;
pub mod study;
pub mod text;

pub use key_names::KeyNames;
pub use message::{ClientCall, Message, Outcome, SideEffect};
pub use model::{Model, Overlay};
pub use screens::Screen;
pub use start::{Standing, Start};
