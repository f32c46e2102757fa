//! Sheets for blind readers: questions without names and keys, and the keys apart, so that an author can ask whether a key
//! is what a reader finds, and whether the options alone give it away. The protocols are in `questions/README.md`.

use std::fmt::Write as _;

use crate::chance::Chance;
use crate::content::Question;

/// A sheet, and its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// What a reader gets: numbered questions, their options under letters.
    pub sheet: String,
    /// What is kept from them: number, letters of the key, name of the question.
    pub key: String,
}

/// Returns a sheet of so many questions. The same questions, number and seed give the same sheet, and with `options_only`
/// the same without stems and exhibits.
#[must_use]
pub fn sheet(questions: &[Question], count: usize, seed: u64, options_only: bool) -> Sheet {
    let mut chance = Chance::seeded(seed);
    let mut drawn: Vec<&Question> = questions.iter().collect();
    chance.shuffle(&mut drawn);
    let mut told = Sheet { sheet: instructions(options_only).to_owned(), key: String::new() };
    for (at, question) in drawn.into_iter().take(count).enumerate() {
        let number = at + 1;
        let mut options: Vec<(&str, bool)> =
            question.options.iter().map(|option| (option.text.trim(), option.correct)).collect();
        chance.shuffle(&mut options);
        let _ = write!(told.sheet, "\n## {number}\n\n");
        if options_only {
            let ask =
                if question.choose == 1 { "Choose one." } else { "Choose the number of options that is given here:" };
            let several = if question.choose == 1 { String::new() } else { format!(" {}", question.choose) };
            let _ = write!(told.sheet, "{ask}{several}\n\n");
        } else {
            let _ = write!(told.sheet, "{}\n\n", question.stem.trim());
            for exhibit in &question.exhibits {
                let caption =
                    exhibit.caption.as_deref().map(|caption| format!("{}:\n\n", caption.trim())).unwrap_or_default();
                let _ = write!(told.sheet, "{caption}```\n{}\n```\n\n", exhibit.text.trim_end());
            }
        }
        let mut letters = Vec::new();
        for (place, (text, correct)) in options.into_iter().enumerate() {
            let letter = char::from(b'A' + u8::try_from(place % 26).unwrap_or(0));
            let _ = writeln!(told.sheet, "{letter}. {text}");
            letters.extend(correct.then(|| letter.to_string()));
        }
        let _ = writeln!(told.key, "{number}\t{}\t{}", letters.join(","), question.id);
    }
    told
}

const fn instructions(options_only: bool) -> &'static str {
    if options_only {
        "# Which option is right?\n\nThe questions are left out. For each number, write the letter or letters that you take for the key. \
         Do not look anything up.\n"
    } else {
        "# Which option is right?\n\nFor each number, write the letter or letters of your answer, and \"unclear\" after it if the question \
         can be read in two ways. Do not look anything up.\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{self, Source};

    #[test]
    fn a_sheet_has_no_names_and_no_keys_and_the_same_seed_gives_the_same() {
        let questions = content::load(&Source::Embedded).0.questions;
        let full = sheet(&questions, 60, 7, false);
        assert_eq!(full, sheet(&questions, 60, 7, false));
        assert_ne!(full.sheet, sheet(&questions, 60, 8, false).sheet);
        let only = sheet(&questions, 60, 7, true);
        assert_eq!(full.key, only.key, "both sheets ask the same questions with the same letters");
        assert_eq!(full.key.lines().count(), 60);
        for line in full.key.lines() {
            let [_, letters, id] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let question = questions.iter().find(|question| question.id == id).unwrap();
            assert_eq!(letters.split(',').count(), question.choose, "{line}");
            assert!(!full.sheet.contains(id) && !only.sheet.contains(id), "{id} is told");
            assert!(full.sheet.contains(question.stem.trim()) && !only.sheet.contains(question.stem.trim()), "{id}");
            assert!(question.options.iter().all(|option| only.sheet.contains(option.text.trim())), "{id}");
        }
    }

    #[test]
    fn the_letters_of_the_key_stand_at_the_right_options() {
        let questions = content::load(&Source::Embedded).0.questions;
        let full = sheet(&questions, 20, 3, true);
        let parts: Vec<&str> = full.sheet.split("\n## ").skip(1).collect();
        for (line, part) in full.key.lines().zip(parts) {
            let fields: Vec<&str> = line.split('\t').collect();
            let question = questions.iter().find(|question| question.id == fields[2]).unwrap();
            for option in &question.options {
                let at = part.find(&format!(". {}\n", option.text.trim())).unwrap();
                let letter = &part[at - 1..at];
                assert_eq!(
                    fields[1].split(',').any(|key| key == letter),
                    option.correct,
                    "{}: {}",
                    fields[2],
                    option.text
                );
            }
        }
    }
}
