//! Whether a command that is typed over several lines goes on.
//!
//! It reads a text as `words::split` does, and holds only what is open, so that each line of a long command is looked at
//! once, and not again with every line that follows.

use super::words::MAX_DEPTH;

/// A command that is being typed.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    place: SplitterState,
    /// The brackets that are open: what closes each.
    brackets: Vec<char>,
    /// Whether the open brackets stand within a word, after `--name=`, or are a word of their own.
    within: bool,
    /// Letters of the word so far, as far as they count: how many of its first two are hyphens, and whether it has any.
    letters: Letters,
    /// The last letter that is neither a blank nor a tab, and the one right before it.
    last: [Option<char>; 2],
    /// Whether blanks stand behind it.
    blank: bool,
}

/// Where a text ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum SplitterState {
    /// Between two words.
    #[default]
    Between,
    /// Behind a backslash between two words, and behind that and a carriage return.
    Slash,
    SlashReturn,
    /// In a word; behind a backslash in it; behind its `=`; behind a `$` that is not its first letter.
    Word,
    WordSlash,
    Equals,
    Dollar,
    /// In single quotes; in double quotes; behind a backslash in those.
    Single,
    Double,
    DoubleSlash,
    /// In brackets, and behind a backslash there; in a JSON string there; behind a backslash in that.
    Brackets,
    BracketsSlash,
    Json,
    JsonSlash,
    /// In a JSON string there whose quotes are kept from the shell; behind a backslash in it; behind one that JSON sees,
    /// which escapes what comes next; behind a backslash again.
    Kept,
    KeptSlash,
    KeptEscape,
    KeptEscapeSlash,
    /// Behind something that no further line can repair.
    Wrong,
}

/// What counts of a word's letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Letters {
    #[default]
    None,
    Hyphen,
    /// It begins with two hyphens.
    Flag,
    Other,
}

impl Letters {
    fn push(&mut self, letter: char) {
        *self = match (*self, letter) {
            (Self::None, '-') => Self::Hyphen,
            (Self::Hyphen, '-') | (Self::Flag, _) => Self::Flag,
            _ => Self::Other,
        };
    }
}

impl Pending {
    /// Takes in what was typed next, line ends included.
    pub fn push(&mut self, text: &str) {
        for letter in text.chars() {
            if matches!(letter, ' ' | '\t') {
                self.blank = true;
            } else {
                let before = if std::mem::take(&mut self.blank) { Some(' ') } else { self.last[0] };
                self.last = [Some(letter), before];
            }
            self.step(letter);
        }
    }

    /// Whether more lines must follow: a quote or bracket is open, or the text ends in a backslash.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let is_within = matches!(
            self.place,
            SplitterState::Single
                | SplitterState::Double
                | SplitterState::DoubleSlash
                | SplitterState::Brackets
                | SplitterState::BracketsSlash
                | SplitterState::Json
                | SplitterState::JsonSlash
                | SplitterState::Kept
                | SplitterState::KeptSlash
                | SplitterState::KeptEscape
                | SplitterState::KeptEscapeSlash
        );
        is_within || (self.last[0] == Some('\\') && self.last[1] != Some('\\'))
    }

    /// Moves on by one letter.
    ///
    /// Over 60 lines: it is the whole table of states, each row of which is one case of the splitter's.
    fn step(&mut self, letter: char) {
        self.place = match (self.place, letter) {
            (SplitterState::Wrong, _) | (SplitterState::Dollar, '(') => SplitterState::Wrong,
            (SplitterState::Between, '\\') => SplitterState::Slash,
            (SplitterState::Between, _) if letter.is_whitespace() => SplitterState::Between,
            (SplitterState::Between, _) => return self.begin(letter),
            (SplitterState::Slash | SplitterState::SlashReturn, '\n') => SplitterState::Between,
            (SplitterState::Slash, '\r') => SplitterState::SlashReturn,
            (SplitterState::Slash, _) => {
                self.letters = Letters::None;
                self.letters.push(letter);
                SplitterState::Word
            }
            // The backslash was there for the carriage return, with which a word has begun.
            (SplitterState::SlashReturn, _) => {
                (self.place, self.letters) = (SplitterState::Word, Letters::Other);
                return self.step(letter);
            }
            (SplitterState::Word, _) => return self.word(letter),
            (SplitterState::WordSlash, _) => {
                if letter != '\n' {
                    self.letters.push(letter);
                }
                SplitterState::Word
            }
            (SplitterState::Equals, '{' | '[') => return self.open(letter, true),
            (SplitterState::Equals | SplitterState::Dollar, _) => {
                self.place = SplitterState::Word;
                return self.step(letter);
            }
            (SplitterState::Single, '\'') | (SplitterState::Double, '"') => SplitterState::Word,
            (SplitterState::Double, '\\') => SplitterState::DoubleSlash,
            (SplitterState::Single | SplitterState::Double, _) => {
                self.letters.push(letter);
                self.place
            }
            (SplitterState::DoubleSlash, '\n') => SplitterState::Double,
            (SplitterState::DoubleSlash, '"' | '\\' | '$' | '`') => {
                self.letters.push(letter);
                SplitterState::Double
            }
            (SplitterState::DoubleSlash, _) => {
                self.letters.push('\\');
                self.place = SplitterState::Double;
                return self.step(letter);
            }
            (SplitterState::Brackets, '"') => SplitterState::Json,
            (SplitterState::Brackets, '\\') => SplitterState::BracketsSlash,
            (SplitterState::BracketsSlash, '"') => SplitterState::Kept,
            (SplitterState::BracketsSlash, _) => {
                self.place = SplitterState::Brackets;
                return self.step(letter);
            }
            (SplitterState::Kept, '\\') => SplitterState::KeptSlash,
            (SplitterState::KeptSlash, '"') => SplitterState::Brackets,
            (SplitterState::KeptSlash, '\\') => SplitterState::KeptEscape,
            (SplitterState::KeptEscape, '\\') => SplitterState::KeptEscapeSlash,
            (
                SplitterState::Kept
                | SplitterState::KeptSlash
                | SplitterState::KeptEscape
                | SplitterState::KeptEscapeSlash,
                _,
            ) => SplitterState::Kept,
            (SplitterState::Brackets, '{' | '[') => return self.open(letter, self.within),
            (SplitterState::Brackets, '}' | ']') => return self.close(letter),
            (SplitterState::Json, '"') | (SplitterState::Brackets, _) => SplitterState::Brackets,
            (SplitterState::Json, '\\') => SplitterState::JsonSlash,
            (SplitterState::Json | SplitterState::JsonSlash, _) => SplitterState::Json,
        };
    }

    /// A word begins.
    fn begin(&mut self, letter: char) {
        self.letters = Letters::None;
        match letter {
            '{' | '[' => self.open(letter, false),
            _ => self.word(letter),
        }
    }

    /// The next letter of a word.
    fn word(&mut self, letter: char) {
        self.place = match letter {
            _ if letter.is_whitespace() => SplitterState::Between,
            '\'' => SplitterState::Single,
            '"' => SplitterState::Double,
            '\\' => SplitterState::WordSlash,
            '|' | ';' | '&' | '>' | '<' | '`' => SplitterState::Wrong,
            '$' if self.letters == Letters::None => SplitterState::Wrong,
            _ => {
                self.letters.push(letter);
                match letter {
                    '$' => SplitterState::Dollar,
                    '=' if self.letters == Letters::Flag => SplitterState::Equals,
                    _ => SplitterState::Word,
                }
            }
        };
    }

    fn open(&mut self, bracket: char, within: bool) {
        (self.place, self.within) = (SplitterState::Brackets, within);
        self.brackets.push(if bracket == '{' { '}' } else { ']' });
        if self.brackets.len() > MAX_DEPTH {
            self.place = SplitterState::Wrong;
        }
    }

    fn close(&mut self, bracket: char) {
        self.place = match self.brackets.pop() {
            Some(expected) if expected != bracket => SplitterState::Wrong,
            _ if !self.brackets.is_empty() => SplitterState::Brackets,
            _ if self.within => {
                self.letters.push(bracket);
                SplitterState::Word
            }
            _ => SplitterState::Between,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws_cli::words::{is_open, split};
    use proptest::prelude::*;

    /// Whether the splitter itself finds something open, or the text ends in a backslash.
    fn goes_on(text: &str) -> bool {
        let trimmed = text.trim_end_matches([' ', '\t']);
        (trimmed.ends_with('\\') && !trimmed.ends_with("\\\\")) || split(text).is_err_and(|error| is_open(&error))
    }

    fn pieces() -> impl Strategy<Value = Vec<String>> {
        let piece = prop::sample::select(vec![
            "a", "-", "--", "--key", "=", "'", "\"", "\\", "\\\\", "{", "}", "[", "]", "$", "(", "|", "`", " ", "\t",
            "\n", "\r", "\\\n", "\\\r\n", ":", "ä", "\u{2003}",
        ]);
        prop::collection::vec(piece.prop_map(str::to_owned), 0..14)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn it_sees_what_the_splitter_sees_however_the_text_is_cut(pieces in pieces(), cut in 0_usize..15) {
            let text = pieces.concat();
            let mut whole = Pending::default();
            whole.push(&text);
            prop_assert_eq!(whole.is_open(), goes_on(&text), "{:?}", text);
            let cut = cut.min(pieces.len());
            let mut parts = Pending::default();
            parts.push(&pieces[..cut].concat());
            let _ = parts.is_open();
            parts.push(&pieces[cut..].concat());
            prop_assert_eq!(parts.is_open(), whole.is_open());
        }
    }

    #[test]
    fn brackets_too_deep_to_be_read_do_not_go_on() {
        for depth in [MAX_DEPTH, MAX_DEPTH + 1] {
            let text = "[".repeat(depth);
            let mut pending = Pending::default();
            pending.push(&text);
            assert_eq!((pending.is_open(), goes_on(&text)), (depth == MAX_DEPTH, depth == MAX_DEPTH));
        }
    }
}
