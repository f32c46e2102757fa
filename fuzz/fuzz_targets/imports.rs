//! Files of questions, in each format; the first letter says which.

#![no_main]

use dynadrill::exchange::{Format, import};

libfuzzer_sys::fuzz_target!(|input: &str| {
    let mut letters = input.chars();
    if let Some(first) = letters.next() {
        let _ = import(letters.as_str(), Format::ALL[first as usize % Format::ALL.len()]);
    }
});
