//! Questions by keys.

use dynadrill::content::{Choice, Exhibit, ExhibitKind, Question};
use dynadrill::quiz::{Asked, Purpose, Selection, Session, select};

use crate::seat::{Seat, library};

fn practice(width: u16, height: u16) -> Seat {
    let questions = select(&library().questions, &Selection { count: 3, seed: 3, ..Selection::default() }, None);
    Seat::at_session(Session::new(Purpose::Practice, &questions, 3), width, height)
}

/// A session of one question.
fn asks(question: &Question, width: u16, height: u16) -> Seat {
    Seat::at_session(Session::new(Purpose::Practice, std::slice::from_ref(question), 3), width, height)
}

/// Answers with as many wrong options as there are, then right ones.
fn answer_wrongly(seat: &mut Seat, question: &Question) {
    let mut shown = Asked::new(question, 3).shown;
    shown.sort_by_key(|shown| shown.option.correct);
    for shown in shown.iter().take(question.choose) {
        seat.keys(&shown.letter.to_lowercase().to_string());
    }
    seat.keys("enter");
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
    let fits = |question: &&Question| question.choose == 1 && question.exhibits.is_empty();
    let mut seat = asks(library().questions.iter().find(fits).unwrap(), 80, 24);
    let row = seat.draw().lines().position(|line| line.contains(" B  ")).unwrap();
    seat.clicks(10, u16::try_from(row).unwrap());
    assert!(seat.draw().lines().nth(row).unwrap().contains('●'), "{}", seat.draw());
}

#[test]
fn the_verdict_and_the_right_option_are_in_view_at_80_by_24() {
    for question in library().questions.iter().step_by(9) {
        let mut seat = asks(question, 80, 24);
        answer_wrongly(&mut seat, question);
        let shown = seat.draw();
        assert!(shown.contains("✗ Not right"), "{}:\n{shown}", question.id);
        let right = Asked::new(question, 3).shown.into_iter().find(|shown| shown.option.correct).unwrap();
        assert!(shown.contains(&format!("✓ {}", right.letter)), "{}: {}\n{shown}", question.id, right.letter);
    }
}

#[test]
fn only_the_learners_and_the_right_option_are_unfolded() {
    let mut seat = practice(80, 60);
    answer(&mut seat);
    let folded = seat.draw().matches("▸ why not").count();
    assert!(folded >= 1, "{}", seat.draw());
    seat.keys("u");
    assert_eq!(seat.draw().matches("▸ why not").count(), 0);
}

#[test]
fn the_documentation_link_stands_whole_on_a_line_of_its_own() {
    for question in library().questions.iter().step_by(40) {
        for (width, height) in [(80, 60), (120, 60), (200, 60)] {
            let mut seat = asks(question, width, height);
            answer_wrongly(&mut seat, question);
            for _ in 0..4 {
                seat.keys("pgdn");
            }
            let shown = seat.draw();
            // Wider than the screen it is shorter, on one line all the same.
            let page = question.docs.rsplit('/').next().unwrap();
            let is_whole = shown.lines().any(|line| line.trim_start() == question.docs);
            let is_short = shown.lines().any(|line| line.trim_start().starts_with("docs.") && line.ends_with(page));
            let is_wide = question.docs.len() + 2 > usize::from(width);
            assert!(if is_wide { is_short } else { is_whole }, "{}\n{shown}", question.docs);
        }
    }
}

#[test]
fn what_was_said_stands_at_the_right_end_and_the_belief_has_its_count() {
    let library = library();
    let is_trapped =
        |question: &&Question| question.options.iter().any(|option| !option.correct && option.trap.is_some());
    let question = library.questions.iter().filter(|question| question.choose == 1).find(is_trapped).unwrap();
    let trapped = Asked::new(question, 3).shown.into_iter().find(|shown| shown.option.trap.is_some()).unwrap();
    let session = || Session::new(Purpose::Practice, &[question.clone(), question.clone()], 3);
    let mut seat = Seat::at_session(session(), 100, 60);
    let letter = trapped.letter.to_lowercase().to_string();
    seat.keys(&format!("3 {letter} enter"));
    let first = seat.draw();
    assert!(first.contains("your answer (sure)"), "{first}");
    assert!(first.contains("The idea behind it"), "{first}");
    seat.keys(&format!("enter {letter} enter"));
    let second = seat.draw();
    assert!(second.contains("You have chosen this idea 2 times"), "{second}");
}

#[test]
fn exhibits_stand_between_the_setting_and_what_is_asked() {
    let mut question = library().questions[0].clone();
    question.stem = "A function fails with the error below. What should the developer change?".to_owned();
    question.exhibits = vec![Exhibit {
        kind: ExhibitKind::Log,
        language: "json".to_owned(),
        caption: Some("The response".to_owned()),
        text: "{\n  \"Reason\": \"ConditionalCheckFailed\"\n}".to_owned(),
    }];
    for width in [60, 80, 120, 200] {
        let shown = asks(&question, width, 40).draw();
        let place = |text: &str| shown.find(text).unwrap_or_else(|| panic!("{text} is not in\n{shown}"));
        assert!(place("A function fails") < place("The response"));
        assert!(place("The response") < place("│   \"Reason\": \"ConditionalCheckFailed\""));
        assert!(place("ConditionalCheckFailed") < place("What should"));
    }
}

#[test]
fn a_proof_shows_both_options_with_their_cost_and_goes_away_again() {
    let library = library();
    let costs = |question: &&Question| {
        let is_tried = question.options.iter().all(Choice::is_tried);
        question.choose == 1 && is_tried && question.topic == "query-scan"
    };
    let is_cheaper = |question: &&Question| {
        let mut seat = asks(question, 80, 40);
        answer_wrongly(&mut seat, question);
        seat.keys("p");
        seat.draw().contains("What each costs")
    };
    let question =
        library.questions.iter().filter(costs).find(is_cheaper).expect("one whose right option is the cheaper");
    for (width, height) in [(80, 40), (120, 40), (200, 60)] {
        let mut seat = asks(question, width, height);
        answer_wrongly(&mut seat, question);
        let fed = seat.draw();
        // Where there is room for three columns, it is there without being asked for.
        assert_eq!(fed.contains("What each costs"), width == 200, "{fed}");
        seat.keys("p");
        let proof = seat.draw();
        assert!(proof.contains("What each costs") && proof.contains("RCU"), "{proof}");
        let heads = |line: &str| line.contains("✗ wrong") && line.contains("✓ right");
        assert_eq!(proof.lines().any(heads), width >= 120, "side by side where there is room:\n{proof}");
        seat.keys("p");
        let again = seat.draw();
        assert_eq!(again, fed);
        assert_eq!(again.lines().next(), fed.lines().next());
    }
}

#[test]
fn the_way_back_from_the_end_of_a_text_is_not_dead() {
    let mut seat = practice(60, 14);
    let begin = seat.draw();
    for _ in 0..20 {
        seat.keys("pgdn");
    }
    let end = seat.draw();
    assert_ne!(begin, end);
    seat.keys("pgup");
    assert_ne!(seat.draw(), end, "one page up moves at once");
}

#[test]
fn a_wide_screen_has_the_reasons_beside_the_question() {
    let mut seat = practice(120, 40);
    answer(&mut seat);
    let shown = seat.draw();
    assert!(shown.lines().any(|line| line.contains("│ Why")), "{shown}");
    seat.keys("tab");
    assert!(seat.drawn.extents.contains_key(&dynadrill::app::pane::Pane::Side));
}

#[test]
fn what_the_options_cost_stands_under_them_once_it_is_measured() {
    let library = library();
    let costs = |question: &&Question| {
        let tried = question.options.iter().filter(|option| option.is_tried());
        question.choose == 1 && tried.count() > 1 && question.topic == "query-scan"
    };
    let answered = |question: &Question| {
        let mut seat = asks(question, 120, 60);
        answer_wrongly(&mut seat, question);
        seat
    };
    let has_bar = |seat: &mut Seat| seat.draw().lines().any(|line| line.contains(" RCU") && line.contains('█'));
    let mut tried = library.questions.iter().filter(costs);
    let question =
        tried.find(|question| has_bar(&mut answered(question))).expect("one whose right option is the cheaper");
    let mut seat = answered(question);
    // Where the wrong option is the cheaper one, its cost is not what makes it wrong.
    let dear = library.questions.iter().find(|question| question.id == "e1-support-by-status").unwrap();
    let shown = Asked::new(dear, 3).shown;
    let cheap = shown.iter().find(|shown| shown.option.text.trim().starts_with("Run one Query for each")).unwrap();
    let mut beside = asks(dear, 120, 60);
    beside.keys(&format!("{} enter", cheap.letter.to_lowercase()));
    assert!(!has_bar(&mut beside), "{}", beside.draw());
    assert!(!seat.proof_is_noted(&question.id), "what nobody asked for was not seen");
    seat.keys("p");
    assert!(seat.proof_is_noted(&question.id));
}

#[test]
fn the_day_on_which_a_question_comes_back_is_said() {
    let mut seat = practice(80, 60);
    answer(&mut seat);
    assert!(seat.draw().contains("This question comes back in a review"), "{}", seat.draw());
}

#[test]
fn f_flags_where_it_is_no_letter_and_the_summary_shows_what_is_flagged() {
    let of = |options: usize| {
        let mut question = library().questions.iter().find(|question| question.options.len() == 4).unwrap().clone();
        while question.options.len() < options {
            let more = question.options.iter().find(|option| !option.correct).unwrap().clone();
            question.options.push(more);
        }
        question
    };
    let mut seat = asks(&of(4), 80, 24);
    assert!(seat.footer().contains("a-d mark") && seat.footer().contains("f flag"), "{}", seat.footer());
    seat.keys("f");
    assert!(seat.draw().lines().next().unwrap().contains("⚑ flagged"), "{}", seat.draw());
    seat.keys("a enter");
    assert!(seat.draw().contains("⚑ flagged"), "the flag stays with its question:\n{}", seat.draw());
    seat.keys("enter f f");
    assert!(seat.draw().contains(" 1 ") && seat.draw().contains('⚑'), "{}", seat.draw());
    let mut seat = asks(&of(6), 80, 24);
    assert!(seat.footer().contains("a-f mark") && !seat.footer().contains("f flag"), "{}", seat.footer());
    seat.keys("f");
    assert!(!seat.draw().contains('⚑'), "{}", seat.draw());
    seat.keys("*");
    assert!(seat.draw().contains('⚑'), "{}", seat.draw());
}

#[test]
fn keys_that_the_learner_has_set_count_and_are_printed() {
    let wanted = |name: &str, key: &str| [(name.to_owned(), vec![key.to_owned()])].into_iter().collect();
    let mut seat = practice(80, 24);
    seat.model.keys = dynadrill::ui::keys::set(&wanted("question.strike", "ctrl-g")).unwrap();
    assert!(seat.footer().contains("^G strike out"), "{}", seat.footer());
    seat.keys("x");
    assert!(!seat.draw().contains("(struck out)"), "{}", seat.draw());
    seat.keys("ctrl-g");
    assert!(seat.draw().contains("(struck out)"), "{}", seat.draw());
    for (name, key) in [("question.strike", "f"), ("question.strike", "a"), ("no.such", "x"), ("quit", "hyper")] {
        assert!(dynadrill::ui::keys::set(&wanted(name, key)).is_err(), "{name} {key}");
    }
}
