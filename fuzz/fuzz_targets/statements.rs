//! Statements of PartiQL.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| {
    dynadrill_fuzz::answer_statement(input);
});
