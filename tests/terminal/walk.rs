//! Random walks: any keys, any sizes. Nothing panics, no offset runs past an end, what the cursor is on is in view, and no
//! word of a question is broken.

use std::collections::BTreeSet;

use dynadrill::app::Screen;
use dynadrill::app::screens::question::Phase;
use dynadrill::quiz::{Purpose, Selection, Session, select};
use proptest::prelude::*;

use crate::home::learned;
use crate::seat::{Seat, library};

const KEYS: &[&str] = &[
    "j", "k", "down", "up", "pgdn", "pgup", "g", "G", "enter", "esc", "tab", "a", "b", "c", "d", "space", "x", "1",
    "3", "u", "p", "f", "*", "n", "N", "r", "H", "y", "l", "s", "e", "/", "?", "m", "ctrl-p", "left", "right", "7",
];

/// What holds of every screen.
fn check(seat: &mut Seat, key: &str) {
    let shown = seat.draw();
    for (pane, extent) in &seat.drawn.extents {
        assert!(extent.first <= extent.last(), "{pane:?} {extent:?} after {key}:\n{shown}");
    }
    // A window that is too small says only that.
    let is_too_small = seat.size.0 < 30 || seat.size.1 < 8;
    if seat.model.overlay.is_some() || is_too_small {
        return;
    }
    let moved = ["j", "k", "down", "up", "g", "G"].contains(&key);
    let is_beside = matches!(seat.model.screen(), Screen::Home(home) if home.focus.is_some())
        || matches!(seat.model.screen(), Screen::Browse(browse) if browse.is_beside);
    let is_list = matches!(seat.model.screen(), Screen::Home(_) | Screen::Browse(_));
    if is_list && moved && !is_beside && !seat.model.is_typing() {
        assert!(!seat.reversed().trim().is_empty(), "the cursor is not in view after {key}:\n{shown}");
    }
    let Screen::Question(question) = seat.model.screen() else { return };
    let Phase::Asking(_) = question.phase else { return };
    if moved {
        assert!(shown.contains('▸'), "the option is not in view after {key}:\n{shown}");
    }
    if seat.size.0 < 120 {
        let asked = question.session.current().unwrap();
        let options = asked.shown.iter().map(|shown| shown.option.text.as_str());
        let exhibits = asked.question.exhibits.iter();
        let exhibits =
            exhibits.flat_map(|exhibit| exhibit.caption.as_deref().into_iter().chain([exhibit.text.as_str()]));
        let texts: Vec<&str> = std::iter::once(asked.question.stem.as_str()).chain(options).chain(exhibits).collect();
        let known: BTreeSet<&str> = texts.iter().flat_map(|text| text.split_whitespace()).collect();
        let count = shown.lines().count();
        for line in shown.lines().skip(2).take(count - 4) {
            for word in line.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)) {
                let is_ours = ["A", "B", "C", "D", "E", "F", "out)", "Choose", "more", "to", "mark", "all", "marked"];
                let is_ours = is_ours.contains(&word) || ["you", "say", "sure", "guess", "unsure"].contains(&word);
                assert!(is_ours || known.contains(word) || word.chars().count() > 20, "{word} is broken:\n{shown}");
            }
        }
    }
}

fn walk(seat: &mut Seat, keys: &[usize], sizes: &[(u16, u16)]) {
    for (at, key) in keys.iter().enumerate() {
        let key = KEYS[key % KEYS.len()];
        // Labs have walks of their own.
        while seat.screen() == "lab" {
            seat.keys("esc");
        }
        if seat.model.is_typing() && key.len() == 1 {
            seat.types(key);
        } else {
            seat.keys(key);
        }
        check(seat, key);
        if at % 12 == 11 {
            let (width, height) = sizes[at / 12 % sizes.len()];
            seat.resizes(width, height);
            check(seat, "");
        }
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 100, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn home_lists_and_scores_bear_any_keys(
        keys in prop::collection::vec(0..KEYS.len(), 60),
        sizes in prop::collection::vec((20_u16..220, 6_u16..60), 6),
    ) {
        let mut seat = learned(80, 24);
        walk(&mut seat, &keys, &sizes);
    }

    #[test]
    fn questions_bear_any_keys(
        keys in prop::collection::vec(0..KEYS.len(), 60),
        sizes in prop::collection::vec((20_u16..220, 6_u16..60), 6),
        seed in 0_u64..1000,
    ) {
        let questions = select(&library().questions, &Selection { count: 4, seed, ..Selection::default() }, None);
        let mut seat = Seat::at_session(Session::new(Purpose::Practice, &questions, seed), 80, 24);
        walk(&mut seat, &keys, &sizes);
    }

    #[test]
    fn exams_bear_any_keys(
        keys in prop::collection::vec(0..KEYS.len(), 80),
        sizes in prop::collection::vec((20_u16..220, 6_u16..60), 6),
        seed in 0_u64..1000,
    ) {
        let questions = select(&library().questions, &Selection { count: 23, seed, ..Selection::default() }, None);
        let mut seat = Seat::at_session(Session::exam(&questions, seed, 60_000), 80, 24);
        walk(&mut seat, &keys, &sizes);
    }
}
