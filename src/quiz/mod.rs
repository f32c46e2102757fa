//! A quiz: which questions, in which order, and how an answer is graded.
//!
//! The life of a session: [`select`] picks questions from a pool (by topic and pattern; with a seed from the pool alone,
//! without one by what is known of earlier answers), [`Session`] shows each with its options shuffled,
//! [`Asked::read_answer`] reads letters and how sure they are, [`Session::answer`] takes the answer in. An exam is a
//! session with a time limit that is gone through in any order and graded at the end. A session is a plain state machine:
//! it prints nothing, asks no clock and saves nothing, but [`Session::saved`] is all it takes to go on with it.
//!
//! Left out: when to review what, which is the matter of `review`.

mod answer;
mod selection;
mod session;

pub use answer::{AnswerError, Confidence};
pub use selection::{AnswerHistory, Mix, Order, Selection, select};
pub use session::{Asked, Given, Graded, Purpose, SavedSession, Session, Shown};
