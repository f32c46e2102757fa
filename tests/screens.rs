//! Screens as golden texts: keys in, the drawn screen out, on a terminal that exists only in memory.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use dynadrill::app::{ClientCall, Effect, LabScreen, Message, Model, QuizScreen, Saved, Screen, Standing};
use dynadrill::clock::VirtualClock;
use dynadrill::content::{self, Source};
use dynadrill::lab::Runner;
use dynadrill::progress::{Held, Saving, SessionRecord, Store};
use dynadrill::quiz::{Purpose, Selection, Session, select};
use dynadrill::ui::{Theme, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use serde_json::json;

fn model() -> Model {
    Model::new(content::load(&Source::Embedded).0, Standing::default())
}

fn screen(model: &Model, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(model, Theme::Plain, frame)).unwrap();
    let buffer = terminal.backend().buffer().clone();
    let line = |row: u16| (0..width).map(|column| buffer[(column, row)].symbol()).collect::<String>();
    let lines: Vec<String> = (0..height).map(|row| line(row).trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

fn lab(name: &str) -> Model {
    let mut model = model();
    let runner = Runner::start(model.library.lab(name).unwrap(), 0).unwrap();
    model.screen = Screen::Lab(Box::new(LabScreen::new(runner)));
    model
}

fn typed(model: &mut Model, line: &str) -> Vec<Effect> {
    for letter in line.chars() {
        model.update(Message::Edit(tui_input::InputRequest::InsertChar(letter)));
    }
    model.update(Message::Accept)
}

/// What the save of a session gives.
fn held() -> Held {
    let session = SessionRecord { kind: "exam", state: "", spent: 0, is_ended: false };
    let mut store = Store::in_memory("a test").unwrap();
    match store.save_session(None, &session, &[], VirtualClock::LAB_START).unwrap() {
        Saving::Saved(held) => held,
        Saving::Refused(_) => panic!("nothing else is saved"),
    }
}

/// An exam of 20 questions in a minute, on screen.
fn exam() -> Model {
    let mut model = model();
    let questions = select(&model.library.questions, &Selection { count: 20, seed: 5, ..Selection::default() }, None);
    model.screen = Screen::Quiz(Box::new(QuizScreen::new(Session::exam(&questions, 5, 60_000))));
    model
}

/// An exam that is handed in.
fn handed_in() -> Model {
    let mut model = exam();
    model.update(Message::HandIn);
    let Some(Effect::Save(Saved::Exam(ended, None))) = model.update(Message::HandIn).into_iter().next() else {
        panic!("an exam that is handed in asks to be saved");
    };
    model.update(Message::SessionEnded(ended, "Handed in"));
    assert!(screen(&model, 80, 24).contains("Handed in"));
    model.update(Message::Scroll(-1));
    model
}

#[test]
fn the_report_of_an_exam_scrolls_to_its_end() {
    let mut model = handed_in();
    let mut seen = screen(&model, 80, 24);
    assert!(seen.contains("0 of 20 right") && seen.contains("more lines below"), "{seen}");
    let mut pages = 0;
    while seen.contains(" below ") {
        for _ in 0..4 {
            model.update(Message::Scroll(5));
        }
        let next = screen(&model, 80, 24);
        assert_ne!(next, seen, "page {pages}");
        (seen, pages) = (next, pages + 1);
    }
    assert!(pages > 10 && seen.contains("esc leads back to the start"), "{pages} pages\n{seen}");
    model.update(Message::Scroll(-40));
    assert_ne!(screen(&model, 80, 24), seen);
}

#[test]
fn an_exam_that_has_ended_can_be_read_and_nothing_else() {
    let mut model = handed_in();
    let report = screen(&model, 80, 24);
    for message in [
        Message::HandIn,
        Message::HandIn,
        Message::Review,
        Message::HandIn,
        Message::Letter('a'),
        Message::Accept,
        Message::Turn(1),
        Message::Flag,
        Message::Proof,
        Message::Elapse(60_000),
        Message::Letter(' '),
    ] {
        let what = format!("{message:?}");
        assert!(model.update(message).is_empty(), "{what} wants something done");
        assert_eq!(screen(&model, 80, 24), report, "{what}");
    }
    assert!(model.update(Message::Back).is_empty() && matches!(model.screen, Screen::Home(_)));
}

#[test]
fn an_exam_goes_on_until_its_end_is_saved() {
    let mut model = exam();
    model.update(Message::Letter('a'));
    for _ in 0..2 {
        model.update(Message::HandIn);
        let effects = model.update(Message::HandIn);
        assert!(matches!(&effects[..], [Effect::Save(Saved::Exam(ended, _))] if ended.is_ended()), "{effects:?}");
        model.update(Message::Notice("The exam is still open".to_owned()));
        assert!(screen(&model, 80, 24).contains("Review"), "{}", screen(&model, 80, 24));
        model.update(Message::Review);
        assert!(screen(&model, 80, 24).contains("Question 1 of 20"), "{}", screen(&model, 80, 24));
    }
    let effects = model.update(Message::Back);
    assert!(matches!(&effects[..], [Effect::Save(Saved::Pause(..))]), "{effects:?}");
    assert!(matches!(model.screen, Screen::Quiz(_)), "an exam is left once it is saved");
    model.update(Message::Paused);
    assert!(screen(&model, 80, 24).contains("Paused"), "{}", screen(&model, 80, 24));
}

#[test]
fn when_the_time_is_over_the_exam_is_handed_in_once_and_takes_no_more_answers() {
    let mut model = exam();
    let effects: Vec<Effect> = (0..200).flat_map(|_| model.update(Message::Elapse(500))).collect();
    let ends = effects.iter().filter(|effect| matches!(effect, Effect::Save(Saved::Exam(..)))).count();
    assert_eq!(ends, 1, "{effects:?}");
    assert!(model.update(Message::Accept).is_empty());
    assert!(screen(&model, 80, 24).contains("The time is over; h hands the exam in"), "{}", screen(&model, 80, 24));
    let effects = model.update(Message::HandIn);
    assert!(matches!(&effects[..], [Effect::Save(Saved::Exam(ended, _))] if ended.answered() == 0), "{effects:?}");
}

#[test]
fn the_time_of_an_exam_is_saved_every_few_seconds() {
    let mut model = exam();
    let passed = |model: &mut Model| (0..10).flat_map(|_| model.update(Message::Elapse(500))).collect::<Vec<_>>();
    assert!(matches!(&passed(&mut model)[..], [Effect::Save(Saved::Session(_, None))]), "it is not saved at all yet");
    model.update(Message::SessionSaved(held()));
    for spent in [10_000, 15_000] {
        let effects = passed(&mut model);
        assert!(matches!(&effects[..], [Effect::Save(Saved::Time(_, time))] if *time == spent), "{effects:?}");
    }
}

#[test]
fn a_notice_stays_until_a_key_is_pressed() {
    let mut model = exam();
    model.update(Message::HandIn);
    let told = "h once more hands in";
    for message in [Message::Elapse(500), Message::SessionSaved(held()), Message::Scores(Box::default())] {
        model.update(message);
        assert!(screen(&model, 80, 24).contains(told), "{}", screen(&model, 80, 24));
    }
    model.update(Message::Review);
    assert!(!screen(&model, 80, 24).contains(told));
}

#[test]
fn the_readme_shows_the_lab_screen_as_it_is() {
    let mut model = lab("query-vs-scan");
    let query = "query --table-name Orders --key-condition-expression 'customerId = :c' --expression-attribute-values {\":c\":{\"S\":\"C-0042\"}} --output table";
    typed(&mut model, query);
    let shown = screen(&model, 80, 24);
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    assert!(readme.contains(&shown), "README.md must show this screen:\n{shown}");
}

#[test]
fn a_question_is_marked_answered_and_explained() {
    let mut model = model();
    let selection = Selection { count: 3, seed: 5, ..Selection::default() };
    let session = Session::new(Purpose::Practice, &select(&model.library.questions, &selection, None), 5);
    model.screen = Screen::Quiz(Box::new(QuizScreen::new(session)));
    let asked = screen(&model, 80, 24);
    assert!(asked.contains("question 1 of 3") && asked.contains("[ ] A "), "{asked}");
    model.update(Message::Letter('z'));
    assert!(screen(&model, 80, 24).contains("Expected a letter from A to"));
    model.update(Message::Letter('b'));
    assert!(screen(&model, 80, 24).contains("[x] B "));
    let effects = model.update(Message::Accept);
    // Until the answer is saved nothing is revealed.
    assert!(!screen(&model, 80, 24).contains("[right"), "{}", screen(&model, 80, 24));
    let Some(Effect::Save(Saved::Answer(answer, after, None))) = effects.into_iter().next() else {
        panic!("an answer asks to be saved");
    };
    assert_eq!(after.answered(), 1, "the session is saved with it");
    assert!(model.update(Message::AnswerSaved(answer, held())).is_empty(), "nothing is left to save");
    let explained = screen(&model, 80, 40);
    assert!(explained.contains("[right"), "{explained}");
    assert!(explained.contains("docs.aws.amazon.com"), "{explained}");
}

#[test]
fn a_mistake_in_a_lab_is_explained_and_a_step_done_is_saved() {
    let mut model = lab("query-vs-scan");
    assert!(typed(&mut model, "scan --tabel-name Orders").is_empty());
    let shown = screen(&model, 80, 24);
    assert!(shown.contains("Did you mean --table-name?"), "{shown}");
    let scan = "scan --table-name Orders --filter-expression 'customerId = :c' --expression-attribute-values {\":c\":{\"S\":\"C-0042\"}}";
    let effects = typed(&mut model, scan);
    assert!(matches!(&effects[..], [Effect::Save(Saved::Step { completed, .. })] if completed.step.id == "scan"));
    let shown = screen(&model, 120, 40);
    assert!(shown.contains("step 2 of 5") && shown.contains("together: 211 RCU"), "{shown}");
}

#[test]
fn every_screen_fits_every_window() {
    let mut home = model();
    let mut quiz = model();
    let session = Session::new(
        Purpose::Practice,
        &select(&quiz.library.questions, &Selection { count: 1, seed: 1, ..Selection::default() }, None),
        1,
    );
    quiz.screen = Screen::Quiz(Box::new(QuizScreen::new(session)));
    let lab = lab("optimistic-locking");
    for (width, height) in [(1, 1), (20, 5), (40, 10), (80, 24), (200, 60)] {
        for model in [&home, &quiz, &lab] {
            assert_eq!(screen(model, width, height).lines().count(), usize::from(height));
        }
    }
    home.update(Message::Help);
    assert!(screen(&home, 80, 24).contains("Keys"));
    assert!(screen(&home, 20, 5).contains("enlarge"));
}

#[test]
fn a_program_s_requests_are_judged_beside_the_prompt() {
    let mut model = lab("optimistic-locking");
    assert!(matches!(&model.update(Message::Endpoint)[..], [Effect::OpenEndpoint]));
    let call = |operation: &str, key: &str| ClientCall {
        service: None,
        operation: operation.to_owned(),
        body: json!({"TableName": "Products", "Key": {"sku": {"S": key}}}),
    };
    let (answer, effects) = model.client(call("GetItem", "P-08"));
    assert_eq!(answer.unwrap().unwrap()["Item"]["title"], json!({"S": "Lamp"}));
    assert!(effects.is_empty(), "that is not what the step asks for");
    let (_, effects) = model.client(call("GetItem", "P-07"));
    assert!(
        matches!(&effects[..], [Effect::Save(Saved::Step { completed, .. })] if completed.step.id == "read"),
        "{effects:?}"
    );
    let shown = screen(&model, 100, 30);
    assert!(shown.contains("step 2 of 6") && shown.contains("GetItem Products: ok"), "{shown}");
    let (answer, _) = model.client(call("GetItem", "nothing's key is this"));
    assert!(answer.unwrap().is_ok());
    model.update(Message::Back);
    assert!(model.client(call("GetItem", "P-07")).0.unwrap().is_err(), "no lab is open");
}
