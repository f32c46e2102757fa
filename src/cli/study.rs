//! The commands of study: quizzes, exams, reviews, the plan, import and export.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};

use super::{Usage, load, on_terminal, open_store, print, print_block, print_json, with_console};
use crate::app::study::{self, Length};
use crate::app::text;
use crate::clock::{Clock as _, SystemClock, Timestamp};
use crate::content::{Library, Pattern, Question, Source};
use crate::exchange::{self, Draft, Format, Target};
use crate::plain;
use crate::progress::Store;
use crate::quiz::{Order, Purpose, SavedSession, Selection, Session, select};
use crate::review;
use crate::safe_text;
use crate::ui;

#[derive(Debug, Args)]
pub(super) struct QuizArguments {
    /// Only questions of this topic; may be given several times. "imported" asks what you imported.
    #[arg(long, value_name = "TOPIC")]
    topic: Vec<String>,
    /// Only questions of this exam pattern, E1 to E8; may be given several times.
    #[arg(long, value_name = "PATTERN")]
    pattern: Vec<Pattern>,
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
    /// Go on with the quiz you left.
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
    #[arg(short = 'n', default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    count: u16,
    /// Fit the schedule to your own answers, once there are enough.
    #[arg(long)]
    optimize: bool,
    /// Plain text, a line at a time, even on a terminal.
    #[arg(long)]
    plain: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProgressCommand {
    /// Print everything you have done as JSON.
    Export,
    /// Take exported progress in, beside what is there.
    Import {
        /// The file.
        file: PathBuf,
    },
}

/// A session that was left, gone on with.
fn resumed(library: &Library, imported: &[Question], state: &str) -> Result<Session> {
    let saved: SavedSession = serde_json::from_str(state).context("the session that was left cannot be read")?;
    Ok(Session::resume(saved, |id| study::find(library, imported, id)))
}

/// The questions that the learner imported.
pub(super) fn imported(store: &Store) -> Result<Vec<Question>> {
    let drafts = store.imported()?;
    Ok(drafts
        .iter()
        .filter_map(|body| serde_json::from_str::<Draft>(body).ok())
        .map(|draft| exchange::question(&draft))
        .collect())
}

pub(super) fn quiz(source: &Source, arguments: &QuizArguments) -> Result<ExitCode> {
    let library = load(source)?;
    let mut store = open_store()?;
    let imported = imported(&store)?;
    check_topics(&library, &arguments.topic)?;
    let seed = arguments.seed.unwrap_or_else(|| SystemClock.now().as_millis());
    let (mut session, id) = if arguments.order.resume {
        let open =
            [Purpose::Practice, Purpose::Diagnostic, Purpose::Review].map(|purpose| store.open_session(purpose.name()));
        let open = open.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().max_by_key(|(id, _)| *id);
        let Some((id, state)) = open else { bail!("no quiz was left in the middle") };
        (resumed(&library, &imported, &state)?, Some(id))
    } else {
        (new_quiz(&library, &imported, arguments, &store, seed)?, None)
    };
    if session.is_empty() {
        bail!("no question fits this choice of topics, patterns and order");
    }
    if on_terminal() && !arguments.plain {
        ui::run(library, store, ui::Opening::Quiz(session, id))?;
    } else {
        with_console(|console| plain::quiz(&mut session, id, &library, &mut store, &SystemClock, console))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn check_topics(library: &Library, topics: &[String]) -> Result<()> {
    let known = library.question_topics();
    for topic in topics.iter().filter(|topic| *topic != exchange::TOPIC) {
        if !known.contains(&topic.as_str()) {
            bail!(Usage(format!("there is no topic {topic}; expected one of {}, imported", known.join(", "))));
        }
    }
    Ok(())
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
    };
    // With a seed the session is the same for everybody, unless it is asked for by what was answered.
    let needs_history = arguments.seed.is_none() || order != Order::Mixed;
    let history = if needs_history { Some(store.history()?) } else { None };
    Ok(Session::new(Purpose::Practice, &select(&pool, &selection, history.as_ref()), seed))
}

pub(super) fn exam(source: &Source, arguments: &ExamArguments) -> Result<ExitCode> {
    let library = load(source)?;
    let mut store = open_store()?;
    let open = store.open_session(Purpose::Exam.name())?.filter(|_| !arguments.new);
    let (mut session, id) = if let Some((id, state)) = open {
        (resumed(&library, &[], &state)?, Some(id))
    } else {
        let seed = arguments.seed.unwrap_or_else(|| SystemClock.now().as_millis());
        let length = if arguments.full { Length::Full } else { Length::Short };
        let history = if arguments.seed.is_some() { crate::quiz::History::new() } else { store.history()? };
        (study::exam(&study::pool(&library, seed), &history, length, seed), None)
    };
    if on_terminal() && !arguments.plain {
        ui::run(library, store, ui::Opening::Quiz(session, id))?;
    } else {
        with_console(|console| plain::exam(&mut session, id, &library, &mut store, &SystemClock, console))?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn review(source: &Source, arguments: &ReviewArguments) -> Result<ExitCode> {
    let library = load(source)?;
    let mut store = open_store()?;
    let log = store.log()?;
    if arguments.optimize {
        return optimize(&mut store, &study::reviewed(&log));
    }
    if let Some((fitted, made)) = study::refit(&log, store.setting(study::FITTED)?.as_deref()) {
        keep_fitted(&mut store, &fitted, made)?;
    }
    let now = SystemClock.now();
    let mut pool = study::pool(&library, now.as_millis());
    pool.extend(imported(&store)?);
    let cards = study::cards(&log, store.setting(study::PARAMETERS)?.as_deref()).map_err(anyhow::Error::msg)?;
    let count = usize::from(arguments.count);
    let mut session = study::due(&cards, &pool, review::day(now), count, now.as_millis());
    if session.is_empty() {
        let next = cards.iter().map(|(_, card)| card.due).min();
        let next = next.map_or_else(
            || "Answer some questions first: dynadrill quiz.".to_owned(),
            |day| format!("The next is due on {}.", text::date(day)),
        );
        print(&[format!("Nothing is due for review today. {next}")])?;
    } else if on_terminal() && !arguments.plain {
        ui::run(library, store, ui::Opening::Quiz(session, None))?;
    } else {
        with_console(|console| plain::quiz(&mut session, None, &library, &mut store, &SystemClock, console))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn keep_fitted(store: &mut Store, fitted: &review::Parameters, made: usize) -> Result<()> {
    store.set(study::PARAMETERS, &serde_json::to_string(fitted)?)?;
    store.set(study::FITTED, &made.to_string())?;
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

pub(super) fn plan(source: &Source, exam: &str) -> Result<ExitCode> {
    let library = load(source)?;
    let store = open_store()?;
    let Some(exam) = Timestamp::from_date(exam) else {
        bail!(Usage(format!("--exam expects a date such as 2026-12-24, found {exam}")));
    };
    let (now, log) = (SystemClock.now(), store.log()?);
    let setting = store.setting(study::PARAMETERS)?;
    let plan = study::plan_until(&library, &log, setting.as_deref(), now, exam).map_err(anyhow::Error::msg)?;
    print(&text::plan(&plan, &study::ready(&library, &log), &library))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn import(file: &Path, format: Option<Format>) -> Result<ExitCode> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {name}"))?;
    let written = String::from_utf8(bytes).map_err(|error| {
        anyhow::anyhow!("{name} is not valid UTF-8: byte {} begins no character", error.utf8_error().valid_up_to())
    })?;
    let Some(format) = format.or_else(|| Format::guess(&name, &written)) else {
        let all = Format::ALL.map(Format::name).join(", ");
        bail!(Usage(format!("{name} looks like none of {all}; say which with --format")));
    };
    let (drafts, rejected) = exchange::import(&written, format);
    let mut store = open_store()?;
    for draft in &drafts {
        store.keep_imported(&exchange::id(draft), &serde_json::to_string(draft)?)?;
    }
    let told = rejected.iter().map(|fault| format!("{name}:{}: not imported: {}", fault.line, fault.reason));
    safe_text::write_lines(&mut safe_text::stderr(), &told.collect::<Vec<_>>())?;
    print(&[format!(
        "{} questions imported as {format}, {} refused. They are unverified and do not count for readiness; \
         dynadrill quiz --topic imported asks them.",
        drafts.len(),
        rejected.len()
    )])?;
    Ok(if rejected.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) fn export(source: &Source, target: Target) -> Result<ExitCode> {
    let library = load(source)?;
    print_block(&exchange::export(&library.questions, target))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn progress(command: &ProgressCommand) -> Result<ExitCode> {
    let mut store = open_store()?;
    match command {
        ProgressCommand::Export => print_json(&store.export()?)?,
        ProgressCommand::Import { file } => {
            let name = file.display().to_string();
            let written = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
            let exported = serde_json::from_str(&written).with_context(|| format!("{name} is no JSON"))?;
            let answers = store.import(&exported).with_context(|| format!("cannot take {name} in"))?;
            print(&[format!("{answers} answers were new.")])?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
