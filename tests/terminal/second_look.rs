//! What a second look at the screens found: each of these was seen, at some size, before it was fixed.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use dynadrill::app::Start;
use dynadrill::app::line::Line;
use dynadrill::app::message::{Message, SideEffect};
use dynadrill::content::Question;
use dynadrill::quiz::{Asked, Purpose, Session};
use dynadrill::ui::TypeAhead;

use crate::lab::{done, lab, on, runs};
use crate::seat::{Seat, library};

/// A question on screen, answered with these options.
fn answered(question: &Question, is_right: bool, width: u16, height: u16) -> Seat {
    let session = Session::new(Purpose::Practice, std::slice::from_ref(question), 3);
    let mut seat = Seat::at_session(session, width, height);
    let mut shown = Asked::new(question, 3).shown;
    shown.sort_by_key(|shown| shown.option.correct != is_right);
    for option in shown.iter().take(question.choose) {
        seat.keys(&option.letter.to_lowercase().to_string());
    }
    seat.keys("enter");
    seat
}

/// The lines of the checklist: what is ticked, and what is open.
fn ticks(shown: &str) -> (usize, usize) {
    let count = |mark: &str| shown.lines().filter(|line| line.trim_start().starts_with(mark)).count();
    (count("✓ "), count("○ "))
}

#[test]
fn a_limit_is_ticked_once_something_was_done_within_it() {
    let mut seat = done("hot-partition", 6, 80, 50);
    if seat.draw().contains("Predict ─") {
        seat.keys("esc");
    }
    seat.keys("F6");
    let shown = seat.draw();
    assert!(shown.contains("○ the reads of Tally cost at most 10 RCU"), "{shown}");
    // A write is no read.
    runs(&mut seat, r#"put-item --table-name Results --item {"candidate":{"S":"x"}}"#);
    assert!(seat.draw().contains("○ the reads of Tally cost at most 10 RCU"), "{}", seat.draw());
    runs(&mut seat, r#"get-item --table-name Tally --key {"candidate":{"S":"mira#0"}}"#);
    assert!(seat.draw().contains("✓ the reads of Tally cost at most 10 RCU"), "{}", seat.draw());
}

#[test]
fn nothing_is_ticked_before_anything_was_done() {
    for named in &library().labs {
        let mut seat = lab(&named.name, 80, 60);
        if seat.draw().contains("Predict ─") {
            seat.keys("esc");
        }
        seat.keys("F6");
        let (ticked, _) = ticks(&seat.draw());
        assert_eq!(ticked, 0, "{}\n{}", named.name, seat.draw());
    }
}

#[test]
fn names_in_lists_are_whole_where_the_preview_says_the_rest() {
    let mut seat = Seat::started(Start::Exams, 80, 24);
    assert!(seat.draw().contains("65 questions in 130 minutes"), "{}", seat.draw());
    for start in [Start::Practice, Start::Exams] {
        let mut seat = Seat::started(start, 80, 24);
        seat.model.standing.imported = 12;
        let shown = seat.draw();
        let left: Vec<&str> = shown.lines().filter_map(|line| line.split('│').next()).collect();
        assert!(!left.iter().any(|line| line.contains('…')), "{shown}");
    }
}

#[test]
fn a_lab_in_code_says_which_command_writes_its_program() {
    for named in library().labs.iter().filter(|lab| lab.code.is_some()) {
        let command = format!("dynadrill lab code {}", named.name);
        let mut seat = lab(&named.name, 120, 40);
        if seat.draw().contains("Predict ─") {
            seat.keys("esc");
        }
        let left: Vec<String> =
            seat.draw().lines().filter_map(|line| line.split('│').next()).map(str::to_owned).collect();
        assert!(left.iter().any(|line| line.contains(&command)), "{}\n{}", named.name, seat.draw());
    }
}

#[test]
fn an_address_takes_one_line_at_every_width_and_is_told_whole() {
    let longest = library().questions.iter().max_by_key(|question| question.docs.len()).unwrap().clone();
    for (width, height) in [(60, 20), (80, 24), (80, 40), (120, 40), (200, 60)] {
        let mut seat = answered(&longest, true, width, height);
        seat.keys("G");
        for _ in 0..9 {
            seat.keys("pgdn");
        }
        let shown = seat.draw();
        let page = longest.docs.rsplit('/').next().unwrap();
        let lines: Vec<&str> = shown.lines().filter(|line| line.contains(page)).collect();
        assert_eq!(lines.len(), 1, "{width}x{height}\n{shown}");
        let [(area, address)] = seat.drawn.links.as_slice() else { panic!("{:?}\n{shown}", seat.drawn.links) };
        assert_eq!((address, area.height), (&longest.docs, 1));
        assert!(shown.lines().nth(usize::from(area.y)).unwrap().contains(page));
        // Where there is room it is whole.
        assert_eq!(lines[0].contains("https://"), usize::from(width) > longest.docs.len() + 2, "{width}\n{shown}");
    }
}

#[test]
fn y_copies_the_address() {
    let question = library().questions[0].clone();
    let mut seat = answered(&question, true, 80, 24);
    let message = Message::Question(dynadrill::app::message::QuestionMessage::Documentation);
    let effects = seat.model.update(message);
    assert!(matches!(effects.as_slice(), [SideEffect::Copy(link)] if *link == question.docs), "{effects:?}");
    seat.keys("y");
    assert!(seat.footer().contains("on the clipboard"), "{}", seat.footer());
}

#[test]
fn the_footer_keeps_what_leads_out_and_on() {
    let mut seat = Seat::new(80, 24);
    seat.keys("down");
    for key in ["enter start", "l labs", "q quit"] {
        assert!(seat.footer().contains(key), "{key}: {}", seat.footer());
    }
    let few: Vec<Question> = library().questions.iter().take(5).cloned().collect();
    let mut exam = Seat::at_session(Session::exam(&few, 5, 600_000), 60, 20);
    for key in ["r review", "H hand in", "esc back"] {
        assert!(exam.footer().contains(key), "{key}: {}", exam.footer());
    }
    let mut seat = Seat::started(Start::Tour, 80, 24);
    assert!(seat.draw().contains("enter next") && !seat.footer().contains("previous"), "{}", seat.draw());
    seat.keys("enter enter enter");
    let shown = seat.draw();
    assert!(shown.contains("enter open the first lab") && !shown.contains("enter next"), "{shown}");
    assert!(seat.footer().contains("enter open the first lab"), "{}", seat.footer());
}

#[test]
fn what_cannot_be_run_is_not_offered_for_a_proof() {
    let library = library();
    let of = |is_proved: bool| {
        library.questions.iter().find(|question| question.is_proved() == is_proved && question.choose == 1).unwrap()
    };
    assert!(answered(of(true), false, 120, 40).footer().contains("p prove it"));
    let mut seat = answered(of(false), false, 120, 40);
    assert!(!seat.footer().contains("prove"), "{}", seat.footer());
    seat.keys("p");
    assert!(!seat.draw().contains("   proof"), "{}", seat.draw());
}

#[test]
fn on_a_wide_screen_two_proofs_stand_side_by_side_beside_the_question() {
    let library = library();
    let both = |question: &&Question| {
        let tried = |right: bool| question.options.iter().any(|option| option.correct == right && option.is_tried());
        question.choose == 1 && tried(true) && tried(false)
    };
    let question = library.questions.iter().find(both).unwrap();
    let mut seat = answered(question, false, 200, 60);
    seat.keys("p");
    let shown = seat.draw();
    let row = shown.lines().find(|line| line.contains("✗ wrong  ")).unwrap();
    assert!(row.contains("✓ right  "), "{shown}");
    assert!(shown.contains("│  Proof") && row.matches('│').count() >= 2, "{shown}");
    let asked: String = question.stem.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
    assert!(shown.contains(&asked), "the question is still there\n{shown}");
}

#[test]
fn a_proof_that_puts_a_refusal_right_is_given_no_price() {
    let question = library().questions.iter().find(|question| question.stem.contains("bakery stores orders")).cloned();
    let question = question.expect("a question with a refusal that another index puts right");
    let asked = Asked::new(&question, 3);
    let index = asked.shown.iter().find(|shown| shown.option.text.contains("query the index by day")).unwrap();
    let session = Session::new(Purpose::Practice, std::slice::from_ref(&question), 3);
    let mut seat = Seat::at_session(session, 200, 60);
    seat.keys(&format!("{} enter p", index.letter.to_lowercase()));
    let shown = seat.draw();
    assert!(shown.contains("byDate"), "{shown}");
    assert!(!shown.contains("What each costs") && !shown.contains(" refused\n"), "{shown}");
}

#[test]
fn a_load_is_counted_in_what_was_used() {
    let mut seat = lab("pager-writes", 120, 40);
    if seat.draw().contains("Predict ─") {
        seat.keys("esc");
    }
    runs(&mut seat, ":load");
    let shown = seat.draw();
    let header = shown.lines().next().unwrap();
    assert!(header.contains("WCU") && !header.contains("used 0"), "{shown}");
    assert!(!on(&seat).view.world.cost.all.is_empty(), "{shown}");
}

#[test]
fn going_back_to_the_first_step_is_asked_twice() {
    let mut seat = done("query-vs-scan", 2, 120, 40);
    if seat.draw().contains("Predict ─") {
        seat.keys("esc");
    }
    runs(&mut seat, ":reset");
    assert_eq!((on(&seat).view.position, seat.draw()).0, 2);
    assert!(seat.draw().contains(":reset again to do it."), "{}", seat.draw());
    // Anything else takes it back.
    runs(&mut seat, ":tables");
    runs(&mut seat, ":reset");
    assert_eq!((on(&seat).view.position, seat.draw()).0, 2);
    runs(&mut seat, ":reset");
    assert_eq!((on(&seat).view.position, seat.draw()).0, 0);
}

#[test]
fn a_small_lab_screen_says_which_step_it_is_and_what_is_asked_first() {
    for (width, height) in [(60, 20), (80, 24)] {
        for named in library().labs.iter().step_by(3) {
            let mut seat = lab(&named.name, width, height);
            let shown = seat.draw();
            let lines: Vec<&str> = shown.lines().collect();
            let steps = format!("step 1 of {}", named.steps.len());
            assert!(lines[0].contains(&steps) || named.case.is_some(), "{width}x{height}\n{shown}");
            assert_eq!(lines[2].trim(), named.steps[0].title.trim(), "{width}x{height}\n{shown}");
            let begun: String = named.steps[0].task.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
            assert!(lines[3].starts_with(' ') && lines[3].contains(&begun), "{width}x{height}\n{shown}");
        }
    }
}

#[test]
fn exhibits_keep_their_bar_where_they_go_on() {
    let has_long = |question: &&Question| {
        question.exhibits.iter().flat_map(|exhibit| exhibit.text.lines()).any(|line| line.len() > 58)
    };
    let library = library();
    let question = library.questions.iter().find(has_long).unwrap();
    let session = Session::new(Purpose::Practice, std::slice::from_ref(question), 3);
    let mut seat = Seat::at_session(session, 60, 60);
    let shown = seat.draw();
    let bars: Vec<usize> =
        shown.lines().enumerate().filter(|(_, line)| line.starts_with(" │ ")).map(|(row, _)| row).collect();
    let written: usize = question.exhibits.iter().map(|exhibit| exhibit.text.trim_end().lines().count()).sum();
    assert!(bars.len() > written, "{shown}");
}

#[test]
fn a_dialog_stands_apart_from_the_words_beside_it() {
    let few: Vec<Question> = library().questions.iter().take(5).cloned().collect();
    let mut exam = Seat::at_session(Session::exam(&few, 5, 600_000), 80, 24);
    exam.keys("H");
    let shown = exam.draw();
    for line in shown.lines().filter(|line| line.contains('┌') || line.contains("│ ")) {
        let letters: Vec<char> = line.chars().collect();
        let at = letters.iter().position(|letter| matches!(letter, '┌' | '│')).unwrap();
        assert!(at == 0 || letters[at - 1] == ' ', "{shown}");
    }
}

#[test]
fn the_transcript_of_a_lab_in_code_tells_it_when_the_endpoint_opens() {
    let named = library().labs.iter().find(|lab| lab.code.is_some()).cloned().unwrap();
    let lines = dynadrill::app::text::own_code(&named);
    let said: String = lines.iter().map(Line::plain).collect::<Vec<_>>().join("\n");
    assert!(said.contains(&format!("dynadrill lab code {}", named.name)), "{said}");
    assert!(dynadrill::app::text::own_code(library().lab("first-table").unwrap()).is_empty());
}

/// A seat where something has opened while this was typed.
fn typed_while_opening(start: Start, typed: &str) -> Seat {
    let mut seat = Seat::new(80, 24);
    let effects = seat.model.update(Message::Open(start));
    let mut ahead = TypeAhead::default();
    for letter in typed.chars() {
        let event = Event::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE));
        assert!(ahead.hold(event, &seat.model, &seat.drawn).is_none(), "{letter} does not wait");
    }
    assert!(ahead.release(false, &seat.model).is_empty());
    seat.performs(effects);
    for event in ahead.release(true, &seat.model) {
        seat.event(event);
    }
    seat
}

#[test]
fn what_is_typed_while_a_lab_opens_stands_at_its_prompt() {
    let mut seat = typed_while_opening(Start::Lab("first-table".to_owned()), "aws dynamodb q");
    assert!(seat.draw().contains("aws dynamodb q"), "{}", seat.draw());
}

#[test]
fn what_is_typed_while_a_question_opens_answers_nothing() {
    let id = library().questions[0].id.clone();
    let typed = typed_while_opening(Start::Question(id.clone()), "abq").draw();
    let mut still = Seat::started(Start::Question(id), 80, 24);
    assert_eq!(typed, still.draw());
}

#[test]
fn ctrl_c_does_not_wait_for_what_opens() {
    let mut seat = Seat::new(80, 24);
    seat.model.update(Message::Open(Start::Lab("first-table".to_owned())));
    let event = Event::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL));
    assert!(TypeAhead::default().hold(event, &seat.model, &seat.drawn).is_some());
}

#[test]
fn a_long_reply_of_a_proof_can_be_read_to_its_end() {
    let proof = |question: &Question| {
        let mut seat = answered(question, true, 80, 24);
        seat.keys("p");
        seat
    };
    let is_cut = |seat: &mut Seat| {
        let cut = |screen: &str| screen.lines().any(|line| line.trim().starts_with("... "));
        seat.keys("home");
        (0..40).any(|_| {
            let is_cut = cut(&seat.draw());
            seat.keys("pgdn");
            is_cut
        })
    };
    let library = library();
    let mut seat = library.questions.iter().filter(|question| question.is_proved()).map(proof).find_map(|mut seat| {
        let offers = seat.draw().contains("long replies");
        offers.then_some(seat)
    });
    let seat = seat.as_mut().unwrap();
    assert!(is_cut(seat), "{}", seat.draw());
    seat.keys("u");
    assert!(!is_cut(seat), "{}", seat.draw());
    seat.keys("u");
    assert!(is_cut(seat), "{}", seat.draw());
}
