//! Random walks: any keys, any sizes, over every screen and what lies over it. Nothing panics, no offset runs past an end,
//! what the cursor is on is in view, no word is broken, nothing is cut without a mark, and the way to the keys is in sight.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use dynadrill::app::pane::Pane;
use dynadrill::app::screens::exam::ExamPhase;
use dynadrill::app::screens::question::QuestionPhase;
use dynadrill::app::{Overlay, Screen};
use dynadrill::quiz::{Purpose, Selection, Session, select};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::home::learned;
use crate::seat::{Seat, library};

const KEYS: &[&str] = &[
    "j", "k", "down", "up", "pgdn", "pgup", "g", "G", "enter", "esc", "tab", "a", "b", "c", "d", "space", "x", "1",
    "3", "u", "p", "f", "*", "n", "N", "r", "H", "y", "l", "s", "e", "/", "?", "m", "ctrl-p", "left", "right", "7",
    ">", "<", "2", "enter", "enter", "a",
];

/// The smallest window that shows a screen.
const SMALLEST: (u16, u16) = (30, 8);

/// What holds of every screen.
fn check(seat: &mut Seat, key: &str) {
    let shown = seat.draw();
    for (pane, extent) in &seat.drawn.extents {
        assert!(extent.first <= extent.last(), "{pane:?} {extent:?} after {key}:\n{shown}");
    }
    // A window that is too small says only that.
    if seat.size.0 < SMALLEST.0 || seat.size.1 < SMALLEST.1 {
        return;
    }
    let last = shown.lines().last().unwrap_or_default();
    assert!(last.ends_with("keys") || last.ends_with("close"), "the way to the keys is not in sight:\n{shown}");
    if !matches!(seat.model.screen(), Screen::Lab(_)) {
        what_is_typed_ends_in_view(seat, &shown);
        words_are_whole(seat, &shown);
        what_is_cut_has_a_mark(seat, &shown);
        if ["j", "k", "down", "up", "g", "G"].contains(&key) {
            the_cursor_is_in_view(seat, &shown);
        }
    }
}

/// What is typed into a filter or the palette ends at the cursor, however long it is.
fn what_is_typed_ends_in_view(seat: &Seat, shown: &str) {
    let typed = match (&seat.model.overlay, seat.model.screen()) {
        (Some(Overlay::Palette(palette)), _) => Some(&palette.typed),
        (None, Screen::Home(home)) => home.filter.as_ref(),
        (None, Screen::Browse(browse)) => browse.filter.as_ref(),
        _ => None,
    };
    let Some(typed) = typed else { return };
    let (column, row) = seat.drawn.cursor.expect("what is typed has a cursor");
    assert!(column < seat.size.0 && row < seat.size.1, "{column}, {row}");
    let row = shown.lines().nth(usize::from(row)).unwrap_or_default();
    // Blanks at a line's end are not shown; wide letters take two columns of one character.
    if row.chars().chain(typed.chars()).any(|letter| !letter.is_ascii() && letter.is_alphabetic()) {
        return;
    }
    let wide = usize::from(seat.size.0);
    let before: String = format!("{row:<wide$}").chars().take(usize::from(column)).collect();
    let letters: Vec<char> = typed.chars().collect();
    let end: String = letters[letters.len().saturating_sub(8)..].iter().collect();
    assert!(before.ends_with(&end), "{typed} does not end before the cursor:\n{shown}");
}

/// Whether the keys move a cursor now, rather than a text or nothing.
fn has_cursor(seat: &Seat, shown: &str) -> bool {
    if shown.contains("None.") || shown.contains("Nothing fits") || shown.contains("Nothing here fits") {
        return false;
    }
    match (&seat.model.overlay, seat.model.screen()) {
        (Some(Overlay::Palette(palette)), _) => !palette.found(&seat.model.library).is_empty(),
        (None, Screen::Home(home)) => home.focus != Some(Pane::Side),
        (None, Screen::Browse(browse)) => !browse.is_beside,
        (None, Screen::Question(question)) => {
            question.focus != Pane::Proof
                && !matches!(question.phase, QuestionPhase::Proof(..) | QuestionPhase::Saving(_))
        }
        (None, Screen::Exam(exam)) => match exam.phase {
            ExamPhase::Asked { .. } | ExamPhase::HandingIn | ExamPhase::Proof(..) => false,
            ExamPhase::Report(_) => exam.focus != Pane::Side,
            _ => true,
        },
        (Some(_), _) | (None, Screen::Lab(_) | Screen::Scores(_)) => false,
    }
}

/// The mark of the cursor stands at the beginning of a line, be it of one of several panes.
fn the_cursor_is_in_view(seat: &Seat, shown: &str) {
    if has_cursor(seat, shown) {
        let is_marked = |line: &str| line.chars().take(4).any(|letter| letter == '▸');
        assert!(shown.lines().skip(2).any(is_marked), "the cursor is not in view:\n{shown}");
    }
}

/// The text of every file of a directory of the program and of those below it.
fn source(directory: &std::path::Path, text: &mut String) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source(&path, text);
        } else {
            text.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

/// Every word of the content and of the program's own texts.
fn known_words() -> &'static BTreeSet<String> {
    static WORDS: OnceLock<BTreeSet<String>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut all = format!("{:?}", library()).replace("\\n", " ");
        for part in ["app", "ui", "desk"] {
            source(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(part), &mut all);
        }
        all.split(|letter: char| !letter.is_alphanumeric()).map(str::to_owned).collect()
    })
}

/// The words of a screen that should be whole: letters alone, in lines that are not cut with a mark.
fn words(shown: &str) -> impl Iterator<Item = &str> {
    let lines = shown.lines().filter(|line| !line.contains(['›', '‹']));
    let words = lines.flat_map(|line| line.split(|letter: char| letter.is_whitespace() || letter == '│'));
    let words = words.filter(|word| !word.contains('…'));
    words.flat_map(|word| word.split(|letter: char| !letter.is_alphanumeric())).filter(|word| {
        // Figures and ids are made as they are shown.
        word.chars().count() > 2 && word.chars().all(char::is_alphabetic)
    })
}

/// No word is broken: each is one of the content, or stands on the same screen in a window that has room for all.
fn words_are_whole(seat: &Seat, shown: &str) {
    // A dialog covers parts of words.
    let is_covered = matches!(seat.model.overlay, Some(Overlay::Tour(_) | Overlay::Quit))
        || matches!(seat.model.screen(), Screen::Exam(exam) if matches!(exam.phase, ExamPhase::Asked { .. }));
    if is_covered {
        return;
    }
    let unknown: Vec<&str> = words(shown).filter(|word| !known_words().contains(*word)).collect();
    if unknown.is_empty() {
        return;
    }
    let wide = [seat.glimpse(300, 400), seat.glimpse(100, 800)];
    let whole: BTreeSet<&str> = wide.iter().flat_map(|wide| words(wide)).collect();
    // A word that is nearly as long as the window has to be broken.
    let room = usize::from(seat.size.0) / 2;
    for word in unknown.into_iter().filter(|word| word.chars().count() < room) {
        assert!(whole.contains(word), "{word} is broken:\n{shown}");
    }
}

/// A line of an exhibit that is not shown whole has a mark, and the keys move it.
fn what_is_cut_has_a_mark(seat: &Seat, shown: &str) {
    let asked = match seat.model.screen() {
        Screen::Question(question)
            if matches!(question.phase, QuestionPhase::Asking(_) | QuestionPhase::Feedback(_)) =>
        {
            question.asked()
        }
        Screen::Exam(exam) => exam.asked(),
        _ => None,
    };
    let (Some(asked), None, 0) = (asked, &seat.model.overlay, seat.model.pan) else { return };
    let lines = asked.question.exhibits.iter().flat_map(|exhibit| exhibit.text.lines());
    let lines: Vec<&str> = lines.map(str::trim_end).collect();
    for row in shown.lines().filter(|row| row.starts_with(" │ ")) {
        let beginning: String = row.chars().skip(3).take(12).collect();
        let alike: Vec<&&str> = lines.iter().filter(|line| line.starts_with(&beginning)).collect();
        let is_whole = |line: &&&str| row.contains(**line) || goes_on(line, row);
        let is_fine = alike.is_empty() || row.contains('›') || alike.iter().any(is_whole);
        assert!(is_fine, "{row} is cut:\n{shown}");
    }
}

/// Whether a row ends where a line of code may go on under an indent: behind a blank, a comma or a dot.
fn goes_on(line: &str, row: &str) -> bool {
    let row = row.trim_start_matches([' ', '│']).split('│').next().unwrap_or_default();
    let row = row.split('↑').next().unwrap_or_default().split('↓').next().unwrap_or_default().trim_end();
    let rest = line.trim_start().strip_prefix(row).unwrap_or("x");
    // Nothing of it stands in a row that only has the mark of what lies below.
    row.is_empty() || rest.starts_with(' ') || row.ends_with([',', '.', ';', '/', ':', '(', '{', '['])
}

fn walk(seat: &mut Seat, keys: &[usize], sizes: &[(u16, u16)]) {
    for (at, key) in keys.iter().enumerate() {
        if seat.model.quit {
            return;
        }
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

/// The same walks every time, unless PROPTEST_RNG_SEED names others: what is found has to be found again.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    let rng_seed = if matches!(usual.rng_seed, RngSeed::Random) { RngSeed::Fixed(20_261_128) } else { usual.rng_seed };
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 100, rng_seed, ..usual }
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn home_lists_and_scores_bear_any_keys(
        keys in prop::collection::vec(0..KEYS.len(), 60),
        sizes in prop::collection::vec((12_u16..220, 3_u16..60), 6),
    ) {
        let mut seat = learned(80, 24);
        walk(&mut seat, &keys, &sizes);
    }

    #[test]
    fn questions_bear_any_keys(
        keys in prop::collection::vec(0..KEYS.len(), 60),
        sizes in prop::collection::vec((12_u16..220, 3_u16..60), 6),
        seed in 0_u64..1000,
    ) {
        let questions = select(&library().questions, &Selection { count: 4, seed, ..Selection::default() }, None);
        let mut seat = Seat::at_session(Session::new(Purpose::Practice, &questions, seed), 80, 24);
        walk(&mut seat, &keys, &sizes);
    }

    #[test]
    fn exams_bear_any_keys(
        keys in prop::collection::vec(0..KEYS.len(), 80),
        sizes in prop::collection::vec((12_u16..220, 3_u16..60), 6),
        seed in 0_u64..1000,
    ) {
        let questions = select(&library().questions, &Selection { count: 23, seed, ..Selection::default() }, None);
        let mut seat = Seat::at_session(Session::exam(&questions, seed, 60_000), 80, 24);
        walk(&mut seat, &keys, &sizes);
    }
}

/// The first question whose exhibit has a line of more columns than these.
fn with_a_wide_exhibit(columns: usize) -> dynadrill::content::Question {
    let mut question = library().questions[0].clone();
    "A function fails with the response below. What should the developer change?".clone_into(&mut question.stem);
    question.exhibits = vec![dynadrill::content::Exhibit {
        kind: dynadrill::content::ExhibitKind::Log,
        language: "text".to_owned(),
        caption: None,
        text: format!("begin{}end", "-".repeat(columns)),
    }];
    question
}

#[test]
fn what_is_wider_than_a_question_is_reached_sideways() {
    let question = with_a_wide_exhibit(150);
    let mut seat = Seat::at_session(Session::new(Purpose::Practice, &[question], 1), 60, 20);
    let shown = seat.draw();
    assert!(shown.contains("begin-") && shown.contains('›') && !shown.contains("-end"), "{shown}");
    assert!(seat.footer().contains("> wide lines"), "{}", seat.footer());
    seat.keys("> > > > > > > > > > > >");
    let moved = seat.draw();
    assert!(moved.contains("-end") && moved.contains('‹') && !moved.contains('›'), "{moved}");
    assert!(moved.contains("What should the developer change?"), "what fits does not move:\n{moved}");
    seat.keys("<");
    assert_ne!(seat.draw(), moved, "one step back moves at once");
    seat.keys("a");
    assert!(seat.draw().contains("begin-"), "what is done next begins at the first column");
}

#[test]
fn any_size_is_drawn_while_the_window_is_dragged() {
    let sizes = [(20, 5), (1, 1), (200, 60), (30, 8), (29, 7), (60, 20), (5, 60), (220, 3), (80, 24), (31, 9)];
    let questions = select(&library().questions, &Selection { count: 3, seed: 9, ..Selection::default() }, None);
    let practice = || Seat::at_session(Session::new(Purpose::Practice, &questions, 9), 80, 24);
    let exam = || Seat::at_session(Session::exam(&questions, 9, 60_000), 80, 24);
    let at = |mut seat: Seat, keys: &str| {
        seat.keys(keys);
        seat
    };
    let seats = vec![
        learned(80, 24),
        at(learned(80, 24), "s"),
        at(learned(80, 24), "l"),
        at(learned(80, 24), "ctrl-p"),
        at(learned(80, 24), "?"),
        at(Seat::new(80, 24), "enter"),
        practice(),
        at(practice(), "a b enter"),
        at(practice(), "a b enter p"),
        exam(),
        at(exam(), "r"),
        at(exam(), "r H"),
        at(exam(), "H y"),
        at(exam(), "H y enter"),
    ];
    for mut seat in seats {
        for (width, height) in sizes.into_iter().chain([(80, 24)]) {
            seat.resizes(width, height);
            check(&mut seat, "");
            seat.keys("j");
            check(&mut seat, "j");
        }
    }
}

#[test]
fn a_filter_longer_than_its_line_shows_its_end() {
    for keys in ["/", "l /", "x /", "ctrl-p"] {
        for (width, height) in [(30, 8), (60, 20), (80, 24), (120, 40)] {
            let mut seat = learned(width, height);
            seat.keys(keys);
            for word in
                ["a query that is longer than any line has room for, ", "and longer still, ", "so that it goes on"]
            {
                seat.types(word);
                check(&mut seat, "");
            }
            seat.keys("backspace backspace");
            check(&mut seat, "");
            // What is left out has a mark; the palette has the whole width.
            assert_eq!(seat.draw().contains('‹'), width < 100 || keys != "ctrl-p", "{keys} {width}:\n{}", seat.draw());
        }
    }
}

#[test]
fn a_paste_of_a_megabyte_is_taken_where_text_is_typed_and_nowhere_else() {
    let text = "delete-item \u{1b}[2J\u{202e} ".repeat(60_000);
    assert!(text.len() > 1_000_000);
    for keys in ["", "l", "s", "?"] {
        let mut seat = learned(80, 24);
        seat.keys(keys);
        let before = seat.draw();
        seat.pastes(&text);
        assert_eq!(seat.draw(), before, "{keys}");
    }
    for keys in ["/", "l /", "ctrl-p"] {
        let mut seat = learned(80, 24);
        seat.keys(keys);
        seat.pastes(&text);
        let shown = seat.draw();
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
        seat.keys("ctrl-u");
        check(&mut seat, "");
    }
}

#[test]
fn control_characters_of_content_never_reach_the_terminal() {
    let evil = "red\u{1b}[31m \u{7} bell \u{202e}rtl \r over \u{200b}zero \u{9b}2J";
    let mut library = (*library()).clone();
    for question in library.questions.iter_mut().take(3) {
        question.stem = format!("{evil} A table is read. What should the developer do?");
        question.docs = format!("https://example.com/{evil}");
        for option in &mut question.options {
            (option.text, option.why) = (format!("{evil} {}", option.text), evil.to_owned());
        }
        question.exhibits = vec![dynadrill::content::Exhibit {
            kind: dynadrill::content::ExhibitKind::Log,
            language: "text".to_owned(),
            caption: Some(evil.to_owned()),
            text: evil.to_owned(),
        }];
    }
    library.topics[0].title = evil.to_owned();
    library.labs[0].title = evil.to_owned();
    let questions: Vec<_> = library.questions.iter().take(3).cloned().collect();
    let library = std::sync::Arc::new(library);
    for keys in ["", "l", "p", "s", "ctrl-p", "?"] {
        let mut seat = Seat::of(std::sync::Arc::clone(&library), 80, 40);
        seat.keys(keys);
        assert!(!seat.draw().replace('\n', "").contains(char::is_control), "{keys}");
    }
    let sessions = [Session::new(Purpose::Practice, &questions, 1), Session::exam(&questions, 1, 60_000)];
    for session in sessions {
        let mut seat = Seat::of(std::sync::Arc::clone(&library), 80, 40);
        seat.model.show(dynadrill::desk::screen_of(session, None));
        for keys in ["", "a b", "enter", "u", "esc", "r", "H", "y", "enter"] {
            seat.keys(keys);
            let shown = seat.draw().replace('\n', "");
            assert!(
                !shown.contains(|letter: char| letter.is_control() || "\u{202e}\u{200b}".contains(letter)),
                "{shown:?}"
            );
        }
    }
}
