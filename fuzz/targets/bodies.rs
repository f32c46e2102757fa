//! Any bytes as the body of any request: the first byte chooses the verb.
#![no_main]

mod world;

use dynadrill::engine::ops::VERBS;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    let mut engine = world::shop().engine().clone();
    let verb = &VERBS[usize::from(*first) % VERBS.len()];
    if let Ok(answer) = engine.respond(verb, body) {
        let _ = answer.to_bytes();
    }
});
