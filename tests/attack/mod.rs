//! What the tests that attack the program share: how much to do, chance from a printed seed, and processes that are
//! listened to, watched and killed.
//!
//! Two environment variables set how hard they try:
//!
//! * `DYNADRILL_ATTACK=N` does N times as much as an ordinary run (from 10 on: more than 500 kills, and the long forms of
//!   `growth.rs`),
//! * `DYNADRILL_SEED=S` begins chance elsewhere. Every run prints its seed.
//!
//! Times are limits on processor time where the system counts it, because a test machine may be busy with other things.

#![allow(dead_code, reason = "each test program uses its own part of this")]

use std::io::Write as _;

mod client;
mod process;

#[allow(unused_imports, reason = "each test program uses its own part of this")]
pub(crate) use client::{Client, Server};
#[allow(unused_imports, reason = "each test program uses its own part of this")]
pub(crate) use process::{Talk, Watched, cpu_millis, is_prompt, resident_kilobytes, thread_micros};

/// How many times as much as in an ordinary run is to be done.
pub(crate) fn factor() -> usize {
    number("DYNADRILL_ATTACK", 1)
}

/// What chance begins with.
pub(crate) fn seed() -> u64 {
    number("DYNADRILL_SEED", 20_261_128)
}

fn number<N: std::str::FromStr>(name: &str, otherwise: N) -> N {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} expects a whole number, found {text}")),
        Err(_) => otherwise,
    }
}

/// Prints figures, also when the test passes: the test harness swallows only what goes through its macros.
pub(crate) fn report(figures: &str) {
    let _ = writeln!(dynadrill::safe_text::stderr(), "    {figures}");
}

/// Microseconds since some moment, for the distance between two of them.
pub(crate) fn micros() -> u64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    #[expect(clippy::disallowed_methods, reason = "kills are timed by the real clock")]
    let now = Instant::now();
    u64::try_from(now.duration_since(*BEGAN.get_or_init(|| now)).as_micros()).unwrap_or(u64::MAX)
}
