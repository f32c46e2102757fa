//! Labs by keys.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use dynadrill::app::line::Line;
use dynadrill::app::message::{LabWork, Message, Outcome, SideEffect};
use dynadrill::app::pane::Pane;
use dynadrill::app::screens::LabScreen;
use dynadrill::app::{Screen, Start};
use dynadrill::clock::VirtualClock;
use dynadrill::clock::{Clock as _, SystemClock};
use dynadrill::content::{self, Source};
use dynadrill::desk::Desk;
use dynadrill::desk::worker::Worker;
use dynadrill::progress::Store;

use crate::seat::Seat;

/// The lab on screen.
pub(crate) fn on(seat: &Seat) -> &LabScreen {
    let Screen::Lab(lab) = seat.model.screen() else { panic!("no lab") };
    lab
}

/// Types a line and runs it.
pub(crate) fn runs(seat: &mut Seat, line: &str) {
    seat.types(line);
    seat.keys("enter");
}

/// Does a lab's steps as its solutions do, without predictions, up to a step.
pub(crate) fn done(name: &str, steps: usize, width: u16, height: u16) -> Seat {
    let mut seat = lab(name, width, height);
    let solutions: Vec<Vec<String>> =
        seat.model.library.lab(name).unwrap().steps.iter().map(|step| step.solution.clone()).collect();
    for solution in solutions.iter().take(steps) {
        if seat.draw().contains("Predict ─") {
            seat.keys("esc");
        }
        for line in solution {
            seat.pastes(line.trim());
            seat.keys("enter");
        }
    }
    let shown = seat.draw();
    assert_eq!(on(&seat).view.position, steps, "{shown}");
    seat
}

/// Compares the screen with the one that is kept; `UPDATE_GOLDEN=1` keeps this one.
fn golden(seat: &mut Seat, name: &str) {
    seat.means_the_same_without_colours_and_in_ascii(name);
    let (width, height) = seat.size;
    let path = PathBuf::from(format!("tests/terminal/golden/{name}-{width}x{height}.txt"));
    let shown = seat.draw();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &shown).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(shown, kept, "{}", path.display());
}

pub(crate) fn lab(name: &str, width: u16, height: u16) -> Seat {
    Seat::started(Start::Lab(name.to_owned()), width, height)
}

/// Runs the given command of the lab's first step, its gap filled in.
fn run_given(seat: &mut Seat) {
    seat.keys("esc enter");
    seat.types("C-0042");
    seat.keys("enter");
}

#[test]
fn the_given_command_runs_with_two_enters() {
    let mut seat = lab("query-vs-scan", 120, 40);
    // Esc skips the prediction, the first Enter puts the command into the prompt with the cursor in its gap, the second
    // runs it.
    run_given(&mut seat);
    assert!(seat.draw().contains("step 2 of 6"), "{}", seat.draw());
}

#[test]
fn what_was_typed_survives_the_history() {
    let mut seat = lab("query-vs-scan", 80, 24);
    seat.keys("esc");
    seat.types("query --tab");
    seat.keys("up up down down");
    assert!(seat.draw().contains("$ query --tab"), "{}", seat.draw());
}

#[test]
fn a_command_pasted_over_several_lines_is_one_command() {
    let mut seat = lab("query-vs-scan", 120, 40);
    seat.keys("esc");
    seat.pastes("scan \\\n  --table-name Orders \\\n  --select COUNT\n");
    seat.keys("enter");
    let shown = seat.draw();
    assert!(shown.contains("6000") || shown.contains("6,000"), "{shown}");
    assert!(!shown.contains("There is no command"), "{shown}");
}

#[test]
fn ctrl_c_clears_the_line_and_leaves_only_when_pressed_twice() {
    let mut seat = lab("query-vs-scan", 80, 24);
    seat.keys("esc");
    seat.types("half a line");
    seat.keys("ctrl-c");
    assert!(!seat.draw().contains("half a line"));
    assert!(!seat.model.quit);
    seat.keys("ctrl-c");
    assert!(!seat.model.quit);
    seat.keys("ctrl-c");
    assert!(seat.model.quit);
}

#[test]
fn nothing_in_the_transcript_is_replaced() {
    let mut seat = lab("query-vs-scan", 80, 60);
    seat.keys("esc");
    seat.types("list-tables");
    seat.keys("enter F1");
    let shown = seat.draw();
    assert!(shown.contains("$ list-tables") && shown.contains("Hint"), "{shown}");
}

#[test]
fn tabs_of_text_output_are_seen() {
    let mut seat = lab("optimistic-locking", 100, 50);
    seat.types("scan --table-name Products --output text");
    seat.keys("enter");
    let shown = seat.draw();
    assert!(shown.lines().any(|line| line.contains("STOCK    4") || line.contains("STOCK  4")), "{shown}");
}

#[test]
fn a_prediction_is_asked_for_on_a_card_and_taken() {
    let mut seat = lab("query-vs-scan", 80, 24);
    let shown = seat.draw();
    assert!(shown.contains("Predict ─") && shown.contains("esc skips"), "{shown}");
    assert!(shown.contains("How many items does DynamoDB read to find her orders?"), "{shown}");
    runs(&mut seat, "12");
    assert!(!seat.draw().contains("esc skips"), "{}", seat.draw());
    seat.keys("enter");
    seat.types("C-0042");
    seat.keys("enter");
    let lines: Vec<String> = seat.draw().lines().map(str::to_owned).collect();
    // Twelve of six thousand: one block against a whole bar.
    let bar = |label: &str| lines.iter().find(|line| line.contains(label)).map(|line| line.matches('█').count());
    assert_eq!((bar("you said"), bar("measured")), (Some(1), Some(24)), "{}", lines.join("\n"));
}

#[test]
fn a_prediction_that_is_none_keeps_asking_and_what_was_typed_stays() {
    let mut seat = lab("query-vs-scan", 80, 24);
    seat.keys("enter");
    assert!(seat.footer().starts_with("Type what you expect"), "{}", seat.footer());
    runs(&mut seat, "many");
    assert!(seat.footer().contains("Expected a number (items), found many"), "{}", seat.footer());
    assert!(seat.draw().contains("esc skips") && seat.draw().contains("? many"), "{}", seat.draw());
}

#[test]
fn a_command_typed_where_a_prediction_is_asked_for_is_a_command() {
    for line in ["list-tables", "aws dynamodb list-tables", ":now", "help"] {
        let mut seat = lab("query-vs-scan", 80, 40);
        runs(&mut seat, line);
        let shown = seat.draw();
        assert!(shown.contains(&format!("$ {line}")) && !shown.contains("Expected a number"), "{line}: {shown}");
    }
}

#[test]
fn a_line_that_is_entered_while_another_runs_waits_behind_it() {
    let mut seat = lab("query-vs-scan", 80, 40);
    seat.types(":now");
    // It runs, and nothing has come of it yet.
    let running = seat.model.update(Message::Accept);
    seat.types("list-tables");
    let entered = seat.model.update(Message::Accept);
    assert!(!seat.draw().contains("$ list-tables"), "{}", seat.draw());
    seat.performs(entered);
    seat.performs(running);
    let shown = seat.draw();
    assert!(shown.contains("$ :now") && shown.contains("$ list-tables") && shown.contains("\"Orders\""), "{shown}");
}

#[test]
fn at_80x24_the_transcript_has_the_room_and_every_line_of_a_result_can_be_read() {
    let mut seat = done("query-vs-scan", 0, 80, 24);
    run_given(&mut seat);
    seat.keys("esc");
    let shown = seat.draw();
    let rule = shown.lines().position(|line| line.contains("─ Transcript")).unwrap();
    let prompt = shown.lines().position(|line| line == "$").unwrap();
    assert!(rule <= 8 && prompt - rule > 12, "{rule} {prompt}\n{shown}");
    // Everything unfolded, from the top to the end by pages.
    seat.keys("tab tab k k k space g");
    let mut seen = BTreeSet::new();
    for _ in 0..30 {
        seen.extend(seat.draw().lines().map(|line| line.trim().to_owned()));
        seat.keys("pgdn");
    }
    let text: Vec<String> = on(&seat).transcript.iter().flat_map(|entry| &entry.lines).map(Line::plain).collect();
    let orders: Vec<&String> = text.iter().filter(|line| line.contains("c0042@")).collect();
    assert_eq!(orders.len(), 12);
    for order in orders {
        let begun: String = order.trim().chars().take(50).collect();
        assert!(seen.iter().any(|line| line.starts_with(&begun)), "{begun} was never shown");
    }
}

#[test]
fn what_is_wider_than_the_pane_is_reached_sideways() {
    let mut seat = lab("query-vs-scan", 60, 24);
    run_given(&mut seat);
    seat.keys("esc");
    seat.keys("tab tab k k k space g");
    let rows = |seat: &mut Seat| {
        let mut rows = String::new();
        for _ in 0..20 {
            rows.push_str(&seat.draw());
            seat.keys("pgdn");
        }
        rows
    };
    assert!(!rows(&mut seat).contains("#O-03446"), "the last column fits");
    seat.keys("g right right right right right right right right right right right right right");
    assert!(rows(&mut seat).contains("#O-03446"), "{}", seat.draw());
}

#[test]
fn no_word_of_the_opening_is_broken_at_any_width() {
    let library = content::load(&Source::Embedded).0;
    let known = library.lab("hot-partition").unwrap();
    let words: BTreeSet<&str> = known.intro.split_whitespace().chain(known.title.split_whitespace()).collect();
    for width in [60, 80, 100, 109, 110, 120, 134, 150, 170, 200] {
        let mut seat = lab("hot-partition", width, 60);
        let shown = seat.draw();
        let rows = shown.lines().skip_while(|line| !line.contains("─ Transcript")).skip(1);
        for row in rows.take_while(|line| !line.contains("Predict ─")) {
            let of_transcript = row.split('│').nth(usize::from(width >= 100)).unwrap_or_default();
            for word in of_transcript.split_whitespace() {
                assert!(words.contains(word), "{width}: {word}\n{shown}");
            }
        }
    }
}

#[test]
fn the_closing_comparison_is_whole_at_80x24_and_the_tables_stay_open() {
    let mut seat = done("query-vs-scan", 6, 80, 24);
    let shown = seat.draw();
    for figure in ["211 RCU  ████████████████████████", "0.5 RCU  █░"]
    {
        assert!(shown.contains(figure), "{figure}\n{shown}");
    }
    runs(&mut seat, "scan --table-name Orders --select COUNT");
    assert!(seat.draw().contains("\"Count\": 6000"), "{}", seat.draw());
}

#[test]
fn the_wheel_scrolls_and_never_touches_what_is_typed() {
    let mut seat = done("query-vs-scan", 1, 80, 24);
    seat.keys("esc");
    seat.types("query --tab");
    let before = seat.draw();
    let wheel =
        |kind: MouseEventKind| Event::Mouse(MouseEvent { kind, column: 9, row: 15, modifiers: KeyModifiers::NONE });
    seat.event(wheel(MouseEventKind::ScrollUp));
    let scrolled = seat.draw();
    assert!(scrolled != before && scrolled.contains("$ query --tab"), "{scrolled}");
    // A client's request, or anything else that is new, does not move what is being read.
    seat.event(wheel(MouseEventKind::ScrollDown));
    assert_eq!(seat.draw(), before);
}

#[test]
fn six_partitions_are_seen_while_traffic_runs_and_one_is_at_its_limit() {
    let mut seat = done("hot-partition", 1, 120, 40);
    seat.keys("esc");
    seat.frames.clear();
    runs(&mut seat, ":traffic Votes --rate 1500 --seconds 10 --keys single");
    let frames = seat.frames.clone();
    assert!(frames.len() >= 5, "{} frames", frames.len());
    let last = frames.last().unwrap();
    for partition in ["P1", "P2", "P3", "P4", "P5", "P6"] {
        assert!(last.contains(partition), "{last}");
    }
    assert!(last.contains("1,000/s  +500 refused"), "{last}");
    assert!(frames.iter().any(|frame| frame.contains("of 15,000   esc stops")), "{last}");
    // Each frame is further than the one before.
    let seconds: Vec<&str> =
        frames.iter().flat_map(|frame| frame.lines().filter(|line| line.contains(" of 10 s"))).collect();
    assert!(seconds.first() != seconds.last(), "{seconds:?}");
    // What the hot partition has saved up drains, until it serves its limit and no more.
    let saved = |frame: &String| {
        let row = frame.lines().find(|row| row.contains("burst P"))?;
        let number = row.split(" of 1,000 WCU").next()?.split_whitespace().next_back()?;
        number.replace(',', "").parse::<u64>().ok()
    };
    let saved: Vec<u64> = frames.iter().filter_map(saved).collect();
    assert!(
        saved.iter().any(|left| (100..1_000).contains(left)) && saved.last().is_some_and(|left| *left <= 1),
        "{saved:?}"
    );
}

#[test]
fn keys_are_answered_while_traffic_of_twenty_million_requests_runs() {
    let library = Arc::new(content::load(&Source::Embedded).0);
    let clock = Arc::new(VirtualClock::new(VirtualClock::LAB_START));
    let desk = Desk::new(library, Store::in_memory("a test").unwrap(), clock);
    let (send, outcomes) = mpsc::channel();
    let worker = Worker::start(desk, move |outcome| drop(send.send(outcome)));
    let mut seat = lab("hot-partition", 120, 40);
    worker.perform(SideEffect::Start(Start::Lab("hot-partition".to_owned())));
    worker.perform(SideEffect::Lab(LabWork::Run(
        ":traffic Votes --rate 20000 --seconds 1000 --keys uniform:200".to_owned(),
    )));
    let wait = Duration::from_mins(1);
    while !matches!(outcomes.recv_timeout(wait).unwrap(), Outcome::Running(progress, _) if progress.done > 0) {}
    seat.keys("esc");
    // Each key is taken in with whatever the run has sent by then, and the whole screen is drawn.
    let mut times = Vec::new();
    for letter in "query --table-name Votes --limit 10".chars() {
        let pressed = SystemClock.monotonic();
        for outcome in outcomes.try_iter().filter(|outcome| matches!(outcome, Outcome::Running(..))) {
            seat.model.update(dynadrill::app::message::Message::Done(outcome));
        }
        seat.types(&letter.to_string());
        times.push(SystemClock.monotonic() - pressed);
    }
    worker.perform(SideEffect::Lab(LabWork::Cancel));
    worker.finish();
    times.sort_unstable();
    assert!(times[times.len() / 2] < 50, "{times:?}");
    assert_eq!(on(&seat).prompt.text(), "query --table-name Votes --limit 10");
}

#[test]
fn the_divider_follows_the_mouse_that_took_hold_of_it_and_no_other() {
    let mut seat = lab("query-vs-scan", 120, 40);
    let at = |seat: &mut Seat| seat.draw().lines().nth(5).unwrap().chars().position(|letter| letter == '│').unwrap();
    let mouse = |kind, column: usize| {
        Event::Mouse(MouseEvent { kind, column: u16::try_from(column).unwrap(), row: 5, modifiers: KeyModifiers::NONE })
    };
    let (down, drag) = (MouseEventKind::Down(MouseButton::Left), MouseEventKind::Drag(MouseButton::Left));
    let begun = at(&mut seat);
    seat.event(mouse(down, 10));
    seat.event(mouse(drag, 30));
    assert_eq!(at(&mut seat), begun, "text was selected, the divider was not touched");
    seat.event(mouse(down, begun));
    seat.event(mouse(drag, begun + 9));
    seat.event(mouse(drag, begun + 12));
    assert_eq!(at(&mut seat), begun + 12);
}

#[test]
fn a_line_that_runs_is_stopped_at_once() {
    let library = Arc::new(content::load(&Source::Embedded).0);
    let store = Store::in_memory("a test").unwrap();
    let clock = Arc::new(VirtualClock::new(VirtualClock::LAB_START));
    let (send, outcomes) = mpsc::channel();
    let desk = Desk::new(library, store, clock);
    let worker = Worker::start(desk, move |outcome| drop(send.send(outcome)));
    worker.perform(SideEffect::Start(Start::Lab("hot-partition".to_owned())));
    worker
        .perform(SideEffect::Lab(LabWork::Run(":traffic Votes --rate 20000 --seconds 1000 --keys single".to_owned())));
    let wait = Duration::from_mins(1);
    while !matches!(outcomes.recv_timeout(wait).unwrap(), Outcome::Running(progress, _) if progress.done > 0) {}
    let asked = SystemClock.monotonic();
    worker.perform(SideEffect::Lab(LabWork::Cancel));
    let ran = loop {
        if let Outcome::Ran(ran) = outcomes.recv_timeout(wait).unwrap() {
            break ran;
        }
    };
    let waited = SystemClock.monotonic() - asked;
    assert!(waited < 5000, "{waited} ms");
    let text: Vec<String> = ran.entries.iter().flat_map(|entry| &entry.lines).map(Line::plain).collect();
    assert!(text.iter().any(|line| line.contains("(interrupted)")), "{text:?}");
    worker.finish();
}

#[test]
fn esc_stops_what_runs_before_it_leaves_the_lab() {
    let mut seat = lab("hot-partition", 80, 24);
    seat.keys("esc");
    seat.refuses = Some(|effect| matches!(effect, SideEffect::Lab(LabWork::Cancel)));
    let effects = {
        use dynadrill::app::message::Message;
        seat.model.update(Message::Edit(dynadrill::app::prompt::Edit::Insert(":clock +1d".to_owned())));
        let run = seat.model.update(Message::Accept);
        assert!(run.iter().any(|effect| matches!(effect, SideEffect::Lab(LabWork::Run(_)))));
        seat.model.update(Message::Back)
    };
    assert!(matches!(effects[..], [SideEffect::Lab(LabWork::Cancel)]), "{effects:?}");
    assert_eq!(seat.screen(), "lab");
}

#[test]
fn tab_completes_a_word_and_moves_the_focus_on_an_empty_prompt() {
    let mut seat = lab("query-vs-scan", 80, 24);
    seat.keys("esc tab");
    assert!(seat.draw().contains("2 tables"), "{}", seat.draw());
    seat.keys("backtab");
    assert_eq!(on(&seat).focus, Pane::Prompt);
    seat.types("query --table-name Orders --key-cond");
    seat.keys("tab");
    let shown = seat.draw();
    let at = shown.lines().position(|line| line.contains("$ query --table-name Orders")).unwrap();
    let popup = shown.lines().take(at).any(|line| line.contains("--key-condition-expression"));
    assert!(popup || shown.contains("$ query --table-name Orders --key-condition-expression"), "{shown}");
}

#[test]
fn the_cursor_of_the_transcript_unfolds_copies_and_stays_in_view() {
    let mut seat = done("query-vs-scan", 2, 80, 24);
    seat.keys("esc");
    runs(&mut seat, "list-tables");
    seat.keys("tab tab g");
    assert!(seat.draw().contains("› Query against Scan"), "{}", seat.draw());
    // Under the command stand what it printed and what is still open.
    seat.keys("G k k");
    assert!(seat.draw().contains("› list-tables"), "{}", seat.draw());
    seat.keys("y");
    assert_eq!((on(&seat).prompt.text(), on(&seat).focus), ("list-tables", Pane::Prompt));
}

#[test]
fn a_long_command_is_shown_whole_and_the_prompt_grows() {
    let mut seat = lab("query-vs-scan", 80, 24);
    seat.keys("esc enter");
    let text = on(&seat).prompt.text().to_owned();
    let shown = seat.draw();
    let from = shown.find("$ scan --table-name Orders").unwrap();
    let rows: String = shown[from + 2..].lines().take(2).map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
    assert_eq!(rows.replace(' ', ""), text.replace(' ', ""), "{shown}");
    // Wide letters count for two columns.
    seat.keys("ctrl-u");
    seat.pastes(&"漢".repeat(39));
    seat.pastes("字x");
    assert_eq!(seat.drawn.cursor.map(|(column, _)| column), Some(7), "{}", seat.draw());
}

#[test]
fn the_caret_of_an_error_stands_under_its_word_in_a_narrow_pane() {
    let mut seat = lab("query-vs-scan", 60, 30);
    seat.keys("esc");
    seat.pastes("query --table-name Orders --key-condition-expression 'customerId = :c' --wrongflag x");
    seat.keys("enter");
    let shown = seat.draw();
    let lines: Vec<Vec<char>> = shown.lines().map(|line| line.chars().collect()).collect();
    let caret = lines.iter().position(|line| line.iter().collect::<String>().contains("^^^")).expect(&shown);
    let at = lines[caret].iter().position(|letter| *letter == '^').unwrap();
    let word: String = lines[caret - 1][at..].iter().take(11).collect();
    assert_eq!(word, "--wrongflag", "{shown}");
}

#[test]
fn the_plan_shows_six_thousand_read_against_twelve_returned() {
    let mut seat = done("query-vs-scan", 1, 120, 40);
    let shown = seat.draw();
    assert!(shown.contains("[1 plan]"), "{shown}");
    let row = |label: &str| {
        shown.lines().find(|line| line.contains(&format!("│  {label}")) || line.contains(&format!(" {label} ")))
    };
    assert!(row("read").is_some_and(|line| line.contains("6,000")), "{shown}");
    assert!(shown.lines().any(|line| line.contains("returned") && line.contains("12")), "{shown}");
}

#[test]
fn a_shard_that_is_held_up_is_seen() {
    let mut seat = done("lambda-poison-record", 3, 120, 60);
    let shown = seat.draw();
    assert!(shown.contains("[4 streams]") && shown.to_lowercase().contains("blocked"), "{shown}");
}

#[test]
fn the_lab_looks_as_it_did() {
    for size in [(60, 20), (80, 24), (120, 40), (200, 60)] {
        let mut seat = lab("query-vs-scan", size.0, size.1);
        golden(&mut seat, "lab-asks");
        seat.keys("esc enter");
        golden(&mut seat, "lab-given");
        seat.keys("end ctrl-u");
        seat.types("query --table-name Orders --key");
        seat.keys("tab");
        golden(&mut seat, "lab-completion");
        golden(&mut done("query-vs-scan", 6, size.0, size.1), "lab-done");
        let mut seat = done("lambda-poison-record", 3, size.0, size.1);
        golden(&mut seat, "lab-blocked");
        // In a narrow window the world takes the place of the transcript.
        seat.keys("esc tab");
        golden(&mut seat, "lab-blocked-world");
        golden(&mut done("query-vs-scan", 1, size.0, size.1), "lab-step-done");
        golden(&mut done("hot-partition", 2, size.0, size.1), "lab-traffic");
    }
}
