//! The palette: go to anything by typing a part of its name.
//!
//! It finds what can be done on the screen below it, labs, topics, claims, questions and the program's own places. A name
//! fits if its words begin with the typed ones, or if it holds what is typed; what begins with it comes first. Without
//! anything typed the places come first, then what can be done. A question is found by its scenario and by its id.

use crate::content::Library;
use crate::quiz::Order;

use super::Model;
use super::message::Message;
use super::prompt::Edit;
use super::start::Start;
use super::study::Length;

/// The open palette.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    /// What is typed.
    pub typed: String,
    /// The chosen entry.
    pub chosen: usize,
    /// What can be done on the screen below it.
    pub actions: Vec<KeyAction>,
}

/// Something that a key of the screen does.
#[derive(Clone, Debug)]
pub struct KeyAction {
    /// What it does, in a word or two.
    pub label: &'static str,
    /// The key, as it is printed.
    pub key: String,
    /// What it sends.
    pub message: fn(&Model, char) -> Message,
}

/// What an entry does.
#[derive(Clone, Debug)]
pub enum Opens {
    /// It starts something.
    Start(Start),
    /// It does what a key of the screen does.
    Does(fn(&Model, char) -> Message),
}

/// An entry of the palette.
#[derive(Clone, Debug)]
pub struct PaletteEntry {
    /// What kind of thing it is: `lab`, `topic`, `claim`, `question`, `go to`, `key`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What it does.
    pub opens: Opens,
}

impl Palette {
    /// Returns the entries that fit what is typed, the best first.
    #[must_use]
    pub fn found(&self, library: &Library) -> Vec<PaletteEntry> {
        let typed = self.typed.trim().to_lowercase();
        let mut found: Vec<(u8, PaletteEntry)> =
            self.places(library).into_iter().filter_map(|place| Some((rank(&place, &typed)?, place))).collect();
        // The sort keeps the order of equals: places first, then labs, topics, claims, questions.
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, place)| place).collect()
    }

    /// The places, and behind the program's own ones what can be done on the screen.
    fn places(&self, library: &Library) -> Vec<PaletteEntry> {
        let mut places = places(library);
        let own = places.iter().take_while(|place| matches!(place.kind, "go to" | "start")).count();
        let action = |action: &KeyAction| PaletteEntry {
            kind: "key",
            name: format!("{} ({})", action.label, action.key),
            opens: Opens::Does(action.message),
        };
        places.splice(own..own, self.actions.iter().map(action));
        places
    }

    /// Takes in a message; returns what was chosen.
    pub fn update(&mut self, message: &Message, library: &Library, page: usize) -> Option<Opens> {
        match message {
            Message::Edit(Edit::Insert(text)) => {
                add(&mut self.typed, text);
                self.chosen = 0;
            }
            Message::Edit(Edit::Backspace) => {
                self.typed.pop();
                self.chosen = 0;
            }
            Message::Edit(Edit::Clear | Edit::KillToStart | Edit::KillBlankBack | Edit::KillWordBack) => {
                self.typed.clear();
            }
            Message::Move(motion) => {
                let last = self.found(library).len().saturating_sub(1);
                self.chosen = motion.from(self.chosen, last, page);
            }
            Message::Choose(at) => return self.found(library).into_iter().nth(*at).map(|place| place.opens),
            Message::Accept => return self.found(library).into_iter().nth(self.chosen).map(|place| place.opens),
            _ => {}
        }
        None
    }
}

/// The most letters that a filter takes: nothing that can be found has a longer name, and a paste may be a megabyte.
const LONGEST_FILTER: usize = 200;

/// Adds what was typed or pasted to a filter, as far as it takes it.
pub(super) fn add(filter: &mut String, typed: &str) {
    let room = LONGEST_FILTER.saturating_sub(filter.chars().count());
    filter.extend(typed.trim_end_matches(['\r', '\n']).chars().take(room));
}

/// How well a place fits, best 0; `None` if it does not.
fn rank(place: &PaletteEntry, typed: &str) -> Option<u8> {
    if typed.is_empty() {
        return Some(0);
    }
    let name = place.name.to_lowercase();
    let words = || name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    if name.starts_with(typed) {
        return Some(0);
    }
    if typed.split_whitespace().all(|part| words().any(|word| word.starts_with(part))) {
        return Some(1);
    }
    (name.contains(typed) || place.kind.starts_with(typed)).then_some(2)
}

/// Everything that can be opened.
fn places(library: &Library) -> Vec<PaletteEntry> {
    let place =
        |kind: &'static str, name: String, start: Start| PaletteEntry { kind, name, opens: Opens::Start(start) };
    let mut places = vec![
        place("go to", "Practice".to_owned(), Start::Practice),
        place("go to", "Labs".to_owned(), Start::Labs),
        place("go to", "Exams".to_owned(), Start::Exams),
        place("go to", "Sandbox".to_owned(), Start::Sandbox),
        place("go to", "Scores".to_owned(), Start::Scores),
        place("go to", "The one-minute tour".to_owned(), Start::Tour),
        place("start", "Review what is due".to_owned(), Start::Review),
        place("start", "Your weakest topics".to_owned(), Start::Ordered(Order::Weakest)),
        place("start", "What you missed".to_owned(), Start::Ordered(Order::Missed)),
        place("start", "What you have never seen".to_owned(), Start::Ordered(Order::Unseen)),
        place("start", "Exam of 20 questions in 40 minutes".to_owned(), Start::Exam(Length::Short)),
        place("start", "Exam of 65 questions in 130 minutes".to_owned(), Start::Exam(Length::Full)),
    ];
    let labs = library.labs.iter();
    places.extend(labs.map(|lab| place("lab", format!("{} ({})", lab.title, lab.name), Start::Lab(lab.name.clone()))));
    for topic in library.question_topics() {
        places.push(place("topic", library.topic_title(topic).to_owned(), Start::Topic(topic.to_owned())));
    }
    for claim in library.topics.iter().flat_map(|topic| &topic.claims) {
        places.push(place("claim", format!("{} {}", claim.id, claim.text), Start::Claim(claim.id.clone())));
    }
    for question in &library.questions {
        let name = format!("{} ({})", super::text::excerpt(&question.stem), question.id);
        places.push(place("question", name, Start::Question(question.id.clone())));
    }
    places
}
