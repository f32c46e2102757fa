//! Any text as questions in each format that is imported.
#![no_main]

use dynadrill::exchange::{self, Format};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for format in Format::ALL {
        let (drafts, _) = exchange::import(text, format);
        for draft in &drafts {
            let _ = exchange::question(draft);
        }
    }
});
