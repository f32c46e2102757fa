//! Any text as a lab and as a file of questions of a pack: loaded, checked, and played if it can be.
#![no_main]

use std::fs;

use dynadrill::author;
use dynadrill::content::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let root = tempfile::tempdir().expect("a folder for the pack");
    for folder in ["labs", "questions"] {
        let folder = root.path().join(folder);
        fs::create_dir(&folder).and_then(|()| fs::write(folder.join("pack.yaml"), text)).expect("the pack is written");
    }
    let _ = author::check(&Source::Directory(root.path().to_owned()));
});
