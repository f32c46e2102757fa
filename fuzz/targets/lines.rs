//! Any text as lines at the prompt: completed, and run.
#![no_main]

mod world;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut shop = world::shop();
    for line in text.lines().take(8) {
        let _ = shop.complete(line);
        let _ = shop.run(line);
    }
});
