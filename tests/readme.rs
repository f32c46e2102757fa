//! The transcripts and the picture in README.md are true.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;
use std::sync::Arc;

use dynadrill::app::message::{LabMessage, Message};
use dynadrill::app::prompt::Edit;
use dynadrill::app::{Model, Start};
use dynadrill::clock::VirtualClock;
use dynadrill::content::{self, Source};
use dynadrill::desk::Desk;
use dynadrill::progress::Store;
use dynadrill::ui::{Look, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

#[test]
fn transcripts() {
    let home = tempfile::tempdir().unwrap();
    trycmd::TestCases::new().env("DYNADRILL_HOME", home.path().to_str().unwrap()).case("README.md");
}

/// Has the model take a message in, and everything done that follows from it.
fn send(model: &mut Model, desk: &mut Desk, message: Message) {
    let mut effects = model.update(message);
    while !effects.is_empty() {
        let mut outcomes = Vec::new();
        for effect in effects {
            desk.perform(effect, &mut |outcome| outcomes.push(outcome));
        }
        effects = outcomes.into_iter().flat_map(|outcome| model.update(Message::Done(outcome))).collect();
    }
}

/// The screen of a lab at 80 x 24 after a line was typed, without blanks at the ends of its rows.
fn screen() -> String {
    let library = Arc::new(content::load(&Source::Embedded).0);
    let clock = Arc::new(VirtualClock::new(VirtualClock::LAB_START));
    let mut desk = Desk::new(Arc::clone(&library), Store::in_memory("a test").unwrap(), clock);
    let mut model = Model::new(library, desk.standing());
    let line = "query --table-name Orders --key-condition-expression 'customerId = :c' \
                --expression-attribute-values {\":c\":{\"S\":\"C-0042\"}} --select COUNT";
    for message in [
        Message::Open(Start::Lab("query-vs-scan".to_owned())),
        Message::Lab(LabMessage::Skip),
        Message::Edit(Edit::Insert(line.to_owned())),
        Message::Accept,
    ] {
        send(&mut model, &mut desk, message);
    }
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    // What was measured by the first frame decides what the second shows.
    for _ in 0..2 {
        let mut extents = BTreeMap::default();
        terminal.draw(|frame| extents = draw(&model, Look::default(), frame).extents).unwrap();
        model.update(Message::Laid(extents));
    }
    let buffer = terminal.backend().buffer();
    let row = |y: u16| (0..80).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned() + "\n";
    (0..24).map(row).collect()
}

/// The picture is the first block of text. With UPDATE_GOLDEN=1 the new one is written, to be looked at.
#[test]
fn the_picture_of_a_lab_is_what_the_program_draws() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let (before, rest) = readme.split_once("```text\n").unwrap();
    let (kept, after) = rest.split_once("```\n").unwrap();
    let found = screen();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, format!("{before}```text\n{found}```\n{after}")).unwrap();
    } else {
        assert_eq!(kept, found, "the picture in README.md, and what is drawn");
    }
}
