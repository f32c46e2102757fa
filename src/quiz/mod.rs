//! A quiz: which questions, in which order, and how an answer is graded.
//!
//! The life of a session: [`select`] picks questions (by topic and pattern; with a seed from the content alone, without
//! one the unseen and the missed first), [`Session`] shows each with its options shuffled, [`Asked::read_answer`] reads
//! letters, [`Session::answer`] grades them. A session is a plain state machine: it prints nothing and saves nothing.
//!
//! Left out: timed exams, confidence and spaced review.

mod answer;
mod selection;
mod session;

pub use answer::AnswerError;
pub use selection::{History, Selection, select};
pub use session::{Asked, Graded, Session, Shown};
