//! The line editor of the prompt: several lines, words, kill and yank, a history with drafts and a search in it.
//!
//! The life of a line: characters and pasted text are inserted at the cursor; [`Prompt::recall`] walks through earlier
//! lines and keeps what was typed as a draft; [`Prompt::take`] hands the line over and remembers it. The cursor is a
//! place in bytes, always at the edge of a character (as a learner sees one, accents and all).
//!
//! Left out: drawing, and completion (`Completing` is filled in by the lab's screen, which knows the tables' names).

use unicode_segmentation::UnicodeSegmentation as _;

/// What a given command has where the learner fills something in.
const GAP: &str = "___";

/// The most lines that a history keeps.
pub const HISTORY: usize = 1_000;

/// A change of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Text comes in at the cursor: a character, or what was pasted.
    Insert(String),
    /// The character before the cursor goes.
    Backspace,
    /// The character at the cursor goes.
    Delete,
    /// All before the cursor goes, back to the blank before it, and can be yanked.
    KillBlankBack,
    /// The word before the cursor goes, and can be yanked.
    KillWordBack,
    /// The word after the cursor goes, and can be yanked.
    KillWord,
    /// All before the cursor on its line goes, and can be yanked.
    KillToStart,
    /// All after the cursor on its line goes, and can be yanked.
    KillToEnd,
    /// What was killed last comes back.
    Yank,
    /// The cursor moves.
    Left,
    /// The cursor moves.
    Right,
    /// The cursor moves by a word.
    WordLeft,
    /// The cursor moves by a word.
    WordRight,
    /// The cursor moves to the beginning of its line, or of all lines if it is there.
    Home,
    /// The cursor moves to the end of its line, or of all lines if it is there.
    End,
    /// Everything goes; it can be yanked.
    Clear,
}

/// A search backwards through the history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// What is searched for.
    pub wanted: String,
    /// The place in the history that was found.
    pub found: Option<usize>,
}

/// The line being typed.
#[derive(Clone, Debug, Default)]
pub struct Prompt {
    text: String,
    cursor: usize,
    killed: String,
    history: Vec<String>,
    /// The place in the history that is shown, and what was typed before it was.
    recalled: Option<(usize, String)>,
    /// The search under way.
    pub search: Option<Search>,
}

impl Prompt {
    /// An empty line over a history, oldest first.
    #[must_use]
    pub fn new(history: Vec<String>) -> Self {
        let skip = history.len().saturating_sub(HISTORY);
        Self { history: history.into_iter().skip(skip).collect(), ..Self::default() }
    }

    /// What is typed; may hold line ends.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The cursor's place in bytes.
    #[must_use]
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// The earlier lines, oldest first.
    #[must_use]
    pub fn history(&self) -> &[String] {
        &self.history
    }

    /// The bracket before the cursor, or at it, and the one that belongs to it: places in bytes. `None` in place of the second
    /// if there is none.
    #[must_use]
    pub fn brackets(&self) -> Option<(usize, Option<usize>)> {
        let is_bracket = |c: &char| OPENING.contains(*c) || CLOSING.contains(*c);
        let before = self.text[..self.cursor].char_indices().next_back().filter(|(_, c)| is_bracket(c));
        let at = self.text[self.cursor..].chars().next().filter(is_bracket).map(|c| (self.cursor, c));
        let (place, bracket) = before.or(at)?;
        let (behind, ahead) = (&self.text[..place], &self.text[place + bracket.len_utf8()..]);
        let partner = match OPENING.find(bracket) {
            Some(kind) => {
                let offset = place + bracket.len_utf8();
                matching(ahead.char_indices(), bracket, nth(CLOSING, kind)).map(|at| offset + at)
            }
            None => matching(behind.char_indices().rev(), bracket, nth(OPENING, CLOSING.find(bracket)?)),
        };
        Some((place, partner))
    }

    /// Replaces what is typed; the cursor goes to `cursor`, or to the end.
    pub fn set(&mut self, text: impl Into<String>, cursor: Option<usize>) {
        self.text = text.into();
        let end = self.text.len();
        self.cursor = cursor.filter(|at| self.text.is_char_boundary(*at)).unwrap_or(end);
    }

    /// Replaces what is typed; a line that was begun goes into the history, where it is found again.
    pub fn put(&mut self, text: impl Into<String>, cursor: Option<usize>) {
        let text = text.into();
        let draft = std::mem::take(&mut self.text);
        if draft != text {
            self.remember(draft);
        }
        self.recalled = None;
        self.set(text, cursor);
    }

    /// Moves the cursor into the next gap, from the cursor on and round; the gap's mark goes. Returns whether there was one.
    pub fn next_gap(&mut self) -> bool {
        let ahead = self.text[self.cursor..].find(GAP).map(|at| self.cursor + at);
        let Some(at) = ahead.or_else(|| self.text.find(GAP)) else { return false };
        self.remove(at, at + GAP.len());
        true
    }

    /// Whether there is a gap left to fill.
    #[must_use]
    pub fn has_gap(&self) -> bool {
        self.text.contains(GAP)
    }

    /// Makes a change.
    pub fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Insert(text) => {
                // A pasted text may end its lines as another system does; a control character is no part of a command.
                let text = text.replace("\r\n", "\n").replace('\r', "\n");
                let text: String = text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect();
                self.text.insert_str(self.cursor, &text);
                self.cursor += text.len();
            }
            Edit::Backspace => self.remove(self.before(), self.cursor),
            Edit::Delete => self.remove(self.cursor, self.after()),
            Edit::KillBlankBack => self.kill(self.blank_before(), self.cursor),
            Edit::KillWordBack => self.kill(self.word_before(), self.cursor),
            Edit::KillWord => self.kill(self.cursor, self.word_after()),
            Edit::KillToStart => self.kill(self.line_start(), self.cursor),
            Edit::KillToEnd => self.kill(self.cursor, self.line_end()),
            Edit::Clear => {
                self.kill(0, self.text.len());
                // The line that comes next is a draft of its own, and the history begins at its newest again.
                self.recalled = None;
            }
            Edit::Yank => {
                let killed = self.killed.clone();
                self.text.insert_str(self.cursor, &killed);
                self.cursor += killed.len();
            }
            Edit::Left => self.cursor = self.before(),
            Edit::Right => self.cursor = self.after(),
            Edit::WordLeft => self.cursor = self.word_before(),
            Edit::WordRight => self.cursor = self.word_after(),
            Edit::Home => self.cursor = if self.cursor == self.line_start() { 0 } else { self.line_start() },
            Edit::End => {
                self.cursor = if self.cursor == self.line_end() { self.text.len() } else { self.line_end() };
            }
        }
    }

    /// Shows an earlier line (`back`) or a later one. What was typed is kept as a draft and comes back after the newest.
    pub fn recall(&mut self, back: bool) {
        let at = match (&self.recalled, back) {
            (None, true) => self.history.len().checked_sub(1),
            (None, false) => return,
            (Some((at, _)), true) => at.checked_sub(1).or(Some(0)),
            (Some((at, _)), false) => Some(at + 1).filter(|at| *at < self.history.len()),
        };
        match at {
            Some(at) => {
                let draft = self.recalled.take().map_or_else(|| self.text.clone(), |(_, draft)| draft);
                self.set(self.history[at].clone(), None);
                self.recalled = Some((at, draft));
            }
            None => {
                if let Some((_, draft)) = self.recalled.take() {
                    self.set(draft, None);
                }
            }
        }
    }

    /// Begins a search backwards, or looks for the next older line that fits.
    pub fn search_older(&mut self) {
        let (wanted, before) = match &self.search {
            Some(search) => (search.wanted.clone(), search.found.unwrap_or(self.history.len())),
            None => (String::new(), self.history.len()),
        };
        let found = (!wanted.is_empty()).then(|| self.find(&wanted, before)).flatten();
        let found = found.or_else(|| self.search.as_ref().and_then(|search| search.found));
        self.search = Some(Search { wanted, found });
    }

    /// Changes what is searched for.
    pub fn search_for(&mut self, change: impl FnOnce(&mut String)) {
        if let Some(search) = &self.search {
            let mut wanted = search.wanted.clone();
            change(&mut wanted);
            let found = self.find(&wanted, self.history.len());
            self.search = Some(Search { wanted, found });
        }
    }

    /// Ends the search; what was found becomes the line if it is `kept`.
    pub fn end_search(&mut self, kept: bool) {
        let found = self.search.take().and_then(|search| search.found);
        if let Some(line) = found.filter(|_| kept).and_then(|at| self.history.get(at)) {
            self.set(line.clone(), None);
        }
    }

    fn find(&self, wanted: &str, before: usize) -> Option<usize> {
        (!wanted.is_empty()).then(|| self.history[..before].iter().rposition(|line| line.contains(wanted))).flatten()
    }

    /// Hands the line over, remembers it, and begins a new one.
    pub fn take(&mut self) -> String {
        let line = std::mem::take(&mut self.text);
        (self.cursor, self.recalled, self.search) = (0, None, None);
        self.remember(line.clone());
        line
    }

    /// Hands over what is typed as the commands that it holds; each is remembered by itself.
    pub fn take_as(&mut self, lines: &[String]) {
        self.text.clear();
        (self.cursor, self.recalled, self.search) = (0, None, None);
        lines.iter().cloned().for_each(|line| self.remember(line));
    }

    fn remember(&mut self, line: String) {
        if !line.trim().is_empty() && self.history.last() != Some(&line) {
            self.history.push(line);
            let over = self.history.len().saturating_sub(HISTORY);
            self.history.drain(..over);
        }
    }

    fn remove(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = from;
    }

    fn kill(&mut self, from: usize, to: usize) {
        if from < to {
            self.killed = self.text[from..to].to_owned();
            self.remove(from, to);
        }
    }

    fn before(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        self.text[self.cursor..].graphemes(true).next().map_or(self.cursor, |next| self.cursor + next.len())
    }

    /// Words are runs of letters, digits and underscores, so that one step passes one part of `--table-name`.
    fn word_before(&self) -> usize {
        let before = self.text[..self.cursor].trim_end_matches(|c| !is_word(c));
        before.trim_end_matches(is_word).len()
    }

    /// Behind the blank before the word before the cursor, as a shell's Ctrl-W goes.
    fn blank_before(&self) -> usize {
        self.text[..self.cursor].trim_end().trim_end_matches(|c: char| !c.is_whitespace()).len()
    }

    fn word_after(&self) -> usize {
        let rest = &self.text[self.cursor..];
        let skipped = rest.trim_start_matches(|c| !is_word(c)).trim_start_matches(is_word);
        self.text.len() - skipped.len()
    }

    fn line_start(&self) -> usize {
        self.text[..self.cursor].rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.text[self.cursor..].find('\n').map_or(self.text.len(), |at| self.cursor + at)
    }
}

/// Brackets in pairs.
const OPENING: &str = "([{";
const CLOSING: &str = ")]}";

fn nth(brackets: &str, at: usize) -> char {
    brackets[at..].chars().next().unwrap_or_default()
}

/// The place of the `partner` that closes what `bracket` opened, or the other way round.
fn matching(letters: impl Iterator<Item = (usize, char)>, bracket: char, partner: char) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, letter) in letters {
        if letter == bracket {
            depth += 1;
        } else if letter == partner {
            if depth == 0 {
                return Some(at);
            }
            depth -= 1;
        }
    }
    None
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(text: &str) -> Prompt {
        let mut prompt = Prompt::new(vec!["scan --table-name Orders".to_owned(), "get-item".to_owned()]);
        prompt.edit(Edit::Insert(text.to_owned()));
        prompt
    }

    #[test]
    fn what_was_typed_comes_back_after_the_history() {
        let mut prompt = typed("query --tab");
        prompt.recall(true);
        assert_eq!(prompt.text(), "get-item");
        prompt.recall(true);
        prompt.recall(true);
        assert_eq!(prompt.text(), "scan --table-name Orders");
        prompt.recall(false);
        prompt.recall(false);
        assert_eq!(prompt.text(), "query --tab");
    }

    #[test]
    fn down_without_a_history_changes_nothing() {
        let mut prompt = typed("half a line");
        prompt.recall(false);
        assert_eq!(prompt.text(), "half a line");
    }

    #[test]
    fn a_word_between_blanks_goes_whole_and_a_part_of_it_up_to_its_punctuation() {
        let mut prompt = typed("query --table-name Products --no-scan-index-forward ");
        prompt.edit(Edit::KillBlankBack);
        assert_eq!(prompt.text(), "query --table-name Products ");
        prompt.edit(Edit::Yank);
        prompt.edit(Edit::KillWordBack);
        assert_eq!(prompt.text(), "query --table-name Products --no-scan-index-");
        for _ in 0..5 {
            prompt.edit(Edit::KillBlankBack);
        }
        assert_eq!(prompt.text(), "");
    }

    #[test]
    fn a_killed_word_can_be_yanked() {
        let mut prompt = typed("query --scan-index-forward");
        prompt.edit(Edit::KillWordBack);
        assert_eq!(prompt.text(), "query --scan-index-");
        prompt.edit(Edit::Home);
        prompt.edit(Edit::Yank);
        assert_eq!(prompt.text(), "forwardquery --scan-index-");
    }

    #[test]
    fn a_paste_of_several_lines_is_one_line_to_take() {
        let mut prompt = typed("");
        prompt.edit(Edit::Insert("query \\\r\n  --table-name Orders\u{1b}[2J".to_owned()));
        assert_eq!(prompt.take(), "query \\\n  --table-name Orders[2J");
        assert_eq!(prompt.history().len(), 3);
    }

    #[test]
    fn gaps_are_filled_one_after_the_other_and_a_draft_is_kept() {
        let mut prompt = typed("half a line");
        prompt.put("scan ___ --limit ___", Some(0));
        for word in ["A", "B"] {
            assert!(prompt.next_gap());
            prompt.edit(Edit::Insert(word.to_owned()));
        }
        assert!(!prompt.next_gap() && !prompt.has_gap());
        assert_eq!(prompt.text(), "scan A --limit B");
        prompt.recall(true);
        assert_eq!(prompt.text(), "half a line");
        prompt.recall(false);
        assert_eq!(prompt.text(), "scan A --limit B");
    }

    #[test]
    fn brackets_find_each_other() {
        let mut prompt = typed("{\"a\":{\"S\":\"x\"}}");
        assert_eq!(prompt.brackets(), Some((14, Some(0))));
        prompt.edit(Edit::Left);
        assert_eq!(prompt.brackets(), Some((13, Some(5))));
        prompt.edit(Edit::Home);
        assert_eq!(prompt.brackets(), Some((0, Some(14))));
        assert_eq!(typed("a]").brackets(), Some((1, None)));
    }

    #[test]
    fn a_search_finds_older_lines_in_turn() {
        let mut prompt = Prompt::new(vec!["scan A".to_owned(), "put B".to_owned(), "scan C".to_owned()]);
        prompt.search_older();
        prompt.search_for(|wanted| wanted.push_str("scan"));
        assert_eq!(prompt.search.as_ref().and_then(|search| search.found), Some(2));
        prompt.search_older();
        prompt.end_search(true);
        assert_eq!(prompt.text(), "scan A");
    }

    proptest! {
        #[test]
        fn any_edits_keep_the_cursor_at_the_edge_of_a_character(edits in prop::collection::vec((0..15_u8, ".{0,6}"), 0..60)) {
            let mut prompt = typed("é漢👩\u{200d}🔬 x");
            for (kind, text) in edits {
                match kind {
                    0 => prompt.edit(Edit::Insert(text)),
                    1 => prompt.edit(Edit::Backspace),
                    2 => prompt.edit(Edit::Delete),
                    3 => prompt.edit(Edit::KillWordBack),
                    4 => prompt.edit(Edit::KillWord),
                    5 => prompt.edit(Edit::KillToStart),
                    6 => prompt.edit(Edit::KillToEnd),
                    7 => prompt.edit(Edit::Yank),
                    8 => prompt.edit(Edit::Left),
                    9 => prompt.edit(Edit::Right),
                    10 => prompt.edit(Edit::WordLeft),
                    11 => prompt.edit(Edit::WordRight),
                    12 => prompt.edit(Edit::Home),
                    13 => prompt.edit(Edit::End),
                    _ => prompt.recall(text.len() % 2 == 0),
                }
                prop_assert!(prompt.text().is_char_boundary(prompt.cursor()));
            }
        }
    }
}
