//! What each screen looks like: functions of the model that change nothing.
//!
//! Every screen has a title line, its panes and a footer with the keys. Below 40 columns or 10 lines there is room for
//! nothing but a request to enlarge the window. Titles, lines of panes and notices may be texts of others; they are
//! marked where they become spans, and [`draw`] sees to it that no cell has anything left to mark.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Wrap};

use super::keymap;
use super::theme::Theme;
use crate::app::{Home, LabScreen, Model, QuizScreen, Screen, stats, text};
use crate::safe_text::{line, must_be_marked};

/// The smallest window that a screen fits in.
const SMALLEST: (u16, u16) = (40, 10);

/// Draws the model.
pub fn draw(model: &Model, theme: Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        let words = format!("Please enlarge the window to at least {} x {}.", SMALLEST.0, SMALLEST.1);
        frame.render_widget(Paragraph::new(words).wrap(Wrap { trim: true }), area);
        return;
    }
    let [top, middle, bottom] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(1), Constraint::Length(1)]).areas(area);
    frame.render_widget(Paragraph::new(marked(Span::styled(title(model), theme.title()).into())), top);
    match &model.screen {
        Screen::Home(home) => draw_home(*home, model, theme, frame, middle),
        Screen::Quiz(quiz) => draw_quiz(quiz, model, theme, frame, middle),
        Screen::Lab(lab) => draw_lab(lab, theme, frame, middle),
        Screen::Stats { scroll } => {
            let lines = stats::lines(&model.library, &model.standing.summary, &model.standing.log);
            pane("Scores", lines.into_iter().map(Line::from).collect(), *scroll, theme, frame, middle);
        }
    }
    frame.render_widget(footer(model, theme), bottom);
    if model.help {
        draw_help(model, theme, frame, middle);
    }
    sweep(frame.buffer_mut());
}

/// Takes out of every cell what steers a terminal or hides, so that whatever a view forgot to mark does no harm.
fn sweep(buffer: &mut Buffer) {
    for cell in buffer.content.iter_mut().filter(|cell| cell.symbol().contains(must_be_marked)) {
        let left: String = cell.symbol().chars().filter(|letter| !must_be_marked(*letter)).collect();
        cell.set_symbol(if left.is_empty() { " " } else { &left });
    }
}

/// A line with marks in its spans.
fn marked(mut shown: Line<'_>) -> Line<'_> {
    for span in &mut shown.spans {
        if let Cow::Owned(marked) = line(&span.content) {
            span.content = marked.into();
        }
    }
    shown
}

fn title(model: &Model) -> String {
    match &model.screen {
        Screen::Home(_) => " dynadrill".to_owned(),
        Screen::Stats { .. } => " dynadrill   scores".to_owned(),
        Screen::Quiz(quiz) if quiz.is_exam() && quiz.session.is_ended() => " Exam   ended".to_owned(),
        Screen::Quiz(quiz) if quiz.is_exam() => format!(" Exam   {}", text::exam_head(&quiz.session)),
        Screen::Quiz(quiz) => {
            let number = (quiz.session.answered() + usize::from(quiz.feedback.is_none())).min(quiz.session.len());
            format!(" Quiz   question {number} of {}   {} right", quiz.session.len(), quiz.session.correct())
        }
        Screen::Lab(lab) => {
            let (runner, steps) = (&lab.runner, lab.runner.lab().steps.len());
            let (read, write) = runner.spent();
            let place = if runner.is_finished() {
                "done".to_owned()
            } else {
                format!("step {} of {steps}", runner.position() + 1)
            };
            format!(" Lab   {}   {place}   this step: {}", runner.lab().title, text::amounts(read, write))
        }
    }
}

fn footer(model: &Model, theme: Theme) -> Paragraph<'_> {
    if let Some(notice) = &model.notice {
        return Paragraph::new(marked(Span::styled(format!(" {notice}"), theme.cost()).into()));
    }
    let spans = keymap::keys(model)
        .iter()
        .flat_map(|(key, action)| [Span::styled(format!(" {key}"), theme.key()), Span::raw(format!(" {action} "))]);
    Paragraph::new(spans.collect::<Line<'_>>())
}

/// A pane with a title and lines that are wrapped already.
fn pane(title: &str, lines: Vec<Line<'_>>, scroll: u16, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let inner = area.height.saturating_sub(2);
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let scroll = scroll.min(count.saturating_sub(inner));
    let below = count.saturating_sub(scroll).saturating_sub(inner);
    let lines: Vec<Line<'_>> = lines.into_iter().map(marked).collect();
    let mut block = Block::bordered().title(marked(Span::styled(format!(" {title} "), theme.title()).into()));
    if below > 0 {
        block = block.title_bottom(
            Line::from(format!(" {below} more {} below ", if below == 1 { "line" } else { "lines" })).right_aligned(),
        );
    }
    frame.render_widget(Paragraph::new(lines).block(block).scroll((scroll, 0)), area);
}

/// The width that text is wrapped to inside a pane.
fn inside(area: Rect) -> usize {
    usize::from(area.width.saturating_sub(4)).max(20)
}

fn draw_home(home: Home, model: &Model, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let [left, right] = Layout::horizontal([Constraint::Percentage(54), Constraint::Percentage(46)]).areas(area);
    let lines: Vec<Line<'_>> = model
        .entries()
        .into_iter()
        .enumerate()
        .map(|(place, (_, words))| {
            let (mark, style) = if place == home.chosen { ("> ", theme.chosen()) } else { ("  ", Style::new()) };
            Line::from(Span::styled(format!("{mark}{words}"), style))
        })
        .collect();
    let inner = left.height.saturating_sub(2);
    let scroll = u16::try_from(home.chosen + 1).unwrap_or(0).saturating_sub(inner);
    pane("Next", lines, scroll, theme, frame, left);
    let narrow = inside(right) < 44;
    let topics = stats::topics(&model.library, &model.standing.summary).into_iter().map(|(topic, tally)| {
        let bar = if narrow { stats::short_bar(tally) } else { stats::bar(tally) };
        let title: String = model.library.topic_title(topic).chars().take(18).collect();
        Line::from(format!(" {title:<18} {bar}"))
    });
    let mut lines: Vec<Line<'_>> = topics.collect();
    lines.push(Line::from(""));
    lines.push(Line::from(format!(
        " {} answers, {} right",
        model.standing.summary.all.answers, model.standing.summary.all.correct
    )));
    pane("Topics", lines, 0, theme, frame, right);
}

fn draw_quiz(quiz: &QuizScreen, model: &Model, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let width = inside(area);
    if let Some(proof) = &quiz.proof {
        let lines = proof.iter().flat_map(|line| text::chopped(line, width)).map(Line::from).collect();
        pane("Proof", lines, quiz.scroll, theme, frame, area);
        return;
    }
    if quiz.is_review {
        let keys = "left and right turn to a question, h hands in, r closes this page.";
        let lines = text::review_page(&quiz.session).into_iter().chain([String::new(), keys.to_owned()]);
        let lines = lines.map(Line::from).collect();
        pane("Review", lines, quiz.scroll, theme, frame, area);
        return;
    }
    if let Some((asked, graded)) = &quiz.feedback {
        let mut lines = text::feedback(asked, graded, &model.library, width);
        if quiz.session.current().is_none() {
            lines.splice(0..0, text::session_summary(&quiz.session).into_iter().chain([String::new()]));
        }
        let styled = lines.into_iter().map(|line| {
            let style = if line.contains("[right") || line.starts_with("Right") {
                theme.good()
            } else if line.contains("[wrong, yours") || line.starts_with("Not right") {
                theme.bad()
            } else {
                Style::new()
            };
            Line::from(Span::styled(line, style))
        });
        pane(&asked.question.id, styled.collect(), quiz.scroll, theme, frame, area);
        return;
    }
    let Some(asked) = quiz.session.current() else {
        let report = || text::exam_report(&quiz.session, &model.library, width);
        let mut lines = if quiz.is_exam() { report() } else { text::session_summary(&quiz.session) };
        lines.extend([String::new(), "esc leads back to the start.".to_owned()]);
        pane(
            if quiz.is_exam() { "Exam done" } else { "Quiz done" },
            lines.into_iter().map(Line::from).collect(),
            0,
            theme,
            frame,
            area,
        );
        return;
    };
    let mut lines: Vec<Line<'_>> =
        text::paragraphs(&asked.question.stem, width).into_iter().map(Line::from).chain([Line::from("")]).collect();
    for (at, shown) in asked.shown.iter().enumerate() {
        let mark = if quiz.marked.contains(&at) { "[x]" } else { "[ ]" };
        let cursor = if at == quiz.cursor { ">" } else { " " };
        let style = if at == quiz.cursor { theme.key() } else { Style::new() };
        let lead = format!("{cursor} {mark} {}  ", shown.letter);
        let wrapped = text::hanging(&lead, &shown.option.text, width);
        lines.extend(wrapped.into_iter().map(|line| Line::from(Span::styled(line, style))));
    }
    if let Some(confidence) = quiz.confidence {
        lines.extend([Line::from(""), Line::from(format!("You say: {}", confidence.name()))]);
    }
    pane(model.library.topic_title(&asked.question.topic), lines, quiz.scroll, theme, frame, area);
}

fn draw_lab(lab: &LabScreen, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let prompt = Constraint::Length(3);
    let wide = area.width >= 110;
    let cost_width = usize::from(if wide { area.width * 58 / 100 } else { area.width }.saturating_sub(3));
    let spent: Vec<String> = lab.meter.iter().flat_map(|line| text::hanging("", line, cost_width)).collect();
    let meter_lines = u16::try_from(spent.len().clamp(1, 4)).unwrap_or(4);
    let meter = Constraint::Length(meter_lines + 2);
    let (instructions, result, line, cost) = if wide {
        let [left, right] = Layout::horizontal([Constraint::Percentage(42), Constraint::Percentage(58)]).areas(area);
        let [result, cost, line] = Layout::vertical([Constraint::Min(4), meter, prompt]).areas(right);
        (left, result, line, cost)
    } else {
        let [top, result, cost, line] =
            Layout::vertical([Constraint::Percentage(45), Constraint::Min(3), meter, prompt]).areas(area);
        (top, result, line, cost)
    };
    pane("Do this", task(lab, theme, inside(instructions)), lab.text_scroll, theme, frame, instructions);
    let width = inside(result) + 2;
    let output = lab.output.iter().flat_map(|line| text::chopped(line, width)).map(Line::from).collect();
    pane("Result", output, lab.scroll, theme, frame, result);
    let meter = if spent.is_empty() {
        vec![Line::from("nothing spent by the last line")]
    } else {
        // The total stands last, so the end is what must be seen.
        let first = spent.len().saturating_sub(usize::from(meter_lines));
        spent.into_iter().skip(first).map(|line| Line::from(Span::styled(line, theme.cost()))).collect()
    };
    pane("Cost", meter, 0, theme, frame, cost);
    draw_prompt(lab, theme, frame, line);
}

/// The step with its task first, then what is met and missing, then what to know.
fn task<'a>(lab: &LabScreen, theme: Theme, width: usize) -> Vec<Line<'a>> {
    let Some(step) = lab.runner.step() else {
        return text::finished(&lab.runner, width).into_iter().map(Line::from).collect();
    };
    let mut lines: Vec<Line<'a>> = text::task("", step, width)
        .iter()
        .flat_map(|line| text::chopped(line, width))
        .map(|line| Line::from(Span::styled(line, theme.key())))
        .collect();
    lines.extend(text::checklist(&lab.runner.verdicts(), width).into_iter().map(|line| {
        let style = if line.starts_with("[x]") { theme.good() } else { Style::new() };
        Line::from(Span::styled(line, style))
    }));
    lines.push(Line::from(""));
    lines.extend(text::about(step, width).into_iter().map(Line::from));
    lines
}

fn draw_prompt(lab: &LabScreen, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let width = usize::from(area.width.saturating_sub(5));
    let scroll = lab.input.visual_scroll(width);
    let block = Block::bordered().title(Span::styled(" aws dynamodb ", theme.title()));
    let shown = format!("$ {}", lab.input.value());
    let offset = u16::try_from(scroll).unwrap_or(0);
    frame.render_widget(Paragraph::new(shown).block(block).scroll((0, offset)), area);
    let column = u16::try_from(lab.input.visual_cursor().max(scroll) - scroll).unwrap_or(0);
    frame.set_cursor_position((area.x + 3 + column, area.y + 1));
}

fn draw_help(model: &Model, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let keys = keymap::keys(model).iter().map(|(key, action)| Line::from(format!("  {key:<12} {action}")));
    let mut lines: Vec<Line<'_>> = keys.collect();
    lines.push(Line::from("  ctrl-c       quit, from anywhere"));
    if matches!(model.screen, Screen::Lab(_)) {
        for line in [
            "",
            "  Type AWS commands; \"aws dynamodb\" may be left out, and a value that",
            "  begins with { or [ needs no quotes. help lists the commands,",
            "  query help the flags of query, :help the lab's own commands.",
            "  Everything you do is saved step by step; esc leaves, nothing is lost.",
        ] {
            lines.push(Line::from(line));
        }
    }
    let height = u16::try_from(lines.len() + 2).unwrap_or(area.height).min(area.height);
    let over = Rect { height, ..area };
    frame.render_widget(Clear, over);
    pane("Keys (any key closes)", lines, model.scroll, theme, frame, over);
}
