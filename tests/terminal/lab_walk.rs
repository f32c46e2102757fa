//! Random walks through labs: any keys, any text, any sizes. Nothing panics, no offset runs past an end, the cursor is in
//! view, no word of prose is broken, and nothing is cut without a mark.

use std::collections::BTreeSet;

use dynadrill::app::line::Line;
use dynadrill::app::pane::Pane;
use dynadrill::app::text;
use dynadrill::ui::ClickTarget;
use proptest::prelude::*;

use crate::lab::{lab, on};
use crate::seat::Seat;
use crate::walk::config;

const KEYS: [&str; 50] = [
    "enter",
    "esc",
    "tab",
    "backtab",
    "up",
    "down",
    "left",
    "right",
    "pgup",
    "pgdn",
    "home",
    "end",
    "backspace",
    "del",
    "j",
    "k",
    "g",
    "G",
    "space",
    "y",
    "z",
    "1",
    "3",
    "F1",
    "F2",
    "F3",
    "F4",
    "F6",
    "F8",
    "ctrl-g",
    "ctrl-r",
    "ctrl-w",
    "ctrl-u",
    "ctrl-k",
    "ctrl-y",
    "alt-b",
    "alt-4",
    "alt-enter",
    "h",
    "l",
    "enter",
    "enter",
    "tab",
    "ctrl-l",
    "F7",
    "2",
    "ctrl-a",
    "ctrl-e",
    "alt-f",
    "?",
];
const TEXTS: [&str; 8] = [
    "scan --table-name Orders --limit 3",
    "{\"漢\":{\"S\":\"é",
    "query --",
    "A",
    ":traffic Orders --rate 50 --seconds 3 --keys uniform:9",
    "list-tables",
    ":heat",
    "get-item --table-name Orders --key {\"customerId\":{\"S\":\"C-0042\"},\"orderKey\":{\"S\":\"a-very-long-word-that-no-pane-has-room-for-in-one-row\"}}",
];
const LABS: [&str; 4] = ["query-vs-scan", "hot-partition", "lambda-poison-record", "optimistic-locking"];

/// The letters of a word, without what stands around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|letter: char| !letter.is_alphanumeric())
}

/// The words that prose of the lab is made of.
fn known(seat: &Seat) -> BTreeSet<String> {
    let screen = on(seat);
    let mut lines: Vec<String> = screen.transcript.iter().flat_map(|entry| &entry.lines).map(Line::plain).collect();
    let verdicts = screen.view.checks.iter().flatten();
    lines.extend(verdicts.map(|verdict| format!("{} {}", verdict.want, verdict.reason)));
    if let Some(step) = screen.step(&seat.model.library) {
        let about = text::about(step)
            .into_iter()
            .chain(text::task(step))
            .chain(text::given(step))
            .chain([text::hidden_checks()]);
        lines.extend(about.map(|line| line.plain()));
        lines.push(step.title.clone());
        lines.extend(screen.lab(&seat.model.library).map(|lab| lab.watch.clone()));
    }
    lines.push(
        "Predict you said Type a number letter then enter esc skips Found puts it into the prompt Par command commands \
         more line lines running stops of"
            .to_owned(),
    );
    lines.iter().flat_map(|line| line.split_whitespace()).map(|word| bare(word).to_owned()).collect()
}

/// What holds of every frame; says what does not.
fn faults(seat: &mut Seat, key: &str) -> Option<String> {
    let shown = seat.draw();
    let (width, height) = seat.size;
    if width < 30 || height < 8 || seat.screen() != "lab" {
        return None;
    }
    for (pane, extent) in &seat.drawn.extents {
        if extent.first > extent.last() {
            return Some(format!("{pane:?} {extent:?} after {key}"));
        }
    }
    let screen = on(seat);
    let is_covered = seat.model.overlay.is_some() || screen.completions.is_some() || screen.prompt.search.is_some();
    if let Some((column, row)) = seat.drawn.cursor
        && (column >= width || row >= height)
    {
        return Some(format!("the cursor is at {column}, {row} after {key}"));
    }
    if let Some(search) = &screen.prompt.search {
        let Some((column, row)) = seat.drawn.cursor else {
            return Some(format!("the search has no cursor after {key}"));
        };
        let row = shown.lines().nth(usize::from(row)).unwrap_or_default();
        let letters: Vec<char> = search.wanted.chars().collect();
        let end: String = letters[letters.len().saturating_sub(8)..].iter().collect();
        // Wide letters take two columns of one character, and what steers a terminal is marked.
        let is_plain = search.wanted.is_ascii() && !search.wanted.contains(char::is_control);
        let before: String = format!("{row:<210}").chars().take(usize::from(column)).collect();
        if is_plain && !before.ends_with(&end) {
            return Some(format!("{} does not end before the cursor after {key}", search.wanted));
        }
    }
    if screen.focus == Pane::Prompt && !is_covered && seat.drawn.cursor.is_none() {
        return Some(format!("there is no cursor after {key}"));
    }
    // A notice of several lines lies over the panes until the next key.
    if is_covered || seat.model.notice.is_some() {
        return None;
    }
    let known = known(seat);
    let rows: Vec<Vec<char>> = shown.lines().map(|row| row.chars().collect()).collect();
    let panes = seat.drawn.hits.iter().filter_map(|(area, hit)| match hit {
        ClickTarget::Pane(pane @ (Pane::Task | Pane::Transcript)) => Some((*area, *pane)),
        _ => None,
    });
    for (area, pane) in panes {
        for y in area.y..area.y + area.height {
            let Some(row) = rows.get(usize::from(y)) else { continue };
            // Wide letters take two columns of one character: such rows are left to other tests.
            if row.iter().any(|letter| !letter.is_ascii() && letter.is_alphabetic()) {
                continue;
            }
            let row: String = row.iter().skip(usize::from(area.x)).take(usize::from(area.width)).collect();
            // What is cut says so.
            if row.contains(['›', '…', '↑', '↓']) {
                continue;
            }
            for word in row.split_whitespace().map(bare) {
                let is_prose = word.chars().count() > 2 && word.chars().all(|letter| letter.is_ascii_alphabetic());
                if is_prose && !known.contains(word) {
                    return Some(format!("{word} is broken in {pane:?} after {key}"));
                }
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(config(10))]

    #[test]
    fn labs_bear_any_keys(
        name in 0..LABS.len(),
        keys in prop::collection::vec((0_usize..80, 30_u16..210, 8_u16..61), 1..60),
    ) {
        let mut seat = lab(LABS[name], 80, 24);
        for (key, width, height) in keys {
            let pressed = match key {
                0..50 => { seat.keys(KEYS[key]); KEYS[key] }
                50..70 => { seat.pastes(TEXTS[key % 8]); TEXTS[key % 8] }
                _ => { seat.resizes(width, height); "a resize" }
            };
            if seat.screen() != "lab" {
                break;
            }
            let fault = faults(&mut seat, pressed);
            prop_assert!(fault.is_none(), "{}\n{}", fault.unwrap_or_default(), seat.draw());
        }
    }
}
