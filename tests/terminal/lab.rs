//! Labs by keys.

use dynadrill::app::Start;

use crate::seat::Seat;

fn lab(name: &str, width: u16, height: u16) -> Seat {
    Seat::started(Start::Lab(name.to_owned()), width, height)
}

#[test]
fn the_given_command_runs_with_two_enters() {
    let mut seat = lab("query-vs-scan", 120, 40);
    // The first leaves the prediction open, the second puts the command into the prompt, the third runs it.
    seat.keys("enter enter enter");
    assert!(seat.draw().contains("step 2 of 5"), "{}", seat.draw());
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
