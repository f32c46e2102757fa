//! Whatever comes in, an answer or a typed error comes out: never a panic, a hang or a runaway allocation. Here the
//! program is attacked from outside, in a process that may be lost.
//!
//! What is sent is not listed by hand. Members and their values come from the shapes of the requests (`shapes`), requests
//! that make sense from the golden scripts (`corpus`), flags and own commands from what the program says of itself
//! (`lines`), content from the labs and questions that are built in (`packs`), and progress from the program's own export
//! (`imports`). Each input meets a world of its own in the `worker`, which must continue afterwards within two seconds of
//! processor time; an input that it does not survive is printed. Real servers are sent the same (`endpoint`), and what
//! comes out of the program holds nothing that a terminal would obey (`printed`).
//!
//! How much is tried is set by `DYNADRILL_ATTACK` and `DYNADRILL_SEED` (see `tests/attack`).

// Kills, limits of memory and things that are no files are Unix matters.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../attack/mod.rs"]
mod attack;

mod corpus;
mod edits;
mod endpoint;
mod flood;
mod imports;
mod lines;
mod packs;
mod printed;
mod requests;
mod shapes;
mod worker;

use proptest::test_runner::{Config, RngSeed, TestError};

/// How many cases a property is tried with, from the printed seed.
fn config(cases: usize) -> Config {
    Config {
        cases: u32::try_from(cases * attack::factor()).unwrap(),
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(attack::seed()),
        // Each step of it may take as long as a hang.
        max_shrink_time: 30_000,
        ..Config::default()
    }
}

/// Fails with the reason of a failed property alone: its input is in the reason, in a form that can be read.
fn told<T>(outcome: Result<(), TestError<T>>) {
    if let Err(TestError::Fail(fault, _) | TestError::Abort(fault)) = outcome {
        panic!("{fault}");
    }
}
