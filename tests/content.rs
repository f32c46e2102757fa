//! The content that is built in passes the author's check.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use dynadrill::author;
use dynadrill::content::{Pattern, Source};

#[test]
fn the_built_in_content_has_no_problem() {
    let (library, problems) = author::check(&Source::Embedded);
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(told, Vec::<String>::new());
    for pattern in Pattern::ALL {
        let count = library.questions.iter().filter(|question| question.pattern == pattern).count();
        assert!(count >= 5, "{pattern} has {count} questions");
    }
}

#[test]
fn the_listing_has_the_members_that_other_tools_read() {
    let (library, _) = author::check(&Source::Embedded);
    let listing = author::listing(&library);
    for question in listing["questions"].as_array().unwrap() {
        for member in ["id", "topic", "claims", "skills", "kind", "difficulty", "proof"] {
            assert!(question.get(member).is_some(), "{member} is missing in {question}");
        }
    }
    for lab in listing["labs"].as_array().unwrap() {
        for member in ["name", "title", "minutes", "claims", "steps"] {
            assert!(lab.get(member).is_some(), "{member} is missing in {lab}");
        }
    }
}
