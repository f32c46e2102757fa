//! The content that is built in passes the author's check.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;

use dynadrill::author;
use dynadrill::content::{self, ExamPattern, FileKind, Source};
use dynadrill::lab::CONTENT_STEPS;
use serde_json::Value;

/// What is compiled in is not looked through at each start: here it is, as a stranger's would be.
#[test]
fn what_is_compiled_in_is_what_a_stranger_could_have_written() {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let (ours, problems) = content::load(&Source::Embedded);
    assert!(problems.is_empty(), "{problems:?}");
    let (theirs, problems) = content::load(&Source::Directory(root));
    assert!(problems.is_empty(), "{problems:?}");
    assert!(format!("{ours:?}") == format!("{theirs:?}"), "the same files are read in two ways");
}

#[test]
fn the_built_in_content_has_no_problem() {
    let author::Checked { library, problems, steps, .. } = author::check(&Source::Embedded);
    println!("{steps} of {CONTENT_STEPS} steps");
    // There is some room for what is still to be written.
    assert!(steps * 20 < CONTENT_STEPS * 18, "{steps} of {CONTENT_STEPS} steps");
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(told, Vec::<String>::new());
    assert!(library.questions.len() >= 400, "{} questions", library.questions.len());
    // README shows the closing line. It is held against this check, because running it once more would take minutes.
    let closing = format!("\n{} questions, {} labs, 0 problems\n", library.questions.len(), library.labs.len());
    assert!(include_str!("../README.md").contains(&closing), "README does not say {closing:?}");
    for pattern in ExamPattern::ALL {
        let count = library.questions.iter().filter(|question| question.pattern == Some(pattern)).count();
        assert!(count >= 10, "{pattern} has {count} questions");
    }
    for claim in library.topics.iter().flat_map(|topic| &topic.claims) {
        let count = library.questions.iter().filter(|question| question.claims.contains(&claim.id)).count();
        assert!(count >= 4, "claim {} has {count} questions", claim.id);
    }
    let mut words: Vec<usize> =
        library.questions.iter().map(|question| question.stem.split_whitespace().count()).collect();
    words.sort_unstable();
    assert!((40..=80).contains(&words[words.len() / 2]), "the median stem has {} words", words[words.len() / 2]);
}

/// A pack of one lab has less room than the whole: the labs that are played with many seeds or under load have to fit.
#[test]
fn the_longest_labs_may_stand_in_a_pack_of_their_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("labs");
    for name in
        ["final-case", "case-library", "pager-hot-reads", "pager-slow-page", "pager-stuck-stream", "pager-writes"]
    {
        let pack = tempfile::tempdir().unwrap();
        std::fs::create_dir(pack.path().join("labs")).unwrap();
        let file = format!("{name}.yaml");
        std::fs::copy(root.join(&file), pack.path().join("labs").join(&file)).unwrap();
        let checked = author::check(&Source::Directory(pack.path().to_owned()));
        let told: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
        assert_eq!(told, Vec::<String>::new(), "{name}, after {} steps", checked.steps);
        println!("{name}: {} steps", checked.steps);
    }
}

#[test]
fn the_listing_has_the_members_that_other_tools_read() {
    let library = content::load(&Source::Embedded).0;
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

/// The YAML files of a directory, as JSON values.
fn files(folder: &str) -> Vec<(String, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.retain(|file| !["claims.yaml", "fixtures.yaml", "traps.yaml"].iter().any(|other| file.ends_with(other)));
    let read = |file: &std::path::PathBuf| serde_yaml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    files.iter().map(|file| (file.display().to_string(), read(file))).collect()
}

#[test]
fn the_schemas_take_every_file_and_no_misspelt_field() {
    for (kind, folder, least) in [(FileKind::Lab, "labs", 30), (FileKind::Questions, "questions", 8)] {
        let schema = jsonschema::validator_for(&content::schema(kind)).unwrap();
        let files = files(folder);
        assert!(files.len() >= least, "{folder} has {} files", files.len());
        for (name, mut value) in files {
            let faults: Vec<String> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
            assert_eq!(faults, Vec::<String>::new(), "{name}");
            value["tittle"] = "misspelt".into();
            assert!(!schema.is_valid(&value), "{name} with a misspelt field is taken for right");
        }
    }
}
