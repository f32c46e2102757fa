//! The commands of study: quizzes, exams, reviews, the plan, import and export.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};

use super::{Face, Usage, on_terminal, open_screen, print, print_block, print_json, print_lines, with_screen};
use crate::app::study::{self, Length};
use crate::app::text;
use crate::author::blind;
use crate::author::statistics::{GivenAnswer, Statistics};
use crate::clock::{Clock as _, SystemClock, Timestamp};
use crate::content::{ExamPattern, Library, Question, Source};
use crate::desk;
use crate::exchange::{self, ExportFormat, Format};
use crate::files;
use crate::plain;
use crate::progress::{Held, Logged, Store};
use crate::quiz::{Order, Purpose, Selection, Session, select};
use crate::records::{self, Records};
use crate::review;
use crate::safe_text;

/// How many questions a review has: as many as from the home screen.
#[expect(clippy::cast_possible_truncation, reason = "a number of questions")]
const REVIEWED: u16 = study::QUIZ_LENGTH as u16;

/// Milliseconds of a day.
const MILLIS_OF_A_DAY: u64 = 86_400_000;

#[derive(Debug, Args)]
pub(super) struct QuizArguments {
    /// Only questions of this topic, such as capacity; may be given several times. "imported" asks what you imported; a name
    /// that there is none of lists them all.
    #[arg(long, value_name = "TOPIC")]
    topic: Vec<String>,
    /// Only questions of this exam pattern, E1 to E8; may be given several times.
    #[arg(long, value_name = "PATTERN")]
    pattern: Vec<ExamPattern>,
    /// This question, by its id (`dynadrill content list` shows them); may be given several times.
    #[arg(long, value_name = "ID", conflicts_with_all = ["topic", "pattern", "OrderArguments"])]
    question: Vec<String>,
    /// How many questions.
    #[arg(short = 'n', default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    count: u16,
    /// The same seed gives the same session.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Plain text, a line at a time, even on a terminal.
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    order: OrderArguments,
}

/// What a quiz begins with.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct OrderArguments {
    /// Your weakest topics first.
    #[arg(long)]
    weakest: bool,
    /// Only what you last answered wrongly.
    #[arg(long)]
    missed: bool,
    /// Only what you never answered.
    #[arg(long)]
    unseen: bool,
    /// A first look: 12 questions over all topics.
    #[arg(long)]
    diagnostic: bool,
    /// Resume the quiz you left.
    #[arg(long)]
    resume: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExamArguments {
    /// 65 questions in 130 minutes, as the real exam has, instead of 20 in 40.
    #[arg(long)]
    full: bool,
    /// Begin a new exam, though one was left.
    #[arg(long)]
    new: bool,
    /// The same seed gives the same exam.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Plain text, a line at a time, even on a terminal.
    #[arg(long)]
    plain: bool,
}

#[derive(Debug, Args)]
pub(super) struct ReviewArguments {
    /// How many questions at most.
    #[arg(short = 'n', default_value_t = REVIEWED, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    count: u16,
    /// Fit the schedule to your own answers, once there are enough.
    #[arg(long)]
    optimize: bool,
    /// Plain text, a line at a time, even on a terminal.
    #[arg(long)]
    plain: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExportArguments {
    /// The format: anki, gift, markdown, json or blind.
    #[arg(value_name = "TARGET")]
    to: ExportTo,
    #[command(flatten)]
    blind: BlindArguments,
}

/// What a sheet for blind readers holds.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of export blind")]
struct BlindArguments {
    /// How many questions the sheet has.
    #[arg(long, default_value_t = 60, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    count: u16,
    /// The same seed gives the same sheet.
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
    /// Leave the stems out.
    #[arg(long)]
    options_only: bool,
    /// The file for the keys, apart from the sheet.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// Where questions are exported to.
#[derive(Clone, Debug)]
enum ExportTo {
    /// Another program.
    Program(ExportFormat),
    /// Readers who are to find the keys.
    Blind,
}

impl FromStr for ExportTo {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        if name == "blind" {
            return Ok(Self::Blind);
        }
        let known = ExportFormat::ALL.map(ExportFormat::name).join(", ");
        name.parse().map(Self::Program).map_err(|_: String| format!("expected {known} or blind, found {name}"))
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum ProgressCommand {
    /// Print everything you have done as JSON.
    Export,
    /// Take exported progress in, beside what is there.
    Import {
        /// The file; - is standard input.
        file: PathBuf,
    },
}

/// Finds questions in the bank, among the imported ones or generated.
fn finder<'a>(library: &'a Library, imported: &'a [Question]) -> impl Fn(&str) -> Option<Question> + 'a {
    |id| study::find(library, imported, id)
}

/// The questions that the learner imported.
fn imported(face: &Face, store: &mut Store) -> Result<Vec<Question>> {
    let (questions, notices) = records::imported(store, &SystemClock)?;
    face.say_notices(&notices)?;
    Ok(questions)
}

/// The newest session for these purposes that was left.
fn left(
    face: &Face,
    store: &mut Store,
    find: &dyn Fn(&str) -> Option<Question>,
    purposes: &[Purpose],
) -> Result<Option<records::Left>> {
    let (left, notices) = Records { store, clock: &SystemClock, find }.left(purposes)?;
    face.say_notices(&notices)?;
    Ok(left)
}

pub(super) fn quiz(face: &Face, source: &Source, arguments: &QuizArguments) -> Result<ExitCode> {
    let library = face.load(source)?;
    let mut store = face.open_store()?;
    let imported = imported(face, &mut store)?;
    check_topics(&library, &arguments.topic)?;
    let seed = arguments.seed.unwrap_or_else(|| SystemClock.now().as_millis());
    let (session, held) = if arguments.order.resume {
        let purposes = [Purpose::Practice, Purpose::Diagnostic, Purpose::Review];
        let Some((session, held)) = left(face, &mut store, &finder(&library, &imported), &purposes)? else {
            bail!("no quiz was left in the middle")
        };
        (session, Some(held))
    } else {
        let session = if arguments.question.is_empty() {
            new_quiz(&library, &imported, arguments, &store, seed)?
        } else {
            Session::new(Purpose::Practice, &named_questions(&library, &imported, &arguments.question)?, seed)
        };
        (session, None)
    };
    if session.is_empty() {
        bail!("no question fits this choice of topics, patterns and order");
    }
    ask(face, session, held, library, store, arguments.plain)
}

/// Asks the questions of a quiz, on screen or a line at a time.
fn ask(
    face: &Face,
    session: Session,
    held: Option<Held>,
    library: Library,
    store: Store,
    is_plain: bool,
) -> Result<ExitCode> {
    let screen = desk::screen_of(session, held);
    if on_terminal() && !is_plain {
        open_screen(face, library, store, screen)?;
    } else {
        with_screen(library, store, screen, plain::quiz)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn check_topics(library: &Library, topics: &[String]) -> Result<()> {
    let known = library.question_topics();
    for topic in topics.iter().filter(|topic| *topic != exchange::TOPIC) {
        if !known.contains(&topic.as_str()) {
            let known: Vec<&str> = known.iter().copied().chain([exchange::TOPIC]).collect();
            bail!(Usage::unknown("topic", topic, &known));
        }
    }
    Ok(())
}

/// Returns the questions of some ids, each once.
fn named_questions(library: &Library, imported: &[Question], ids: &[String]) -> Result<Vec<Question>> {
    let mut seen = BTreeSet::new();
    let find = finder(library, imported);
    let question = |id: &String| {
        find(id).ok_or_else(|| {
            let known = library.questions.iter().chain(imported).map(|question| question.id.as_str());
            Usage::near("question", id, known, "`dynadrill content list` shows all of them.").into()
        })
    };
    ids.iter().filter(|id| seen.insert(id.as_str())).map(question).collect()
}

fn new_quiz(
    library: &Library,
    imported: &[Question],
    arguments: &QuizArguments,
    store: &Store,
    seed: u64,
) -> Result<Session> {
    let mut pool = study::pool(library, seed);
    if arguments.topic.iter().any(|topic| topic == exchange::TOPIC) {
        pool.extend_from_slice(imported);
    }
    if arguments.order.diagnostic {
        return Ok(study::diagnostic(&pool, seed));
    }
    let order = match &arguments.order {
        OrderArguments { weakest: true, .. } => Order::Weakest,
        OrderArguments { missed: true, .. } => Order::Missed,
        OrderArguments { unseen: true, .. } => Order::Unseen,
        _ => Order::Mixed,
    };
    let selection = Selection {
        topics: arguments.topic.clone(),
        patterns: arguments.pattern.clone(),
        order,
        count: usize::from(arguments.count),
        seed,
        mix: None,
    };
    // With a seed the session is the same for everybody, unless it is asked for by what was answered.
    let needs_history = arguments.seed.is_none() || order != Order::Mixed;
    let history = if needs_history { Some(store.history()?) } else { None };
    Ok(Session::new(Purpose::Practice, &select(&pool, &selection, history.as_ref()), seed))
}

pub(super) fn exam(face: &Face, source: &Source, arguments: &ExamArguments) -> Result<ExitCode> {
    let library = face.load(source)?;
    let mut store = face.open_store()?;
    let open = if arguments.new { None } else { left(face, &mut store, &finder(&library, &[]), &[Purpose::Exam])? };
    let (session, held) = if let Some((session, held)) = open {
        (session, Some(held))
    } else {
        let seed = arguments.seed.unwrap_or_else(|| SystemClock.now().as_millis());
        let length = if arguments.full { Length::Full } else { Length::Short };
        let history = if arguments.seed.is_some() { crate::quiz::AnswerHistory::new() } else { store.history()? };
        (study::exam(&study::pool(&library, seed), &history, length, seed), None)
    };
    if on_terminal() && !arguments.plain {
        open_screen(face, library, store, desk::screen_of(session, held))?;
    } else {
        with_screen(library, store, desk::screen_of(session, held), |model, desk, console| {
            plain::exam(model, desk, &SystemClock, console)
        })?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn review(face: &Face, source: &Source, arguments: &ReviewArguments) -> Result<ExitCode> {
    let library = face.load(source)?;
    let mut store = face.open_to_read()?;
    let log = store.log()?;
    if arguments.optimize {
        return optimize(&mut store, &study::reviewed(&log));
    }
    if let Some((fitted, made)) = study::refit(&log, store.setting(study::FITTED)?.as_deref()) {
        // A schedule that cannot be saved is fitted again the next time.
        if let Err(error) = keep_fitted(&mut store, &fitted, made) {
            face.say(vec![format!("The fitted schedule could not be saved: {error}")])?;
        }
    }
    let now = SystemClock.now();
    let mut pool = study::pool(&library, now.as_millis());
    let imported = imported(face, &mut store)?;
    pool.extend_from_slice(&imported);
    let cards = study::cards(&log, store.setting(study::PARAMETERS)?.as_deref()).map_err(anyhow::Error::msg)?;
    let count = usize::from(arguments.count);
    let session = study::due(&cards, &pool, review::day(now), count, now.as_millis());
    if session.is_empty() {
        let next = cards.iter().map(|(_, card)| card.due).min();
        let next = next.map_or_else(
            || "Answer some questions first: dynadrill quiz.".to_owned(),
            |day| format!("The next is due on {}.", text::date(day)),
        );
        print(&[format!("Nothing is due for review today. {next}")])?;
        return Ok(ExitCode::SUCCESS);
    }
    ask(face, session, None, library, store, arguments.plain)
}

fn keep_fitted(store: &mut Store, fitted: &review::Parameters, made: usize) -> Result<()> {
    let (parameters, made) = (serde_json::to_string(fitted)?, made.to_string());
    store.set(&[(study::PARAMETERS, &parameters), (study::FITTED, &made)])?;
    print(&[format!("The schedule now follows your own {made} reviews.")])
}

fn optimize(store: &mut Store, reviews: &[review::Reviewed]) -> Result<ExitCode> {
    let made = review::reviews_made(reviews);
    match review::optimize(reviews) {
        Some(fitted) => keep_fitted(store, &fitted, made)?,
        None => print(&[format!(
            "There are {made} reviews so far; the schedule can be fitted from {} on.",
            review::ENOUGH_REVIEWS
        )])?,
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn plan(face: &Face, source: &Source, exam: Option<&str>) -> Result<ExitCode> {
    let (now, today) = (SystemClock.now(), review::day(SystemClock.now()));
    let exam = match exam {
        Some(named) => match Timestamp::from_date(named) {
            Some(exam) => exam,
            None => bail!(Usage::of(format!("--exam expects a date such as 2026-12-24, found {named}"))),
        },
        None => match face.settings.aims.exam_day {
            Some(day) => Timestamp::from_millis(u64::from(day) * MILLIS_OF_A_DAY),
            None => bail!(Usage::of(
                "expected --exam DATE, or exam-date in the file that dynadrill config names".to_owned()
            )),
        },
    };
    if review::day(exam) < today {
        let (exam, today) = (text::date(review::day(exam)), text::date(today));
        bail!(Usage::of(format!("expected a day that is still to come, found {exam}: today is {today}")));
    }
    let library = face.load(source)?;
    let store = face.open_to_read()?;
    let log = store.log()?;
    let setting = store.setting(study::PARAMETERS)?;
    let plan = study::plan_until(&library, &log, setting.as_deref(), now, exam).map_err(anyhow::Error::msg)?;
    print_lines(&text::plan(&plan, &study::ready(&library, &log), &library))?;
    if let Some(goal) = face.settings.aims.daily_goal {
        let answered = log.iter().filter(|logged| review::day(logged.at) == today).count();
        print(&[format!("Your goal: {} answered today of {goal}.", text::counted(answered, "question"))])?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The text of a file that the learner brings, or of standard input if it is called `-`.
fn brought(file: &Path) -> Result<String> {
    let read = if file == Path::new("-") {
        files::read_from(std::io::stdin().lock(), files::MOST_IMPORTED).and_then(files::text)
    } else {
        files::read_text(file, files::MOST_IMPORTED)
    };
    read.map_err(|refusal| anyhow::anyhow!("cannot read {}: {refusal}", file.display()))
}

/// The most questions that are not imported and told one by one.
const MOST_REFUSALS: usize = 100;

pub(super) fn import(face: &Face, file: &Path, format: Option<Format>) -> Result<ExitCode> {
    let name = file.display().to_string();
    let written = brought(file)?;
    let all = Format::ALL.map(Format::name).join(", ");
    if written.trim_start_matches('\u{feff}').trim().is_empty() {
        bail!("{name} is empty: expected at least one question, written as one of {all}");
    }
    let Some(format) = format.or_else(|| Format::guess(&name, &written)) else {
        bail!(Usage::of(format!("{name} looks like none of {all}; say which with --format")));
    };
    let (drafts, rejected) = exchange::import(&written, format);
    let refused = rejected.iter().take(MOST_REFUSALS);
    let refused = refused.map(|fault| format!("{name}:{}: not imported: {}", fault.line, fault.reason));
    let others = rejected.len().saturating_sub(MOST_REFUSALS);
    let others = (others > 0).then(|| format!("{name}: {others} more not imported"));
    safe_text::write_lines(&mut safe_text::stderr(), &refused.chain(others).collect::<Vec<_>>())?;
    if drafts.is_empty() && rejected.is_empty() {
        bail!("{name} holds no question: expected at least one, written as {format}");
    }
    let kept = drafts.iter().map(|draft| Ok((exchange::id(draft), serde_json::to_string(draft)?)));
    let kept = kept.collect::<Result<Vec<_>>>()?;
    let mut store = face.open_to_write()?;
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for row in store.imported()? {
        if let Ok(draft) = exchange::kept(&row.body) {
            known.insert(exchange::id(&draft), row.body);
        }
    }
    let (mut new, mut changed) = (0, 0);
    for (id, body) in &kept {
        match known.insert(id.clone(), body.clone()) {
            None => new += 1,
            Some(before) => changed += usize::from(before != *body),
        }
    }
    store.keep_imported(&kept).context("the questions cannot be saved")?;
    let same = kept.len() - new - changed;
    let mut lines = vec![format!(
        "{} imported as {format}: {new} new, {changed} changed, {same} there already; {} refused.",
        text::counted(kept.len(), "question"),
        rejected.len()
    )];
    if new > 0 {
        lines.push(
            "They are unverified and do not count for readiness; dynadrill quiz --topic imported asks them.".to_owned(),
        );
    }
    print(&lines)?;
    Ok(if rejected.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) fn export(face: &Face, source: &Source, arguments: &ExportArguments) -> Result<ExitCode> {
    let library = face.load(source)?;
    let target = match (&arguments.to, arguments.blind.key.as_deref()) {
        (ExportTo::Blind, Some(key)) => return export_blind(&library, &arguments.blind, key),
        (ExportTo::Blind, None) => {
            bail!(Usage::of("a sheet for blind readers needs --key FILE, where its keys go".to_owned()))
        }
        (ExportTo::Program(_), Some(_)) => bail!(Usage::of("--key is of export blind alone".to_owned())),
        (ExportTo::Program(target), None) => *target,
    };
    print_block(&exchange::export(&library.questions, target))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a sheet for blind readers and writes its keys to a file of their own.
fn export_blind(library: &Library, arguments: &BlindArguments, key: &Path) -> Result<ExitCode> {
    let count = usize::from(arguments.count);
    let sheet = blind::sheet(&library.questions, count, arguments.seed, arguments.options_only);
    std::fs::write(key, &sheet.key).with_context(|| format!("cannot write {}", key.display()))?;
    print_block(&safe_text::block(&sheet.sheet))?;
    Ok(ExitCode::SUCCESS)
}

/// Shows how single questions do in the learner's own answers and those of others' exports, which are read and not kept.
pub(super) fn item_statistics(face: &Face, others: &[PathBuf], json: bool) -> Result<ExitCode> {
    let own = face.open_to_read()?.log()?;
    let mut seen: BTreeSet<(u64, String)> = BTreeSet::new();
    let mut given = Vec::new();
    let mut count = |learner: usize, log: Vec<Logged>| {
        let new = log.into_iter().filter(|logged| seen.insert((logged.at.as_millis(), logged.question.clone())));
        let before = given.len();
        given.extend(new.map(|logged| GivenAnswer { learner, item: logged.family, correct: logged.correct }));
        given.len() - before
    };
    count(0, own);
    for (place, file) in others.iter().enumerate() {
        let name = file.display().to_string();
        let written = brought(file)?;
        // A file of its own in memory: what others did does not become the learner's own.
        let mut store = Store::in_memory("others' answers are counted and not kept")?;
        records::import(&mut store, &written).with_context(|| format!("{name} cannot be counted"))?;
        if count(place + 1, store.log()?) == 0 {
            face.say(vec![format!("{name} holds no answers but those that are counted already.")])?;
        }
    }
    let statistics = Statistics::of(&given);
    if json {
        print_json(&statistics.to_json())?;
    } else {
        print(&statistics.lines())?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn progress(face: &Face, command: &ProgressCommand) -> Result<ExitCode> {
    match command {
        ProgressCommand::Export => print_json(&face.open_to_read()?.export()?)?,
        ProgressCommand::Import { file } => {
            let name = file.display().to_string();
            let written = brought(file)?;
            let answers = records::import(&mut face.open_to_write()?, &written)
                .with_context(|| format!("nothing of {name} was imported"))?;
            let were = if answers == 1 { "was" } else { "were" };
            print(&[format!("{} {were} new.", text::counted(answers, "answer"))])?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
