//! Content by strangers: labs and questions with parts of them changed, and files that are none.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;

use dynadrill::author;
use dynadrill::content::Source;
use dynadrill::exchange::{self, ExportFormat};
use dynadrill::lab::Runner;
use dynadrill::quiz::Asked;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;

use super::attack::{Talk, factor, report, seed};
use super::edits::{NUMBERS, edits, with_odd_numbers};
use super::worker::{Task, Worker};
use super::{config, told};

/// The longest that a pack may take, in milliseconds of processor time: its labs are played, within the steps that a lab may
/// take.
const LIMIT: u64 = 30_000;

/// What the worker does with a pack: it is checked, which plays its labs and proves its questions, and shown.
pub(crate) fn take(files: &BTreeMap<String, String>) -> Result<(), String> {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let author::Checked { library, problems, .. } = author::check(&Source::Directory(root.path().to_path_buf()));
    if problems.iter().any(|problem| problem.to_string().is_empty()) {
        return Err("a problem is not said".to_owned());
    }
    let _ = author::listing(&library);
    for lab in &library.labs {
        let _ = author::lab_entry(lab);
        let Ok(mut runner) = Runner::start(lab, 0) else { continue };
        let _ = (runner.hint(), runner.verdicts(), runner.predict("1"));
        if let Some(line) = runner.solution().and_then(|lines| lines.first()).cloned() {
            runner.run(&line);
        }
    }
    for question in &library.questions {
        let asked = Asked::new(question, 1);
        if let Ok(given) = asked.read_answer("A") {
            let _ = asked.grade(&given);
        }
    }
    for target in ["anki", "gift", "markdown", "json"] {
        let _ = exchange::export(&library.questions, target.parse::<ExportFormat>()?);
    }
    Ok(())
}

/// A file of the content that is built in.
fn built_in(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The first questions of a file.
fn some_questions(text: &str, count: usize) -> String {
    let starts: Vec<usize> = text.match_indices("\n  - id: ").map(|(at, _)| at).collect();
    text[..starts.get(count).copied().unwrap_or(text.len())].to_owned() + "\n"
}

/// Small files, each of which makes a pack: every lab that is quick to play, and a few questions of every file.
fn samples() -> Vec<(String, String)> {
    let mut samples = Vec::new();
    for folder in ["labs", "questions"] {
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let name = format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy());
            if Path::new(&name).extension() != Some(OsStr::new("yaml")) {
                continue;
            }
            let text = built_in(&name);
            // Labs that fill tables or send traffic take long to play, which is not what is tried here.
            let is_quick = !text.contains("generate:") && !text.contains(":traffic");
            if folder == "questions" {
                samples.push((name, some_questions(&text, 3)));
            } else if is_quick {
                samples.push((name, text));
            }
        }
    }
    samples.sort();
    assert!(samples.len() > 20, "only {} files", samples.len());
    samples
}

/// A lab with one step whose table is filled from this template.
fn filled(template: &str) -> String {
    let lab = tempfile::tempdir().unwrap();
    let now = dynadrill::clock::VirtualClock::LAB_START;
    let file = author::new_lab(lab.path(), "filled", now).unwrap();
    let generate = format!("    generate:\n      - count: 3\n        seed: 1\n        item: {template}\nsteps:");
    std::fs::read_to_string(file).unwrap().replace("steps:", &generate)
}

/// Every placeholder that the built-in content fills items with: `{int:1:300}`.
fn placeholders() -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("labs")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(path).unwrap();
        for line in text.lines().filter(|line| !line.trim_start().starts_with(['-', '$'])) {
            for piece in line.split('{').skip(1).filter_map(|piece| piece.split_once('}')).map(|(inner, _)| inner) {
                let kind = piece.split(':').next().unwrap_or_default();
                if !kind.is_empty()
                    && kind.bytes().all(|byte| byte.is_ascii_lowercase())
                    && piece.contains(':')
                    && !piece.contains(' ')
                {
                    found.push(format!("{{{piece}}}"));
                }
            }
        }
    }
    // One of each kind and number of parts.
    found.sort();
    found.dedup_by_key(|text| (text.split(':').next().unwrap().to_owned(), text.matches(':').count()));
    assert!(found.len() >= 5, "{found:?}");
    found
}

fn pack(name: &str, text: &str) -> Task {
    Task::Pack { files: BTreeMap::from([(name.to_owned(), text.to_owned())]) }
}

/// Numbers without those that a pack may have and that take long to play.
fn numbers() -> Vec<&'static str> {
    NUMBERS.into_iter().filter(|number| *number != "65536").chain(["70000000000"]).collect()
}

#[test]
fn any_number_in_a_template_is_filled_in_or_refused() {
    let (mut worker, mut faults) = (Worker::new(), Vec::new());
    let placeholders = placeholders();
    let mut texts = Vec::new();
    for placeholder in &placeholders {
        texts.push(filled(&format!("{{id: {{S: \"{{n}}\"}}, a: {{S: \"{placeholder}\"}}}}")));
        for odd in with_odd_numbers(placeholder)
            .into_iter()
            .chain(["{date:1969-01-01:3}".to_owned(), "{date:2026-00-00:3}".to_owned()])
        {
            texts.push(filled(&format!("{{id: {{S: \"{{n}}\"}}, a: {{S: \"{odd}\"}}}}")));
        }
    }
    for number in numbers() {
        texts.push(filled("{id: {S: \"{n}\"}}").replace("count: 3", &format!("count: {number}")));
        texts.push(filled("{id: {S: \"{n}\"}}").replace("seed: 1", &format!("seed: {number}")));
        texts.push(filled("{id: {S: \"{n}\"}}").replace("order: 900", &format!("order: {number}")));
    }
    for text in &texts {
        if let Err(fault) = worker.have_done(&pack("labs/filled.yaml", text), LIMIT) {
            let lines = text.lines().skip_while(|line| !line.contains("generate:")).skip(1).take(3);
            faults.push(format!("{}: {fault}", lines.map(str::trim).collect::<Vec<_>>().join("; ")));
        }
    }
    report(&worker.figures(&format!("templates, odd numbers in {} placeholders", placeholders.len())));
    assert!(faults.is_empty(), "{} packs are at fault:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn any_change_of_any_file_of_content_is_taken_or_refused() {
    let samples = samples();
    let signs = [
        "[",
        "]",
        "{",
        "}",
        "- ",
        ": ",
        "&a ",
        "*a",
        "|\n",
        ">\n",
        "!!",
        "<<: ",
        "---\n",
        "\t",
        "\u{0}",
        "\u{1b}[2J",
        "\n  - id: x\n",
        "# ",
    ];
    let mut words: Vec<String> = signs.map(str::to_owned).to_vec();
    words.extend(placeholders());
    words.push("[".repeat(500));
    words.push("{a: ".repeat(500));
    let numbers = numbers();
    let worker = RefCell::new(Worker::new());
    let strategy = (any::<Index>(), edits());
    let outcome = TestRunner::new(config(120)).run(&strategy, |(sample, edits)| {
        let (name, text) = &samples[sample.index(samples.len())];
        let changed = edits.iter().fold(text.clone(), |text, edit| edit.apply(&text, &words, &numbers));
        worker.borrow_mut().have_done(&pack(name, &changed), LIMIT).map_err(|fault| {
            let differs = changed.lines().zip(text.lines()).filter(|(new, old)| new != old).map(|(new, _)| new);
            let differs: Vec<String> = differs.take(3).map(|line| line.chars().take(300).collect()).collect();
            TestCaseError::fail(format!("{name}: {fault}\n  {}", differs.join("\n  ")))
        })
    });
    report(&worker.borrow().figures(&format!("content with changes, seed {}", seed())));
    told(outcome);
}

/// Files that are made to be hard to read.
#[test]
fn a_file_that_is_made_to_be_hard_to_read_is_refused_in_time() {
    let (mut worker, mut faults) = (Worker::new(), Vec::new());
    let mut texts: Vec<(String, String)> = Vec::new();
    for piece in ["[", "{", "{a: ", "- ", "? ", "!", "&a ", "[*a, ", "\"", "- - ", "a:\n ", "|", "'", "#", "\\", "%"] {
        for times in [1000, 40_000] {
            texts.push((format!("{times} times {piece:?}"), piece.repeat(times)));
            texts.push((
                format!("a list with {times} times {piece:?}"),
                format!("format_version: 1\nquestions:\n  - id: {}", piece.repeat(times)),
            ));
        }
    }
    let mut laugh = "format_version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let _ = writeln!(laugh, "a{level}: &a{level} [{}]", vec![format!("*a{}", level - 1); 9].join(", "));
    }
    texts.push(("a billion laughs".to_owned(), laugh));
    let broken = format!("format_version: 1\nquestions:\n{}", "  - id: [\n".repeat(2000 * factor().min(5)));
    texts.push(("many broken questions".to_owned(), broken));
    for (place, (what, text)) in texts.iter().enumerate() {
        for name in
            ["questions/q.yaml", "labs/l.yaml"].into_iter().skip(place % 2).step_by(if factor() > 1 { 1 } else { 2 })
        {
            if let Err(fault) = worker.have_done(&pack(name, text), LIMIT) {
                faults.push(format!("{what} in {name}: {fault}"));
            }
        }
    }
    // A proof whose command is hard to read.
    let question = some_questions(&built_in("questions/keys.yaml"), 1);
    let tried = question.lines().skip_while(|line| line.trim() != "try:").nth(1).unwrap();
    for open in ["[", "(", "a.{b:", "x[?", "!"] {
        let deep = format!("          - list-tables --query '{}'", open.repeat(10_000));
        let files = [
            ("questions/fixtures.yaml", built_in("questions/fixtures.yaml")),
            ("questions/q.yaml", question.replace(tried, &deep)),
        ];
        let files = files.map(|(name, text)| (name.to_owned(), text));
        if let Err(fault) = worker.have_done(&Task::Pack { files: BTreeMap::from(files) }, LIMIT) {
            faults.push(format!("a proof with --query {open:?} 10,000 times: {fault}"));
        }
    }
    report(&worker.figures("files that are hard to read"));
    assert!(faults.is_empty(), "{} files are at fault:\n{}", faults.len(), faults.join("\n"));
}

/// Things in a folder of content that are no files.
#[cfg(unix)]
#[test]
fn what_is_no_file_of_content_is_refused_and_never_read() {
    let mut faults = Vec::new();
    for kind in ["a pipe", "a link to /dev/zero", "a link to a file elsewhere", "a folder", "a link to its own folder"]
    {
        let (root, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::create_dir_all(root.path().join("questions")).unwrap();
        std::fs::create_dir_all(root.path().join("labs")).unwrap();
        let path = root.path().join("questions/odd.yaml");
        let secret = elsewhere.path().join("secret.yaml");
        std::fs::write(&secret, "password: 12345\n").unwrap();
        match kind {
            "a pipe" => {
                let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
                assert!(made.success());
            }
            "a link to /dev/zero" => std::os::unix::fs::symlink("/dev/zero", &path).unwrap(),
            "a link to a file elsewhere" => std::os::unix::fs::symlink(&secret, &path).unwrap(),
            "a folder" => std::fs::create_dir(&path).unwrap(),
            _ => std::os::unix::fs::symlink(root.path().join("questions"), &path).unwrap(),
        }
        let talk =
            Talk::start(elsewhere.path(), &[OsStr::new("content"), OsStr::new("check"), root.path().as_os_str()]);
        match talk.finish_within(5000) {
            None => faults.push(format!("{kind}: content check does not end")),
            Some((code, said)) if code != Some(1) || !said.contains("odd.yaml") => {
                faults.push(format!("{kind}: content check ends with {code:?} and says {said}"));
            }
            Some((_, said)) if said.contains("12345") || said.contains("password") => {
                faults.push(format!("{kind}: what is elsewhere is shown: {said}"));
            }
            Some(_) => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
