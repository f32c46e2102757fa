//! A lab: the task, the drawn world, the transcript and the prompt.

use crossterm::event::KeyCode;
use ratatui::layout::{Constraint, Layout, Rect};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::app::figures::{Tab, grouped};
use crate::app::line::{Line, Role, paragraphs, wrapped};
use crate::app::message::{LabMessage, Message};
use crate::app::pane::{Extent, Pane, Scroll, Step, in_view};
use crate::app::prompt::{Edit, Prompt};
use crate::app::screens::LabScreen;
use crate::app::screens::lab::{Entry, EntryKind, Gate};
use crate::app::{Model, Screen, text};
use crate::safe_text;
use crate::ui::canvas::{Canvas, Hit, text_width};
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

/// Whether there is something to complete.
fn has_text(model: &Model) -> bool {
    is_typing(model) && on(model).is_some_and(|lab| !lab.prompt.text().is_empty())
}

/// What works in the whole lab.
const KEYS: &[Binding] = &[
    Binding::new("lab.run", Keys::These(&[key(KeyCode::Enter)]), "run", |_, _| Message::Accept),
    Binding::new("lab.complete", Keys::These(&[key(KeyCode::Tab)]), "complete", |_, _| lab(LabMessage::Complete))
        .when(has_text),
    Binding::new("lab.focus", Keys::These(&[key(KeyCode::Tab)]), "next pane", |_, _| Message::Focus(true))
        .when(|model| !has_text(model)),
    Binding::new("lab.focus-back", Keys::These(&[key(KeyCode::BackTab)]), "pane before", |_, _| Message::Focus(false))
        .quiet(),
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
        .when(|model| !is_choosing(model))
        .quiet(),
    Binding::new("edit.recall-later", Keys::These(&[key(KeyCode::Down), ctrl('n')]), "later line", |_, _| {
        lab(LabMessage::Recall(false))
    })
    .when(|model| !is_choosing(model))
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

/// How many columns wide lines move at once.
const PAN: i32 = 8;

/// A pane with the focus that is not the prompt.
const READING: &[Binding] = &[
    Binding::new("lab.read-zoom", Keys::These(&[char('z')]), "zoom", |_, _| Message::Zoom),
    Binding::new("lab.copy", Keys::These(&[char('y')]), "copy to the prompt", |_, _| lab(LabMessage::Insert)),
    Binding::new("lab.unfold", Keys::These(&[char(' '), char('o')]), "unfold", |_, _| lab(LabMessage::Unfold)),
    Binding::new("lab.pan-right", Keys::These(&[key(KeyCode::Right), char('l')]), "sideways", |_, _| {
        lab(LabMessage::Pan(PAN))
    }),
    Binding::new("lab.pan-left", Keys::These(&[key(KeyCode::Left), char('h')]), "back", |_, _| {
        lab(LabMessage::Pan(-PAN))
    })
    .quiet(),
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
    if let Some(port) = screen.view.port {
        right = right.and(Role::Good, format!("endpoint :{port}   "));
    }
    (left, right.and(Role::Cost, spent).and(Role::Muted, format!("   {time} model")))
}

/// From so many columns on task and transcript stand side by side.
const TWO_COLUMNS: u16 = 100;
/// From so many columns on the world has a column of its own.
const THREE_COLUMNS: u16 = 170;
/// The rows that a task has where there is little room.
const TASK_ROWS: u16 = 6;
/// The most rows of the prompt.
const PROMPT_ROWS: usize = 4;

pub(super) fn view(screen: &LabScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    if screen.is_zoomed {
        match screen.focus {
            Pane::Task => task(screen, model, canvas, area),
            Pane::World => world(screen, canvas, area),
            _ => console(screen, model, canvas, area, None),
        }
    } else if area.width >= THREE_COLUMNS {
        let [left, first, middle, second, right] = Layout::horizontal([
            Constraint::Percentage(25),
            Constraint::Length(3),
            Constraint::Max(88),
            Constraint::Length(3),
            Constraint::Min(1),
        ])
        .areas(area);
        for rule in [first, second] {
            for row in rule.rows() {
                canvas.line(row, &Line::of(Role::Muted, " │"));
            }
        }
        titled_task(screen, model, canvas, left);
        console(screen, model, canvas, middle, Some("Transcript"));
        world(screen, canvas, right);
    } else if let Some((left, divider, right)) = super::halves(model, area, 40, TWO_COLUMNS) {
        canvas.divider(divider);
        titled_task(screen, model, canvas, left);
        let [over, under] = Layout::vertical([Constraint::Percentage(46), Constraint::Min(1)]).areas(right);
        world(screen, canvas, over);
        console(screen, model, canvas, under, Some("Transcript"));
    } else if screen.focus == Pane::World {
        // Where there is little room the world takes it while it has the focus.
        world(screen, canvas, area);
    } else {
        let lines = task_lines(screen, model);
        let all = u16::try_from(canvas.broken(area, &lines).len()).unwrap_or(u16::MAX);
        let most = if screen.is_task_open { area.height * 2 / 3 } else { TASK_ROWS.min(area.height / 3) };
        let [top, rest] = Layout::vertical([Constraint::Length(most.min(all)), Constraint::Min(1)]).areas(area);
        canvas.text(top, Pane::Task, &lines, screen.task);
        console(screen, model, canvas, rest, Some("Transcript"));
    }
}

/// Draws a rule with a title; the pane with the focus has a mark.
fn title(canvas: &mut Canvas<'_>, area: Rect, words: &str, is_focused: bool) {
    canvas.rule(area);
    let (role, mark) = if is_focused { (Role::Accent, "› ") } else { (Role::Title, "") };
    canvas.line(area, &Line::of(Role::Muted, "─ ").and(role, format!("{mark}{words}")).and(Role::Muted, " "));
}

fn titled_task(screen: &LabScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let [head, blank, rest] =
        Layout::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Min(1)]).areas(area);
    let words = screen.step(&model.library).map_or("Task", |step| step.title.as_str());
    let (role, mark) = if screen.focus == Pane::Task { (Role::Accent, "› ") } else { (Role::Title, "") };
    canvas.line(head, &Line::of(role, format!(" {mark}{words}")));
    canvas.drawn.hits.push((blank, Hit::Pane(Pane::Task)));
    task(screen, model, canvas, Rect { x: rest.x + 1, width: rest.width.saturating_sub(1), ..rest });
}

fn task_lines(screen: &LabScreen, model: &Model) -> Vec<Line> {
    let Some(step) = screen.step(&model.library) else {
        let lab = screen.view.lab.as_deref().and_then(|name| model.library.lab(name));
        let words = "Free play: your own tables and requests. :help lists the commands of the model.";
        return match lab {
            Some(lab) => {
                let mut lines = text::finished(lab, &screen.view.outro, &screen.view.ways);
                lines.push(Line::blank());
                lines.extend(text::way_bars(&screen.view.ways));
                lines
            }
            None => paragraphs(Role::Text, words),
        };
    };
    let mut lines = text::task(step);
    let has_tried = screen.has_tried();
    for verdict in &screen.view.verdicts {
        let (role, mark) = if verdict.met { (Role::Good, "✓ ") } else { (Role::Muted, "○ ") };
        lines.push(Line::text(verdict.want.trim()).behind(role, mark).hanging(2));
        // What is missing is said once something was tried.
        if !verdict.reason.is_empty() && has_tried {
            lines.push(Line::of(Role::Muted, verdict.reason.clone()).behind(Role::Text, "  ").hanging(2));
        }
    }
    if let Gate::Given(said) = &screen.gate {
        lines.push(Line::blank());
        lines.push(
            Line::text(step.predict.as_ref().map_or("", |predict| predict.ask.trim()))
                .behind(Role::Prediction, "Predict  "),
        );
        let choices = step.predict.iter().flat_map(|predict| &predict.choices);
        let chosen = ('A'..='Z').zip(choices).find(|(letter, _)| said.eq_ignore_ascii_case(&letter.to_string()));
        let said = chosen.map_or(said, |(_, choice)| choice);
        lines.push(Line::text(said.clone()).behind(Role::Prediction, "  you said  "));
    }
    let given = text::given(step);
    if !given.is_empty() {
        lines.extend(given);
        lines.push(Line::of(Role::Key, "    ^G").and(Role::Muted, " puts it into the prompt"));
    }
    if !step.text.trim().is_empty() {
        lines.push(Line::blank());
        lines.extend(paragraphs(Role::Text, &step.text));
    }
    lines.push(Line::blank());
    lines.push(Line::of(Role::Muted, format!("Par: {}", text::counted(step.solution.len(), "command"))));
    lines
}

fn task(screen: &LabScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.text(area, Pane::Task, &task_lines(screen, model), screen.task);
}

fn world(screen: &LabScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let mark = if screen.focus == Pane::World { "›" } else { " " };
    canvas.line(Rect { height: area.height.min(1), ..area }, &Line::of(Role::Accent, mark));
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
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

/// The transcript, the prediction that is asked for, and the prompt under each other.
fn console(screen: &LabScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect, heading: Option<&str>) {
    let typed = typed(screen, usize::from(area.width.saturating_sub(1)));
    let rows = u16::try_from(typed.lines.len().min(PROMPT_ROWS)).unwrap_or(1);
    let card = gate(screen, model, canvas, area);
    let card_rows = u16::try_from(card.len()).unwrap_or(0).min(area.height.saturating_sub(rows + 3));
    let one = u16::from(heading.is_some());
    let [head, upper, middle, lower] = Layout::vertical([
        Constraint::Length(one),
        Constraint::Min(1),
        Constraint::Length(card_rows),
        Constraint::Length(rows),
    ])
    .areas(area);
    if let Some(heading) = heading {
        title(canvas, head, heading, screen.focus == Pane::Transcript);
    }
    transcript(screen, canvas, upper);
    for (row, line) in middle.rows().zip(&card) {
        canvas.line(row, line);
    }
    if card_rows > 0 {
        title(canvas, Rect { height: 1, ..middle }, "Predict", screen.focus == Pane::Prompt);
    }
    prompt(screen, canvas, lower, &typed);
    let over = Rect { height: lower.y.saturating_sub(head.y), y: head.y, ..area };
    if screen.completions.is_some() {
        completions(screen, canvas, over, &typed);
    } else {
        matches(screen, canvas, over);
    }
}

/// The lines of the card that asks for a prediction, the place of its title first.
fn gate(screen: &LabScreen, model: &Model, canvas: &Canvas<'_>, area: Rect) -> Vec<Line> {
    let step = screen.step(&model.library).filter(|_| screen.gate == Gate::Asking);
    let Some(predict) = step.and_then(|step| step.predict.as_ref()).filter(|predict| predict.is_graded()) else {
        return Vec::new();
    };
    let mut lines = vec![Line::of(Role::Prediction, predict.ask.trim())];
    for (letter, choice) in ('A'..='Z').zip(&predict.choices) {
        lines.push(Line::text(choice.clone()).behind(Role::Key, format!("  {letter}  ")).hanging(5));
    }
    let how = if predict.choices.is_empty() { text::wanted(predict) } else { "a letter".to_owned() };
    let how = Line::of(Role::Muted, format!("Type {how}, then ")).and(Role::Key, "enter").and(Role::Muted, "; ");
    lines.push(how.and(Role::Key, "esc").and(Role::Muted, " skips"));
    let mut card = vec![Line::blank()];
    card.extend(canvas.broken(area, &lines));
    card
}

/// The columns that a mark of what lies above or below takes at most.
const MARKS: usize = 8;

/// The columns before each line of the transcript.
const LEAD: usize = 2;

/// The lines of an entry as they are shown, before they are broken.
fn entry_lines(entry: &Entry, is_at: bool) -> Vec<Line> {
    let lead = match entry.kind {
        EntryKind::Command => "$ ",
        EntryKind::Request => "> ",
        _ => "  ",
    };
    let shown = entry.shown();
    let hidden = entry.lines.len() - shown;
    let mut lines = Vec::new();
    for (row, line) in entry.lines.iter().take(shown).enumerate() {
        let lead = match (row, is_at) {
            (0, true) => "› ",
            (0, false) => lead,
            _ => "  ",
        };
        let line = line.clone().behind(if is_at { Role::Chosen } else { Role::Accent }, lead);
        let indent = line.indent.max(LEAD);
        lines.push(line.hanging(indent));
    }
    let more = format!("▸ {}", text::counted(hidden, "more line"));
    match (lines.last_mut(), hidden) {
        (_, 0) => {}
        (Some(last), _) if entry.kind == EntryKind::Cost => *last = last.clone().and(Role::Muted, format!("   {more}")),
        _ => lines.push(Line::of(Role::Muted, more).behind(Role::Text, "  ")),
    }
    lines
}

fn transcript(screen: &LabScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let width = usize::from(text_width(area));
    let mut lines: Vec<Line> = Vec::new();
    // The entry that each line belongs to.
    let mut owners: Vec<usize> = Vec::new();
    for (at, entry) in screen.transcript.iter().enumerate() {
        let is_at = screen.at == Some(at) && screen.focus == Pane::Transcript;
        lines.extend(wrapped(&entry_lines(entry, is_at), width));
        owners.resize(lines.len(), at);
    }
    lines.extend(
        screen.running.map(|progress| running(progress.done, progress.total, screen.view.world.traffic.is_some())),
    );
    let extent = Extent { lines: lines.len(), height: usize::from(area.height), ..Extent::default() };
    let scroll = match screen.at.filter(|_| screen.is_at_shown) {
        Some(at) => {
            let from = owners.iter().position(|owner| *owner == at).unwrap_or(0);
            let to = owners.iter().rposition(|owner| *owner == at).map_or(from + 1, |last| last + 1);
            Scroll { offset: in_view(screen.scroll.at(extent), from, to, extent), follows: false }
        }
        None => screen.scroll,
    };
    let fitting = usize::from(area.width.saturating_sub(1));
    let widest = lines.iter().map(Line::width).max().unwrap_or(0);
    // The marks of what lies above and below stand over the ends of lines: whatever they cover can be moved from under them.
    let room = if widest > fitting { MARKS } else { 0 };
    let sideways = Extent { lines: widest + room, height: fitting, first: 0 };
    let pan = screen.pan.at(sideways);
    let shown: Vec<Line> = lines.into_iter().map(|line| panned(line, pan, fitting)).collect();
    let first = canvas.broken_text(area, Pane::Transcript, &shown, scroll);
    canvas.drawn.extents.insert(Pane::TranscriptWidth, sideways);
    for (row, owner) in area.rows().zip(owners.iter().skip(first)) {
        canvas.drawn.hits.push((row, Hit::Choose(*owner)));
    }
}

/// A line that is wider than the pane, moved to the left; marks say where it goes on.
fn panned(line: Line, pan: usize, width: usize) -> Line {
    if line.width() <= width || width < LEAD + 2 {
        return line;
    }
    let mut kept = Line { spans: Vec::new(), ..line.clone() };
    let (mut column, mut used) = (0, 0);
    for (role, text) in &line.spans {
        let mut part = String::new();
        for piece in text.graphemes(true) {
            let wide = piece.width();
            // The lead stays; the mark of what is left of it takes a column.
            let is_seen = column < LEAD || column >= LEAD + pan;
            column += wide;
            if is_seen && used + wide < width {
                used += wide;
                part.push_str(piece);
            } else if is_seen {
                used = width;
            }
        }
        if !part.is_empty() {
            kept.spans.push((*role, part));
        }
    }
    if used >= width { kept.and(Role::Muted, "›") } else { kept }
}

/// How far the line that runs is.
fn running(done: u64, total: u64, is_traffic: bool) -> Line {
    let line = Line::of(Role::Accent, "  running");
    if total == 0 {
        return line.and(Role::Key, "   esc").and(Role::Muted, " stops");
    }
    let part = usize::try_from(u128::from(done) * 20 / u128::from(total)).unwrap_or(20).min(20);
    let line = line.and(Role::Bar, format!("  {}", "█".repeat(part))).and(Role::Muted, "░".repeat(20 - part));
    let words = if is_traffic {
        format!("  {} of {}", grouped(done), grouped(total))
    } else {
        format!("  {} %", u128::from(done) * 100 / u128::from(total))
    };
    line.and(Role::Text, words).and(Role::Key, "   esc").and(Role::Muted, " stops")
}

/// What is typed, broken to a width, and where the cursor is in it: row and column.
struct Typed {
    lines: Vec<Line>,
    cursor: (usize, usize),
    /// The column in which the word under the cursor begins.
    word: usize,
}

fn typed(screen: &LabScreen, width: usize) -> Typed {
    if let Some(search) = &screen.prompt.search {
        let found = search.found.and_then(|at| screen.prompt.history().get(at)).cloned().unwrap_or_default();
        let head = format!("search: {}", search.wanted);
        let column = head.width();
        let line = Line::of(Role::Accent, head).and(Role::Muted, "   ").and(Role::Code, found.replace('\n', " "));
        return Typed { lines: vec![line], cursor: (0, column), word: 0 };
    }
    let lead = if screen.gate == Gate::Asking { (Role::Prediction, "? ") } else { (Role::Accent, "$ ") };
    broken_prompt(&screen.prompt, lead, width.max(4))
}

/// Breaks what is typed anywhere: nothing of a command is left out, however long it is.
fn broken_prompt(prompt: &Prompt, lead: (Role, &str), width: usize) -> Typed {
    let (bracket, partner) = prompt.brackets().map_or((None, None), |(at, partner)| (Some(at), partner));
    let before = &prompt.text()[..prompt.cursor()];
    let begun = before.rsplit(char::is_whitespace).next().unwrap_or_default().len();
    let (mut lines, mut cursor, mut word) = (Vec::new(), (0, 0), LEAD);
    let mut start = 0;
    for (number, text) in prompt.text().split('\n').enumerate() {
        // Places in what is shown: what could steer a terminal is marked there.
        let place = |at: usize| {
            let at = at.checked_sub(start).filter(|at| *at <= text.len())?;
            Some(safe_text::line(&text[..at]).len())
        };
        let cursor_at = place(prompt.cursor());
        let word_at = place(prompt.cursor() - begun).filter(|_| cursor_at.is_some());
        let marked = [bracket.and_then(place), partner.and_then(place)];
        let mut line = if number == 0 { Line::of(lead.0, lead.1) } else { Line::of(Role::Accent, "> ") };
        let (mut column, mut at) = (LEAD, 0);
        for (role, span) in text::code::line(text, text::code::Language::Shell).spans {
            for piece in span.graphemes(true) {
                if column + piece.width() > width {
                    lines.push(std::mem::replace(&mut line, Line::text("  ")));
                    column = LEAD;
                }
                if cursor_at == Some(at) {
                    cursor = (lines.len(), column);
                }
                if word_at == Some(at) {
                    word = column;
                }
                let role = match marked.contains(&Some(at)) {
                    true if partner.is_some() => Role::Chosen,
                    true => Role::Bad,
                    false => role,
                };
                line = line.and(role, piece);
                column += piece.width();
                at += piece.len();
            }
        }
        if cursor_at == Some(at) {
            if column >= width {
                lines.push(std::mem::replace(&mut line, Line::text("  ")));
                column = LEAD;
            }
            cursor = (lines.len(), column);
        }
        if word_at == Some(at) {
            word = column;
        }
        lines.push(line);
        start += text.len() + 1;
    }
    Typed { lines, cursor, word }
}

fn prompt(screen: &LabScreen, canvas: &mut Canvas<'_>, area: Rect, typed: &Typed) {
    let (row, column) = typed.cursor;
    let height = usize::from(area.height);
    let first = (row + 1).saturating_sub(height).min(typed.lines.len().saturating_sub(height));
    for (place, line) in area.rows().zip(typed.lines.iter().skip(first)) {
        canvas.line(place, line);
    }
    let extent = Extent { lines: typed.lines.len(), height, first };
    canvas.more(area, first, extent);
    if screen.focus == Pane::Prompt && area.height > 0 {
        let at = u16::try_from(column).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
        let down = u16::try_from(row - first).unwrap_or(0);
        canvas.drawn.cursor = Some((area.x + at, area.y + down));
    }
    canvas.drawn.hits.push((area, Hit::Pane(Pane::Prompt)));
}

/// The most completions, or lines of the history, that are shown at once.
const POPUP_ROWS: usize = 8;

/// The completions under each other, above the word that they complete; what the chosen one means is said in full below them.
fn completions(screen: &LabScreen, canvas: &mut Canvas<'_>, above: Rect, typed: &Typed) {
    let Some((found, chosen)) = &screen.completions else { return };
    let name = found.iter().map(|one| one.text.width()).max().unwrap_or(0).min(44);
    let wide = usize::from(above.width);
    let least = (name + 34).min(wide);
    let x = typed.word.saturating_sub(1).min(wide.saturating_sub(least));
    let width = (wide - x).min(name + 64);
    let doc = found.get(*chosen).map(|one| one.about.as_str()).unwrap_or_default();
    let doc = wrapped(&[Line::of(Role::Muted, doc)], width.saturating_sub(2).max(10));
    let doc = if doc.len() > 1 || name + 3 + found.get(*chosen).map_or(0, |one| one.about.width()) > width {
        doc
    } else {
        Vec::new()
    };
    let rows = found.len().min(POPUP_ROWS).min(usize::from(above.height).saturating_sub(doc.len() + 1).max(1));
    let height = u16::try_from(rows + doc.len()).unwrap_or(above.height).min(above.height);
    let area = Rect {
        x: above.x + u16::try_from(x).unwrap_or(0),
        y: above.y + above.height - height,
        width: u16::try_from(width).unwrap_or(above.width),
        height,
    };
    canvas.clear(area);
    let list = Rect { height: u16::try_from(rows).unwrap_or(1).min(area.height), ..area };
    let lines: Vec<Line> = found
        .iter()
        .map(|one| Line::of(Role::CodeWord, format!("{:<name$}  ", one.text)).and(Role::Muted, one.about.clone()))
        .collect();
    super::list(canvas, list, Pane::Palette, &lines, *chosen);
    let rest = Rect { x: area.x + 1, y: list.y + list.height, height: area.height - list.height, ..area };
    for (row, line) in rest.rows().zip(&doc) {
        canvas.line(row, line);
    }
}

/// The lines of the history that a search finds, newest at the bottom.
fn matches(screen: &LabScreen, canvas: &mut Canvas<'_>, above: Rect) {
    let Some(search) = screen.prompt.search.as_ref().filter(|search| !search.wanted.is_empty()) else { return };
    let history = screen.prompt.history().iter().enumerate();
    let found: Vec<(usize, &String)> = history.filter(|(_, line)| line.contains(&search.wanted)).collect();
    let chosen = found.iter().position(|(at, _)| Some(*at) == search.found).unwrap_or(0);
    let lines: Vec<Line> = found.iter().map(|(_, line)| Line::code(line.replace('\n', " "))).collect();
    if lines.is_empty() {
        return;
    }
    let height = u16::try_from(lines.len().min(POPUP_ROWS)).unwrap_or(1).min(above.height);
    let area = Rect { y: above.y + above.height - height, height, ..above };
    canvas.clear(area);
    super::list(canvas, area, Pane::Palette, &lines, chosen);
}
