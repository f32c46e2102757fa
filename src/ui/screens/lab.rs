//! A lab: the task, the drawn world, the transcript and the prompt.

use crossterm::event::KeyCode;
use ratatui::layout::{Constraint, Layout, Rect};
use unicode_width::UnicodeWidthStr as _;

use crate::app::figures::Tab;
use crate::app::line::{Line, Role, paragraphs};
use crate::app::message::{LabMessage, Message};
use crate::app::pane::{Extent, Pane, Step};
use crate::app::prompt::Edit;
use crate::app::screens::LabScreen;
use crate::app::screens::lab::{EntryKind, Gate};
use crate::app::{Model, Screen, text};
use crate::ui::canvas::{Canvas, Hit};
use crate::ui::keys::{Binding, Keys, alt, char, ctrl, key};
use crate::ui::widgets::{Glyphs, WorldPanel};

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

/// What works in the whole lab.
const KEYS: &[Binding] = &[
    Binding::new("lab.run", Keys::These(&[key(KeyCode::Enter)]), "run", |_, _| Message::Accept),
    Binding::new("lab.complete", Keys::These(&[key(KeyCode::Tab)]), "complete", |_, _| lab(LabMessage::Complete))
        .when(is_typing),
    Binding::new("lab.focus", Keys::These(&[key(KeyCode::Tab)]), "next pane", |_, _| Message::Focus(true))
        .when(|model| !is_typing(model)),
    Binding::new("lab.focus-back", Keys::These(&[key(KeyCode::BackTab)]), "pane", |_, _| Message::Focus(true)),
    Binding::new("lab.hint", Keys::These(&[key(KeyCode::F(1)), alt(KeyCode::Char('h'))]), "hint", |_, _| {
        lab(LabMessage::Hint)
    }),
    Binding::new("lab.solution", Keys::These(&[key(KeyCode::F(2)), alt(KeyCode::Char('s'))]), "solution", |_, _| {
        lab(LabMessage::Solution)
    })
    .quiet(),
    Binding::new("lab.undo", Keys::These(&[key(KeyCode::F(3)), alt(KeyCode::Char('u'))]), "undo", |_, _| {
        lab(LabMessage::Undo)
    })
    .quiet(),
    Binding::new("lab.clock", Keys::These(&[key(KeyCode::F(4)), alt(KeyCode::Char('c'))]), "clock +1m", |_, _| {
        lab(LabMessage::Clock)
    })
    .quiet(),
    Binding::new(
        "lab.endpoint",
        Keys::These(&[key(KeyCode::F(5)), alt(KeyCode::Char('e'))]),
        "your own code",
        |_, _| lab(LabMessage::Endpoint),
    )
    .quiet(),
    Binding::new("lab.insert", Keys::These(&[ctrl('g')]), "given command", |_, _| lab(LabMessage::Insert)),
    Binding::new("lab.task", Keys::These(&[key(KeyCode::F(6)), alt(KeyCode::Char('t'))]), "whole task", |_, _| {
        lab(LabMessage::UnfoldTask)
    })
    .quiet(),
    Binding::new("lab.zoom", Keys::These(&[key(KeyCode::F(8)), alt(KeyCode::Char('z'))]), "zoom", |_, _| Message::Zoom)
        .quiet(),
    Binding::new("lab.page-up", Keys::These(&[key(KeyCode::PageUp)]), "scroll", |_, _| {
        Message::Scroll(Some(Pane::Transcript), Step::Pages(-1))
    })
    .when(is_typing)
    .quiet(),
    Binding::new("lab.page-down", Keys::These(&[key(KeyCode::PageDown)]), "scroll", |_, _| {
        Message::Scroll(Some(Pane::Transcript), Step::Pages(1))
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
];

const fn edit(edit: Edit) -> Message {
    Message::Edit(edit)
}

/// The line editor.
const EDITING: &[Binding] = &[
    Binding::new("edit.recall", Keys::These(&[key(KeyCode::Up)]), "history", |_, _| lab(LabMessage::Recall(true)))
        .quiet(),
    Binding::new("edit.recall-later", Keys::These(&[key(KeyCode::Down), ctrl('n')]), "later line", |_, _| {
        lab(LabMessage::Recall(false))
    })
    .quiet(),
    Binding::new("edit.search", Keys::These(&[ctrl('r')]), "search history", |_, _| lab(LabMessage::Search)),
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
    Binding::new("edit.kill-word-back", Keys::These(&[ctrl('w'), alt(KeyCode::Backspace)]), "erase a word", |_, _| {
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
    Binding::new("edit.text", Keys::Text, "", |_, letter| edit(Edit::Insert(letter.to_string()))).quiet(),
];

/// A pane with the focus that is not the prompt.
const READING: &[Binding] = &[
    Binding::new("lab.read-zoom", Keys::These(&[char('z')]), "zoom", |_, _| Message::Zoom),
    Binding::new("lab.copy", Keys::These(&[char('y')]), "copy to the prompt", |_, _| lab(LabMessage::Insert)),
    Binding::new("lab.unfold", Keys::These(&[char(' '), char('o')]), "unfold", |_, _| lab(LabMessage::Unfold)),
    Binding::new("lab.prompt", Keys::These(&[char('i'), char('$')]), "prompt", |_, _| Message::FocusOn(Pane::Prompt)),
    Binding::new("lab.tab-1", Keys::These(&[char('1')]), "plan", |_, _| lab(LabMessage::Tab(Tab::Plan))).quiet(),
    Binding::new("lab.tab-2", Keys::These(&[char('2')]), "tables", |_, _| lab(LabMessage::Tab(Tab::Tables))).quiet(),
    Binding::new("lab.tab-3", Keys::These(&[char('3')]), "partitions", |_, _| lab(LabMessage::Tab(Tab::Partitions)))
        .quiet(),
    Binding::new("lab.tab-4", Keys::These(&[char('4')]), "streams", |_, _| lab(LabMessage::Tab(Tab::Streams))).quiet(),
    Binding::new("lab.tab-5", Keys::These(&[char('5')]), "cost", |_, _| lab(LabMessage::Tab(Tab::Cost))).quiet(),
];

pub(super) fn bindings(lab: &LabScreen) -> Vec<&'static [Binding]> {
    match (lab.completions.is_some(), lab.focus == Pane::Prompt) {
        (true, _) => vec![CHOOSING, EDITING],
        (false, true) => vec![KEYS, EDITING],
        (false, false) => vec![READING, KEYS, crate::ui::keys::MOVEMENT],
    }
}

pub(super) fn header(screen: &LabScreen, model: &Model) -> (Line, Line) {
    let lab = screen.view.lab.as_deref().and_then(|name| model.library.lab(name));
    let left = match lab {
        Some(lab) => Line::of(Role::Accent, format!("Lab {}", lab.order)).and(Role::Title, format!("  {}", lab.title)),
        None => Line::of(Role::Accent, "Sandbox"),
    };
    let mut right = Line::blank();
    if let Some(lab) = lab {
        let steps = lab.steps.len();
        let done = "●".repeat(screen.view.position.min(steps));
        let open = "○".repeat(steps.saturating_sub(screen.view.position));
        let words = if screen.view.position >= steps {
            "done".to_owned()
        } else {
            format!("step {} of {steps}", screen.view.position + 1)
        };
        right = right.and(Role::Accent, done).and(Role::Muted, open).and(Role::Text, format!(" {words}   "));
    }
    let (read, written) = screen.view.spent;
    let spent = text::amounts(read, written);
    let clock = screen.view.now.to_string();
    let time = clock.get(11..19).unwrap_or_default();
    (left, right.and(Role::Cost, spent).and(Role::Muted, format!("   {time} model")))
}

pub(super) fn view(screen: &LabScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    if screen.is_zoomed && screen.focus != Pane::Prompt {
        match screen.focus {
            Pane::Task => task(screen, model, canvas, area),
            Pane::World => world(screen, canvas, area),
            _ => transcript(screen, canvas, area),
        }
        return;
    }
    let prompt_rows = u16::try_from(screen.prompt.text().lines().count().clamp(1, 4)).unwrap_or(1);
    let [upper, lower] = Layout::vertical([Constraint::Min(1), Constraint::Length(prompt_rows)]).areas(area);
    if let Some((left, divider, right)) = super::halves(model, upper, 40, 100) {
        canvas.divider(divider);
        task(screen, model, canvas, left);
        let [over, rule, under] =
            Layout::vertical([Constraint::Percentage(46), Constraint::Length(1), Constraint::Min(1)]).areas(right);
        world(screen, canvas, over);
        canvas.rule(rule);
        transcript(screen, canvas, under);
    } else if screen.focus == Pane::World {
        // Where there is little room the world takes it while it has the focus.
        world(screen, canvas, upper);
    } else {
        let most = if screen.is_task_open { upper.height / 2 } else { 6.min(upper.height / 2) };
        let [top, rule, rest] =
            Layout::vertical([Constraint::Length(most), Constraint::Length(1), Constraint::Min(1)]).areas(upper);
        task(screen, model, canvas, top);
        canvas.rule(rule);
        transcript(screen, canvas, rest);
    }
    prompt(screen, model, canvas, lower);
    completions(screen, canvas, upper);
}

fn task(screen: &LabScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let lines = match screen.step(&model.library) {
        Some(step) => {
            let mut lines = text::task(step);
            lines.extend(text::checklist(&screen.view.verdicts));
            lines.extend(text::given(step));
            lines.push(Line::blank());
            lines.extend(text::about(step));
            lines
        }
        None => match screen.view.lab.as_deref().and_then(|name| model.library.lab(name)) {
            Some(lab) => text::finished(lab, &screen.view.ways),
            None => {
                paragraphs(Role::Text, "Free play: your own tables and requests. :help lists what speaks to the model.")
            }
        },
    };
    canvas.text(area, Pane::Task, &lines, screen.task);
}

fn world(screen: &LabScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let panel = |scroll: usize| WorldPanel { tab: screen.tab, figures: &screen.view.world, scroll };
    let (theme, glyphs) = (canvas.look.theme, Glyphs::of(canvas.look.is_ascii));
    // How much there is in all is known only once it is drawn.
    let height = usize::from(area.height);
    let lines = panel(0).draw(area, canvas.buffer, theme, glyphs);
    let extent = Extent { lines, height, ..Extent::default() };
    let first = screen.world.at(extent);
    if first > 0 {
        canvas.clear(area);
        panel(first).draw(area, canvas.buffer, theme, glyphs);
    }
    canvas.drawn.extents.insert(Pane::World, extent);
    canvas.drawn.hits.push((area, Hit::Pane(Pane::World)));
    canvas.more(area, first, extent);
}

fn transcript(screen: &LabScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let mut lines = Vec::new();
    for (at, entry) in screen.transcript.iter().enumerate() {
        let is_at = screen.at == Some(at) && screen.focus == Pane::Transcript;
        let (lead, indent) = match entry.kind {
            EntryKind::Command => ("$ ", "  "),
            EntryKind::Request => ("> ", "  "),
            _ => ("  ", "  "),
        };
        let shown = entry.shown();
        for (row, line) in entry.lines.iter().take(shown).enumerate() {
            let lead = if row == 0 { lead } else { indent };
            let role = if is_at { Role::Chosen } else { Role::Accent };
            lines.push(line.clone().behind(role, lead));
        }
        let hidden = entry.lines.len() - shown;
        if hidden > 0 {
            lines.push(Line::of(Role::Muted, format!("  ▸ {}", text::counted(hidden, "more line"))));
        }
    }
    if let Some(progress) = screen.running {
        let words = if progress.total > 0 {
            format!("  running: {} of {}; esc stops", progress.done, progress.total)
        } else {
            "  running; esc stops".to_owned()
        };
        lines.push(Line::of(Role::Muted, words));
    }
    canvas.text(area, Pane::Transcript, &lines, screen.scroll);
}

fn prompt(screen: &LabScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    if let Gate::Asking(typed) = &screen.gate {
        let question = screen.step(&model.library).and_then(|step| step.predict.as_deref()).unwrap_or_default();
        let line = Line::text(typed.clone()).behind(Role::Prediction, format!("Predict: {} ", question.trim()));
        canvas.line(area, &line);
        return;
    }
    if let Some(search) = &screen.prompt.search {
        let found = search.found.and_then(|at| screen.prompt.history().get(at)).cloned().unwrap_or_default();
        let line = Line::code(found).behind(Role::Accent, format!("(search: {}) ", search.wanted));
        canvas.line(area, &line);
        return;
    }
    let before = &screen.prompt.text()[..screen.prompt.cursor()];
    let row = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().width();
    let width = usize::from(area.width.saturating_sub(3));
    let first = (row + 1).saturating_sub(usize::from(area.height));
    let texts: Vec<&str> =
        if screen.prompt.text().is_empty() { vec![""] } else { screen.prompt.text().split('\n').collect() };
    for (at, (place, text)) in area.rows().zip(texts.iter().skip(first)).enumerate() {
        let lead = if at + first == 0 { "$ " } else { "> " };
        // A line that is wider than the prompt is shown around the cursor.
        let skip = if at + first == row { column.saturating_sub(width) } else { 0 };
        let shown: String = text.chars().skip(skip).collect();
        let line = text::code::line(&shown, text::code::Language::Shell).behind(Role::Accent, lead);
        canvas.line(place, &line);
    }
    if screen.focus == Pane::Prompt {
        let at = u16::try_from(column.min(width) + 2).unwrap_or(0);
        let down = u16::try_from(row - first).unwrap_or(0);
        canvas.drawn.cursor = Some((area.x + at, area.y + down));
    }
    canvas.drawn.hits.push((area, Hit::Pane(Pane::Prompt)));
}

fn completions(screen: &LabScreen, canvas: &mut Canvas<'_>, above: Rect) {
    let Some((found, chosen)) = &screen.completions else { return };
    let height = u16::try_from(found.len().min(8)).unwrap_or(8).min(above.height);
    let area = Rect { y: above.y + above.height - height, height, ..above };
    canvas.clear(area);
    let lines: Vec<Line> = found
        .iter()
        .map(|one| Line::of(Role::CodeWord, format!("{:<36} ", one.text)).and(Role::Muted, one.about.clone()))
        .collect();
    super::list(canvas, area, Pane::Palette, &lines, *chosen);
}
