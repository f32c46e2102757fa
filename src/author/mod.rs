//! What an author runs: `content new lab` to begin, `content check` over questions and labs, the list of all content, sheets
//! for blind readers (`export blind`), and how single questions do (`content stats`).
//!
//! A lab is checked by playing it: untouched it must fail, its own solution must pass step by step, and each near miss
//! must get its own words. The bank of questions is measured as a whole: each [`BankFigure`] is printed beside its
//! limit.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, mpsc};
use std::thread;

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::content::limits::MOST_PROBLEMS;
use crate::content::{self, Lab, Library, Problem, Severity, Source};
use crate::generate;
use crate::lab::{CONTENT_STEPS, Work};
use crate::safe_text::quoted;

mod bank;
pub mod blind;
mod english;
mod labs;
mod questions;
pub mod statistics;

/// What a pack may take to be checked, however little is in it; for each of its questions; and for each of its labs, as often
/// as it is played with another seed. A lab that is built in takes some six million with all its ways and what each leaves
/// possible, and the longest thirty. Together they have [`CONTENT_STEPS`] at most.
const LEAST_STEPS: u64 = 14_000_000;
const QUESTION_STEPS: u64 = 35_000;
const LAB_STEPS: u64 = 32_000_000;

pub use bank::BankFigure;

/// Content that was looked through.
#[derive(Debug)]
pub struct Checked {
    /// What was loaded.
    pub library: Library,
    /// Everything wrong with it, most of it with file, line and column, up to a number of problems.
    pub problems: Vec<Problem>,
    /// What was measured over all its questions; none if they are too few.
    pub figures: Vec<BankFigure>,
    /// How many steps of work that took, of [`CONTENT_STEPS`].
    pub steps: u64,
}

/// Looks through the content of a source. All that it runs to find out has one allowance of work.
#[must_use]
pub fn check(source: &Source) -> Checked {
    let (library, mut problems) = content::load(source);
    let (questions, plays) = (library.questions.len() as u64, library.labs.iter().map(Lab::seeds).sum::<u64>());
    let steps = LEAST_STEPS + questions * QUESTION_STEPS + plays * LAB_STEPS;
    let allowed = steps.min(CONTENT_STEPS);
    let work = Work::allowing(allowed);
    problems.extend(content::check::questions(&library));
    let (proofs, tries) = questions::problems(&library, &work);
    problems.extend(proofs);
    let (figures, bank) = bank::measure(&library, tries, is_whole(source));
    problems.extend(bank);
    problems.extend(play_side_by_side(&library, &work).into_iter().take(MOST_PROBLEMS));
    problems.sort();
    Checked { library, problems, figures, steps: allowed - work.left() }
}

/// What came of playing a lab beside others.
struct PlayedLab<'a> {
    lab: &'a Lab,
    problems: Vec<Problem>,
    /// The steps that it took.
    steps: u64,
    /// Whether it took all that it was given.
    is_cut: bool,
}

/// Plays the labs, as many at a time as there are processors, and returns what is wrong with them.
///
/// It is the same as of one after another: a lab that took more steps than those before it have left, or all that it was given
/// to begin with, is played once more, with what is left when its turn comes.
fn play_side_by_side(library: &Library, work: &Work) -> Vec<Problem> {
    let built_in: LazyLock<Library> = LazyLock::new(|| content::load(&Source::Embedded).0);
    let (next, processors) = (AtomicUsize::new(0), thread::available_parallelism().map_or(1, usize::from));
    let (sender, played) = mpsc::channel();
    thread::scope(|scope| {
        for sender in vec![sender; processors.min(library.labs.len())] {
            scope.spawn(|| {
                let sender = sender;
                while let Some(lab) = library.labs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // What those before it will have left is not known yet. Its own share is enough for all that mean no harm.
                    let allowed = work.left().min(LEAST_STEPS + LAB_STEPS * lab.seeds());
                    let own = Work::allowing(allowed);
                    let problems = labs::problems(lab, library, &built_in, &own);
                    let played = PlayedLab { lab, problems, steps: allowed - own.left(), is_cut: own.is_spent() };
                    if sender.send(played).is_err() {
                        break;
                    }
                }
            });
        }
        let (mut waiting, mut found): (Vec<PlayedLab<'_>>, _) = (Vec::new(), Vec::new());
        for lab in &library.labs {
            // What is left over when there is nothing left to do it with would only be told the same.
            if work.is_spent() || found.len() >= MOST_PROBLEMS {
                break;
            }
            let is_it = |one: &PlayedLab<'_>| std::ptr::eq(one.lab, lab);
            while !waiting.iter().any(is_it) {
                let Ok(one) = played.recv() else { return found };
                waiting.push(one);
            }
            let Some(at) = waiting.iter().position(is_it) else { continue };
            let PlayedLab { problems, steps, is_cut, .. } = waiting.swap_remove(at);
            let is_whole = !is_cut || steps == work.left();
            if is_whole && steps <= work.left() && work.spend(steps).is_ok() {
                found.extend(problems);
            } else {
                found.extend(labs::problems(lab, library, &built_in, work));
            }
        }
        // Those that play on find nobody to tell, and begin no other.
        next.store(library.labs.len(), Ordering::Relaxed);
        drop(played);
        found
    })
}

/// Whether a source brings traps of its own, and is not a pack that adds to the ones there are: only then can it be said that
/// a trap is set too rarely, and are the generated questions a part of it.
fn is_whole(source: &Source) -> bool {
    match source {
        Source::Embedded => true,
        Source::Directory(root) => root.join("questions").join("traps.yaml").is_file(),
    }
}

/// Whether any problem is an error.
#[must_use]
pub fn has_errors(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

/// What a new lab begins as: a lab of one step that passes `content check`.
const NEW_LAB: &str = include_str!("new_lab.yaml");

/// Writes a new lab into `root`, for its author to make something of; answers with the file.
///
/// # Errors
/// The name is none that a lab may have, the lab is there already, or the file cannot be written.
pub fn new_lab(root: &Path, name: &str, today: Timestamp) -> Result<PathBuf, NewLabError> {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !name.split('-').all(is_word) {
        return Err(NewLabError::Name(name.to_owned()));
    }
    let file = root.join("labs").join(format!("{name}.yaml"));
    let date = today.to_string()[..10].to_owned();
    let written = fs::create_dir_all(root.join("labs")).and_then(|()| {
        let mut new = File::options().write(true).create_new(true).open(&file)?;
        new.write_all(NEW_LAB.replace("NAME", name).replace("DATE", &date).as_bytes())
    });
    match written {
        Ok(()) => Ok(file),
        Err(error) => Err(NewLabError::Write { file, error }),
    }
}

/// Why a new lab was not written.
#[derive(Debug, thiserror::Error)]
pub enum NewLabError {
    /// The name is none that a lab may have.
    #[error("a lab's name has small letters and digits, with hyphens between words, such as hot-keys; found {}", quoted(.0))]
    Name(String),
    /// The file is there already, or cannot be written.
    #[error("{} cannot be created: {error}", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// The list of all content as other tools read it. `generators` are the families of generated questions.
#[must_use]
pub fn listing(library: &Library) -> Value {
    let questions: Vec<Value> = library
        .questions
        .iter()
        .map(|question| {
            json!({
                "id": question.id,
                "topic": question.topic,
                "pattern": question.pattern_name(),
                "claims": question.claims,
                "skills": question.skills,
                "kind": question.kind().name(),
                "difficulty": question.difficulty,
                "proof": question.is_proved(),
            })
        })
        .collect();
    let labs: Vec<Value> = library.labs.iter().map(lab_entry).collect();
    let generators: Vec<Value> = generate::families()
        .into_iter()
        .map(|family| {
            json!({
                "id": family.id,
                "title": family.title,
                "topic": family.topic,
                "claims": family.claims,
                "skills": family.skills,
                "difficulty": family.difficulty,
            })
        })
        .collect();
    json!({"questions": questions, "generators": generators, "labs": labs})
}

/// One lab of the list.
#[must_use]
pub fn lab_entry(lab: &Lab) -> Value {
    json!({
        "name": lab.name,
        "title": lab.title,
        "minutes": lab.minutes,
        "claims": lab.claims,
        "steps": lab.steps.len(),
        "levels": lab.steps.iter().map(|step| step.level().name()).collect::<Vec<_>>(),
    })
}
