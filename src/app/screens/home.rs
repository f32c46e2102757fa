//! Home: what to do today and why, the sections of the program, and where the learner stands.

use crate::app::message::{Message, SideEffect};
use crate::app::pane::{Extents, Pane, Scroll, Sight};
use crate::app::start::{Standing, Start};
use crate::app::text::counted;
use crate::app::{stats, study};
use crate::content::Library;
use crate::quiz::Order;

/// Minutes that a question takes, feedback included (measured on nobody: a plan, not a promise).
const QUESTION_MINUTES: usize = 1;

/// The most paused exams, and quizzes that were left, that home offers; all are on the lists of exams and of practice.
const MOST_LEFT: usize = 2;

/// The home screen.
#[derive(Clone, Debug, Default)]
pub struct Home {
    /// The chosen entry.
    pub chosen: usize,
    /// What the entries are filtered by, while they are.
    pub filter: Option<String>,
    /// Where the entries stand.
    pub sight: Sight,
    /// How far what stands beside them is scrolled.
    pub side: Scroll,
    /// Which of the two the keys move.
    pub focus: Option<Pane>,
}

/// The parts of the home screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What is best done today.
    Today,
    /// What the program has.
    Program,
}

/// Something to choose at home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its part.
    pub section: Section,
    /// What it is.
    pub label: String,
    /// What more there is to say: how far, how many.
    pub detail: String,
    /// Why it is offered.
    pub why: String,
    /// How many minutes it takes, about.
    pub minutes: Option<usize>,
    /// What it starts.
    pub start: Start,
}

/// Whether nothing was done yet.
#[must_use]
pub fn is_new(standing: &Standing) -> bool {
    standing.log.is_empty() && standing.summary.lab_steps.is_empty() && standing.left.is_empty()
}

impl Home {
    /// The home screen from its first entry.
    pub const START: Self =
        Self { chosen: 0, filter: None, sight: Sight::START, side: Scroll { offset: 0, follows: false }, focus: None };

    /// Returns the entries, those that fit the filter if there is one.
    #[must_use]
    pub fn entries(&self, library: &Library, standing: &Standing) -> Vec<Offer> {
        let mut entries = today(library, standing);
        entries.extend(program(library, standing));
        if let Some(filter) = &self.filter {
            let filter = filter.to_lowercase();
            entries.retain(|entry| entry.label.to_lowercase().contains(&filter));
        }
        entries
    }

    /// Takes in a message; returns what it wants done.
    pub fn update(
        &mut self,
        message: &Message,
        library: &Library,
        standing: &Standing,
        extents: &Extents,
    ) -> Vec<SideEffect> {
        let entries = self.entries(library, standing);
        let last = entries.len().saturating_sub(1);
        let extent = |pane: Pane| extents.get(&pane).copied().unwrap_or_default();
        let is_beside = self.focus == Some(Pane::Side) && extents.contains_key(&Pane::Side);
        match message {
            Message::Scroll(Some(Pane::Side), motion) => self.side.step(*motion, extent(Pane::Side)),
            Message::Move(motion) | Message::Scroll(None, motion) if is_beside => {
                self.side.step(*motion, extent(Pane::Side));
            }
            Message::Scroll(_, motion) => self.sight.scroll(*motion, extent(Pane::Main)),
            Message::Focus(_) => self.focus = if is_beside { None } else { Some(Pane::Side) },
            Message::FocusOn(pane) => self.focus = Some(*pane),
            Message::Move(motion) => {
                self.sight.follow(extent(Pane::Main));
                self.chosen = motion.from(self.chosen.min(last), last, extent(Pane::Main).height);
            }
            Message::Choose(at) if *at < entries.len() => {
                // A click on what is chosen already starts it.
                if self.chosen == *at {
                    return start(&entries, *at);
                }
                self.chosen = *at;
            }
            Message::Accept => return start(&entries, self.chosen.min(last)),
            _ => {}
        }
        Vec::new()
    }
}

fn start(entries: &[Offer], at: usize) -> Vec<SideEffect> {
    entries.get(at).map(|entry| SideEffect::Start(entry.start.clone())).into_iter().collect()
}

/// What is best done today, the best first.
fn today(library: &Library, standing: &Standing) -> Vec<Offer> {
    let mut entries = Vec::new();
    let mut offer = |label: String, why: String, minutes: Option<usize>, start: Start| {
        entries.push(Offer { section: Section::Today, label, detail: String::new(), why, minutes, start });
    };
    for left in standing.left(true).take(MOST_LEFT).chain(standing.left(false).take(MOST_LEFT)) {
        offer(left.label(library), left.why(), None, Start::Left(left.row));
    }
    if is_new(standing) {
        let why = "The screens and the keys, in four short cards";
        offer("See it in a short tour".to_owned(), why.to_owned(), Some(1), Start::Tour);
        let why = "Twelve questions over all topics show where to begin".to_owned();
        offer("Find out where you stand".to_owned(), why, Some(12 * QUESTION_MINUTES), Start::Diagnostic);
        let why =
            "Learn by doing: Enter puts the first command into the prompt; fill in its gaps, Enter runs it".to_owned();
        offer("Go to the labs".to_owned(), why, None, Start::Labs);
        return entries;
    }
    if standing.log.is_empty() {
        let why = "Twelve questions over all topics show where to begin".to_owned();
        offer("Find out where you stand".to_owned(), why, Some(12 * QUESTION_MINUTES), Start::Diagnostic);
    }
    if standing.due > 0 {
        let cards = if standing.due == 1 { "1 card is".to_owned() } else { format!("{} cards are", standing.due) };
        let why = format!(
            "{} below 90 % recall today",
            if standing.due == 1 { "1 card falls".to_owned() } else { format!("{} cards fall", standing.due) }
        );
        let at_once = standing.due.min(study::QUIZ_LENGTH);
        let why = if at_once < standing.due { format!("{why}; you get {at_once} at a time") } else { why };
        offer(format!("Review: {cards} due"), why, Some(at_once * QUESTION_MINUTES), Start::Review);
    }
    if let Some(lab) = library.labs.iter().find(|lab| {
        let done = stats::steps_done(lab, &standing.summary);
        done > 0 && done < lab.steps.len()
    }) {
        let done = stats::steps_done(lab, &standing.summary);
        let label = format!("Lab: {}, step {} of {}", lab.title, done + 1, lab.steps.len());
        let minutes = lab.minutes as usize * (lab.steps.len() - done) / lab.steps.len().max(1);
        offer(label, "You are in the middle of it".to_owned(), Some(minutes.max(1)), Start::Lab(lab.name.clone()));
    }
    if let Some(topic) = study::weakest(library, &standing.summary) {
        let label = format!("Weakest: {}, 10 questions", library.topic_title(topic));
        let why = "Your lowest share of right answers".to_owned();
        offer(label, why, Some(10 * QUESTION_MINUTES), Start::Ordered(Order::Weakest));
    }
    let why = "Topics mixed, as in the exam".to_owned();
    offer("Practice: 10 questions".to_owned(), why, Some(10 * QUESTION_MINUTES), Start::Mixed);
    entries
}

/// What the program has, with how far the learner is.
fn program(library: &Library, standing: &Standing) -> Vec<Offer> {
    let done = library.labs.iter().filter(|lab| {
        let steps = stats::steps_done(lab, &standing.summary);
        steps == lab.steps.len()
    });
    let exams = standing.exams.first().map_or_else(
        || "none taken yet".to_owned(),
        |exam| format!("last {} % on {}", exam.tally().percent().unwrap_or_default(), study::date_of(exam.at)),
    );
    let entry = |label: &str, detail: String, why: &str, start: Start| Offer {
        section: Section::Program,
        label: label.to_owned(),
        detail,
        why: why.to_owned(),
        minutes: None,
        start,
    };
    let mut entries = vec![
        entry(
            "Practice",
            counted(library.questions.len(), "question"),
            "By topic, by what you missed, by what is new",
            Start::Practice,
        ),
        entry(
            "Labs",
            format!("{} of {} done", done.count(), library.labs.len()),
            "Tables that answer, refuse and charge as DynamoDB does",
            Start::Labs,
        ),
        entry("Exams", exams, "20 questions in 40 minutes, or 65 in 130", Start::Exams),
        entry("Sandbox", "a small shop".to_owned(), "Free play: your own tables and requests", Start::Sandbox),
        entry(
            "Scores",
            counted(usize::try_from(standing.summary.all.answers).unwrap_or(usize::MAX), "answer"),
            "Mastery, readiness, calibration, mistakes that repeat",
            Start::Scores,
        ),
    ];
    if standing.imported > 0 {
        let detail = format!("{}, unverified", counted(standing.imported, "question"));
        entries.insert(1, entry("What you imported", detail, "Your own questions, 10 at a time", Start::Imported));
    }
    entries
}
