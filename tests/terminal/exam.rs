//! Exams by keys.

use dynadrill::app::Standing;
use dynadrill::app::message::{Message, Outcome, SideEffect};
use dynadrill::clock::VirtualClock;
use dynadrill::content::Question;
use dynadrill::progress::Store;
use dynadrill::quiz::{Selection, Session, select};

use crate::seat::{Seat, library};

/// So many questions that one mark answers, whatever else the bank holds.
fn simple(count: usize) -> Vec<Question> {
    let selection = Selection { count: count * 4, seed: 5, ..Selection::default() };
    let drawn = select(&library().questions, &selection, None).into_iter();
    let simple: Vec<Question> = drawn.filter(|question| question.choose == 1).take(count).collect();
    assert_eq!(simple.len(), count);
    simple
}

/// An exam of some questions in a minute.
fn exam(count: usize) -> Seat {
    let questions = simple(count);
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
    assert!(asked.contains("4 questions are blank and count as wrong: 2-5"), "{asked}");
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
    seat.refuses = Some(|effect| matches!(effect, SideEffect::HandIn(..)));
    seat.keys("a H y");
    assert_eq!(seat.footer(), "the disk is full");
    seat.refuses = None;
    seat.keys("H y");
    assert_eq!(seat.answers(), 5);
}

#[test]
fn an_exam_whose_end_the_file_refuses_stays_open_as_it_was_and_is_handed_in_again() {
    let home = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(home.path(), VirtualClock::LAB_START);
    let questions = simple(5);
    let mut seat = Seat::at_session_over(Session::exam(&questions, 5, 60_000), store, 80, 24);
    // An index on the third answer cannot be worked out: the file takes two of the five.
    let file = rusqlite::Connection::open(home.path().join("progress.db")).unwrap();
    let fails = "abs(-9223372036854775807 - 1 + 0 * id)";
    file.execute_batch(&format!("CREATE INDEX full ON answers (CASE WHEN id > 2 THEN {fails} END)")).unwrap();
    seat.keys("a");
    for _ in 0..2 {
        seat.keys("H y");
        let said = seat.footer();
        assert!(said.contains("is still open") && !said.contains("and saved"), "{said}");
        assert_eq!((seat.screen(), seat.answers()), ("exam", 0), "nothing of it is saved in part");
        let review = seat.draw();
        assert!(review.contains("1 answered, 4 blank"), "{review}");
        seat.keys("enter");
    }
    file.execute_batch("DROP INDEX full").unwrap();
    seat.keys("H y");
    assert_eq!((seat.footer().as_str(), seat.answers()), ("Handed in and saved", 5));
}

#[test]
fn an_exam_handed_in_where_nothing_can_be_saved_is_not_called_saved() {
    let mut seat = exam(5);
    seat.is_unsaved = true;
    seat.send(Message::Done(Outcome::Stands(Box::new(Standing {
        unsaved: Some("the progress file cannot be written".to_owned()),
        ..Standing::default()
    }))));
    seat.keys("a H y");
    assert_eq!(seat.footer(), "Handed in; it cannot be saved");
    assert!(seat.draw().contains("of 5 right"), "its report can be read all the same");
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

#[test]
fn an_answer_after_the_time_does_not_count() {
    let mut seat = exam(5);
    seat.refuses = Some(|effect| matches!(effect, SideEffect::HandIn(..)));
    seat.passes(60_000);
    seat.keys("r enter a");
    assert!(seat.footer().starts_with("The time is over"), "{}", seat.footer());
    seat.refuses = None;
    seat.keys("H y");
    assert!(seat.draw().contains("5 were left blank") || seat.draw().contains("0 of 5 right"), "{}", seat.draw());
    assert_eq!(seat.answers(), 5);
}

#[test]
fn time_that_is_over_hands_in_once_even_if_it_cannot_be_saved() {
    let mut seat = exam(5);
    seat.refuses = Some(|effect| matches!(effect, SideEffect::HandIn(..)));
    seat.passes(60_000);
    assert_eq!(seat.footer(), "the disk is full");
    seat.keys("j");
    seat.passes(500);
    assert_ne!(seat.footer(), "the disk is full", "it is not tried again and again");
    seat.refuses = None;
    seat.keys("H y");
    assert_eq!(seat.answers(), 5);
}

#[test]
fn what_is_not_saved_is_not_called_paused_and_is_left_by_a_second_esc() {
    let mut seat = exam(5);
    seat.refuses = Some(|effect| matches!(effect, SideEffect::SaveSession(..)));
    seat.keys("esc");
    assert_eq!(seat.screen(), "exam");
    assert!(seat.footer().contains("the disk is full") && !seat.footer().contains("Paused"), "{}", seat.footer());
    seat.keys("esc");
    assert_eq!(seat.screen(), "home");
    assert!(!seat.footer().contains("Paused"));
}

#[test]
fn an_exam_whose_time_is_over_can_be_left_if_it_cannot_be_saved() {
    let mut seat = exam(5);
    seat.refuses = Some(|effect| matches!(effect, SideEffect::SaveSession(..) | SideEffect::HandIn(..)));
    seat.passes(60_000);
    // From the review page to the question, then out, twice.
    seat.keys("esc esc");
    assert_eq!(seat.screen(), "exam");
    seat.keys("esc");
    assert_eq!(seat.screen(), "home");
}

#[test]
fn one_save_is_under_way_at_a_time_and_what_changes_meanwhile_follows_it() {
    use dynadrill::app::message::QuestionMessage;
    let mut seat = exam(5);
    let mark = |letter| Message::Question(QuestionMessage::Letter(letter));
    let first = seat.model.update(mark('a'));
    assert!(matches!(first.as_slice(), [SideEffect::SaveSession(_, None)]), "{first:?}");
    assert!(seat.model.update(mark('b')).is_empty(), "the second rests on the first");
    let held = None;
    let second = seat.model.update(Message::Done(Outcome::SessionSaved(held)));
    let [SideEffect::SaveSession(session, _)] = second.as_slice() else { panic!("{second:?}") };
    assert_eq!(session.given(0).unwrap().chosen, [1]);
}

#[test]
fn no_topic_is_in_sight_while_an_exam_runs() {
    let mut seat = exam(5);
    let topics: Vec<String> = library().topics.iter().map(|topic| topic.title.clone()).collect();
    for keys in ["", "n", "r", "esc", "*", "H"] {
        seat.keys(keys);
        let shown = seat.draw();
        let outside: Vec<&str> = shown.lines().take(2).chain(shown.lines().rev().take(2)).collect();
        for topic in &topics {
            assert!(!outside.iter().any(|line| line.contains(topic.as_str())), "{topic}:\n{shown}");
        }
    }
}

#[test]
fn the_strip_of_a_whole_exam_fits_a_narrow_screen() {
    let questions = select(&library().questions, &Selection { count: 65, seed: 5, ..Selection::default() }, None);
    let mut seat = Seat::at_session(Session::exam(&questions, 5, 7_800_000), 60, 20);
    let cells = |shown: &str| shown.lines().take(5).map(|line| line.matches(['○', '●', '⚑']).count()).sum::<usize>();
    assert_eq!(cells(&seat.draw()), 65, "{}", seat.draw());
    seat.keys("r 6 5 enter");
    assert!(seat.draw().contains("65 of 65"), "{}", seat.draw());
    seat.resizes(30, 16);
    assert!(seat.reversed().contains('○'), "the present question is in the strip");
}

#[test]
fn digits_lead_to_a_question_on_the_review_page() {
    let mut seat = exam(20);
    seat.keys("r 1 7 enter");
    assert!(seat.draw().contains("17 of 20"), "{}", seat.draw());
    seat.keys("r 9 9");
    assert!(seat.draw().contains("go to 9"), "a number that leads nowhere begins again:\n{}", seat.draw());
    seat.keys("r r 0");
    assert!(seat.footer().starts_with("Expected a question from 1 to 20"), "{}", seat.footer());
}

#[test]
fn the_review_page_filters_blanks_and_flagged_and_opens_what_is_chosen() {
    let mut seat = exam(5);
    seat.keys("a n * r f");
    let blanks = seat.draw();
    assert!(blanks.contains("shown: not answered") && blanks.contains("1 answered, 4 blank"), "{blanks}");
    seat.keys("f");
    assert!(seat.draw().contains("shown: flagged"));
    seat.keys("enter");
    assert!(seat.draw().contains("2 of 5") && seat.draw().contains("flagged"), "{}", seat.draw());
}

#[test]
fn the_report_is_kept_in_the_list_of_exams() {
    let mut seat = exam(5);
    seat.keys("a H y esc e G");
    assert!(seat.reversed().contains("Report of"), "{}", seat.draw());
    seat.keys("enter");
    assert_eq!(seat.screen(), "exam");
    assert!(seat.draw().contains("of 5 right"), "{}", seat.draw());
    seat.keys("f f enter");
    assert!(seat.draw().contains("ended"), "{}", seat.draw());
    assert_eq!(seat.answers(), 5, "reading it counts nothing again");
}

#[test]
fn the_summary_by_topic_stands_beside_the_list_and_behind_tab_on_a_narrow_screen() {
    let mut seat = exam(20);
    seat.keys("H y");
    assert!(!seat.draw().contains("By topic"));
    seat.keys("tab");
    assert!(seat.draw().contains("By topic"), "{}", seat.draw());
    seat.resizes(120, 40);
    assert!(seat.draw().contains("By topic") && seat.draw().contains("○ blank"), "{}", seat.draw());
}

#[test]
fn fewer_than_five_minutes_are_marked_on_the_clock() {
    let questions = simple(5);
    let mut seat = Seat::at_session(Session::exam(&questions, 5, 600_000), 80, 24);
    assert!(seat.draw().contains("██████████ 10:00 left"), "{}", seat.draw());
    seat.passes(540_000);
    assert!(seat.draw().contains("█░░░░░░░░░ 1:00 left"), "{}", seat.draw());
}

#[test]
fn the_program_does_not_end_in_silence_if_an_exam_cannot_be_saved() {
    let mut seat = exam(5);
    seat.refuses = Some(|effect| matches!(effect, SideEffect::SaveSession(..)));
    seat.keys("q y");
    assert!(!seat.model.quit);
    assert!(seat.footer().contains("Not saved"), "{}", seat.footer());
    seat.keys("q q");
    assert!(seat.model.quit, "asked again, it ends");
}
