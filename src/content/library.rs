//! All content of one source, loaded: what can be used, and what could not be read.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::chunks::FileBody;
use super::claims::{ClaimsFile, FixturesFile, TrapsFile};
use super::lab::{self, SetupTable};
use super::limits::{MOST_PACK_BYTES, MOST_PROBLEMS};
use super::{Claim, Fixture, Lab, Problem, Question, Topic, Trap, chunks, pack, packed, template};

/// Where content comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// What was compiled in.
    Embedded,
    /// A directory that holds `questions/` and `labs/`.
    Directory(PathBuf),
}

/// Content that can be used.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Questions in file and position order.
    pub questions: Vec<Question>,
    /// Labs in name order.
    pub labs: Vec<Lab>,
    /// Topics with their claims, in teaching order.
    pub topics: Vec<Topic>,
    /// Traps in file order.
    pub traps: Vec<Trap>,
    /// The exam guide's skills, in words.
    pub skills: BTreeMap<String, String>,
    /// Fixtures in file order.
    pub fixtures: Vec<Fixture>,
}

impl Library {
    /// The question called `id`.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The lab called `name`.
    #[must_use]
    pub fn lab(&self, name: &str) -> Option<&Lab> {
        self.labs.iter().find(|lab| lab.name == name)
    }

    /// The trap called `id`.
    #[must_use]
    pub fn trap(&self, id: &str) -> Option<&Trap> {
        self.traps.iter().find(|trap| trap.id == id)
    }

    /// A skill with its words, as far as there are some: `1.3.4 Keys and indexes`.
    #[must_use]
    pub fn skill_title(&self, id: &str) -> String {
        self.skills.get(id).map_or_else(|| id.to_owned(), |words| format!("{id} {words}"))
    }

    /// The fixture called `id`.
    #[must_use]
    pub fn fixture(&self, id: &str) -> Option<&Fixture> {
        self.fixtures.iter().find(|fixture| fixture.id == id)
    }

    /// The claim called `id`.
    #[must_use]
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.topics.iter().flat_map(|topic| &topic.claims).find(|claim| claim.id == id)
    }

    /// Topics that have questions, in teaching order; questions of a topic that no file declares come last.
    #[must_use]
    pub fn question_topics(&self) -> Vec<&str> {
        let declared = self.topics.iter().map(|topic| topic.id.as_str());
        let mut topics: Vec<&str> = declared.filter(|id| self.questions.iter().any(|q| q.topic == *id)).collect();
        for question in &self.questions {
            if !topics.contains(&question.topic.as_str()) {
                topics.push(&question.topic);
            }
        }
        topics
    }

    /// Adds what a further file has.
    fn add(&mut self, part: Self) {
        let Self { questions, labs, topics, traps, skills, fixtures } = part;
        self.questions.extend(questions);
        self.labs.extend(labs);
        self.topics.extend(topics);
        self.traps.extend(traps);
        self.skills.extend(skills);
        self.fixtures.extend(fixtures);
    }

    /// The title of a topic, or its name if it has none.
    #[must_use]
    pub fn topic_title<'a>(&'a self, id: &'a str) -> &'a str {
        self.topics.iter().find(|topic| topic.id == id).map_or(id, |topic| &topic.title)
    }
}

/// A content file before it is read: its name from the content's root, and what it holds or why that is not there.
struct ContentFile {
    name: String,
    body: Result<FileBody, String>,
}

/// Loads all content of a source. What cannot be read is reported, up to a number of problems; the rest is there.
#[must_use]
pub fn load(source: &Source) -> (Library, Vec<Problem>) {
    let (mut library, mut problems) = (Library::default(), Vec::new());
    let files = files(source, &mut problems);
    // Ours are read beside each other, as the first screen waits for them; a stranger's one by one, up to so many problems.
    let mut ours = if *source == Source::Embedded { read_at_once(&files) } else { Vec::new() }.into_iter();
    for file in &files {
        let (part, found) = ours.next().unwrap_or_else(|| read_file(file));
        library.add(part);
        problems.extend(found);
        if problems.len() >= MOST_PROBLEMS {
            problems.truncate(MOST_PROBLEMS);
            let message = format!("{MOST_PROBLEMS} problems so far; what comes behind them was not read");
            problems.push(Problem::error(&file.name, 1, message));
            break;
        }
    }
    library.labs.sort_by(|left, right| left.order.cmp(&right.order).then_with(|| left.name.cmp(&right.name)));
    (library, problems)
}

/// Reads files on as many threads as there are processors, up to a few; the results are in the order of the files.
fn read_at_once(files: &[ContentFile]) -> Vec<(Library, Vec<Problem>)> {
    /// More threads than this wait for the longest file.
    const MOST_THREADS: usize = 8;
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS);
    // The longest first, so that none is begun when all others are done.
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(files[*at].body.as_ref().map_or(0, FileBody::length)));
    let next = AtomicUsize::new(0);
    let work = || {
        let mine = std::iter::from_fn(|| order.get(next.fetch_add(1, Ordering::Relaxed)).copied());
        mine.map(|at| (at, read_file(&files[at]))).collect::<Vec<_>>()
    };
    let mut read: Vec<_> = thread::scope(|scope| {
        // Where no thread is to be had, the ones that are there do more.
        let others: Vec<_> =
            (1..threads).filter_map(|_| thread::Builder::new().spawn_scoped(scope, work).ok()).collect();
        let mut read = work();
        for other in others {
            match other.join() {
                Ok(more) => read.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        read
    });
    read.sort_by_key(|(at, _)| *at);
    read.into_iter().map(|(_, part)| part).collect()
}

/// What one file adds, and what is wrong with it.
fn read_file(file: &ContentFile) -> (Library, Vec<Problem>) {
    let (mut library, mut problems) = (Library::default(), Vec::new());
    match &file.body {
        Ok(body) => read(&file.name, body, &mut library, &mut problems),
        Err(reason) => problems.push(Problem::error(&file.name, 1, reason.clone())),
    }
    (library, problems)
}

fn read(name: &str, body: &FileBody, library: &mut Library, problems: &mut Vec<Problem>) {
    let text = body.text();
    if Path::new(name).extension().is_some_and(|extension| extension == "yaml") {
        problems.extend(chunks::swallowed(name, text));
    }
    match name {
        "questions/claims.yaml" => match chunks::whole::<ClaimsFile>(name, body) {
            Ok(file) if file.format_version == 1 => (library.topics, library.skills) = (file.topics, file.skills),
            Ok(file) => problems.push(wrong_version(name, file.format_version)),
            Err(problem) => problems.push(problem),
        },
        "questions/traps.yaml" => match chunks::whole::<TrapsFile>(name, body) {
            Ok(file) if file.format_version == 1 => library.traps = file.traps,
            Ok(file) => problems.push(wrong_version(name, file.format_version)),
            Err(problem) => problems.push(problem),
        },
        "questions/fixtures.yaml" => match chunks::whole::<FixturesFile>(name, body) {
            Ok(file) if file.format_version == 1 => {
                let fixtures = file.fixtures.into_iter();
                library.fixtures =
                    fixtures.filter_map(|one| fillable(name, text, 0, &one.setup, problems).map(|()| one)).collect();
            }
            Ok(file) => problems.push(wrong_version(name, file.format_version)),
            Err(problem) => problems.push(problem),
        },
        _ if Path::new(name).extension().is_none_or(|extension| extension != "yaml") => {
            if !name.ends_with("README.md") {
                problems.push(Problem::error(name, 1, "expected only .yaml files (and a README.md) here"));
            }
        }
        _ if name.starts_with("labs/") => match lab::read(name, body) {
            Ok(lab) => library.labs.push(lab),
            Err(found) => problems.extend(found),
        },
        _ => {
            let (read, found) = chunks::elements::<Question>(name, body, "questions");
            problems.extend(found);
            for (question, line) in read {
                let is_ours = matches!(body, FileBody::Packed(_));
                if is_ours || fillable(name, text, line - 1, &question.setup, problems).is_some() {
                    library.questions.push(Question { file: name.to_owned(), line, ..question });
                }
            }
        }
    }
}

/// Whether the tables of a question or a fixture can be filled; what speaks against it is reported at its line behind
/// `skip` lines of the file.
fn fillable(name: &str, text: &str, skip: usize, tables: &[SetupTable], problems: &mut Vec<Problem>) -> Option<()> {
    let fault = template::check(tables).err();
    problems.extend(fault.iter().map(|fault| {
        let place = text.lines().skip(skip).position(|line| line.contains(&fault.needle)).unwrap_or(0);
        Problem::error(name, skip + place + 1, fault.message.clone())
    }));
    fault.is_none().then_some(())
}

fn wrong_version(name: &str, version: u32) -> Problem {
    Problem::error(name, 1, format!("expected format_version: 1, found {version}"))
}

fn files(source: &Source, problems: &mut Vec<Problem>) -> Vec<ContentFile> {
    match source {
        Source::Embedded => built_in(),
        Source::Directory(root) => {
            // A pack may hold only one of the two.
            let there = FOLDERS.into_iter().filter(|folder| root.join(folder).is_dir()).collect::<Vec<_>>();
            let wanted = if there.is_empty() { FOLDERS.to_vec() } else { there };
            let mut left = MOST_PACK_BYTES;
            let read = wanted.into_iter().flat_map(|folder| pack::folder(root, folder, &mut left, problems));
            let mut files: Vec<ContentFile> = read
                .map(|(name, text)| ContentFile { name, body: text.map(|text| FileBody::Text(text.into())) })
                .collect();
            // What is to be learned is the same for all, unless a pack says otherwise.
            if !files.iter().any(|file| SHARED.contains(&file.name.as_str())) {
                files.extend(built_in().into_iter().filter(|file| SHARED.contains(&file.name.as_str())));
            }
            files
        }
    }
}

/// The directories of content.
const FOLDERS: [&str; 2] = ["questions", "labs"];
/// What questions and labs refer to.
const SHARED: [&str; 3] = ["questions/claims.yaml", "questions/fixtures.yaml", "questions/traps.yaml"];

fn built_in() -> Vec<ContentFile> {
    let files = packed::files().into_iter();
    files.map(|(name, parts)| ContentFile { name: name.to_owned(), body: Ok(FileBody::Packed(parts.into())) }).collect()
}
