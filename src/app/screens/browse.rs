//! The lists of practice, labs and exams: a cursor, a filter, and what the chosen entry is about.

use crate::app::message::{Message, SideEffect};
use crate::app::pane::{Extents, Pane, Scroll};
use crate::app::start::{Standing, Start};
use crate::app::study::Length;
use crate::app::{stats, study};
use crate::content::Library;
use crate::quiz::Order;

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// What can be practised.
    Practice,
    /// Labs.
    Labs,
    /// Exams, those to take and those that were taken.
    Exams,
}

/// A list on screen.
#[derive(Clone, Debug)]
pub struct Browse {
    /// Which.
    pub list: List,
    /// The chosen entry.
    pub chosen: usize,
    /// What the entries are filtered by, while they are.
    pub filter: Option<String>,
    /// How far the preview is scrolled.
    pub preview: Scroll,
    /// Whether the keys move the preview rather than the list.
    pub is_beside: bool,
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListEntry {
    /// What it is.
    pub label: String,
    /// How far it is: a share, a state, a score.
    pub detail: String,
    /// What it starts.
    pub start: Start,
}

impl Browse {
    /// A list from its first entry.
    #[must_use]
    pub const fn new(list: List) -> Self {
        Self { list, chosen: 0, filter: None, preview: Scroll { offset: 0, follows: false }, is_beside: false }
    }

    /// Returns the entries that fit the filter.
    #[must_use]
    pub fn rows(&self, library: &Library, standing: &Standing) -> Vec<ListEntry> {
        let mut rows = match self.list {
            List::Practice => practice(library, standing),
            List::Labs => labs(library, standing),
            List::Exams => exams(library, standing),
        };
        if let Some(filter) = &self.filter {
            let filter = filter.to_lowercase();
            let is_named = |row: &ListEntry| row.label.to_lowercase().contains(&filter);
            rows.retain(|row| is_named(row) || about(row, library).contains(&filter));
            // What is called so comes before what is only about it.
            rows.sort_by_key(|row| !is_named(row));
        }
        rows
    }

    /// Takes in a message; returns what it wants done.
    pub fn update(
        &mut self,
        message: &Message,
        library: &Library,
        standing: &Standing,
        extents: &Extents,
    ) -> Vec<SideEffect> {
        let rows = self.rows(library, standing);
        let last = rows.len().saturating_sub(1);
        let extent = |pane: Pane| extents.get(&pane).copied().unwrap_or_default();
        match message {
            Message::Focus(_) => self.is_beside = !self.is_beside && extents.contains_key(&Pane::Side),
            Message::FocusOn(pane) => self.is_beside = *pane == Pane::Side,
            Message::Scroll(Some(Pane::Side), motion) => self.preview.step(*motion, extent(Pane::Side)),
            Message::Move(motion) | Message::Scroll(None, motion) if self.is_beside => {
                self.preview.step(*motion, extent(Pane::Side));
            }
            Message::Move(motion) | Message::Scroll(_, motion) => {
                self.chosen = motion.from(self.chosen.min(last), last, extent(Pane::Main).height);
                self.preview = Scroll::default();
            }
            Message::Choose(at) if *at < rows.len() && *at != self.chosen => {
                self.chosen = *at;
                self.preview = Scroll::default();
            }
            Message::Choose(_) | Message::Accept => {
                let row = rows.get(self.chosen.min(last));
                return row.map(|row| SideEffect::Start(row.start.clone())).into_iter().collect();
            }
            _ => {}
        }
        Vec::new()
    }
}

/// What an entry is about beside its name, in small letters: what a learner may look for who does not know the name.
fn about(row: &ListEntry, library: &Library) -> String {
    let claims = |claims: &[String]| -> Vec<String> {
        let known = claims.iter().filter_map(|id| library.claim(id));
        known.map(|claim| format!("{} {}", claim.id, claim.text)).collect()
    };
    let parts: Vec<String> = match &row.start {
        Start::Lab(name) => library.lab(name).map_or_else(Vec::new, |lab| {
            let skills = lab.skills.iter().map(|skill| library.skill_title(skill));
            let steps = lab.steps.iter().flat_map(|step| [step.title.clone(), step.task.clone(), step.text.clone()]);
            let own = [lab.name.clone(), lab.intro.clone()];
            own.into_iter().chain(skills).chain(claims(&lab.claims)).chain(steps).collect()
        }),
        Start::Topic(name) => library.topics.iter().find(|topic| topic.id == *name).map_or_else(Vec::new, |topic| {
            let claims = topic.claims.iter().map(|claim| format!("{} {}", claim.id, claim.text));
            std::iter::once(topic.id.clone()).chain(claims).collect()
        }),
        _ => Vec::new(),
    };
    parts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn row(label: impl Into<String>, detail: impl Into<String>, start: Start) -> ListEntry {
    ListEntry { label: label.into(), detail: detail.into(), start }
}

fn practice(library: &Library, standing: &Standing) -> Vec<ListEntry> {
    let mut rows = vec![
        row("All topics mixed", "10 questions", Start::Mixed),
        row("Your weakest topics", "10 questions", Start::Ordered(Order::Weakest)),
        row("What you missed", "10 questions", Start::Ordered(Order::Missed)),
        row("What you have never seen", "10 questions", Start::Ordered(Order::Unseen)),
        row("Find out where you stand", "12 questions", Start::Diagnostic),
    ];
    let left = standing.left(false).map(|left| row(left.label(library), "left", Start::Left(left.row)));
    rows.splice(0..0, left);
    if standing.due > 0 {
        rows.insert(0, row("Review", format!("{} due", standing.due), Start::Review));
    }
    if standing.imported > 0 {
        let detail = format!("{} unverified", standing.imported);
        rows.push(row("What you imported", detail, Start::Imported));
    }
    for (topic, tally) in stats::topics(library, &standing.summary) {
        let share = tally.percent().map_or_else(|| "new".to_owned(), |share| format!("{share} %"));
        rows.push(row(library.topic_title(topic), share, Start::Topic(topic.to_owned())));
    }
    rows
}

fn labs(library: &Library, standing: &Standing) -> Vec<ListEntry> {
    let rows = library.labs.iter().map(|lab| {
        let done = stats::steps_done(lab, &standing.summary);
        let state = match done {
            0 => format!("{} min", lab.minutes),
            done if done == lab.steps.len() => "done".to_owned(),
            done => format!("step {} of {}", done + 1, lab.steps.len()),
        };
        row(lab.title.clone(), state, Start::Lab(lab.name.clone()))
    });
    rows.collect()
}

fn exams(library: &Library, standing: &Standing) -> Vec<ListEntry> {
    let mut rows = Vec::new();
    for exam in standing.left(true) {
        let time = exam.left.map(|left| format!("{} left", crate::app::text::minutes(left))).unwrap_or_default();
        rows.push(row(exam.label(library), time, Start::Left(exam.row)));
    }
    for length in [Length::Short, Length::Full] {
        let label = format!("{} questions in {} minutes", length.questions(), length.minutes());
        // One that was left is not lost by another: it is offered again behind it.
        let detail = match length {
            _ if standing.left(true).next().is_some() => "yours waits",
            Length::Full => "full length",
            Length::Short => "",
        };
        rows.push(row(label, detail, Start::Exam(length)));
    }
    for exam in &standing.exams {
        let share = format!("{} of {}", exam.correct, exam.all);
        rows.push(row(format!("Report of {}", study::date_of(exam.at)), share, Start::Report(exam.id)));
    }
    rows
}
