//! A lab's transcript: every command, what came back and what it cost, scrolled, folded, and moved sideways where it is wide.

use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::app::figures::grouped;
use crate::app::line::{Line, Role, wrapped};
use crate::app::pane::{Extent, Pane, Scroll, in_view};
use crate::app::screens::LabScreen;
use crate::app::screens::lab::{EntryKind, TranscriptEntry};
use crate::app::text;
use crate::ui::canvas::{Canvas, ClickTarget, text_width};

/// The columns that a mark of what lies above or below takes at most.
const MARKS: usize = 8;

/// The columns before each line of the transcript.
pub(super) const LEAD: usize = 2;

/// The lines of an entry as they are shown, before they are broken.
fn entry_lines(entry: &TranscriptEntry, is_at: bool) -> Vec<Line> {
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

pub(super) fn transcript(screen: &LabScreen, canvas: &mut Canvas<'_>, area: Rect) {
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
    if screen.cleared > 0 {
        // What was scrolled away lies above a pane of blanks, which fills again.
        let from = owners.iter().position(|owner| *owner >= screen.cleared).unwrap_or(owners.len());
        let filled = (from + usize::from(area.height)).max(lines.len());
        lines.resize(filled, Line::blank());
    }
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
        canvas.drawn.hits.push((row, ClickTarget::Choose(*owner)));
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
