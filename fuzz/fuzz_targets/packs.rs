//! Content by strangers: a lab and a file of questions, with a line of `---` between them.

#![no_main]

use dynadrill::{author, content::Source};

libfuzzer_sys::fuzz_target!(|input: &str| {
    let pack = tempfile::tempdir().expect("a temporary directory can be made");
    let (lab, questions) = input.split_once("\n---\n").unwrap_or((input, ""));
    for (folder, name, text) in [("labs", "stranger.yaml", lab), ("questions", "stranger.yaml", questions)] {
        let folder = pack.path().join(folder);
        std::fs::create_dir(&folder).expect("the directory is empty");
        std::fs::write(folder.join(name), text).expect("the directory can be written to");
    }
    let _ = author::check(&Source::Directory(pack.path().to_owned()));
});
