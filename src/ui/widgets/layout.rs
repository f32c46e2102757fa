//! How lines are laid out: tokens that stay whole, rows of label, bar and number, columns side by side.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::Glyphs;
use super::bar::Bar;
use super::spark::Spark;
use crate::app::line::{Flow, Line, Role};

/// A text that is not broken: a number with its unit, a name.
pub(super) type Token = (Role, String);

/// The least columns of a useful bar.
const LEAST_BAR: usize = 8;
/// The most columns of a sparkline: one for each second of a minute.
const MOST_SPARK: usize = 60;
/// Blanks between tokens.
const GAP: usize = 2;

pub(super) fn token(role: Role, text: impl Into<String>) -> Token {
    (role, text.into())
}

fn width_of(text: &str) -> usize {
    text.width()
}

/// A line that is not wrapped again.
pub(super) fn line(spans: Vec<Token>) -> Line {
    Line { spans, flow: Flow::Fixed, indent: 0 }
}

pub(super) fn blanks(count: usize) -> Token {
    (Role::Text, " ".repeat(count))
}

/// A text cut to a width with a mark; never used on numbers.
pub(super) fn cut(text: &str, width: usize, glyphs: Glyphs) -> String {
    if width_of(text) <= width {
        return text.to_owned();
    }
    let more = glyphs.more();
    let room = width.saturating_sub(width_of(more));
    let mut used = 0;
    let kept = text.chars().take_while(|letter| {
        used += letter.width().unwrap_or(0);
        used <= room
    });
    let cut: String = kept.collect::<String>() + more;
    if width_of(&cut) <= width { cut } else { more.chars().take(width).collect() }
}

/// Tokens in as many lines as it takes, the further ones indented. A token that is wider than a line is broken at its
/// blanks; a word that still is, is cut.
pub(super) fn flow(tokens: &[Token], width: usize, indent: usize, glyphs: Glyphs) -> Vec<Line> {
    flow_by(tokens, width, (indent, indent), GAP, glyphs)
}

/// The same with the indents of the first line and of the further ones, and so many blanks between tokens.
pub(super) fn flow_by(
    tokens: &[Token],
    width: usize,
    (first, further): (usize, usize),
    gap: usize,
    glyphs: Glyphs,
) -> Vec<Line> {
    let width = width.max(1);
    // An indent that leaves no room to read is worse than hardly any.
    let fitting = |indent: usize| if indent * 2 > width { width / 10 } else { indent };
    let (first, further) = (fitting(first), fitting(further));
    // Nor may it leave no room for a number.
    let words_of = tokens.iter().flat_map(|(_, text)| text.split(' '));
    let numbers = words_of.filter(|word| word.contains(|letter: char| letter.is_ascii_digit()));
    let further = further.min(width.saturating_sub(numbers.map(width_of).max().unwrap_or(0)));
    let mut lines: Vec<Vec<Token>> = vec![vec![blanks(first)]];
    let (mut used, mut is_new) = (first, true);
    for (role, text) in tokens.iter().filter(|(_, text)| !text.is_empty()) {
        for (word, gap) in words(text, width.saturating_sub(further), gap) {
            let word = fitted(word, width.saturating_sub(further), glyphs);
            let needed = if is_new { 0 } else { gap } + width_of(&word);
            if used + needed > width && !(is_new && used == further) {
                lines.push(vec![blanks(further)]);
                (used, is_new) = (further, true);
            }
            let gap = if is_new { 0 } else { gap };
            used += gap + width_of(&word);
            is_new = false;
            if let Some(last) = lines.last_mut() {
                last.extend([blanks(gap), (*role, word)]);
            }
        }
    }
    lines.into_iter().map(|spans| line(spans.into_iter().filter(|(_, text)| !text.is_empty()).collect())).collect()
}

/// A word that fits into a line: one that does not is cut, or left out if it may be a number.
fn fitted(word: String, width: usize, glyphs: Glyphs) -> String {
    if width_of(&word) <= width {
        return word;
    }
    let has_digits = word.contains(|letter: char| letter.is_ascii_digit());
    cut(if has_digits { "" } else { &word }, width, glyphs) + if has_digits { glyphs.more() } else { "" }
}

/// A token as it is, or its words if it is wider than a line; each with the blanks that stand before it.
fn words(text: &str, width: usize, gap: usize) -> Vec<(String, usize)> {
    if width_of(text) <= width {
        return vec![(text.to_owned(), gap)];
    }
    let mut words: Vec<(String, usize)> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        // A unit stays with its number.
        let is_unit = word.starts_with(char::is_alphabetic);
        let of = words.last_mut().filter(|(last, _)| is_unit && last.ends_with(|end: char| end.is_ascii_digit()));
        match of.filter(|(last, _)| width_of(last) + 1 + width_of(word) <= width) {
            Some((number, _)) => *number = format!("{number} {word}"),
            None => words.push((word.to_owned(), if words.is_empty() { gap } else { 1 })),
        }
    }
    words
}

/// A text of words behind a lead; a lead that takes half of the width stands in a line of its own.
pub(super) fn prose(lead: &[Token], role: Role, text: &str, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let words: Vec<Token> = text.split_whitespace().map(|word| token(role, word)).collect();
    let indent = lead.iter().map(|(_, text)| width_of(text)).sum::<usize>();
    if indent * 2 > width {
        let mut lines = flow_by(lead, width, (0, 0), 0, glyphs);
        lines.extend(flow_by(&words, width, (2, 2), 1, glyphs));
        return lines;
    }
    let mut lines = flow_by(&words, width, (indent, indent), 1, glyphs);
    if let Some(first) = lines.first_mut().filter(|_| indent > 0) {
        first.spans.splice(0..1, lead.iter().cloned());
    }
    lines
}

/// A heading: a title, quantities behind it, and at the right what it is (`model`).
pub(super) fn heading(title: &str, tokens: &[Token], right: &str, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let all: Vec<Token> = std::iter::once(token(Role::Title, title)).chain(tokens.iter().cloned()).collect();
    let right_width = width_of(right);
    let mut lines = flow_by(&all, width, (0, 2), GAP, glyphs);
    if right.is_empty() {
        return lines;
    }
    let last = lines.last_mut().map(|last| (last.width(), last));
    match last {
        Some((used, last)) if used + GAP + right_width <= width => {
            last.spans.extend([blanks(width - used - right_width), token(Role::Muted, right)]);
        }
        _ => lines.extend(flow_by(&[token(Role::Muted, right)], width, (2, 2), GAP, glyphs)),
    }
    lines
}

/// What a row draws beside its number.
#[derive(Clone, Debug)]
pub(super) enum Art {
    /// A bar.
    Bar(Bar),
    /// A sparkline.
    Spark(Spark),
}

impl Art {
    const fn most(&self) -> usize {
        match self {
            Self::Bar(bar) => bar.most,
            Self::Spark(_) => MOST_SPARK,
        }
    }

    fn spans(&self, width: usize, glyphs: Glyphs) -> Vec<Token> {
        match self {
            Self::Bar(bar) => bar.spans(width, glyphs),
            Self::Spark(spark) => spark.spans(width, glyphs),
        }
    }
}

/// A row of a picture.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// What it is about; cut if it is very long.
    pub label: Token,
    /// Its bar, or what stands in the place of one.
    pub art: Option<Art>,
    /// Its number with its unit.
    pub value: Token,
    /// What else is to be said, each part whole.
    pub notes: Vec<Token>,
}

/// Where the numbers of rows stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Right behind each bar's end.
    Behind,
    /// In a column behind the longest bar, to the right.
    Column,
    /// In a column before the bars, to the right.
    Before,
}

/// Rows under each other: labels in a column, bars to one scale, numbers whole. Where there is no room for bars there are
/// none; where there is no room for label and number in one line they stand under each other.
pub(super) fn rows(rows: &[Row], width: usize, indent: usize, numbers: Numbers, glyphs: Glyphs) -> Vec<Line> {
    each_row(rows, width, indent, numbers, glyphs).concat()
}

/// The same, the lines of each row apart.
pub(super) fn each_row(rows: &[Row], width: usize, indent: usize, numbers: Numbers, glyphs: Glyphs) -> Vec<Vec<Line>> {
    let most = |of: fn(&Row) -> usize| rows.iter().map(of).max().unwrap_or(0);
    let label = most(|row| width_of(&row.label.1)).min(label_room(width));
    let value = most(|row| width_of(&row.value.1));
    let with_notes = |row: &Row, value: usize| {
        let notes = notes_width(&row.notes);
        value + if notes > 0 { GAP + notes } else { 0 }
    };
    let beside = rows.iter().map(|row| match numbers {
        Numbers::Behind => with_notes(row, width_of(&row.value.1)),
        Numbers::Column | Numbers::Before => with_notes(row, value),
    });
    let beside = beside.max().unwrap_or(0);
    let gap = usize::from(label > 0);
    let room = width.saturating_sub(indent + label + gap);
    let has_bars = rows.iter().any(|row| row.art.is_some());
    let bar = |taken: usize| room.checked_sub(taken).filter(|bar| has_bars && *bar >= LEAST_BAR);
    let longest = rows.iter().filter_map(|row| row.art.as_ref()).map(Art::most).min().unwrap_or(0);
    let layout = match (bar(1 + beside), bar(1 + value)) {
        (Some(bar), _) => Some((bar.min(longest), true)),
        (None, Some(bar)) => Some((bar.min(longest), false)),
        (None, None) => None,
    };
    let columns = Columns { width, indent, label, gap, value, numbers, glyphs };
    let one = |row: &Row| match layout {
        Some((bar, with_notes)) => columns.with_bar(row, bar, with_notes),
        None => columns.without_bar(row),
    };
    rows.iter().map(one).collect()
}

/// The most columns of a label.
pub(super) const fn label_room(width: usize) -> usize {
    if width >= 60 { width * 2 / 5 } else { width / 2 }
}

fn notes_width(notes: &[Token]) -> usize {
    let gaps = notes.len().saturating_sub(1) * GAP;
    notes.iter().map(|(_, text)| width_of(text)).sum::<usize>() + gaps
}

/// The columns of some rows.
#[derive(Clone, Copy)]
struct Columns {
    width: usize,
    indent: usize,
    label: usize,
    /// Blanks behind the labels, if there are any.
    gap: usize,
    value: usize,
    numbers: Numbers,
    glyphs: Glyphs,
}

impl Columns {
    fn with_bar(self, row: &Row, bar: usize, with_notes: bool) -> Vec<Line> {
        let mut spans = vec![blanks(self.indent)];
        spans.extend(self.padded_label(row));
        let drawn = row.art.as_ref().map(|one| one.spans(bar, self.glyphs)).unwrap_or_default();
        let used: usize = drawn.iter().map(|(_, text)| width_of(text)).sum();
        let value = width_of(&row.value.1);
        let aligned = self.value.saturating_sub(value);
        match self.numbers {
            Numbers::Behind => {
                spans.extend(drawn);
                spans.extend([blanks(usize::from(used > 0)), row.value.clone()]);
            }
            Numbers::Column => {
                spans.extend(drawn);
                spans.extend([blanks((bar + 1).saturating_sub(used) + aligned), row.value.clone()]);
            }
            Numbers::Before => {
                spans.extend([blanks(aligned), row.value.clone(), blanks(1)]);
                spans.extend(drawn);
                if !row.notes.is_empty() && with_notes {
                    spans.push(blanks(bar.saturating_sub(used)));
                }
            }
        }
        let mut lines = Vec::new();
        if with_notes {
            for note in &row.notes {
                spans.extend([blanks(GAP), note.clone()]);
            }
        }
        lines.push(line(spans));
        if !with_notes && !row.notes.is_empty() {
            lines.extend(flow(&row.notes, self.width, self.indent + self.label + self.gap, self.glyphs));
        }
        lines
    }

    fn without_bar(self, row: &Row) -> Vec<Line> {
        let value = width_of(&row.value.1);
        let used = self.indent + self.label + self.gap + self.value.max(value);
        let in_line = used <= self.width;
        if !in_line {
            let label = flow(std::slice::from_ref(&row.label), self.width, self.indent, self.glyphs);
            let rest: Vec<Token> = std::iter::once(row.value.clone()).chain(row.notes.iter().cloned()).collect();
            return label.into_iter().chain(flow(&rest, self.width, self.indent + 2, self.glyphs)).collect();
        }
        let mut first = vec![blanks(self.indent)];
        first.extend(self.padded_label(row));
        first.extend([blanks(self.value.saturating_sub(value)), row.value.clone()]);
        if !row.notes.is_empty() && used + GAP + notes_width(&row.notes) <= self.width {
            for note in &row.notes {
                first.extend([blanks(GAP), note.clone()]);
            }
            return vec![line(first)];
        }
        let mut lines = vec![line(first)];
        if !row.notes.is_empty() {
            lines.extend(flow(&row.notes, self.width, self.indent + 2, self.glyphs));
        }
        lines
    }

    fn padded_label(self, row: &Row) -> [Token; 2] {
        let text = cut(&row.label.1, self.label, self.glyphs);
        let rest = (self.label + self.gap).saturating_sub(width_of(&text));
        [(row.label.0, text), blanks(rest)]
    }
}

/// Tokens in columns, numbers to the right, if all of them fit; otherwise each row as its tokens flow.
pub(super) fn table(rows: &[Vec<Token>], right: &[usize], width: usize, indent: usize, glyphs: Glyphs) -> Vec<Line> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let column =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|(_, text)| width_of(text)).max().unwrap_or(0);
    let columns: Vec<usize> = (0..count).map(column).collect();
    let gaps = columns.iter().filter(|column| **column > 0).count().saturating_sub(1);
    if indent + columns.iter().sum::<usize>() + gaps > width {
        return rows.iter().flat_map(|row| flow_by(row, width, (indent, indent + 4), 1, glyphs)).collect();
    }
    let row = |row: &Vec<Token>| {
        let mut spans = vec![blanks(indent)];
        for (at, (role, text)) in row.iter().enumerate().filter(|(at, _)| columns[*at] > 0) {
            let rest = columns[at] - width_of(text);
            let (before, after) = if right.contains(&at) { (rest, 0) } else { (0, rest) };
            spans.extend([blanks(before), token(*role, text), blanks(after + 1)]);
        }
        // No row ends in blanks.
        spans.pop();
        line(spans)
    };
    rows.iter().map(row).collect()
}

/// Two columns side by side, the left one so wide.
pub(super) fn beside(left: Vec<Line>, right: Vec<Line>, left_width: usize) -> Vec<Line> {
    let count = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let pair = |_| {
        let (one, other) = (left.next().unwrap_or_default(), right.next().unwrap_or_default());
        let rest = left_width.saturating_sub(one.width());
        line(one.spans.into_iter().chain([blanks(rest)]).chain(other.spans).collect())
    };
    (0..count).map(pair).collect()
}

/// A line that fits into a width. What is cut is never a number: a word with a digit that does not fit is left out.
pub(super) fn clipped(line: &Line, width: usize, glyphs: Glyphs) -> Line {
    if line.width() <= width {
        return line.clone();
    }
    let more = glyphs.more();
    let room = width.saturating_sub(width_of(more));
    let (mut spans, mut used): (Vec<Token>, usize) = (Vec::new(), 0);
    'spans: for (role, text) in &line.spans {
        for part in text.split_inclusive(' ') {
            let part_width = width_of(part);
            if used + part_width <= room {
                used += part_width;
                spans.push((*role, part.to_owned()));
                continue;
            }
            if !part.contains(|letter: char| letter.is_ascii_digit()) {
                let mut kept = String::new();
                for letter in part.chars() {
                    let letter_width = letter.width().unwrap_or(0);
                    if used + letter_width > room {
                        break;
                    }
                    used += letter_width;
                    kept.push(letter);
                }
                spans.push((*role, kept));
            }
            break 'spans;
        }
    }
    spans.push((Role::Muted, more.chars().take(width - used.min(width)).collect()));
    self::line(spans)
}
