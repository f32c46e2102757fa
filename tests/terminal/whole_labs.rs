//! Every lab on a common screen, 80 by 24: all of a step's task can be read there, and its solution completes it at the prompt.

use dynadrill::app::message::Message;
use dynadrill::app::pane::{Motion, Pane};

use crate::lab::{lab, on};
use crate::seat::{Seat, library};

/// The rows of the header above it.
const HEADER_ROWS: usize = 2;
/// More pages than any task has.
const MOST_PAGES: usize = 20;

/// What can be read of the task, page by page, as one text.
fn read_task(seat: &mut Seat) -> String {
    seat.keys("F6");
    seat.send(Message::Scroll(Some(Pane::Task), Motion::Start));
    let mut read = String::new();
    for _ in 0..MOST_PAGES {
        let shown = seat.draw();
        let rows = seat.drawn.extents[&Pane::Task].height;
        read.extend(shown.lines().skip(HEADER_ROWS).take(rows).flat_map(|line| [line, "\n"]));
        seat.send(Message::Scroll(Some(Pane::Task), Motion::Pages(1)));
        if seat.draw() == shown {
            break;
        }
    }
    seat.keys("F6");
    read
}

#[test]
fn every_lab_is_read_and_done_at_80x24() {
    for whole in &library().labs {
        let mut seat = lab(&whole.name, 80, 24);
        for (place, step) in whole.steps.iter().enumerate() {
            let at = format!("{} / {}", whole.name, step.id);
            if seat.draw().contains("Predict ─") {
                seat.keys("esc");
            }
            let read = read_task(&mut seat);
            // A word that is longer than a row may be broken; every other one stands whole.
            let unread: Vec<&str> =
                step.task.split_whitespace().filter(|word| word.len() < 60 && !read.contains(word)).collect();
            assert!(unread.is_empty(), "{at}: {unread:?} cannot be read in:\n{read}");
            for line in &step.solution {
                seat.pastes(line.trim());
                seat.keys("enter");
            }
            let shown = seat.draw();
            assert_eq!(on(&seat).view.position, place + 1, "{at} is not done:\n{shown}");
        }
    }
}
