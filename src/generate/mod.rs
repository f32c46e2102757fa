//! Generated questions: families that draw their figures from a seed, so that no set of them can be memorised.
//!
//! The life of a generated question: [`Family::question`] draws parameters, works out the key and what each wrong way of
//! working would come to (by the engine's own arithmetic, or by running the engine), drops draws in which two options
//! would be alike, and shuffles. The question is an ordinary [`Question`] with a proof; its family is what reviews and
//! readiness are kept under.
//!
//! Left out: wording that varies with the seed beyond names and figures. Sources: those of `engine::capacity` and of the
//! expressions; each family names its page.

use crate::chance::Chance;
use crate::content::lab::SetupTable;
use crate::content::{Choice, Exhibit, ExhibitKind, Question};
use crate::engine::capacity::grouped;
use crate::lab::Workbench;

mod access;
#[expect(clippy::unnecessary_wraps, reason = "every family draws in the same way, and some draws are dropped")]
mod arithmetic;
mod conditions;
mod items;
#[expect(clippy::unnecessary_wraps, reason = "every family draws in the same way, and some draws are dropped")]
mod limits;
#[expect(clippy::unnecessary_wraps, reason = "every family draws in the same way, and some draws are dropped")]
mod pages;
#[expect(clippy::unnecessary_wraps, reason = "every family draws in the same way, and some draws are dropped")]
mod reads;
mod streams;
#[expect(clippy::unnecessary_wraps, reason = "every family draws in the same way, and some draws are dropped")]
mod tables;
mod transactions;
mod updates;

/// The date on which the families' pages were last read.
const CHECKED: &str = "2026-11-26";
/// How many draws are made until the options differ. Each family is tested to need far fewer.
const DRAWS: u64 = 50;
/// Wrong options of a question.
const WRONG: usize = 3;

/// A family of questions.
#[derive(Debug)]
pub struct Family {
    /// Its name: `gen-rcu-eventual`.
    pub id: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// Its topic.
    pub topic: &'static str,
    /// The claims it exercises.
    pub claims: &'static [&'static str],
    /// The exam skills it exercises.
    pub skills: &'static [&'static str],
    /// From 1, easy, to 3, hard.
    pub difficulty: u8,
    docs: &'static str,
    draw: fn(&mut Chance) -> Option<DrawnQuestion>,
}

/// A question as a family draws it.
struct DrawnQuestion {
    stem: String,
    exhibits: Vec<Exhibit>,
    right: DrawnOption,
    /// Wrong options, the most tempting first; the first three that differ are used.
    wrong: Vec<DrawnOption>,
    setup: Vec<SetupTable>,
}

impl DrawnQuestion {
    fn new(stem: String, right: DrawnOption, wrong: Vec<DrawnOption>) -> Self {
        Self { stem, exhibits: Vec::new(), right, wrong, setup: Vec::new() }
    }

    /// The table that its options are tried on.
    fn on(mut self, table: SetupTable) -> Self {
        self.setup.push(table);
        self
    }

    /// What the scenario shows, under a caption.
    fn showing(mut self, kind: ExhibitKind, language: &str, caption: &str, text: String) -> Self {
        self.exhibits.push(Exhibit { kind, language: language.to_owned(), caption: Some(caption.to_owned()), text });
        self
    }
}

/// An option as a family draws it.
struct DrawnOption {
    text: String,
    correct: bool,
    why: String,
    trap: Option<&'static str>,
    right_if: Option<String>,
    tries: Vec<String>,
    sees: Vec<String>,
}

impl DrawnOption {
    fn right(text: impl Into<String>, why: impl Into<String>) -> Self {
        Self { correct: true, ..Self::wrong(text, why) }
    }

    fn wrong(text: impl Into<String>, why: impl Into<String>) -> Self {
        let (text, why) = (text.into(), why.into());
        Self { text, correct: false, why, trap: None, right_if: None, tries: Vec::new(), sees: Vec::new() }
    }

    /// The misconception that leads to it.
    fn trap(self, trap: &'static str) -> Self {
        Self { trap: Some(trap), ..self }
    }

    /// The scenario in which it would be right.
    fn right_if(self, scenario: impl Into<String>) -> Self {
        Self { right_if: Some(scenario.into()), ..self }
    }

    /// The proof: what to run and what is seen.
    fn tried(self, tries: Vec<String>, sees: Vec<String>) -> Self {
        Self { tries, sees, ..self }
    }
}

/// Every family, in teaching order.
#[must_use]
pub fn families() -> Vec<&'static Family> {
    [
        arithmetic::FAMILIES,
        reads::FAMILIES,
        pages::FAMILIES,
        tables::FAMILIES,
        limits::FAMILIES,
        updates::FAMILIES,
        items::FAMILIES,
        conditions::FAMILIES,
        transactions::FAMILIES,
        access::FAMILIES,
        streams::FAMILIES,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The question called `id`, if it is a generated one: its family's name and its seed, `gen-rcu-eventual/17`.
#[must_use]
pub fn question(id: &str) -> Option<Question> {
    let (family, seed) = id.split_once('/')?;
    families().into_iter().find(|known| known.id == family)?.question(seed.parse().ok()?)
}

impl Family {
    /// The question that a seed gives; `None` only if no draw gave options that differ.
    #[must_use]
    pub fn question(&self, seed: u64) -> Option<Question> {
        let salt = self.id.bytes().fold(seed, |sum, byte| sum.wrapping_mul(131).wrapping_add(u64::from(byte)));
        let mut chance = Chance::seeded(salt);
        let (draft, wrong) = (0..DRAWS).find_map(|_| {
            let mut draft = (self.draw)(&mut chance)?;
            let wrong = differing(&draft.right, std::mem::take(&mut draft.wrong))?;
            Some((draft, wrong))
        })?;
        let mut options: Vec<Choice> = std::iter::once(draft.right).chain(wrong).map(choice).collect();
        chance.shuffle(&mut options);
        Some(Question {
            id: format!("{}/{seed}", self.id),
            pattern: None,
            topic: self.topic.to_owned(),
            claims: self.claims.iter().map(ToString::to_string).collect(),
            skills: self.skills.iter().map(ToString::to_string).collect(),
            difficulty: self.difficulty,
            choose: 1,
            stem: draft.stem,
            on: None,
            setup: draft.setup,
            family: Some(self.id.to_owned()),
            options,
            exhibits: draft.exhibits,
            contrast_with: None,
            replaces: Vec::new(),
            unproved: None,
            docs: self.docs.to_owned(),
            checked: CHECKED.to_owned(),
            file: "generated".to_owned(),
            line: 1,
            imported: false,
        })
    }
}

/// The first wrong options that say neither the same as each other nor as the right one, and are about as long as all of
/// these; `None` if there are too few.
fn differing(right: &DrawnOption, wrong: Vec<DrawnOption>) -> Option<Vec<DrawnOption>> {
    let mut kept: Vec<DrawnOption> = Vec::new();
    for answer in wrong {
        let differs = |other: &DrawnOption| other.text != answer.text && is_near(&other.text, &answer.text);
        if kept.len() < WRONG && kept.iter().chain([right]).all(differs) {
            kept.push(answer);
        }
    }
    (kept.len() == WRONG).then_some(kept)
}

fn choice(answer: DrawnOption) -> Choice {
    Choice {
        text: answer.text,
        correct: answer.correct,
        trap: answer.trap.map(str::to_owned),
        why: answer.why,
        right_if: answer.right_if,
        tries: answer.tries,
        sees: answer.sees,
        lacks: Vec::new(),
    }
}

/// One of several, by chance.
fn pick<'a, T>(chance: &mut Chance, of: &'a [T]) -> Option<&'a T> {
    let last = u64::try_from(of.len()).ok()?.checked_sub(1)?;
    of.get(usize::try_from(chance.between(0, last)).ok()?)
}

/// A number of things: "1 request", "26 requests".
fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A workbench with a table, to ask the engine what a question's answer is.
fn bench(setup: &SetupTable) -> Option<Workbench> {
    let mut bench = Workbench::new();
    bench.fill(setup).ok()?;
    Some(bench)
}

/// Up to this many characters, the lengths of options are those of names and figures and show nothing.
const SHORT: usize = 40;

/// Whether two options are about equally long: their length must not show which one is right.
fn is_near(one: &str, other: &str) -> bool {
    let lengths = [one, other].map(|text| text.chars().count());
    let (short, long) = (lengths[0].min(lengths[1]), lengths[0].max(lengths[1]));
    long <= SHORT || long * 10 <= short * 15
}

/// The columns that an exhibit may have.
const COLUMNS: usize = 76;
/// How far the second line of a command is set in.
const INDENT: &str = "    ";

/// A command as it is typed on several lines: broken before flags, with a backslash at the end of each line but the last.
fn shown(command: &str) -> String {
    let mut lines = vec!["aws".to_owned()];
    // A flag and its value stay together.
    for (place, part) in command.split(" --").enumerate() {
        let mut part = if place == 0 { part.to_owned() } else { format!("--{part}") };
        if part.len() + INDENT.len() + 2 > COLUMNS {
            // Within quotes a line may end anywhere.
            part = part.replace(",\":", &format!(",\n{INDENT}  \":"));
        }
        let line = lines.last_mut().map_or(0, |line| line.len());
        match lines.last_mut() {
            Some(last) if line + part.len() + 3 <= COLUMNS => *last = format!("{last} {part}"),
            _ => lines.push(format!("{INDENT}{part}")),
        }
    }
    lines.join(" \\\n")
}

/// Who asks: a business and what it stores.
fn scene(chance: &mut Chance) -> (&'static str, &'static str) {
    const SCENES: [(&str, &str); 12] = [
        ("A ticketing company", "bookings"),
        ("A museum", "exhibit records"),
        ("A bike sharing company", "rides"),
        ("A healthcare company", "appointments"),
        ("A weather service", "sensor readings"),
        ("A recipe website", "recipes"),
        ("A logistics company", "shipments"),
        ("A language school", "lessons"),
        ("A music streaming company", "playlists"),
        ("A bank", "receipts"),
        ("A game studio", "player profiles"),
        ("A public library", "loans"),
    ];
    *pick(chance, &SCENES).unwrap_or(&SCENES[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{self, Source};
    use crate::lab::Proofs;

    #[test]
    fn there_are_enough_families_and_each_has_a_name_of_its_own() {
        let families = families();
        assert!(families.len() >= 40, "{} families", families.len());
        for (place, family) in families.iter().enumerate() {
            assert!(families[..place].iter().all(|earlier| earlier.id != family.id), "{} twice", family.id);
        }
    }

    #[test]
    fn every_family_gives_sound_questions_for_any_seed() {
        let library = content::load(&Source::Embedded).0;
        let barren = families().into_iter().flat_map(|family| (0..12).map(move |seed| (family, seed)));
        let barren = barren.filter(|(family, seed)| family.question(*seed).is_none());
        assert_eq!(
            barren.map(|(family, seed)| format!("{}/{seed}", family.id)).collect::<Vec<_>>(),
            Vec::<String>::new()
        );
        for family in families() {
            let mut stems = std::collections::BTreeSet::new();
            for seed in 0..12 {
                let question = family.question(seed).unwrap();
                assert_eq!(question.options.iter().filter(|option| option.correct).count(), 1, "{}", question.id);
                assert!(library.topics.iter().any(|topic| topic.id == question.topic), "{}", family.id);
                for claim in &question.claims {
                    assert!(library.claim(claim).is_some(), "{}: {claim}", family.id);
                }
                for trap in question.options.iter().filter_map(|option| option.trap.as_deref()) {
                    assert!(library.trap(trap).is_some(), "{}: there is no trap {trap}", family.id);
                }
                assert_eq!(format!("{:?}", super::question(&question.id)), format!("{:?}", Some(&question)));
                stems.insert(format!("{} {:?}", question.stem, question.options));
            }
            assert!(stems.len() >= 6, "{} gives only {} different questions", family.id, stems.len());
        }
    }

    #[test]
    fn every_family_s_key_is_what_the_engine_does() {
        let library = content::load(&Source::Embedded).0;
        let mut proofs = Proofs::new();
        let mut faults = Vec::new();
        for family in families() {
            for seed in 0..6 {
                let Some(question) = family.question(seed) else { continue };
                assert!(question.is_proved(), "{}: nothing proves its key", question.id);
                for option in question.options.iter().filter(|option| option.is_tried()) {
                    let tried = proofs.try_option(&library, &question, option).unwrap();
                    let told = |fault: &String| format!("{}: {}: {fault}", question.id, option.text);
                    faults.extend(tried.faults.iter().map(told));
                }
            }
        }
        assert_eq!(faults, Vec::<String>::new());
    }

    #[test]
    fn the_right_option_is_not_told_by_its_place() {
        let mut places = [0_u32; 4];
        for family in families() {
            for seed in 0..20 {
                let question = family.question(seed).unwrap();
                places[question.options.iter().position(|option| option.correct).unwrap()] += 1;
            }
        }
        let all: u32 = places.iter().sum();
        assert!(places.iter().all(|place| (all / 5..all / 3).contains(place)), "{places:?}");
    }
}
