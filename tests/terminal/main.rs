//! The terminal as a learner meets it: key presses, pastes, clicks and resizes in, the drawn screen out, on a terminal that
//! exists only in memory. Nothing here sends a message that no key sends.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod ending;
mod exam;
mod golden;
mod home;
mod lab;
mod lab_walk;
mod newcomer;
mod question;
mod seat;
mod second_look;
mod small;
mod walk;
mod whole_labs;
