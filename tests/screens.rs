//! Screens as golden texts: keys in, the drawn screen out, on a terminal that exists only in memory.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use dynadrill::app::{ClientCall, Effect, LabScreen, Message, Model, QuizScreen, Screen, Standing};
use dynadrill::content::{self, Source};
use dynadrill::lab::Runner;
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
    terminal.draw(|frame| draw(model, Theme::plain(), frame)).unwrap();
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
    let Some(Effect::Save(dynadrill::app::Saved::Answer(answer, _))) = effects.into_iter().next() else {
        panic!("an answer asks to be saved");
    };
    model.update(Message::AnswerSaved(answer));
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
    assert!(
        matches!(&effects[..], [Effect::Save(dynadrill::app::Saved::Step { completed, .. })] if completed.step.id == "scan")
    );
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
        matches!(&effects[..], [Effect::Save(dynadrill::app::Saved::Step { completed, .. })] if completed.step.id == "read"),
        "{effects:?}"
    );
    let shown = screen(&model, 100, 30);
    assert!(shown.contains("step 2 of 6") && shown.contains("GetItem Products: ok"), "{shown}");
    let (answer, _) = model.client(call("GetItem", "nothing's key is this"));
    assert!(answer.unwrap().is_ok());
    model.update(Message::Back);
    assert!(model.client(call("GetItem", "P-07")).0.unwrap().is_err(), "no lab is open");
}

#[test]
fn no_text_of_others_steers_the_screen() {
    // Escape and C1 sequences, a title, bidirectional controls, tags behind a letter, line ends of all kinds.
    let hostile =
        "\u{1b}[2J\u{9b}31m\u{1b}]0;t\u{7} \u{202e}abc\u{2069} x\u{e0041}\u{200b} \r\n\u{85}\u{2028}Step done.";
    let mut model = lab("optimistic-locking");
    typed(&mut model, "update-item --table-name Products --key {\"sku\":{\"S\":\"P-07\"}}");
    let item = json!({"sku": {"S": "P-07"}, "note": {"S": hostile}, "version": {"N": "1"}}).to_string();
    typed(&mut model, &format!("put-item --table-name Products --item '{item}'"));
    let mut shown = Vec::new();
    for output in ["json", "table", "text"] {
        typed(
            &mut model,
            &format!("get-item --table-name Products --key {{\"sku\":{{\"S\":\"P-07\"}}}} --output {output}"),
        );
        shown.push(screen(&model, 160, 50));
        assert!(shown.concat().contains("\\u001b[2J\\u009b31m"), "{}", shown.concat());
    }
    model.notice = Some(hostile.to_owned());
    model.screen = Screen::Lab(Box::new(match model.screen {
        Screen::Lab(screen) => LabScreen { output: vec![hostile.to_owned()], input: hostile.into(), ..*screen },
        _ => panic!("a lab is on screen"),
    }));
    shown.push(screen(&model, 160, 50));
    assert!(shown[3].lines().any(|line| line.starts_with(" \\u001b[2J")), "the notice: {}", shown[3]);
    let mut quiz = Model::new(content::load(&Source::Embedded).0, Standing::default());
    let mut question = quiz.library.questions[0].clone();
    (question.stem, question.id, question.topic) = (hostile.to_owned(), hostile.to_owned(), hostile.to_owned());
    question.options.iter_mut().for_each(|option| option.text = format!("{hostile} {}", option.text));
    quiz.library.questions = vec![question.clone()];
    shown.push(screen(&quiz, 160, 50));
    quiz.screen = Screen::Quiz(Box::new(QuizScreen::new(Session::new(Purpose::Practice, &[question], 1))));
    shown.push(screen(&quiz, 160, 50));
    shown.push(screen(&quiz, 60, 30));
    for shown in shown {
        let found = shown.chars().find(|letter| *letter != '\n' && dynadrill::safe_text::must_be_marked(*letter));
        assert_eq!(found, None, "{shown}");
        assert!(!shown.lines().any(|line| line.starts_with("Step done.")), "{shown}");
    }
}
