//! The scores: mastery by topic and skill, what comes back, how sure the learner was, mistakes that repeat, labs, exams.

use crossterm::event::KeyCode;
use ratatui::layout::Rect;

use crate::app::line::{Flow, Line, Role, wrapped};
use crate::app::message::Message;
use crate::app::pane::Pane;
use crate::app::screens::Scores;
use crate::app::start::Estimate;
use crate::app::{Model, Start, stats, study, text};
use crate::progress::Tally;
use crate::quiz::{Confidence, Order};
use crate::ui::canvas::Canvas;
use crate::ui::keys::{Binding, Keys, char, key};
use crate::ui::widgets::{Bars, Glyphs, LabelledBar, Picture as _};

use super::chart::{self, Series};
use super::home::{due, role_of, shortened};

pub(super) const BINDINGS: &[Binding] = &[
    Binding::new("scores.exams", Keys::These(&[char('e')]), "reports of exams", |_, _| Message::Open(Start::Exams)),
    Binding::new("scores.labs", Keys::These(&[char('l')]), "labs", |_, _| Message::Open(Start::Labs)),
    Binding::new(
        "scores.missed",
        Keys::These(&[key(KeyCode::Enter), char('m')]),
        "practise what you missed",
        |_, _| Message::Open(Start::Ordered(Order::Missed)),
    ),
];

/// From this width on the scores stand in two columns.
const TWO_COLUMNS: usize = 110;
/// Columns between the two.
const GAP: usize = 3;

pub(super) fn view(scores: Scores, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let is_ascii = canvas.look.is_ascii;
    let glyphs = Glyphs::of(is_ascii);
    let width = usize::from(area.width).saturating_sub(3);
    let lines = if width >= TWO_COLUMNS {
        let half = (width - GAP) / 2;
        let mut right = ahead(model, half, is_ascii);
        right.extend(behind(model, half, is_ascii));
        beside(mastery(model, half, glyphs), right, half)
    } else {
        let width = width.min(88);
        let mut lines = ahead(model, width, is_ascii);
        lines.extend(mastery(model, width, glyphs));
        lines.push(Line::blank());
        lines.extend(behind(model, width, is_ascii));
        lines
    };
    let lines: Vec<Line> = lines.into_iter().map(|line| line.behind(Role::Text, " ").flowing(Flow::Fixed)).collect();
    canvas.broken_text(area, Pane::Main, &lines, scores.scroll);
}

/// Two columns as one text, so that they scroll together.
fn beside(left: Vec<Line>, right: Vec<Line>, width: usize) -> Vec<Line> {
    let count = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let pair = |_| {
        let (one, other) = (left.next().unwrap_or_default(), right.next().unwrap_or_default());
        let gap = (width + GAP).saturating_sub(one.width());
        let mut line = one.and(Role::Text, " ".repeat(gap));
        line.spans.extend(other.spans);
        line
    };
    (0..count).map(pair).collect()
}

fn title(words: &str) -> Line {
    Line::of(Role::Title, words)
}

/// The mastery of topics and skills.
fn mastery(model: &Model, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let standing = &model.standing;
    let topics: Vec<(String, Tally)> = stats::topics(&model.library, &standing.summary)
        .into_iter()
        .map(|(topic, tally)| (model.library.topic_title(topic).to_owned(), tally))
        .collect();
    let mut lines = vec![title("By topic")];
    lines.extend(bars(&topics, role_of, width, glyphs));
    let skills = skills(model, width, glyphs);
    if !skills.is_empty() {
        lines.push(Line::blank());
        lines.extend(skills);
    }
    lines
}

/// The mastery of the exam guide's skills.
pub(super) fn skills(model: &Model, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let skills = stats::skills(&model.library, &model.standing.log);
    if skills.is_empty() {
        return Vec::new();
    }
    std::iter::once(title("By exam skill")).chain(bars(&skills, role_of, width, glyphs)).collect()
}

/// The columns that a bar and its figures take at least.
const LEAST_FOR_A_BAR: usize = 26;

/// Shares of right answers as bars to one scale; `look` is that of a share.
fn bars(tallies: &[(String, Tally)], look: fn(u64) -> Role, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let longest = tallies.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let room = Bars::label_room(width);
    let way = |(name, tally): &(String, Tally)| {
        let share = tally.percent().unwrap_or_default();
        let (number, note) = match tally.answers {
            0 => ("new".to_owned(), String::new()),
            answers => (format!("{share} %"), format!("{} of {answers}", tally.correct)),
        };
        let label = shortened(name, room);
        let value = f64::from(u32::try_from(share).unwrap_or(0));
        LabelledBar { label, value, number, note, role: look(share), ..LabelledBar::default() }
    };
    if longest <= room {
        let bars = Bars { ways: tallies.iter().map(way).collect(), scale: 100.0, has_track: true, numbers_first: true };
        return bars.lines(width, glyphs);
    }
    // Names stay whole; the bars share what is left beside them.
    let cells = width.saturating_sub(longest + LEAST_FOR_A_BAR).clamp(SHORT_BAR, LONGEST_BAR);
    tallies.iter().flat_map(|(name, tally)| short(name, *tally, look, cells, width)).collect()
}

/// The cells of a short bar.
const SHORT_BAR: usize = 5;
/// The most cells of a bar beside a name that is shown whole.
const LONGEST_BAR: usize = 30;

/// A share with a name that leaves no room for a long bar: the name is whole, in as many rows as it takes, a short bar and
/// the figures stand at the end of the first.
fn short(name: &str, tally: Tally, look: fn(u64) -> Role, cells: usize, width: usize) -> Vec<Line> {
    let share = tally.percent();
    let full = usize::try_from(share.unwrap_or_default()).unwrap_or(0).min(100) * cells / 100;
    let (percent, of) = match share {
        None => ("new".to_owned(), String::new()),
        Some(share) => (format!("{share} %"), format!("{} of {}", tally.correct, tally.answers)),
    };
    let figures = Line::of(look(share.unwrap_or_default()), "█".repeat(full))
        .and(Role::Muted, "░".repeat(cells - full))
        .and(Role::Text, format!(" {percent:>5}"))
        .and(Role::Muted, format!("  {of:>8}"));
    let mut lines = Line::text(name).hanging(2).wrapped(width.saturating_sub(figures.width() + 2).max(1));
    if let Some(first) = lines.first_mut() {
        let gap = width.saturating_sub(first.width() + figures.width());
        *first = first.clone().and(Role::Text, " ".repeat(gap));
        first.spans.extend(figures.spans);
    }
    lines
}

/// What stands ahead: readiness, how it went, and what comes due.
fn ahead(model: &Model, width: usize, is_ascii: bool) -> Vec<Line> {
    let standing = &model.standing;
    let all = standing.summary.all;
    let mut lines = vec![title("Readiness")];
    let answers = text::counted(usize::try_from(all.answers).unwrap_or(usize::MAX), "answer");
    lines.push(Line::text(format!("{answers}, {} right.", all.correct)));
    lines.extend(text::readiness(&study::ready(&model.library, &standing.log)));
    let mut lines = wrapped(&lines, width);
    let chart = over_time(model, width, is_ascii);
    if !chart.is_empty() {
        lines.push(Line::blank());
        lines.extend(chart);
    }
    if standing.forecast.iter().any(|due| *due > 0) {
        lines.push(Line::blank());
        lines.extend(due(model).lines(width, Glyphs::of(is_ascii)));
    }
    lines.push(Line::blank());
    lines
}

/// How the scores go, at a glance: over time, by how sure the learner was, and exams.
pub(super) fn course(model: &Model, width: usize, is_ascii: bool) -> Vec<Line> {
    let chart = over_time(model, width, is_ascii);
    let chart = if chart.is_empty() { chart } else { chart.into_iter().chain([Line::blank()]).collect() };
    let glyphs = Glyphs::of(is_ascii);
    let rest = sureness(model, width, glyphs).into_iter().chain(exams(model, width, glyphs));
    chart.into_iter().chain(rest).chain(labs(model, width)).collect()
}

/// The score of each day, and the estimate of readiness with its interval, as a chart.
fn over_time(model: &Model, width: usize, is_ascii: bool) -> Vec<Line> {
    let standing = &model.standing;
    let point = |day: u32, share: f64| (f64::from(day), share);
    let interval = |end: fn(&Estimate) -> f64| standing.readiness.iter().map(move |at| point(at.day, end(at)));
    let low_and_high = interval(|at| at.low).chain(interval(|at| at.high));
    let series = [
        Series {
            name: "90 % interval",
            role: Role::Muted,
            mark: ('·', '.'),
            is_line: false,
            points: low_and_high.collect(),
        },
        Series {
            name: "readiness (model)",
            role: Role::Accent,
            mark: ('─', '-'),
            is_line: true,
            points: interval(|at| at.share).collect(),
        },
        Series {
            name: "new questions, by day",
            role: Role::Good,
            mark: ('●', 'o'),
            is_line: false,
            points: stats::by_day(&standing.log).into_iter().map(|(day, share)| point(day, share)).collect(),
        },
    ];
    let first = stats::by_day(&standing.log).first().map_or(standing.today, |(day, _)| *day);
    let last = stats::by_day(&standing.log).last().map_or(standing.today, |(day, _)| *day);
    let drawn = chart::lines(&series, [text::date(first), text::date(last)], (width.min(88), CHART), is_ascii);
    if drawn.is_empty() { drawn } else { std::iter::once(title("Right answers over time")).chain(drawn).collect() }
}

/// The rows of a chart.
const CHART: usize = 11;

/// How often the learner was right, by how sure they were.
fn sureness(model: &Model, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let calibration = study::calibration(&model.standing.log);
    let sure: Vec<(String, Tally)> = Confidence::ALL
        .into_iter()
        .filter_map(|confidence| {
            let (correct, answers) = *calibration.by_confidence.get(confidence.name())?;
            Some((format!("said {}", confidence.name()), Tally { answers, correct }))
        })
        .collect();
    if sure.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![title("How sure you were, and how often right")];
    // That guesses are often wrong is as it should be.
    lines.extend(bars(&sure, |_| Role::Bar, width, glyphs));
    lines.push(Line::blank());
    lines
}

/// The exams that were handed in.
fn exams(model: &Model, width: usize, glyphs: Glyphs) -> Vec<Line> {
    if model.standing.exams.is_empty() {
        return Vec::new();
    }
    let exams: Vec<(String, Tally)> =
        model.standing.exams.iter().map(|exam| (study::date_of(exam.at), exam.tally())).collect();
    let mut lines = vec![title("Exams").and(Role::Muted, "   e opens their reports")];
    lines.extend(bars(&exams, role_of, width, glyphs));
    lines.push(Line::blank());
    lines
}

/// What lies behind: how sure, which mistakes, which labs and exams.
fn behind(model: &Model, width: usize, is_ascii: bool) -> Vec<Line> {
    let standing = &model.standing;
    let glyphs = Glyphs::of(is_ascii);
    let mut lines = sureness(model, width, glyphs);
    let wrong = study::sure_and_wrong(&standing.log);
    if !wrong.is_empty() {
        lines.push(title("Sure and wrong: look at these first"));
        for id in wrong.into_iter().take(5) {
            let (words, topic) = stats::called(&model.library, id);
            let room = width.saturating_sub(topic.chars().count() + 2);
            lines.push(Line::text(shortened(&words, room)).and(Role::Muted, format!("  {topic}")).flowing(Flow::Fixed));
        }
        lines.push(Line::blank());
    }
    let traps = stats::repeated(&model.library, &standing.summary);
    if !traps.is_empty() {
        lines.push(title("Mistakes you repeat"));
        for (trap, count) in traps {
            let belief = Line::text(trap.belief.trim()).behind(Role::Bad, format!("{count}× "));
            let lab = study::lab_for(&model.library, &trap.id).and_then(|name| model.library.lab(name));
            let belief = match lab {
                Some(lab) => belief.and(Role::Accent, "  lab ").and(Role::Muted, lab.title.clone()),
                None => belief,
            };
            lines.extend(belief.wrapped(width));
        }
        lines.push(Line::blank());
    }
    lines.extend(exams(model, width, glyphs));
    lines.extend(labs(model, width));
    wrapped(&lines, width)
}

/// The labs, with the steps that are done.
fn labs(model: &Model, width: usize) -> Vec<Line> {
    let mut lines = vec![title("Labs")];
    for lab in &model.library.labs {
        let done = stats::steps_done(lab, &model.standing.summary);
        let (role, mark) = match done {
            0 => (Role::Muted, "○"),
            done if done == lab.steps.len() => (Role::Good, "✓"),
            _ => (Role::Accent, "▸"),
        };
        let state = format!("{mark} {done:>2} of {:<2}  ", lab.steps.len());
        lines.push(Line::text(shortened(&lab.title, width.saturating_sub(13))).behind(role, state));
    }
    lines
}
