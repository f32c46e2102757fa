//! The keys of a lab: what each means, what it is called, and when it applies.

use crossterm::event::KeyCode;

use crate::app::figures::Tab;
use crate::app::message::{LabMessage, Message};
use crate::app::pane::{Motion, Pane};
use crate::app::prompt::Edit;
use crate::app::screens::LabScreen;
use crate::app::{Model, Screen, Start};
use crate::ui::keys::{Binding, Keys, alt, char, ctrl, key};

const fn lab(message: LabMessage) -> Message {
    Message::Lab(message)
}

fn on(model: &Model) -> Option<&LabScreen> {
    if let Screen::Lab(lab) = model.screen() { Some(lab) } else { None }
}

fn is_choosing(model: &Model) -> bool {
    on(model).is_some_and(|lab| lab.completions.is_some())
}

fn is_typing(model: &Model) -> bool {
    on(model).is_some_and(|lab| lab.focus == Pane::Prompt)
}

/// Whether there is something to complete.
fn has_text(model: &Model) -> bool {
    is_typing(model) && on(model).is_some_and(|lab| !lab.prompt.text().is_empty())
}

fn is_running(model: &Model) -> bool {
    on(model).is_some_and(|lab| lab.running.is_some())
}

/// Whether the history is searched.
fn is_searching(model: &Model) -> bool {
    on(model).is_some_and(|lab| lab.prompt.search.is_some())
}

fn is_zoomed(model: &Model) -> bool {
    on(model).is_some_and(|lab| lab.is_zoomed)
}

/// Whether the transcript is read.
fn is_reading(model: &Model) -> bool {
    on(model).is_some_and(|lab| lab.focus == Pane::Transcript)
}

/// Whether a prediction is asked for, and no command is typed instead.
fn is_asked(model: &Model) -> bool {
    is_typing(model) && !is_searching(model) && on(model).is_some_and(|lab| lab.is_predicting(&model.library))
}

/// Whether a line runs, so that Enter means its end.
fn is_played(model: &Model) -> bool {
    is_typing(model) && is_running(model) && !is_searching(model)
}

/// Whether the prompt waits for a command, and nothing is typed yet.
fn is_idle(model: &Model) -> bool {
    is_typing(model) && !has_text(model) && !is_asked(model) && !is_searching(model)
}

/// Whether the step gives a command to start from, or its solution was shown.
fn has_given(model: &Model) -> bool {
    let gives = |lab: &LabScreen| lab.step(&model.library).is_some_and(|step| step.given.is_some());
    on(model).is_some_and(|lab| lab.has_solution() || gives(lab))
}

/// Whether the lab is done in the learner's own program.
fn is_in_code(model: &Model) -> bool {
    on(model).and_then(|lab| lab.lab(&model.library)).is_some_and(|lab| lab.code.is_some())
}

/// Whether the step asks a question.
fn has_question(model: &Model) -> bool {
    on(model).and_then(|lab| lab.step(&model.library)).is_some_and(|step| step.question.is_some())
}

/// Whether what is typed has a gap left.
fn has_gap(model: &Model) -> bool {
    is_typing(model) && on(model).is_some_and(|lab| lab.prompt.has_gap())
}

/// Whether the step has hints; those of a case and of challenges have none.
fn has_hints(model: &Model) -> bool {
    on(model).and_then(|lab| lab.step(&model.library)).is_some_and(|step| !step.hints.is_empty())
}

/// Whether all steps are done.
fn is_done(model: &Model) -> bool {
    on(model).is_some_and(|lab| lab.view.lab.is_some() && lab.step(&model.library).is_none())
}

/// What works in the whole lab.
const KEYS: &[Binding] = &[
    Binding::new("lab.run", Keys::These(&[key(KeyCode::Enter)]), "run", |_, _| Message::Accept)
        .when(|model| has_text(model) && !is_asked(model) && !is_running(model) && !is_searching(model)),
    Binding::new("lab.found", Keys::These(&[key(KeyCode::Enter)]), "take this line", |_, _| Message::Accept)
        .when(|model| is_typing(model) && is_searching(model)),
    Binding::new("lab.search-close", Keys::These(&[key(KeyCode::Esc)]), "close", |_, _| Message::Back)
        .when(|model| is_typing(model) && is_searching(model) && !is_running(model)),
    Binding::new("lab.hurry", Keys::These(&[key(KeyCode::Enter)]), "to the end", |_, _| Message::Accept)
        .when(is_played),
    Binding::new("lab.predict", Keys::These(&[key(KeyCode::Enter)]), "predict", |_, _| Message::Accept)
        .when(|model| is_asked(model) && !is_running(model)),
    Binding::new("lab.stop", Keys::These(&[key(KeyCode::Esc)]), "stop", |_, _| Message::Back).when(is_running).kept(),
    Binding::new("lab.skip", Keys::These(&[key(KeyCode::Esc)]), "skip", |_, _| Message::Back)
        .when(|model| is_asked(model) && !is_running(model) && !is_zoomed(model)),
    Binding::new("lab.given", Keys::These(&[key(KeyCode::Enter)]), "put the command in", |_, _| Message::Accept)
        .when(|model| is_idle(model) && !is_running(model) && has_given(model)),
    Binding::new("lab.type", Keys::These(&[key(KeyCode::Enter)]), "run what you type", |_, _| Message::Accept)
        .when(|model| is_idle(model) && !is_running(model) && !has_given(model) && !has_question(model)),
    Binding::new("lab.answer", Keys::These(&[key(KeyCode::Enter)]), "answer with a letter", |_, _| Message::Accept)
        .when(|model| is_idle(model) && !is_running(model) && !has_given(model) && has_question(model)),
    Binding::new("lab.open", Keys::These(&[key(KeyCode::Enter)]), "unfold", |_, _| Message::Accept)
        .when(is_reading)
        .kept(),
    Binding::new("lab.to-prompt", Keys::These(&[key(KeyCode::Enter)]), "prompt", |_, _| Message::Accept)
        .when(|model| on(model).is_some_and(|lab| matches!(lab.focus, Pane::World | Pane::Task))),
    Binding::new("lab.complete", Keys::These(&[key(KeyCode::Tab)]), "complete", |_, _| lab(LabMessage::Complete))
        .when(|model| has_text(model) && !is_asked(model)),
    // A command may be begun there as well.
    Binding::new("lab.complete", Keys::These(&[key(KeyCode::Tab)]), "complete", |_, _| lab(LabMessage::Complete))
        .when(|model| has_text(model) && is_asked(model))
        .quiet(),
    Binding::new("lab.focus", Keys::These(&[key(KeyCode::Tab)]), "next pane", |_, _| Message::Focus(true))
        .when(|model| !has_text(model)),
    Binding::new("lab.focus-back", Keys::These(&[key(KeyCode::BackTab)]), "previous pane", |_, _| {
        Message::Focus(false)
    })
    .quiet(),
    Binding::new("lab.hint", Keys::These(&[key(KeyCode::F(1)), alt(KeyCode::Char('h'))]), "hint", |_, _| {
        lab(LabMessage::Hint)
    })
    .when(has_hints),
    Binding::new("lab.solution", Keys::These(&[key(KeyCode::F(2)), alt(KeyCode::Char('s'))]), "solution", |_, _| {
        lab(LabMessage::Solution)
    })
    .quiet(),
    Binding::new(
        "lab.questions",
        Keys::These(&[key(KeyCode::F(9)), alt(KeyCode::Char('q'))]),
        "3 questions on this",
        |model, _| {
            let name = on(model).and_then(|lab| lab.view.lab.clone()).unwrap_or_default();
            Message::Open(Start::OfLab(name))
        },
    )
    .when(is_done),
    Binding::new("lab.next", Keys::These(&[key(KeyCode::F(11)), alt(KeyCode::Char('n'))]), "next lab", |model, _| {
        on(model).and_then(|lab| lab.next(&model.library)).map_or(Message::Back, |lab| Message::Open(Start::Lab(lab)))
    })
    .when(|model| is_done(model) && on(model).is_some_and(|lab| lab.next(&model.library).is_some())),
    Binding::new("lab.undo", Keys::These(&[key(KeyCode::F(3)), alt(KeyCode::Char('u'))]), "undo", |_, _| {
        lab(LabMessage::Undo)
    })
    .quiet(),
    Binding::new("lab.clock", Keys::These(&[key(KeyCode::F(4)), alt(KeyCode::Char('c'))]), "clock +1m", |_, _| {
        lab(LabMessage::Clock)
    })
    .quiet(),
    Binding::new("lab.restart", Keys::These(&[key(KeyCode::F(7)), alt(KeyCode::Char('r'))]), "restart step", |_, _| {
        lab(LabMessage::Restart)
    })
    .quiet(),
    Binding::new(
        "lab.endpoint",
        Keys::These(&[key(KeyCode::F(5)), alt(KeyCode::Char('e'))]),
        "your own code",
        |_, _| lab(LabMessage::Endpoint),
    )
    .when(is_in_code),
    // Elsewhere it is one of many keys.
    Binding::new(
        "lab.endpoint",
        Keys::These(&[key(KeyCode::F(5)), alt(KeyCode::Char('e'))]),
        "your own code",
        |_, _| lab(LabMessage::Endpoint),
    )
    .when(|model| !is_in_code(model))
    .quiet(),
    Binding::new("lab.gap", Keys::These(&[ctrl('g')]), "next gap", |_, _| lab(LabMessage::Insert)).when(has_gap),
    Binding::new("lab.insert", Keys::These(&[ctrl('g')]), "given command", |_, _| lab(LabMessage::Insert))
        .when(|model| !has_gap(model) && !is_idle(model) && !is_asked(model) && has_given(model)),
    Binding::new("lab.insert-idle", Keys::These(&[ctrl('g')]), "given command", |_, _| lab(LabMessage::Insert))
        .when(|model| !has_gap(model) && (is_idle(model) || is_asked(model) || !has_given(model)))
        .quiet(),
    Binding::new("lab.task", Keys::These(&[key(KeyCode::F(6)), alt(KeyCode::Char('t'))]), "whole task", |_, _| {
        lab(LabMessage::UnfoldTask)
    })
    .quiet(),
    Binding::new("lab.zoom", Keys::These(&[key(KeyCode::F(8)), alt(KeyCode::Char('z'))]), "zoom", |_, _| Message::Zoom)
        .quiet(),
    Binding::new("lab.page-up", Keys::These(&[key(KeyCode::PageUp)]), "scroll", |_, _| {
        Message::Scroll(Some(Pane::Transcript), Motion::Pages(-1))
    })
    .when(is_typing)
    .quiet(),
    Binding::new("lab.page-down", Keys::These(&[key(KeyCode::PageDown)]), "scroll", |_, _| {
        Message::Scroll(Some(Pane::Transcript), Motion::Pages(1))
    })
    .when(is_typing)
    .quiet(),
    Binding::new("lab.plan", Keys::These(&[alt(KeyCode::Char('1'))]), "plan", |_, _| lab(LabMessage::Tab(Tab::Plan)))
        .quiet(),
    Binding::new("lab.tables", Keys::These(&[alt(KeyCode::Char('2'))]), "tables", |_, _| {
        lab(LabMessage::Tab(Tab::Tables))
    })
    .quiet(),
    Binding::new("lab.partitions", Keys::These(&[alt(KeyCode::Char('3'))]), "partitions", |_, _| {
        lab(LabMessage::Tab(Tab::Partitions))
    })
    .quiet(),
    Binding::new("lab.streams", Keys::These(&[alt(KeyCode::Char('4'))]), "streams", |_, _| {
        lab(LabMessage::Tab(Tab::Streams))
    })
    .quiet(),
    Binding::new("lab.cost", Keys::These(&[alt(KeyCode::Char('5'))]), "cost", |_, _| lab(LabMessage::Tab(Tab::Cost)))
        .quiet(),
];

/// Esc, where it neither stops nor skips anything: last in the footer.
const LEAVING: &[Binding] = &[
    Binding::new("lab.leave", Keys::These(&[key(KeyCode::Esc)]), "leave", |_, _| Message::Back)
        .when(|model| {
            let is_busy = is_asked(model) || is_running(model) || is_zoomed(model) || is_searching(model);
            is_typing(model) && !is_busy
        })
        .kept(),
    Binding::new("lab.back", Keys::These(&[key(KeyCode::Esc)]), "back", |_, _| Message::Back)
        .when(|model| !is_running(model) && (!is_typing(model) || (is_zoomed(model) && !is_searching(model))))
        .kept(),
];

/// A list of completions over the prompt.
const CHOOSING: &[Binding] = &[
    Binding::new("lab.take", Keys::These(&[key(KeyCode::Enter), key(KeyCode::Tab)]), "take", |_, _| {
        lab(LabMessage::Complete)
    })
    .when(is_choosing),
    Binding::new("lab.completion", Keys::These(&[key(KeyCode::Down), ctrl('n')]), "next", |_, _| {
        lab(LabMessage::Completion(true))
    })
    .when(is_choosing),
    Binding::new("lab.completion-back", Keys::These(&[key(KeyCode::Up)]), "previous", |_, _| {
        lab(LabMessage::Completion(false))
    })
    .when(is_choosing),
    Binding::new("lab.completion-close", Keys::These(&[key(KeyCode::Esc)]), "close", |_, _| Message::Back)
        .when(is_choosing),
];

const fn edit(edit: Edit) -> Message {
    Message::Edit(edit)
}

/// The line editor.
const EDITING: &[Binding] = &[
    Binding::new("edit.recall", Keys::These(&[key(KeyCode::Up)]), "history", |_, _| lab(LabMessage::Recall(true)))
        .when(|model| !is_choosing(model))
        .quiet(),
    Binding::new("edit.recall-later", Keys::These(&[key(KeyCode::Down), ctrl('n')]), "later line", |_, _| {
        lab(LabMessage::Recall(false))
    })
    .when(|model| !is_choosing(model))
    .quiet(),
    Binding::new("edit.search", Keys::These(&[ctrl('r')]), "search history", |_, _| lab(LabMessage::Search)),
    Binding::new("edit.clear", Keys::These(&[ctrl('l')]), "clear the transcript", |_, _| lab(LabMessage::Clear))
        .quiet(),
    Binding::new("edit.newline", Keys::These(&[alt(KeyCode::Enter)]), "new line", |_, _| {
        edit(Edit::Insert("\n".to_owned()))
    })
    .quiet(),
    Binding::new("edit.left", Keys::These(&[key(KeyCode::Left), ctrl('b')]), "left", |_, _| edit(Edit::Left)).quiet(),
    Binding::new("edit.right", Keys::These(&[key(KeyCode::Right), ctrl('f')]), "right", |_, _| edit(Edit::Right))
        .quiet(),
    Binding::new("edit.word-left", Keys::These(&[alt(KeyCode::Char('b')), alt(KeyCode::Left)]), "word left", |_, _| {
        edit(Edit::WordLeft)
    })
    .quiet(),
    Binding::new(
        "edit.word-right",
        Keys::These(&[alt(KeyCode::Char('f')), alt(KeyCode::Right)]),
        "word right",
        |_, _| edit(Edit::WordRight),
    )
    .quiet(),
    Binding::new("edit.home", Keys::These(&[key(KeyCode::Home), ctrl('a')]), "start of line", |_, _| edit(Edit::Home))
        .quiet(),
    Binding::new("edit.end", Keys::These(&[key(KeyCode::End), ctrl('e')]), "end of line", |_, _| edit(Edit::End))
        .quiet(),
    Binding::new("edit.backspace", Keys::These(&[key(KeyCode::Backspace), ctrl('h')]), "erase", |_, _| {
        edit(Edit::Backspace)
    })
    .quiet(),
    Binding::new("edit.delete", Keys::These(&[key(KeyCode::Delete), ctrl('d')]), "delete", |_, _| edit(Edit::Delete))
        .quiet(),
    Binding::new("edit.kill-blank-back", Keys::These(&[ctrl('w')]), "erase back to a blank", |_, _| {
        edit(Edit::KillBlankBack)
    })
    .quiet(),
    Binding::new("edit.kill-word-back", Keys::These(&[alt(KeyCode::Backspace)]), "erase a word", |_, _| {
        edit(Edit::KillWordBack)
    })
    .quiet(),
    Binding::new("edit.kill-word", Keys::These(&[alt(KeyCode::Char('d'))]), "delete a word", |_, _| {
        edit(Edit::KillWord)
    })
    .quiet(),
    Binding::new("edit.kill-start", Keys::These(&[ctrl('u')]), "erase to the start", |_, _| edit(Edit::KillToStart))
        .quiet(),
    Binding::new("edit.kill-end", Keys::These(&[ctrl('k')]), "erase to the end", |_, _| edit(Edit::KillToEnd)).quiet(),
    Binding::new("edit.yank", Keys::These(&[ctrl('y')]), "put back what was erased", |_, _| edit(Edit::Yank)).quiet(),
    // A question mark where nothing is typed asks for the keys, as on every screen.
    Binding::new("edit.text", Keys::Text, "", |model, letter| {
        if letter == '?' && !has_text(model) && !is_searching(model) {
            Message::Help
        } else {
            edit(Edit::Insert(letter.to_string()))
        }
    })
    .quiet(),
];

/// How many columns wide lines move at once.
const PAN: i32 = 8;

/// A pane with the focus that is not the prompt.
const READING: &[Binding] = &[
    Binding::new("lab.read-zoom", Keys::These(&[char('z')]), "zoom", |_, _| Message::Zoom),
    Binding::new("lab.copy", Keys::These(&[char('y')]), "copy to the prompt", |_, _| lab(LabMessage::Insert))
        .when(is_reading),
    Binding::new("lab.unfold", Keys::These(&[char(' '), char('o')]), "unfold", |_, _| lab(LabMessage::Unfold))
        .when(is_reading)
        .quiet(),
    Binding::new("lab.pan-right", Keys::These(&[char('>'), key(KeyCode::Right), char('l')]), "wide lines", |_, _| {
        lab(LabMessage::Pan(PAN))
    })
    .when(is_reading),
    Binding::new(
        "lab.pan-left",
        Keys::These(&[char('<'), key(KeyCode::Left), char('h')]),
        "wide lines, back",
        |_, _| lab(LabMessage::Pan(-PAN)),
    )
    .when(is_reading)
    .quiet(),
    Binding::new("lab.own-command", Keys::These(&[char(':')]), "a command of the lab", |_, _| {
        edit(Edit::Insert(":".to_owned()))
    })
    .quiet(),
    // What would end the program elsewhere only leaves the pane here: in a lab much is half done.
    Binding::new("lab.prompt", Keys::These(&[char('i'), char('$'), char('q')]), "prompt", |_, _| {
        Message::FocusOn(Pane::Prompt)
    })
    .quiet(),
    Binding::new("lab.tab-1", Keys::These(&[char('1')]), "plan", |_, _| lab(LabMessage::Tab(Tab::Plan))).quiet(),
    Binding::new("lab.tab-2", Keys::These(&[char('2')]), "tables", |_, _| lab(LabMessage::Tab(Tab::Tables))).quiet(),
    Binding::new("lab.tab-3", Keys::These(&[char('3')]), "partitions", |_, _| lab(LabMessage::Tab(Tab::Partitions)))
        .quiet(),
    Binding::new("lab.tab-4", Keys::These(&[char('4')]), "streams", |_, _| lab(LabMessage::Tab(Tab::Streams))).quiet(),
    Binding::new("lab.tab-5", Keys::These(&[char('5')]), "cost", |_, _| lab(LabMessage::Tab(Tab::Cost))).quiet(),
];

/// Every set of tables that a lab has.
pub(in crate::ui::screens) fn groups() -> Vec<Vec<&'static [Binding]>> {
    vec![vec![CHOOSING, EDITING], vec![KEYS, EDITING, LEAVING], vec![READING, KEYS, LEAVING, crate::ui::keys::MOVEMENT]]
}

pub(in crate::ui::screens) fn bindings(lab: &LabScreen) -> Vec<&'static [Binding]> {
    match (lab.completions.is_some(), lab.focus == Pane::Prompt) {
        (true, _) => vec![CHOOSING, EDITING],
        (false, true) => vec![KEYS, EDITING, LEAVING],
        (false, false) => vec![READING, KEYS, LEAVING, crate::ui::keys::MOVEMENT],
    }
}
