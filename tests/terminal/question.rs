//! Questions by keys.

use dynadrill::content::{self, Source};
use dynadrill::quiz::{Purpose, Selection, Session, select};

use crate::seat::Seat;

fn practice(width: u16, height: u16) -> Seat {
    let library = content::load(&Source::Embedded).0;
    let questions = select(&library.questions, &Selection { count: 3, seed: 3, ..Selection::default() }, None);
    Seat::at_session(Session::new(Purpose::Practice, &questions, 3), width, height)
}

/// Marks as many options as the question wants, from the first on, and answers.
fn answer(seat: &mut Seat) {
    let wants_two = seat.draw().contains("(Choose TWO.)");
    seat.keys(if wants_two { "a b enter" } else { "a enter" });
}

#[test]
fn enter_without_a_mark_never_answers() {
    let mut seat = practice(80, 24);
    seat.keys("enter enter enter");
    assert_eq!(seat.answers(), 0);
    assert!(seat.footer().starts_with("Mark an option first"), "{}", seat.footer());
}

#[test]
fn the_question_stays_beside_its_feedback_and_each_option_keeps_its_place() {
    let mut seat = practice(80, 40);
    let asked = seat.draw();
    answer(&mut seat);
    let fed = seat.draw();
    let first = asked.lines().nth(2).unwrap().trim().to_owned();
    assert!(fed.contains(&first), "the stem is still there:\n{fed}");
    let places: Vec<usize> = ["A  ", "B  ", "C  ", "D  "].iter().map(|letter| fed.find(letter).unwrap()).collect();
    assert!(places.is_sorted(), "{fed}");
    assert_eq!(seat.answers(), 1);
    seat.keys("enter");
    assert!(seat.draw().contains("2 of 3"));
}

#[test]
fn a_paste_into_a_question_means_nothing() {
    let mut seat = practice(80, 24);
    seat.pastes("what about\nthis text\nabc\n");
    assert_eq!(seat.answers(), 0);
    assert!(!seat.draw().contains('●'));
}

#[test]
fn the_chosen_option_is_in_view_on_a_small_screen() {
    let mut seat = practice(60, 14);
    for _ in 0..8 {
        seat.keys("j");
        assert!(seat.draw().contains('▸'), "{}", seat.draw());
    }
}

#[test]
fn esc_goes_up_and_never_out() {
    let mut seat = practice(80, 24);
    seat.keys("esc esc esc esc");
    assert_eq!(seat.screen(), "home");
    assert!(!seat.model.quit);
}

#[test]
fn a_click_marks_an_option() {
    let mut seat = practice(80, 24);
    let row = seat.draw().lines().position(|line| line.contains("  B  ") || line.contains(" B  ")).unwrap();
    seat.clicks(10, u16::try_from(row).unwrap());
    assert!(seat.draw().lines().nth(row).unwrap().contains('●'), "{}", seat.draw());
}
