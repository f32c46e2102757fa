//! Bodies of requests, of every verb.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    dynadrill_fuzz::answer_any(input);
});
