//! Screens as they are drawn without colours, at four sizes: a change of what is seen shows up in a diff.
//! `UPDATE_GOLDEN=1 cargo test --test terminal golden` writes them.

use dynadrill::app::Start;
use dynadrill::quiz::{Asked, Purpose, Session};

use crate::home::learned;
use crate::seat::{Seat, library};

const SIZES: [(u16, u16); 4] = [(60, 20), (80, 24), (120, 40), (200, 60)];

/// A session of questions that do not depend on the bank's order.
fn practice(width: u16, height: u16) -> Seat {
    let library = library();
    let questions = [library.question(QUESTION).unwrap().clone()];
    Seat::at_session(Session::new(Purpose::Practice, &questions, 1), width, height)
}

const QUESTION: &str = "e1-scan-bill";

#[test]
fn home() {
    for (width, height) in SIZES {
        Seat::new(width, height).is_golden("home-first");
        learned(width, height).is_golden("home");
    }
}

#[test]
fn lists() {
    for (width, height) in SIZES {
        Seat::started(Start::Labs, width, height).is_golden("labs");
        Seat::started(Start::Practice, width, height).is_golden("practice");
        Seat::started(Start::Exams, width, height).is_golden("exams");
    }
}

#[test]
fn question() {
    for (width, height) in SIZES {
        let mut seat = practice(width, height);
        seat.is_golden("question");
        let asked = Asked::new(library().question(QUESTION).unwrap(), 1);
        let wrong = asked.shown.iter().find(|shown| !shown.option.correct && shown.option.is_tried()).unwrap();
        seat.keys(&format!("3 {} enter", wrong.letter.to_lowercase()));
        seat.is_golden("feedback");
        seat.keys("p");
        seat.is_golden("proof");
        seat.keys("p enter");
        seat.is_golden("summary");
    }
}

#[test]
fn exam() {
    for (width, height) in SIZES {
        let questions: Vec<_> = library().questions.iter().step_by(6).take(20).cloned().collect();
        let mut seat = Seat::at_session(Session::exam(&questions, 1, 2_400_000), width, height);
        seat.keys("a n * n b");
        seat.passes(60_000);
        seat.is_golden("exam");
        seat.keys("r");
        seat.is_golden("exam-review");
        seat.keys("H");
        seat.is_golden("exam-dialog");
        seat.keys("y");
        seat.is_golden("exam-report");
    }
}

#[test]
fn scores() {
    for (width, height) in SIZES {
        let mut seat = learned(width, height);
        seat.keys("s");
        seat.is_golden("scores");
    }
}
