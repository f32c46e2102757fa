//! The scores: mastery by topic and skill, what comes back, how sure the learner was, mistakes that repeat, labs, exams.

use ratatui::layout::Rect;

use crate::app::line::{Flow, Line, Role, wrapped};
use crate::app::pane::Pane;
use crate::app::screens::Scores;
use crate::app::{Model, stats, study, text};
use crate::progress::Tally;
use crate::quiz::Confidence;
use crate::ui::canvas::Canvas;
use crate::ui::keys::Binding;
use crate::ui::widgets::{Bars, Glyphs, Picture as _, Way};

use super::home::{due, role_of, score, shortened};

pub(super) const BINDINGS: &[Binding] = &[];

/// From this width on the scores stand in two columns.
const TWO_COLUMNS: usize = 110;
/// Columns between the two.
const GAP: usize = 3;

pub(super) fn view(scores: Scores, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let glyphs = Glyphs::of(canvas.look.is_ascii);
    let width = usize::from(area.width).saturating_sub(3);
    let lines = if width >= TWO_COLUMNS {
        let half = (width - GAP) / 2;
        beside(mastery(model, half, glyphs), rest(model, half, glyphs), half)
    } else {
        let width = width.min(88);
        let mut lines = ahead(model, width, glyphs);
        lines.extend(mastery(model, width, glyphs));
        lines.push(Line::blank());
        lines.extend(behind(model, width, glyphs));
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

fn rest(model: &Model, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let mut lines = ahead(model, width, glyphs);
    lines.extend(behind(model, width, glyphs));
    lines
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
    lines.extend(bars(&topics, width, glyphs));
    let skills = stats::skills(&model.library, &standing.log);
    if !skills.is_empty() {
        lines.extend([Line::blank(), title("By exam skill")]);
        lines.extend(bars(&skills, width, glyphs));
    }
    lines
}

/// Shares of right answers as bars to one scale.
fn bars(tallies: &[(String, Tally)], width: usize, glyphs: Glyphs) -> Vec<Line> {
    let room = if width >= 60 { width * 2 / 5 } else { width / 2 };
    let way = |(name, tally): &(String, Tally)| {
        let share = tally.correct * 100 / tally.answers.max(1);
        let (number, note) = match tally.answers {
            0 => ("new".to_owned(), String::new()),
            answers => (format!("{share} %"), format!("{} of {answers}", tally.correct)),
        };
        let label = shortened(name, room);
        let value = f64::from(u32::try_from(share).unwrap_or(0));
        Way { label, value, number, note, role: role_of(share), ..Way::default() }
    };
    let bars = Bars { ways: tallies.iter().map(way).collect(), scale: 100.0, has_track: true, numbers_first: true };
    bars.lines(width, glyphs)
}

/// What stands ahead: readiness, and what comes due.
fn ahead(model: &Model, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let standing = &model.standing;
    let all = standing.summary.all;
    let mut lines = vec![title("Readiness")];
    lines.push(Line::text(format!("{} answers, {} right.", all.answers, all.correct)));
    lines.extend(text::readiness(&study::ready(&model.library, &standing.log)));
    let mut lines = wrapped(&lines, width);
    if standing.forecast.iter().any(|due| *due > 0) {
        lines.extend(due(model).lines(width, glyphs));
    }
    let scores = stats::by_day(&standing.log);
    if scores.len() > 1 {
        lines.extend(score(&scores).lines(width, glyphs));
    }
    lines.push(Line::blank());
    lines
}

/// What lies behind: how sure, which mistakes, which labs and exams.
fn behind(model: &Model, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let standing = &model.standing;
    let mut lines = Vec::new();
    let calibration = study::calibration(&standing.log);
    let sure: Vec<(String, Tally)> = Confidence::ALL
        .into_iter()
        .filter_map(|confidence| {
            let (correct, answers) = *calibration.by_confidence.get(confidence.name())?;
            Some((format!("said {}", confidence.name()), Tally { answers, correct }))
        })
        .collect();
    if !sure.is_empty() {
        lines.push(title("How sure you were, and how often right"));
        lines.extend(bars(&sure, width, glyphs));
        lines.push(Line::blank());
    }
    let wrong = study::sure_and_wrong(&standing.log);
    if !wrong.is_empty() {
        lines.push(title("Sure and wrong: look at these first"));
        for id in wrong.into_iter().take(5) {
            let topic = model.library.question(id).map_or("", |question| model.library.topic_title(&question.topic));
            lines.push(Line::text(format!("{id}  ")).and(Role::Muted, topic));
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
    if !standing.exams.is_empty() {
        lines.push(title("Exams"));
        let exams: Vec<(String, Tally)> = standing
            .exams
            .iter()
            .map(|exam| {
                let tally = Tally { answers: exam.all as u64, correct: exam.correct as u64 };
                (study::date_of(exam.at), tally)
            })
            .collect();
        lines.extend(bars(&exams, width, glyphs));
        lines.push(Line::blank());
    }
    lines.push(title("Labs"));
    for lab in &model.library.labs {
        let done = stats::steps_done(lab, &standing.summary);
        let (role, mark) = match done {
            0 => (Role::Muted, "○"),
            done if done == lab.steps.len() => (Role::Good, "✓"),
            _ => (Role::Accent, "▸"),
        };
        let state = format!("{mark} {done:>2} of {:<2}  ", lab.steps.len());
        lines.push(Line::text(shortened(&lab.title, width.saturating_sub(13))).behind(role, state));
    }
    wrapped(&lines, width)
}
