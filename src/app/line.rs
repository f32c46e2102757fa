//! Lines of text that know what each part of them is, and how they may be broken.
//!
//! The life of a line: a screen's text is built as [`Line`]s of spans, each with a [`Role`]; [`wrapped`] breaks them to
//! the width of the pane that they are drawn in, at the moment they are drawn; `ui` gives each role its look, and
//! `plain` prints the words alone. So nothing has to be read out of a text again: not its colour, and not where it
//! was broken.
//!
//! Prose breaks at words. Code and commands go on under a hanging indent, and are broken only at blanks or, when one
//! token is longer than the pane, behind the commas of its JSON and the dots of its path; never inside a name, a number or a
//! string. An ARN that is longer than the pane is broken behind its colons and slashes, so that it can be read whole. Tables
//! are not broken at all.
//!
//! A line is safe to show from the moment it is made: whatever could steer a terminal, line ends included, is a mark in
//! it (`safe_text`).
//!
//! Left out: looks (`ui::theme`). Source: textwrap's documentation, "Fragment", for the breaking itself.

use std::borrow::Cow;

use textwrap::core::Fragment;
use textwrap::wrap_algorithms::wrap_first_fit;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::safe_text;

/// What a span of text is. A theme decides how it looks; a word or a mark says the same without colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Ordinary text.
    #[default]
    Text,
    /// Text that matters less.
    Muted,
    /// A heading.
    Title,
    /// What has the focus, and what leads on.
    Accent,
    /// Right, done, met.
    Good,
    /// Wrong, refused, missing.
    Bad,
    /// Worth a look before going on.
    Warn,
    /// What something cost.
    Cost,
    /// Emphasis inside ordinary text.
    Strong,
    /// A key to press.
    Key,
    /// What the cursor is on.
    Chosen,
    /// The filled part of a bar.
    Bar,
    /// The filled part of a bar at its limit.
    BarHot,
    /// The part of a bar that is used up or refused.
    BarUsed,
    /// An address.
    Link,
    /// Code, if nothing more is known of it.
    Code,
    /// A word of a language: `SET`, `def`, a flag.
    CodeWord,
    /// A member's name in JSON.
    CodeKey,
    /// A string in code.
    CodeString,
    /// A number in code.
    CodeNumber,
    /// What the learner foresaw.
    Prediction,
}

impl Role {
    /// All roles, so that a theme can be checked for each.
    pub const ALL: [Self; 21] = [
        Self::Text,
        Self::Muted,
        Self::Title,
        Self::Accent,
        Self::Good,
        Self::Bad,
        Self::Warn,
        Self::Cost,
        Self::Strong,
        Self::Key,
        Self::Chosen,
        Self::Bar,
        Self::BarHot,
        Self::BarUsed,
        Self::Link,
        Self::Code,
        Self::CodeWord,
        Self::CodeKey,
        Self::CodeString,
        Self::CodeNumber,
        Self::Prediction,
    ];
}

/// How a line may be broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    /// At blanks; further lines begin under `indent` columns.
    #[default]
    Prose,
    /// At blanks between tokens, with four more columns of indent for further lines. Blanks inside are kept.
    Code,
    /// As prose, with further lines moved in and words that are too long cut: what others wrote, of which no part may
    /// begin a line, not even where a terminal wraps.
    Quoted,
    /// Not at all: a table or a drawing. What does not fit is reached by scrolling sideways.
    Fixed,
}

/// A line of text: spans with their roles, and how it may be broken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The parts, left to right.
    pub spans: Vec<(Role, String)>,
    /// How it may be broken.
    pub flow: Flow,
    /// The columns that further lines are indented by once it is broken.
    pub indent: usize,
}

impl Line {
    /// An empty line.
    #[must_use]
    pub fn blank() -> Self {
        Self::default()
    }

    /// A line of prose in one role.
    #[must_use]
    pub fn of(role: Role, text: impl Into<String>) -> Self {
        Self { spans: vec![(role, marked(text))], ..Self::default() }
    }

    /// A line of ordinary prose.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::of(Role::Text, text)
    }

    /// A line of code or of a command.
    #[must_use]
    pub fn code(text: impl Into<String>) -> Self {
        Self { flow: Flow::Code, ..Self::of(Role::Code, text) }
    }

    /// A line of a table or a drawing.
    #[must_use]
    pub fn fixed(text: impl Into<String>) -> Self {
        Self { flow: Flow::Fixed, ..Self::of(Role::Text, text) }
    }

    /// The line with one more span at its end.
    #[must_use]
    pub fn and(mut self, role: Role, text: impl Into<String>) -> Self {
        self.spans.push((role, marked(text)));
        self
    }

    /// The line with its further lines indented by so many columns once it is broken.
    #[must_use]
    pub const fn hanging(mut self, indent: usize) -> Self {
        self.indent = indent;
        self
    }

    /// The line as a title or a row of a list that holds others' words: where it goes on in a further line it is indented, and
    /// a word that is too long is cut, so that nothing it says passes for a line of its own.
    #[must_use]
    pub const fn titled(self) -> Self {
        self.flowing(Flow::Quoted).hanging(TITLE_INDENT)
    }

    /// The line behind a lead, with its further lines indented under its first word.
    #[must_use]
    pub fn behind(mut self, role: Role, lead: impl Into<String>) -> Self {
        let lead = marked(lead);
        self.indent += lead.width();
        self.spans.insert(0, (role, lead));
        self
    }

    /// The line with another rule of breaking.
    #[must_use]
    pub const fn flowing(mut self, flow: Flow) -> Self {
        self.flow = flow;
        self
    }

    /// Returns what is left of it behind so many columns.
    #[must_use]
    pub fn from_column(&self, column: usize) -> Self {
        let mut left = column;
        let rest = |(role, text): &(Role, String)| {
            let mut at = 0;
            for (place, letter) in text.char_indices() {
                if left == 0 {
                    break;
                }
                left = left.saturating_sub(letter.width().unwrap_or(0));
                at = place + letter.len_utf8();
            }
            (*role, text[at..].to_owned())
        };
        Self { spans: self.spans.iter().map(rest).collect(), ..self.clone() }
    }

    /// Returns how many columns it takes.
    #[must_use]
    pub fn width(&self) -> usize {
        self.spans.iter().map(|(_, text)| text.width()).sum()
    }

    /// Its words without their roles.
    #[must_use]
    pub fn plain(&self) -> String {
        self.spans.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// What it begins with up to its gutter, if it has one: further lines have it too.
    fn gutter(&self) -> Option<Self> {
        let at = self.spans.iter().take(GUTTER_SPANS).position(|(_, text)| text == GUTTER)?;
        Some(Self { spans: self.spans[..=at].to_vec(), ..Self::default() })
    }

    /// The line broken to a width; its pieces are [`Flow::Fixed`]. A token wider than the width stays whole.
    #[must_use]
    pub fn wrapped(&self, width: usize) -> Vec<Self> {
        if self.flow == Flow::Fixed || self.width() <= width {
            return vec![Self { flow: Flow::Fixed, ..self.clone() }];
        }
        let mut words = words(&self.spans);
        if self.flow == Flow::Quoted {
            words = cut(words, width.saturating_sub(self.indent.max(QUOTED_INDENT)).max(1));
        }
        if self.flow == Flow::Code {
            let indent = self.indent + lead(&self.spans) + CODE_INDENT;
            words = parted(words, width.saturating_sub(indent).max(1));
        }
        let indent = match self.flow {
            Flow::Quoted => self.indent.max(QUOTED_INDENT),
            Flow::Code => self.indent + lead(&self.spans) + CODE_INDENT,
            _ => self.indent,
        };
        // An indent that leaves no room to read is worse than none.
        let indent = if indent * 2 > width { 0 } else { indent };
        let widths = [columns(width), columns(width.saturating_sub(indent).max(1))];
        let broken = wrap_first_fit(&words, &widths);
        let gutter = self.gutter().filter(|gutter| gutter.width() <= indent);
        let pieces = broken.iter().enumerate().map(|(at, words)| {
            let gutter = gutter.as_ref().filter(|_| at > 0);
            let blanks = indent - gutter.map_or(0, Self::width);
            let lead = (at > 0 && blanks > 0).then(|| (Role::Text, " ".repeat(blanks)));
            let mut spans: Vec<(Role, String)> =
                gutter.iter().flat_map(|gutter| gutter.spans.clone()).chain(lead).collect();
            for (place, word) in words.iter().enumerate() {
                let blanks = if place + 1 == words.len() { 0 } else { word.blanks };
                spans.extend(word.spans.iter().cloned());
                if let Some((_, text)) = spans.last_mut().filter(|_| blanks > 0) {
                    text.push_str(&" ".repeat(blanks));
                }
            }
            Self { spans: joined(spans), flow: Flow::Fixed, indent: 0 }
        });
        pieces.collect()
    }
}

/// What sets lines of code off at their left.
pub const GUTTER: &str = "│ ";

/// The text with marks in place of what could steer a terminal or forge a line.
fn marked(text: impl Into<String>) -> String {
    let text = text.into();
    match safe_text::line(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(marked) => marked,
    }
}

/// Among how many spans the gutter of a line is looked for.
const GUTTER_SPANS: usize = 3;

/// The further indent of a broken line of code, in columns.
const CODE_INDENT: usize = 4;

/// How far a title is indented where it goes on in a further line.
const TITLE_INDENT: usize = 4;

/// The least indent of the further lines of what others wrote, in columns.
const QUOTED_INDENT: usize = 2;

/// Words with those that are wider than `width` cut into pieces.
fn cut(words: Vec<StyledWord>, width: usize) -> Vec<StyledWord> {
    let mut cut = Vec::new();
    for word in words {
        if word.columns <= width {
            cut.push(word);
            continue;
        }
        let mut piece = StyledWord::default();
        for (role, text) in &word.spans {
            for letter in text.chars() {
                if piece.columns + letter.width().unwrap_or(0) > width && piece.columns > 0 {
                    cut.push(std::mem::take(&mut piece));
                }
                push(&mut piece, *role, letter.encode_utf8(&mut [0; 4]));
            }
        }
        piece.blanks = word.blanks;
        cut.push(piece);
    }
    cut
}

/// Words of code with those that are wider than `width` parted behind the commas and dots that are not inside a string, or
/// behind the colons and slashes of an ARN.
fn parted(words: Vec<StyledWord>, width: usize) -> Vec<StyledWord> {
    let mut all = Vec::new();
    for word in words {
        if word.columns <= width {
            all.push(word);
            continue;
        }
        let (mut piece, mut is_string) = (StyledWord::default(), false);
        let is_arn = word.spans.iter().any(|(_, text)| text.contains("arn:aws"));
        // A piece is as long as fits: what stands between two commas joins the piece before if there is room.
        let mut token = StyledWord::default();
        let join = |piece: &mut StyledWord, token: &mut StyledWord, all: &mut Vec<StyledWord>| {
            if piece.columns > 0 && piece.columns + token.columns > width {
                all.push(std::mem::take(piece));
            }
            for (role, text) in std::mem::take(token).spans {
                push(piece, role, &text);
            }
        };
        for (role, text) in &word.spans {
            for letter in text.chars() {
                is_string ^= letter == '"';
                push(&mut token, *role, letter.encode_utf8(&mut [0; 4]));
                if matches!(letter, ',' | '.') && !is_string || is_arn && matches!(letter, ':' | '/') {
                    join(&mut piece, &mut token, &mut all);
                }
            }
        }
        join(&mut piece, &mut token, &mut all);
        piece.blanks = word.blanks;
        all.push(piece);
    }
    all
}

/// Lines broken to a width.
#[must_use]
pub fn wrapped(lines: &[Line], width: usize) -> Vec<Line> {
    lines.iter().flat_map(|line| line.wrapped(width)).collect()
}

/// The words of lines without their roles, broken to a width.
#[must_use]
pub fn plain(lines: &[Line], width: usize) -> Vec<String> {
    wrapped(lines, width).iter().map(|line| line.plain().trim_end().to_owned()).collect()
}

/// A word that may be of several roles, and the blanks behind it.
#[derive(Debug, Default)]
struct StyledWord {
    spans: Vec<(Role, String)>,
    columns: usize,
    blanks: usize,
}

/// A number of columns as textwrap counts them. No line is so long that this is not exact.
fn columns(columns: usize) -> f64 {
    f64::from(u32::try_from(columns).unwrap_or(u32::MAX))
}

impl Fragment for StyledWord {
    fn width(&self) -> f64 {
        columns(self.columns)
    }

    fn whitespace_width(&self) -> f64 {
        columns(self.blanks)
    }

    fn penalty_width(&self) -> f64 {
        0.0
    }
}

/// The words of spans. Blanks at the very beginning belong to the first word, so that they are kept.
fn words(spans: &[(Role, String)]) -> Vec<StyledWord> {
    let mut words: Vec<StyledWord> = vec![StyledWord::default()];
    let mut has_begun = false;
    for (role, text) in spans {
        for part in text.split_inclusive(' ') {
            let (word, blank) = part.strip_suffix(' ').map_or((part, false), |word| (word, true));
            let Some(last) = words.last_mut() else { continue };
            if word.is_empty() && blank && !has_begun {
                push(last, *role, " ");
                continue;
            }
            if !word.is_empty() {
                has_begun = true;
                if last.blanks > 0 {
                    words.push(StyledWord::default());
                }
                if let Some(last) = words.last_mut() {
                    push(last, *role, word);
                }
            }
            if let Some(last) = words.last_mut().filter(|_| blank) {
                last.blanks += 1;
            }
        }
    }
    words
}

fn push(word: &mut StyledWord, role: Role, text: &str) {
    word.columns += text.width();
    match word.spans.last_mut() {
        Some((last, before)) if *last == role => before.push_str(text),
        _ => word.spans.push((role, text.to_owned())),
    }
}

/// Neighbours of one role as one span.
fn joined(spans: Vec<(Role, String)>) -> Vec<(Role, String)> {
    let mut joined: Vec<(Role, String)> = Vec::new();
    for (role, text) in spans {
        match joined.last_mut() {
            Some((last, before)) if *last == role => before.push_str(&text),
            _ => joined.push((role, text)),
        }
    }
    joined
}

/// The blanks that spans begin with.
fn lead(spans: &[(Role, String)]) -> usize {
    let text: String = spans.iter().map(|(_, text)| text.as_str()).collect();
    text.len() - text.trim_start_matches(' ').len()
}

/// A text of paragraphs as lines of prose: indented lines are code and stay as they are, elements of a list each begin a
/// line of their own.
#[must_use]
pub fn paragraphs(role: Role, text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for paragraph in text.trim_end().split("\n\n") {
        if !lines.is_empty() {
            lines.push(Line::blank());
        }
        let mut flowing = String::new();
        let end = |flowing: &mut String, lines: &mut Vec<Line>| {
            if !flowing.is_empty() {
                let text = std::mem::take(flowing);
                let mark = bullet(&text).unwrap_or(0);
                lines.push(Line::of(role, text.trim_end()).hanging(mark));
            }
        };
        for line in paragraph.lines() {
            if line.starts_with("    ") {
                end(&mut flowing, &mut lines);
                lines.push(Line::code(line.trim_end()));
                continue;
            }
            if bullet(line).is_some() {
                end(&mut flowing, &mut lines);
            }
            flowing.push_str(line.trim());
            flowing.push(' ');
        }
        end(&mut flowing, &mut lines);
    }
    lines
}

/// How long the mark of a list's element is that a line begins with, in characters: that of "- ", "2. "; `None` if there is
/// none.
fn bullet(line: &str) -> Option<usize> {
    let line = line.trim_start();
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let is_numbered = (1..3).contains(&digits) && line[digits..].starts_with(". ");
    if is_numbered { Some(digits + 2) } else { line.starts_with("- ").then_some(2) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prose_breaks_at_words_under_its_lead() {
        let line = Line::text("a filter drops items after they were read").behind(Role::Key, "  A  ");
        let broken = line.wrapped(20);
        let texts: Vec<String> = broken.iter().map(Line::plain).collect();
        assert_eq!(texts, ["  A  a filter drops", "     items after", "     they were read"]);
        assert_eq!(broken[0].spans[0], (Role::Key, "  A  ".to_owned()));
    }

    #[test]
    fn a_token_is_never_broken_and_a_table_never_wrapped() {
        let link = Line::of(Role::Link, "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html");
        assert_eq!(link.wrapped(20), [link.clone().flowing(Flow::Fixed)]);
        let table = Line::fixed("way              RCUs");
        assert_eq!(table.wrapped(5), [table]);
    }

    #[test]
    fn code_goes_on_under_a_deeper_indent() {
        let line = Line::code("    scan --table-name Orders --filter-expression 'a = :a'");
        let texts: Vec<String> = line.wrapped(32).iter().map(Line::plain).collect();
        assert_eq!(texts, ["    scan --table-name Orders", "        --filter-expression 'a =", "        :a'"]);
    }

    #[test]
    fn code_keeps_its_gutter_where_it_goes_on() {
        let line = Line::code("ValidationException: Query condition missed").behind(Role::Muted, GUTTER);
        let broken = line.behind(Role::Text, " ").wrapped(32);
        let texts: Vec<String> = broken.iter().map(Line::plain).collect();
        assert_eq!(texts, [" │ ValidationException: Query", " │      condition missed"]);
        assert_eq!(broken[1].spans[1], (Role::Muted, GUTTER.to_owned()));
    }

    #[test]
    fn long_json_is_broken_behind_its_commas_and_never_inside_a_string() {
        let line = Line::code(r#"put --item {"id":{"S":"a,b"},"name":{"S":"Lamp"},"price":{"N":"12"}} --x"#);
        let texts: Vec<String> = line.wrapped(30).iter().map(Line::plain).collect();
        let wanted =
            [r#"put --item {"id":{"S":"a,b"},"#, r#"    "name":{"S":"Lamp"},"#, r#"    "price":{"N":"12"}} --x"#];
        assert_eq!(texts, wanted);
    }

    #[test]
    fn an_arn_that_is_too_long_is_broken_behind_its_colons_and_slashes() {
        let arn = "\"arn:aws:dynamodb:us-east-1:123456789012:table/Orders/stream/2026-06-01T10:00:00.010\"";
        let texts: Vec<String> = Line::code(arn).wrapped(40).iter().map(Line::plain).collect();
        assert!(texts.len() > 1 && texts.iter().all(|text| text.chars().count() <= 40), "{texts:?}");
        assert_eq!(texts.iter().map(|text| text.trim_start()).collect::<String>(), arn);
        assert!(texts[0].ends_with([':', '/']), "{texts:?}");
    }

    proptest! {
        #[test]
        fn breaking_loses_no_word_and_breaks_none(words in prop::collection::vec("[a-zé漢]{1,12}", 0..40), width in 1_usize..90) {
            let text = words.join(" ");
            let broken = Line::text(text).wrapped(width);
            let again: Vec<String> =
                broken.iter().flat_map(|line| line.plain().split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
            prop_assert_eq!(&again, &words);
            for line in &broken {
                let is_one_word = line.plain().split_whitespace().count() <= 1;
                prop_assert!(line.width() <= width || is_one_word, "{:?} is wider than {}", line.plain(), width);
            }
        }
    }
}
