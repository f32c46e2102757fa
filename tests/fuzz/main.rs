//! Whatever comes in, an answer or a typed error comes out: never a panic, a hang or a runaway allocation. Here the
//! program is attacked from outside, in a process that may be lost.
//!
//! What is sent is not listed by hand. Members and their values come from the shapes of the requests (`shapes`), requests
//! that make sense come from the golden scripts (`corpus`), flags and own commands from what the program says of
//! itself (`lines`), content from the labs and questions that are built in (`packs`), and files to import from its own
//! exports (`imports`). Each input meets a world of its own in the `worker`, which must live on afterwards within two
//! seconds of processor time; an input that it does not survive is printed.
//!
//! How much is tried is set by `DYNADRILL_ATTACK` and `DYNADRILL_SEED` (see `tests/attack`).

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../attack/mod.rs"]
mod attack;

mod corpus;
mod imports;
mod lines;
mod packs;
mod requests;
mod shapes;
mod worker;
