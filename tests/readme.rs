//! The transcripts in README.md are true; its pictures are `tests/pictures`' affair.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[test]
fn transcripts() {
    let home = tempfile::tempdir().unwrap();
    trycmd::TestCases::new().env("DYNADRILL_HOME", home.path().to_str().unwrap()).case("README.md");
}
