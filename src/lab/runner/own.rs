//! Lines that only the lab knows: its load, the settings of the program that sends it, its dashboard, an answer to its question.

use std::sync::Arc;

use serde_json::json;

use super::super::load;
use super::super::workbench::Reply;
use super::Runner;
use crate::content::lab::load::{Load, RUN, StepQuestion};
use crate::engine::Event;

/// A line that only the lab knows, as it is typed, what it does, and whether this step has it.
struct OwnLine {
    word: &'static str,
    usage: &'static str,
    about: &'static str,
    is_here: fn(&Runner) -> bool,
}

/// All of them, in the order in which they are told.
const OWN_LINES: [OwnLine; 4] = [
    OwnLine {
        word: ":load",
        usage: ":load",
        about: "run the load of this lab on the tables as they are",
        is_here: |runner| runner.load().is_some(),
    },
    OwnLine {
        word: ":set",
        usage: ":set NAME NUMBER",
        about: "change a setting of the program that sends the load",
        is_here: |runner| runner.load().is_some_and(|load| !load.settings.is_empty()),
    },
    OwnLine {
        word: ":dashboard",
        usage: ":dashboard",
        about: "show the dashboard of this step again",
        is_here: |runner| !runner.dashboard.is_empty(),
    },
    OwnLine {
        word: ":answer",
        usage: ":answer LETTER",
        about: "answer the question of this step",
        is_here: |runner| runner.step().is_some_and(|step| step.question.is_some()),
    },
];

impl OwnLine {
    fn told(&self) -> String {
        format!("{:<25} {}\n", self.usage, self.about)
    }
}

/// The greatest value of a setting.
const MOST_SETTING: u64 = 1000;

impl Runner {
    /// Does a line that only the lab knows: its load, its dashboard, an answer to its question.
    pub(super) fn own(&mut self, line: &str) -> Option<Reply> {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let lab = Arc::clone(&self.lab);
        match (word, rest.trim()) {
            (":load", "") => {
                let none = || "There is no load in this lab.".to_owned();
                *self.settings.entry(RUN.to_owned()).or_default() += 1;
                let (load, settings) = (self.load().cloned(), self.settings.clone());
                Some(self.bench.act(|bench| load::run(&load.ok_or_else(none)?.set(&settings), bench)))
            }
            (":set", words) => Some(self.set(words)),
            (":dashboard", "") => {
                let text = self.dashboard.join("\n");
                let none = "This step has no dashboard.".to_owned();
                Some(self.bench.act(|_| if text.is_empty() { Err(none) } else { Ok(text) }))
            }
            (":answer", typed) => {
                let question = lab.steps.get(self.step).and_then(|step| step.question.as_ref());
                let choice = question.ok_or("This step asks no question.".to_owned()).and_then(|it| chosen(it, typed));
                Some(self.bench.act(|bench| {
                    let choice = choice?;
                    let (now, request) = (bench.engine().now(), json!({ "Choice": choice }));
                    bench.note(now, Event::Answer, &request, &Ok(json!({})));
                    Ok(format!("You answer: {choice}."))
                }))
            }
            (":load" | ":dashboard", _) => Some(self.bench.act(|_| Err(format!("{word} takes nothing behind it.")))),
            (":help", "") => {
                let own: String = OWN_LINES.iter().filter(|own| (own.is_here)(self)).map(OwnLine::told).collect();
                let reply = self.bench.run(line);
                Some(Reply { text: own + &reply.text, ..reply })
            }
            (":help", about) => {
                let own =
                    OWN_LINES.iter().find(|own| own.word.trim_start_matches(':') == about.trim_start_matches(':'));
                let told = own?.told().trim_end().to_owned();
                Some(self.bench.act(|_| Ok(told)))
            }
            _ => None,
        }
    }

    /// The load of the step that waits.
    pub(super) fn load(&self) -> Option<&Load> {
        self.step().and_then(|step| step.load.as_ref()).or(self.lab.load.as_ref())
    }

    /// Changes a setting of the program that sends the load.
    pub(super) fn set(&mut self, words: &str) -> Reply {
        let known: Vec<String> = self.load().iter().flat_map(|load| load.settings.keys().cloned()).collect();
        let (name, value) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        let value: Option<u64> = value.trim().parse().ok().filter(|value| (1..=MOST_SETTING).contains(value));
        let text = match value {
            _ if known.is_empty() => Err("There is nothing to set in this lab.".to_owned()),
            Some(value) if known.iter().any(|it| it == name) => {
                self.settings.insert(name.to_owned(), value);
                Ok(format!("{name} is {value} from now on."))
            }
            _ => Err(format!("Expected :set {} and a number from 1 to {MOST_SETTING}.", known.join("|"))),
        };
        self.bench.act(|_| text)
    }
}

/// The choice that was typed: by its letter, or in its words.
fn chosen(question: &StepQuestion, typed: &str) -> Result<String, String> {
    let lower = typed.trim_matches(['"', '\'']).to_lowercase();
    let by_letter = || {
        let letter = lower.chars().next().filter(|_| lower.chars().count() == 1)?;
        question.choices.get((u32::from(letter).checked_sub(u32::from('a'))?) as usize)
    };
    let by_words = || question.choices.iter().find(|choice| choice.to_lowercase() == lower);
    by_letter().or_else(by_words).cloned().ok_or_else(|| {
        let last = char::from(b'A' + u8::try_from(question.choices.len().saturating_sub(1)).unwrap_or(25).min(25));
        format!("Expected :answer with a letter from A to {last}.")
    })
}
