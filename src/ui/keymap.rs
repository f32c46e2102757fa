//! Which key means what on which screen: said once, read by the loop, the footer and the help.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::InputRequest;

use crate::app::{Message, Model, QuizScreen, Screen};
use crate::quiz::Confidence;

/// The keys of the present screen and what they do, for footer and help.
pub(super) fn keys(model: &Model) -> &'static [(&'static str, &'static str)] {
    match &model.screen {
        Screen::Home(_) => &[("enter", "start"), ("j k", "move"), ("s", "scores"), ("?", "keys"), ("q", "quit")],
        Screen::Stats { .. } => &[("j k", "scroll"), ("esc", "back"), ("?", "keys"), ("q", "quit")],
        Screen::Quiz(quiz) if quiz.proof.is_some() => {
            &[("enter", "back"), ("j k", "scroll"), ("?", "keys"), ("q", "quit")]
        }
        Screen::Quiz(quiz) if quiz.feedback.is_some() => {
            &[("enter", "next"), ("p", "proof"), ("j k", "scroll"), ("esc", "leave"), ("?", "keys"), ("q", "quit")]
        }
        Screen::Quiz(quiz) if quiz.session.is_ended() => {
            &[("j k", "scroll"), ("esc", "back"), ("?", "keys"), ("q", "quit")]
        }
        Screen::Quiz(quiz) if quiz.is_exam() => &[
            ("a-f", "mark"),
            ("enter", "answer"),
            ("left right", "turn"),
            ("*", "flag"),
            ("r", "review page"),
            ("h", "hand in"),
            ("esc", "pause"),
            ("?", "keys"),
            ("j k", "move"),
            ("space", "mark"),
            ("q", "quit"),
        ],
        Screen::Quiz(_) => &[
            ("a-f", "mark"),
            ("j k", "move"),
            ("space", "mark"),
            ("enter", "answer"),
            ("1 2 3", "guess, unsure, sure"),
            ("esc", "leave"),
            ("?", "keys"),
            ("q", "quit"),
        ],
        // The most needed first: a narrow footer shows as many as fit, F10 all of them.
        Screen::Lab(_) => &[
            ("F10", "keys"),
            ("enter", "run"),
            ("tab", "complete"),
            ("F1", "hint"),
            ("F2", "solution"),
            ("F3 F4", "scroll task"),
            ("F5", "your own code"),
            ("esc", "leave"),
            ("pgup pgdn", "scroll result"),
            ("up down", "history"),
        ],
    }
}

/// What a key means now; `None` if nothing.
pub(super) fn message(key: KeyEvent, model: &Model) -> Option<Message> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    if control && key.code == KeyCode::Char('c') {
        return Some(Message::Quit);
    }
    if model.help {
        return Some(match key.code {
            KeyCode::Down | KeyCode::Char('j') => Message::Move(1),
            KeyCode::Up | KeyCode::Char('k') => Message::Move(-1),
            _ => Message::Back,
        });
    }
    match key.code {
        KeyCode::Esc => Some(Message::Back),
        KeyCode::Enter => Some(Message::Accept),
        KeyCode::PageDown => Some(Message::Scroll(5)),
        KeyCode::PageUp => Some(Message::Scroll(-5)),
        code => match &model.screen {
            Screen::Lab(_) => lab_key(code, control),
            Screen::Quiz(quiz) => quiz_key(code, quiz),
            Screen::Home(_) | Screen::Stats { .. } => list_key(code),
        },
    }
}

fn list_key(code: KeyCode) -> Option<Message> {
    match code {
        KeyCode::Down | KeyCode::Char('j') => Some(Message::Move(1)),
        KeyCode::Up | KeyCode::Char('k') => Some(Message::Move(-1)),
        KeyCode::Char('s') => Some(Message::Stats),
        KeyCode::Char('?') => Some(Message::Help),
        KeyCode::Char('q') => Some(Message::Quit),
        _ => None,
    }
}

fn quiz_key(code: KeyCode, quiz: &QuizScreen) -> Option<Message> {
    let answered = quiz.feedback.is_some() || quiz.session.is_ended();
    match code {
        KeyCode::Char(' ') if answered => Some(Message::Scroll(5)),
        KeyCode::Char('j' | 'k' | 'q' | '?') | KeyCode::Down | KeyCode::Up => list_key(code),
        KeyCode::Char('p') if answered => Some(Message::Proof),
        KeyCode::Right if quiz.is_exam() => Some(Message::Turn(1)),
        KeyCode::Left if quiz.is_exam() => Some(Message::Turn(-1)),
        KeyCode::Char('*') if quiz.is_exam() => Some(Message::Flag),
        KeyCode::Char('r') if quiz.is_exam() => Some(Message::Review),
        KeyCode::Char('h') if quiz.is_exam() => Some(Message::HandIn),
        KeyCode::Char(digit @ '1'..='3') if !answered => {
            let place = usize::try_from(digit.to_digit(10)? - 1).ok()?;
            Confidence::ALL.get(place).copied().map(Message::Confident)
        }
        KeyCode::Char(letter) if !answered => Some(Message::Letter(letter)),
        _ => None,
    }
}

fn lab_key(code: KeyCode, control: bool) -> Option<Message> {
    let edit = |request| Some(Message::Edit(request));
    match code {
        KeyCode::F(1) => Some(Message::Hint),
        KeyCode::F(2) => Some(Message::Solution),
        KeyCode::F(3) => Some(Message::Move(-3)),
        KeyCode::F(4) => Some(Message::Move(3)),
        KeyCode::F(5) => Some(Message::Endpoint),
        KeyCode::F(10) => Some(Message::Help),
        KeyCode::Tab => Some(Message::Complete),
        KeyCode::Up => Some(Message::Recall(-1)),
        KeyCode::Down => Some(Message::Recall(1)),
        KeyCode::Left => edit(InputRequest::GoToPrevChar),
        KeyCode::Right => edit(InputRequest::GoToNextChar),
        KeyCode::Home => edit(InputRequest::GoToStart),
        KeyCode::End => edit(InputRequest::GoToEnd),
        KeyCode::Backspace => edit(InputRequest::DeletePrevChar),
        KeyCode::Delete => edit(InputRequest::DeleteNextChar),
        KeyCode::Char('a') if control => edit(InputRequest::GoToStart),
        KeyCode::Char('e') if control => edit(InputRequest::GoToEnd),
        KeyCode::Char('w') if control => edit(InputRequest::DeletePrevWord),
        KeyCode::Char('u') if control => edit(InputRequest::DeleteLine),
        KeyCode::Char('k') if control => edit(InputRequest::DeleteTillEnd),
        KeyCode::Char(letter) if !control => edit(InputRequest::InsertChar(letter)),
        _ => None,
    }
}
