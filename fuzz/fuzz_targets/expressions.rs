//! Expressions of requests, and statements among them.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| {
    dynadrill_fuzz::answer_expression(input);
});
