//! The end of a lab and what begins again: its par, a finished lab once more, `:restart` and `:reset`, leaving, words of other shells.

use dynadrill::app::Start;

use crate::lab::{done, lab, on, runs};
use crate::seat::Seat;

/// What stands in the transcript, as text.
fn told(seat: &Seat) -> String {
    let lines = on(seat).transcript.iter().flat_map(|entry| &entry.lines);
    lines.map(|line| line.plain() + "\n").collect()
}

#[test]
fn hot_partition_s_step_of_shards_wants_ten() {
    let mut seat = done("hot-partition", 5, 80, 24);
    seat.keys("esc");
    // Four shards at that rate are not throttled, and are too few all the same.
    runs(&mut seat, ":traffic Votes --rate 300 --seconds 6 --keys single --shards 4");
    assert!(told(&seat).contains("1,800 succeeded, 0 failed;"), "{}", told(&seat));
    let at = on(&seat).view.position;
    assert_eq!(at, 5, "{}", seat.draw());
    runs(&mut seat, ":traffic Votes --rate 1500 --seconds 6 --keys single --shards 10");
    let at = on(&seat).view.position;
    assert_eq!(at, 6, "{}", seat.draw());
}

#[test]
fn the_closing_bars_and_the_par_are_whole_in_the_task_at_every_width() {
    let mut seat = done("query-vs-scan", 6, 120, 40);
    for width in [60, 80, 100, 110, 120, 134, 170, 200] {
        seat.resizes(width, 60);
        seat.keys("F6");
        let shown = seat.draw();
        seat.keys("F6");
        let task = |row: &str| {
            if width < 100 { row.to_owned() } else { row.split('│').next().unwrap_or_default().to_owned() }
        };
        let rows: Vec<String> = shown.lines().map(|row| task(row).trim().to_owned()).collect();
        for wanted in
            ["Query by the table's key", "████████████████████████ 211 RCU", "█░░░░░░░░░░░░░░░░░░░░░░░ 0.5 RCU"]
        {
            assert!(rows.iter().any(|row| row == wanted), "{width}: {wanted}\n{shown}");
        }
        // The solutions were typed, so they are the par.
        for who in ["you", "par"] {
            let row = rows.iter().find(|row| row.starts_with(who)).unwrap_or_else(|| panic!("{width}\n{shown}"));
            assert_eq!(row.split_whitespace().collect::<Vec<_>>(), [who, "8", "424", "0"], "{width}\n{shown}");
        }
    }
}

#[test]
fn what_was_done_beyond_the_solutions_stands_against_the_par() {
    let mut seat = done("query-vs-scan", 4, 120, 50);
    seat.keys("esc");
    runs(&mut seat, "scan --table-name Orders --select COUNT");
    let steps = seat.model.library.lab("query-vs-scan").unwrap().steps.clone();
    for step in steps.into_iter().skip(4) {
        for line in step.solution {
            seat.pastes(line.trim());
            seat.keys("enter");
        }
        seat.keys("esc");
    }
    let told = told(&seat);
    assert!(told.contains("you         10         635           0"), "{told}");
    assert!(told.contains("par          8         424           0"), "{told}");
}

#[test]
fn a_finished_lab_offers_three_questions_on_what_it_was_about() {
    let mut seat = done("query-vs-scan", 6, 120, 40);
    assert!(seat.draw().contains("three questions on this"), "{}", seat.draw());
    seat.keys("F9");
    assert_eq!(seat.screen(), "question");
    assert!(seat.draw().contains("1 of 3"), "{}", seat.draw());
    // The lab lies below, as it was left.
    seat.keys("esc");
    assert_eq!(seat.screen(), "lab");
}

#[test]
fn a_finished_lab_asks_whether_it_is_read_again_or_done_again() {
    let mut seat = done("query-vs-scan", 6, 120, 40);
    seat.keys("esc esc");
    let open = |seat: &mut Seat| {
        seat.send(dynadrill::app::message::Message::Open(Start::Lab("query-vs-scan".to_owned())));
        let shown = seat.draw();
        assert!(shown.contains("You have done this lab") && seat.screen() != "lab", "{shown}");
    };
    open(&mut seat);
    seat.keys("esc");
    assert_ne!(seat.screen(), "lab");
    open(&mut seat);
    seat.keys("enter");
    // Everything is told again, and the tables are as they were at the end.
    let told = told(&seat);
    for wanted in [
        "The tool as it is",
        "Your Scan read 6,000 items to return 12",
        "211   6,000",
        "The same result, 211 RCU or 0.5 RCU",
    ] {
        assert!(told.contains(wanted), "{wanted}\n{told}");
    }
    runs(&mut seat, "scan --table-name Orders --select COUNT");
    assert!(seat.draw().contains("\"Count\": 6000"), "{}", seat.draw());
    seat.keys("esc esc");
    open(&mut seat);
    seat.keys("n");
    assert!(seat.draw().contains("step 1 of 6"), "{}", seat.draw());
}

#[test]
fn a_restart_begins_the_step_again_and_not_the_lab() {
    let mut seat = done("optimistic-locking", 2, 100, 50);
    // The first request brings the checks.
    runs(&mut seat, "list-tables");
    let met = |seat: &Seat| -> Vec<bool> { on(seat).view.checks.iter().flatten().map(|check| check.met).collect() };
    let before = met(&seat);
    assert!(before.contains(&true) && before.contains(&false), "{before:?}");
    runs(&mut seat, "delete-item --table-name Products --key {\"sku\":{\"S\":\"P-07\"}}");
    seat.keys("F7");
    assert!(told(&seat).contains("The step begins again"), "{}", told(&seat));
    assert_eq!(on(&seat).view.position, 2);
    assert_eq!(met(&seat), before, "what was met of the step is as it was");
    // The item has come back as the steps before had left it: the solution still completes the step.
    for line in seat.model.library.lab("optimistic-locking").unwrap().steps[2].solution.clone() {
        seat.pastes(line.trim());
        seat.keys("enter");
    }
    let at = on(&seat).view.position;
    assert_eq!(at, 3, "{}", seat.draw());
}

#[test]
fn a_restart_keeps_the_prediction_and_a_reset_asks_for_it_again() {
    let mut seat = lab("query-vs-scan", 100, 40);
    runs(&mut seat, "12");
    assert!(!seat.draw().contains("esc skips"));
    runs(&mut seat, ":restart");
    assert!(!seat.draw().contains("esc skips") && seat.draw().contains("you said"), "{}", seat.draw());
    runs(&mut seat, ":reset");
    assert!(seat.draw().contains("esc skips"), "{}", seat.draw());
}

#[test]
fn one_esc_never_leaves_a_lab_and_what_is_typed_after_it_stays_in_the_prompt() {
    let mut seat = lab("query-vs-scan", 80, 24);
    seat.keys("esc esc");
    assert!(seat.footer().contains("Press Esc again to leave"), "{}", seat.footer());
    // The next keys are for the lab, and take the question back.
    seat.types("scan");
    assert_eq!((seat.screen(), on(&seat).prompt.text()), ("lab", "scan"));
    seat.keys("esc");
    assert_eq!(seat.screen(), "lab");
    seat.keys("esc");
    assert_eq!(seat.screen(), "home");
}

#[test]
fn words_of_other_shells_are_understood() {
    for word in ["exit", "quit", "q", ":q"] {
        let mut seat = lab("hot-partition", 80, 24);
        seat.keys("esc");
        runs(&mut seat, word);
        assert_eq!(seat.screen(), "home", "{word}");
    }
    for word in ["clear", "ctrl-l"] {
        let mut seat = lab("hot-partition", 80, 24);
        seat.keys("esc");
        if word == "clear" {
            runs(&mut seat, word);
        } else {
            seat.keys(word);
        }
        let shown = seat.draw();
        assert!(!shown.contains("A talent show") && !shown.contains("no command"), "{shown}");
        // Nothing is gone: it can be scrolled back.
        seat.keys("pgup pgup pgup");
        assert!(seat.draw().contains("A talent show"), "{}", seat.draw());
        runs(&mut seat, ":now");
        assert!(seat.draw().contains("$ :now"), "{}", seat.draw());
    }
    let mut seat = lab("hot-partition", 80, 24);
    seat.keys("esc ?");
    assert!(seat.draw().contains(" Now"), "{}", seat.draw());
}

#[test]
fn traffic_has_its_cost_and_folds_to_what_came_of_it() {
    let mut seat = lab("hot-partition", 80, 40);
    seat.keys("esc");
    runs(&mut seat, ":traffic Votes --rate 1500 --seconds 10 --keys single");
    let shown = seat.draw();
    assert!(shown.contains("10,999 succeeded, 4,001 failed; 15,000 attempts, 4,001 of them throttled."), "{shown}");
    assert!(shown.contains("more lines") && shown.contains("10,999 WCU"), "{shown}");
    assert!(shown.lines().next().unwrap().contains("used 10,999 WCU"), "{shown}");
    // Unfolded, each second is a row of its own: none begins in the middle of the one before.
    seat.keys("tab tab k");
    while !on(&seat).transcript[on(&seat).at.unwrap_or(0)].lines[0].plain().contains("Traffic on") {
        seat.keys("k");
    }
    seat.keys("space");
    let shown = seat.draw();
    let seconds: Vec<&str> = shown.lines().map(str::trim).filter(|row| row.contains("/5,000 WCU")).collect();
    assert_eq!(seconds.len(), 10, "{shown}");
    for (second, row) in seconds.iter().enumerate() {
        assert!(row.starts_with(&format!("{second} ")), "{row}");
    }
}

#[test]
fn a_line_that_sends_nothing_leaves_the_picture_and_says_nothing_of_what_is_missing() {
    let mut seat = done("query-vs-scan", 1, 120, 40);
    seat.keys("esc");
    runs(&mut seat, ":now");
    let shown = seat.draw();
    assert!(shown.contains("6,000 items  1.6 MB") && shown.contains("[1 plan]"), "{shown}");
    assert!(on(&seat).view.checks.is_none() && shown.contains("The checks are shown once"), "{shown}");
    // The reasons begin the same at every width.
    let begun = |seat: &Seat| on(seat).view.checks.as_ref().unwrap()[0].reason.chars().take(9).collect::<String>();
    runs(&mut seat, "scan --table-name Orders --limit 1");
    assert!(seat.draw().contains(&begun(&seat)), "{}", seat.draw());
}
