//! Home: what to do today, the program's parts, and how far each topic is.

use std::ops::Range;

use crossterm::event::KeyCode;
use ratatui::layout::Rect;

use crate::app::line::{Flow, Line, Role};
use crate::app::message::Message;
use crate::app::pane::{Extent, Pane, Scroll, Sight};
use crate::app::screens::Home;
use crate::app::screens::home::{Offer, Section, is_new};
use crate::app::{Model, Screen, Start, stats, study};
use crate::content::{Lab, Trap};
use crate::readiness::Readiness;
use crate::ui::canvas::{Canvas, ClickTarget, text_width};
use crate::ui::keys::{Binding, Keys, MOVEMENT, TYPING, char, key};
use crate::ui::widgets::{Glyphs, Picture as _, Spark};

const KEYS: &[Binding] = &[
    Binding::new("home.start", Keys::These(&[key(KeyCode::Enter)]), "start", |_, _| Message::Accept),
    Binding::new("home.filter", Keys::These(&[char('/')]), "find", |_, _| Message::Filter),
    Binding::new("home.pane", Keys::These(&[key(KeyCode::Tab)]), "pane", |_, _| Message::Focus(true))
        .when(|model| model.extents.contains_key(&Pane::Side)),
    Binding::new("home.today", Keys::Letters("123456789"), "start what is best today", |model, digit| {
        let at = digit.to_digit(10).unwrap_or(0) as usize;
        let entries = match model.screen() {
            Screen::Home(home) => home.entries(&model.library, &model.standing),
            _ => Vec::new(),
        };
        let entry = entries.into_iter().filter(|entry| entry.section == Section::Today).nth(at.saturating_sub(1));
        entry.map_or(Message::Choose(usize::MAX), |entry| Message::Open(entry.start))
    })
    .quiet(),
    Binding::new("home.practice", Keys::These(&[char('p')]), "practice", |_, _| Message::Open(Start::Practice)),
    Binding::new("home.labs", Keys::These(&[char('l')]), "labs", |_, _| Message::Open(Start::Labs)),
    Binding::new("home.exams", Keys::These(&[char('e')]), "exams", |_, _| Message::Open(Start::Exams)),
    Binding::new("home.scores", Keys::These(&[char('s')]), "scores", |_, _| Message::Open(Start::Scores)),
];

pub(super) fn bindings(is_filtering: bool) -> Vec<&'static [Binding]> {
    if is_filtering { vec![TYPING] } else { vec![KEYS, MOVEMENT] }
}

pub(super) fn header(model: &Model) -> (Line, Line) {
    let ready = match study::ready(&model.library, &model.standing.log) {
        Readiness::NotEnough { .. } => Line::blank(),
        Readiness::Estimate { low, high, .. } => {
            let percent = |share: f64| format!("{:.0}", share * 100.0);
            Line::of(Role::Muted, "ready ")
                .and(Role::Cost, format!("{}-{} %", percent(low), percent(high)))
                .and(Role::Muted, " (model)")
        }
    };
    let exam = model.standing.exam_day.and_then(|day| day.checked_sub(model.standing.today));
    let line = exam.map_or_else(Line::blank, |days| {
        Line::of(Role::Muted, "exam in ").and(Role::Strong, crate::app::text::counted(days as usize, "day"))
    });
    let right = Line {
        spans: line.spans.into_iter().chain([(Role::Text, "   ".to_owned())]).chain(ready.spans).collect(),
        ..Line::default()
    };
    (Line::of(Role::Accent, "dynadrill"), right)
}

pub(super) fn view(home: &Home, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let super::Panes { left, right, third } = super::panes(model, canvas, area, 48, 76);
    let glyphs = Glyphs::of(canvas.look.is_ascii);
    let left = super::filter(canvas, left, home.filter.as_deref());
    let mut rows = entries(home, model, canvas, left);
    if right.is_none() {
        let width = usize::from(text_width(left)).saturating_sub(1);
        rows.push(Line::blank());
        let lines = standing(model, width, glyphs, false);
        rows.extend(lines.into_iter().map(|line| line.behind(Role::Text, " ")));
    }
    let count = home.entries(&model.library, &model.standing).len();
    rows.draw(home.chosen.min(count.saturating_sub(1)), home.sight, canvas, left);
    if let Some(right) = right {
        let is_focused = home.focus == Some(Pane::Side);
        let width = usize::from(text_width(right));
        let mut lines = standing(model, width, glyphs, is_focused);
        if third.is_some() || right.height >= TALL_BESIDE {
            let skills = super::scores::skills(model, width, glyphs);
            lines.extend((!skills.is_empty()).then(Line::blank));
            lines.extend(skills);
        }
        canvas.text(right, Pane::Side, &lines, home.side);
    }
    if let Some(third) = third {
        let lines = super::scores::course(model, usize::from(text_width(third)), canvas.look.is_ascii);
        super::glance(canvas, third, &lines);
    }
}

/// Lines of which some can be chosen.
#[derive(Default)]
struct Rows {
    lines: Vec<Line>,
    /// The lines of each entry.
    places: Vec<Range<usize>>,
}

impl Rows {
    fn push(&mut self, line: Line) {
        self.lines.push(line.flowing(Flow::Fixed));
    }

    fn extend(&mut self, lines: impl IntoIterator<Item = Line>) {
        for line in lines {
            self.push(line);
        }
    }

    fn entry(&mut self, lines: Vec<Line>) {
        let begin = self.lines.len();
        self.extend(lines);
        self.places.push(begin..self.lines.len());
    }

    /// Draws the lines with the chosen ones in view, or where they are scrolled to.
    fn draw(mut self, chosen: usize, sight: Sight, canvas: &mut Canvas<'_>, area: Rect) {
        let place = self.places.get(chosen).cloned().unwrap_or(0..1);
        let width = usize::from(area.width).saturating_sub(1);
        let chosen_lines = self.lines.get_mut(place.clone()).into_iter().flatten();
        for (at, line) in chosen_lines.enumerate().filter(|_| !self.places.is_empty()) {
            let mut text = line.plain();
            text.push_str(&" ".repeat(width.saturating_sub(line.width())));
            // The mark says it where the terminal reverses nothing.
            let marked = text.strip_prefix(' ').filter(|_| at == 0).map(|rest| format!("▸{rest}"));
            let text = marked.unwrap_or(text);
            *line = Line::of(Role::Chosen, text).flowing(Flow::Fixed);
        }
        let extent = Extent { lines: self.lines.len(), height: usize::from(area.height), first: 0 };
        // With the first entry chosen, what stands above it is worth seeing too.
        let from = if chosen == 0 && place.start < extent.height { 0 } else { place.start };
        let first = sight.first(from, place.end, extent);
        canvas.broken_text(area, Pane::Main, &self.lines, Scroll { offset: first, follows: false });
        for (row, line) in area.rows().zip(first..self.lines.len()) {
            if let Some(entry) = self.places.iter().position(|place| place.contains(&line)) {
                canvas.drawn.hits.push((row, ClickTarget::Choose(entry)));
            }
        }
    }
}

/// What to do today, what the program has, and the mistakes that repeat.
fn entries(home: &Home, model: &Model, canvas: &Canvas<'_>, area: Rect) -> Rows {
    let width = usize::from(area.width).saturating_sub(2);
    let entries = home.entries(&model.library, &model.standing);
    let mut rows = Rows::default();
    let prose = |line: Line| canvas.broken(area, &[line.behind(Role::Text, " ")]);
    if is_new(&model.standing) && home.filter.is_none() {
        let words = "Questions and labs for the DynamoDB part of the AWS Developer Associate exam, on tables that behave \
                     as DynamoDB does. Where do you want to begin?";
        rows.extend(prose(Line::text(words)));
        rows.push(Line::blank());
    }
    if home.filter.is_none() {
        rows.push(heading(model, width));
    }
    let is_today = |entry: &&Offer| entry.section == Section::Today;
    for (at, entry) in entries.iter().filter(is_today).enumerate() {
        let detail = entry.minutes.map_or_else(|| entry.detail.clone(), |minutes| format!("{minutes} min"));
        // A filter is typed: digits are text then.
        let number = if home.filter.is_none() { format!(" {} ", at + 1) } else { "   ".to_owned() };
        let label = Line::text(entry.label.clone()).behind(Role::Key, number);
        rows.entry(super::question::tagged(&label, (Role::Muted, detail), width));
    }
    if entries.is_empty() {
        rows.extend(prose(Line::of(Role::Muted, "Nothing here fits; esc shows all again.")));
        rows.extend(prose(
            Line::of(Role::Key, "^P").and(Role::Muted, " finds questions, labs and claims by their words."),
        ));
        return rows;
    }
    // As many rows as the longest reason takes, so that nothing moves with the cursor.
    let why = |entry: &Offer| prose(Line::of(Role::Muted, format!("why: {}", entry.why)).behind(Role::Text, "  "));
    let tall = entries.iter().map(|entry| why(entry).len()).max().unwrap_or(0);
    let mut reason = entries.get(home.chosen.min(entries.len().saturating_sub(1))).map(why).unwrap_or_default();
    reason.resize(tall, Line::blank());
    rows.extend(reason);
    rows.push(Line::blank());
    for entry in entries.iter().filter(|entry| !is_today(entry)) {
        let detail = shortened(&entry.detail, width.saturating_sub(12));
        rows.entry(vec![Line::of(Role::Strong, format!(" {:<10} ", entry.label)).and(Role::Muted, detail)]);
    }
    let mistakes = mistakes(model, if area.height >= TALL { MANY_MISTAKES } else { MISTAKES });
    if !mistakes.is_empty() && home.filter.is_none() {
        rows.push(Line::blank());
        rows.push(Line::of(Role::Title, " Mistakes you repeat"));
        rows.extend(canvas.broken(area, &mistakes));
    }
    rows
}

/// What stands over today's entries: how far the day's goal is, if there is one.
fn heading(model: &Model, width: usize) -> Line {
    let today = Line::of(Role::Title, " Today");
    let Some(goal) = model.standing.daily_goal else { return today };
    let answered = stats::answered_on(&model.standing.log, model.standing.today);
    let role = if answered >= usize::from(goal) { Role::Good } else { Role::Muted };
    ends(today, (role, format!("{answered} of {goal} answered")), width)
}

/// The beliefs behind answers that were wrong more than once, each with the lab that is about it.
fn mistakes(model: &Model, most: usize) -> Vec<Line> {
    let mistake = |(trap, count): (&Trap, u64)| {
        let belief = Line::text(trap.belief.trim()).behind(Role::Bad, format!(" {count}× "));
        match study::lab_for(&model.library, &trap.id).and_then(|name| model.library.lab(name)) {
            Some(lab) => belief.and(Role::Accent, "  lab ").and(Role::Muted, lab.title.clone()),
            None => belief,
        }
    };
    stats::repeated(&model.library, &model.standing.summary).into_iter().take(most).map(mistake).collect()
}

/// The most mistakes that home shows.
const MISTAKES: usize = 4;
/// The same on a screen with room.
const MANY_MISTAKES: usize = 9;
/// From this height on there is room.
const TALL: u16 = 40;
/// From this height on there is room beside the entries for more than the topics.
const TALL_BESIDE: u16 = 34;

/// A line with something at its right end.
fn ends(left: Line, (role, right): (Role, String), width: usize) -> Line {
    let gap = width.saturating_sub(left.width() + Line::text(right.clone()).width());
    left.and(Role::Text, " ".repeat(gap)).and(role, right)
}

/// How far each topic is, what comes due, and how the scores went.
pub(super) fn standing(model: &Model, width: usize, glyphs: Glyphs, is_focused: bool) -> Vec<Line> {
    let role = if is_focused { Role::Accent } else { Role::Title };
    let topics = stats::topics(&model.library, &model.standing.summary);
    let longest = topics.iter().map(|(topic, _)| model.library.topic_title(topic).chars().count()).max().unwrap_or(0);
    // A title is worth more than how often it was asked, and that more than a long bar.
    let has_seen = width >= longest + SHORT_BAR + 17;
    let rest = if has_seen { 17 } else { 11 };
    let cells = if width >= longest + LONG_BAR + rest { LONG_BAR } else { SHORT_BAR };
    let title_width = longest.min(width.saturating_sub(cells + rest)).max(8);
    let seen = |words: String| if has_seen { format!(" {words:>5}") } else { String::new() };
    let head = format!("{:<title_width$} {:<cells$} {:>5}{}", "Topics", "", "right", seen("seen".to_owned()));
    let mut lines = vec![Line::of(role, head).flowing(Flow::Fixed)];
    for (topic, tally) in topics {
        let title = shortened(model.library.topic_title(topic), title_width);
        let mut line = Line::text(format!("{title:<title_width$} ")).flowing(Flow::Fixed);
        let Some(share) = tally.percent() else {
            line = line.and(Role::Muted, format!("{} {:>5}{}", "░".repeat(cells), "new", seen("0".to_owned())));
            lines.push(line);
            continue;
        };
        let full = usize::try_from(share).unwrap_or(0) * cells / 100;
        line = line
            .and(role_of(share), "█".repeat(full))
            .and(Role::Muted, "░".repeat(cells - full))
            .and(Role::Text, format!(" {share:>3} %"))
            .and(Role::Muted, seen(tally.answers.to_string()));
        if share < WEAK && tally.answers >= FEW {
            line = line.and(Role::Bad, " !");
        } else if share < GOOD && has_open_lab(model, topic) {
            line = line.and(Role::Accent, " lab");
        }
        lines.push(line);
    }
    let scores = stats::by_day(&model.standing.log);
    let has_due = model.standing.forecast.iter().any(|due| *due > 0);
    if has_due || scores.len() > 1 {
        lines.push(Line::blank());
    }
    if has_due {
        lines.extend(due(model).lines(width, glyphs));
    }
    if scores.len() > 1 {
        lines.extend(score(&scores).lines(width, glyphs));
    }
    lines
}

/// The cells of a topic's bar.
const LONG_BAR: usize = 10;
/// The same where there is less room.
const SHORT_BAR: usize = 5;

/// How many cards become due on each of the next days.
pub(super) fn due(model: &Model) -> Spark {
    let forecast = &model.standing.forecast;
    Spark {
        label: "Due  ".to_owned(),
        values: forecast.iter().map(|due| f64::from(u32::try_from(*due).unwrap_or(u32::MAX))).collect(),
        role: Role::Bar,
        number: format!("{} today", model.standing.due),
        note: format!(
            "next {} days, at most {}",
            forecast.len().saturating_sub(1),
            forecast.iter().max().copied().unwrap_or_default()
        ),
        ..Spark::default()
    }
}

/// The share of right first answers, day by day.
pub(super) fn score(scores: &[(u32, f64)]) -> Spark {
    let last = scores.last().map(|(_, share)| *share).unwrap_or_default();
    Spark {
        label: "Score".to_owned(),
        values: scores.iter().map(|(_, share)| *share).collect(),
        scale: 1.0,
        role: Role::Good,
        number: format!("{:.0} %", last * 100.0),
        note: format!("new questions, {} days", scores.len()),
    }
}

/// From this percentage on a topic is well known.
const GOOD: u64 = 75;
/// Below this percentage it is weak.
const WEAK: u64 = 50;
/// The fewest answers that a topic is judged by.
const FEW: u64 = 5;

/// The look of a share of right answers, in percent.
pub(super) const fn role_of(share: u64) -> Role {
    match share {
        GOOD.. => Role::Good,
        WEAK.. => Role::Bar,
        _ => Role::BarHot,
    }
}

/// Whether a lab about a topic's claims is not done yet.
fn has_open_lab(model: &Model, topic: &str) -> bool {
    let claims = model.library.topics.iter().find(|known| known.id == topic).map(|topic| &topic.claims);
    let about = |lab: &Lab| claims.is_some_and(|claims| claims.iter().any(|claim| lab.claims.contains(&claim.id)));
    let is_open = |lab: &Lab| stats::steps_done(lab, &model.standing.summary) < lab.steps.len();
    model.library.labs.iter().any(|lab| about(lab) && is_open(lab))
}

/// A label cut to a width, with a mark if it is.
pub(super) fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}
