//! Screens as they are drawn without colours, at four sizes: a change of what is seen shows up in a diff.
//! `UPDATE_GOLDEN=1 cargo test --test terminal golden` writes them.

use dynadrill::app::Start;
use dynadrill::app::message::Message;
use dynadrill::content::Question;
use dynadrill::desk::screen_of;
use dynadrill::quiz::{Purpose, Session};
use dynadrill::ui::{self, Look, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Color;

use crate::home::learned_of;
use crate::seat::Seat;
use crate::small::small;

const SIZES: [(u16, u16); 4] = [(60, 20), (80, 24), (120, 40), (200, 60)];

fn at(session: Session, (width, height): (u16, u16)) -> Seat {
    let mut seat = Seat::of(small(), width, height);
    seat.model.show(screen_of(session, None));
    seat
}

#[test]
fn home_looks_as_it_did() {
    for (width, height) in SIZES {
        Seat::of(small(), width, height).is_golden("home-first");
        learned_of(small(), width, height).is_golden("home");
    }
}

#[test]
fn lists_look_as_they_did() {
    for (width, height) in SIZES {
        for (name, start) in [("labs", Start::Labs), ("practice", Start::Practice), ("exams", Start::Exams)] {
            let mut seat = Seat::of(small(), width, height);
            seat.send(Message::Open(start));
            seat.is_golden(name);
        }
    }
}

#[test]
fn questions_look_as_they_did() {
    for size in SIZES {
        let questions: Vec<_> = small().questions.iter().skip(1).take(2).cloned().collect();
        let mut seat = at(Session::new(Purpose::Practice, &questions, 1), size);
        seat.is_golden("question");
        seat.keys("3 c enter");
        seat.is_golden("feedback");
        seat.keys("enter b enter enter");
        seat.is_golden("summary");
    }
}

#[test]
fn exams_look_as_they_did() {
    for size in SIZES {
        let mut seat = at(Session::exam(&small().questions, 1, 2_400_000), size);
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

/// A question whose options are tried: a wrong one that writes twice, the right one that writes once.
fn tried() -> Question {
    let mut question = small().questions[1].clone();
    let table = "create-table --table-name Carts --attribute-definitions AttributeName=id,AttributeType=S --key-schema \
                 AttributeName=id,KeyType=HASH --billing-mode PAY_PER_REQUEST --query TableDescription.TableStatus";
    let put = |id: &str| format!("put-item --table-name Carts --item {{\"id\":{{\"S\":\"{id}\"}}}}");
    let mut is_first = true;
    for option in &mut question.options {
        if option.correct || std::mem::take(&mut is_first) {
            option.tries = vec![table.to_owned(), put("a")];
            option.tries.extend((!option.correct).then(|| put("b")));
            option.sees = vec!["WCU".to_owned()];
        }
    }
    question
}

#[test]
fn proofs_look_as_they_did() {
    for size in SIZES {
        let mut seat = at(Session::new(Purpose::Practice, &[tried()], 1), size);
        seat.keys("a enter p");
        seat.is_golden("proof");
        let mut seat = at(Session::exam(&[tried()], 1, 2_400_000), size);
        seat.keys("a H y f f f enter p");
        seat.is_golden("exam-proof");
    }
}

#[test]
fn scores_look_as_they_did() {
    for (width, height) in SIZES {
        let mut seat = learned_of(small(), width, height);
        seat.keys("s");
        seat.is_golden("scores");
    }
}

#[test]
fn what_lies_over_a_screen_looks_as_it_did() {
    for (width, height) in SIZES {
        let mut seat = Seat::of(small(), width, height);
        seat.keys("enter");
        seat.is_golden("tour");
        seat.keys("esc ?");
        seat.is_golden("help");
        seat.keys("esc ctrl-p");
        seat.types("status");
        seat.is_golden("palette");
        let mut seat = Seat::of(small(), width, height);
        seat.keys("l /");
        seat.types("hot");
        seat.is_golden("filter");
        let mut seat = at(Session::exam(&small().questions, 1, 2_400_000), (width, height));
        seat.keys("a H y f f f enter");
        seat.is_golden("exam-reading");
    }
}

/// Colours only repeat what words, marks and bold, reversed or dim letters say: with and without them the text is the same,
/// and without them no cell has one.
#[test]
fn without_colours_every_screen_says_the_same() {
    let draw = |seat: &Seat, theme: Theme| {
        let mut terminal = Terminal::new(TestBackend::new(100, 30)).unwrap();
        let look = Look { theme, is_ascii: false };
        terminal.draw(|frame| drop(ui::draw(&seat.model, look, frame))).unwrap();
        terminal.backend().buffer().clone()
    };
    let practice = || at(Session::new(Purpose::Practice, &small().questions[..3], 1), (100, 30));
    let exam = || at(Session::exam(&small().questions, 1, 2_400_000), (100, 30));
    let learner = || learned_of(small(), 100, 30);
    let seats = vec![
        (learner(), vec!["", "p", "esc l", "esc e", "esc s", "ctrl-p", "esc ?"]),
        (practice(), vec!["", "x", "3 a f", "enter", "u", "enter b enter enter c enter enter"]),
        (exam(), vec!["a n f", "r", "f", "H", "y", "enter"]),
    ];
    for (mut seat, steps) in seats {
        for keys in steps {
            seat.keys(keys);
            let (dark, plain) = (draw(&seat, Theme::Dark), draw(&seat, Theme::Plain));
            assert!(plain.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset), "{keys}");
            assert!(dark.content.iter().any(|cell| cell.fg != Color::Reset), "{keys}: nothing has a colour");
            let text = |buffer: &Buffer| buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
            assert_eq!(text(&dark), text(&plain), "{keys}");
        }
    }
}
