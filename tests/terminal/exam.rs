//! Exams by keys.

use dynadrill::app::message::{Effect, Message, Outcome};
use dynadrill::content::{self, Source};
use dynadrill::quiz::{Selection, Session, select};

use crate::seat::Seat;

/// An exam of some questions in a minute.
fn exam(count: usize) -> Seat {
    let library = content::load(&Source::Embedded).0;
    let questions = select(&library.questions, &Selection { count, seed: 5, ..Selection::default() }, None);
    Seat::at_session(Session::exam(&questions, 5, 60_000), 80, 24)
}

#[test]
fn the_report_of_an_exam_scrolls_to_its_end_and_opens_each_question() {
    let mut seat = exam(20);
    seat.keys("H y");
    assert!(seat.draw().contains("0 of 20 right"), "{}", seat.draw());
    seat.keys("G");
    let end = seat.draw();
    assert!(end.contains(" 20 "), "the last question is in view:\n{end}");
    seat.keys("enter");
    let read = seat.draw();
    assert!(read.contains("Left blank: the answer is"), "{read}");
    seat.keys("esc");
    assert!(seat.draw().contains("0 of 20 right"));
}

#[test]
fn an_exam_that_has_ended_can_be_read_and_nothing_else() {
    let mut seat = exam(5);
    seat.keys("a H y");
    assert_eq!(seat.answers(), 5);
    for keys in ["H", "H y", "a", "*", "r", "r H y", "n", "space"] {
        seat.keys(keys);
    }
    seat.passes(120_000);
    assert_eq!(seat.answers(), 5, "an exam counts once");
}

#[test]
fn marks_are_kept_when_the_page_is_turned() {
    let mut seat = exam(5);
    seat.keys("b right left");
    let shown = seat.draw();
    assert!(shown.contains("●"), "{shown}");
    seat.keys("r");
    let review = seat.draw();
    assert!(review.contains("1 answered, 4 blank"), "{review}");
}

#[test]
fn handing_in_asks_first_and_the_default_is_no() {
    let mut seat = exam(5);
    seat.keys("a H");
    let asked = seat.draw();
    assert!(asked.contains("4 blank and count as wrong: 2-5"), "{asked}");
    seat.keys("enter");
    assert_eq!(seat.answers(), 0, "enter alone does not hand in");
    seat.keys("h h");
    assert_eq!(seat.answers(), 0, "h is no key of an exam");
    seat.keys("H tab enter");
    assert_eq!(seat.answers(), 5);
}

#[test]
fn an_exam_goes_on_until_its_end_is_saved() {
    let mut seat = exam(5);
    seat.refuses = Some(|effect| matches!(effect, Effect::HandIn(..)));
    seat.keys("a H y");
    assert_eq!(seat.footer(), "the disk is full");
    seat.refuses = None;
    seat.keys("H y");
    assert_eq!(seat.answers(), 5);
}

#[test]
fn when_the_time_is_over_the_exam_is_handed_in_once() {
    let mut seat = exam(5);
    seat.keys("a");
    for _ in 0..20 {
        seat.passes(5_000);
    }
    assert_eq!(seat.answers(), 5);
    assert!(seat.draw().contains("ended"));
}

#[test]
fn a_notice_stays_until_a_key_is_pressed() {
    let mut seat = exam(5);
    seat.keys("esc");
    let paused = seat.footer();
    assert!(paused.starts_with("Paused"), "{paused}");
    seat.send(Message::Passed(500));
    seat.send(Message::Done(Outcome::SessionSaved(None)));
    assert_eq!(seat.footer(), paused);
    seat.keys("j");
    assert_ne!(seat.footer(), paused);
}
