//! Whether a command that is typed over several lines goes on.
//!
//! It reads a text as `words::split` does, and holds only what is open, so that each line of a long command is looked at
//! once, and not again with every line that follows.

use super::words::MAX_DEPTH;

/// A command that is being typed.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    place: Place,
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
enum Place {
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
            Place::Single
                | Place::Double
                | Place::DoubleSlash
                | Place::Brackets
                | Place::BracketsSlash
                | Place::Json
                | Place::JsonSlash
                | Place::Kept
                | Place::KeptSlash
                | Place::KeptEscape
                | Place::KeptEscapeSlash
        );
        is_within || (self.last[0] == Some('\\') && self.last[1] != Some('\\'))
    }

    /// Moves on by one letter. It is long because it is the whole table of states; each row is one case of the splitter's.
    fn step(&mut self, letter: char) {
        self.place = match (self.place, letter) {
            (Place::Wrong, _) | (Place::Dollar, '(') => Place::Wrong,
            (Place::Between, '\\') => Place::Slash,
            (Place::Between, _) if letter.is_whitespace() => Place::Between,
            (Place::Between, _) => return self.begin(letter),
            (Place::Slash | Place::SlashReturn, '\n') => Place::Between,
            (Place::Slash, '\r') => Place::SlashReturn,
            (Place::Slash, _) => {
                self.letters = Letters::None;
                self.letters.push(letter);
                Place::Word
            }
            // The backslash was there for the carriage return, with which a word has begun.
            (Place::SlashReturn, _) => {
                (self.place, self.letters) = (Place::Word, Letters::Other);
                return self.step(letter);
            }
            (Place::Word, _) => return self.word(letter),
            (Place::WordSlash, _) => {
                if letter != '\n' {
                    self.letters.push(letter);
                }
                Place::Word
            }
            (Place::Equals, '{' | '[') => return self.open(letter, true),
            (Place::Equals | Place::Dollar, _) => {
                self.place = Place::Word;
                return self.step(letter);
            }
            (Place::Single, '\'') | (Place::Double, '"') => Place::Word,
            (Place::Double, '\\') => Place::DoubleSlash,
            (Place::Single | Place::Double, _) => {
                self.letters.push(letter);
                self.place
            }
            (Place::DoubleSlash, '\n') => Place::Double,
            (Place::DoubleSlash, '"' | '\\' | '$' | '`') => {
                self.letters.push(letter);
                Place::Double
            }
            (Place::DoubleSlash, _) => {
                self.letters.push('\\');
                self.place = Place::Double;
                return self.step(letter);
            }
            (Place::Brackets, '"') => Place::Json,
            (Place::Brackets, '\\') => Place::BracketsSlash,
            (Place::BracketsSlash, '"') => Place::Kept,
            (Place::BracketsSlash, _) => {
                self.place = Place::Brackets;
                return self.step(letter);
            }
            (Place::Kept, '\\') => Place::KeptSlash,
            (Place::KeptSlash, '"') => Place::Brackets,
            (Place::KeptSlash, '\\') => Place::KeptEscape,
            (Place::KeptEscape, '\\') => Place::KeptEscapeSlash,
            (Place::Kept | Place::KeptSlash | Place::KeptEscape | Place::KeptEscapeSlash, _) => Place::Kept,
            (Place::Brackets, '{' | '[') => return self.open(letter, self.within),
            (Place::Brackets, '}' | ']') => return self.close(letter),
            (Place::Json, '"') | (Place::Brackets, _) => Place::Brackets,
            (Place::Json, '\\') => Place::JsonSlash,
            (Place::Json | Place::JsonSlash, _) => Place::Json,
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
            _ if letter.is_whitespace() => Place::Between,
            '\'' => Place::Single,
            '"' => Place::Double,
            '\\' => Place::WordSlash,
            '|' | ';' | '&' | '>' | '<' | '`' => Place::Wrong,
            '$' if self.letters == Letters::None => Place::Wrong,
            _ => {
                self.letters.push(letter);
                match letter {
                    '$' => Place::Dollar,
                    '=' if self.letters == Letters::Flag => Place::Equals,
                    _ => Place::Word,
                }
            }
        };
    }

    fn open(&mut self, bracket: char, within: bool) {
        (self.place, self.within) = (Place::Brackets, within);
        self.brackets.push(if bracket == '{' { '}' } else { ']' });
        if self.brackets.len() > MAX_DEPTH {
            self.place = Place::Wrong;
        }
    }

    fn close(&mut self, bracket: char) {
        self.place = match self.brackets.pop() {
            Some(expected) if expected != bracket => Place::Wrong,
            _ if !self.brackets.is_empty() => Place::Brackets,
            _ if self.within => {
                self.letters.push(bracket);
                Place::Word
            }
            _ => Place::Between,
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
