//! Labs as a learner goes through them: completed, left in the middle, undone.

#[test]
fn labs() {
    trycmd::TestCases::new().case("tests/transcripts/*.toml");
}
