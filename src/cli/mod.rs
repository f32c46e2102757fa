//! The command line: what can be asked of the program, and the wiring of all the other modules.
//!
//! Data goes to standard output, talk to standard error. Exit codes: 0 done, 1 a check or a lab failed, 2 wrong usage.
//! A reader that closes its end of a pipe ends the program quietly.

use std::io::{self, IsTerminal as _, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::app::line::{self, Line};
use crate::app::{Message, Model, Screen, Start, stats, text};
use crate::author;
use crate::clock::{Clock as _, SteadyClock, SystemClock};
use crate::content::{self, FileKind, Library, Source};
use crate::desk::Desk;
use crate::engine::{Config, Engine, Lag, Timings};
use crate::exchange::{Format, Target};
use crate::generate;
use crate::http::{self, Access, Served};
use crate::lab::{self};
use crate::plain::{self, Console};
use crate::progress::{self, Store};
use crate::safe_text;
use crate::ui::{self, Look, Theme};

mod access;
mod interrupt;
mod lab_real;
mod lab_serve;
mod labs;
mod outlet;
mod study;

use access::AccessArguments;
use labs::LabCommand;
use outlet::Outlet;
use study::{ExamArguments, ProgressCommand, QuizArguments, ReviewArguments};

/// Prepares you for the DynamoDB part of the AWS Certified Developer - Associate exam (DVA-C02): scenario questions, and
/// labs on an embedded mini-DynamoDB. Not affiliated with AWS.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Read questions/ and labs/ from this directory instead of the ones built in.
    #[arg(long, global = true, value_name = "DIR")]
    content: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer questions.
    Quiz(QuizArguments),
    /// Sit an exam: 20 questions in 40 minutes, or the full 65 in 130. One that was left is gone on with.
    Exam(ExamArguments),
    /// Answer what you are about to forget.
    Review(ReviewArguments),
    /// What you would recall on the day of your exam, and what is best done today.
    Plan {
        /// The day of your exam: 2026-12-24.
        #[arg(long, value_name = "DATE")]
        exam: String,
    },
    /// Import questions: markdown with checkboxes or letters, JSON, Aiken, GIFT, TSV.
    Import {
        /// The file.
        file: PathBuf,
        /// Its format, if it cannot be told from the file: checkbox, lettered, json, aiken, gift or tsv.
        #[arg(long, value_name = "FORMAT")]
        format: Option<Format>,
    },
    /// Print the questions for another program: anki, gift, markdown or json.
    Export {
        /// The format.
        target: Target,
    },
    /// Carry your progress to another machine.
    #[command(subcommand)]
    Progress(ProgressCommand),
    /// List, start or watch labs.
    #[command(subcommand)]
    Lab(LabCommand),
    /// Play freely on a small seeded shop: commands from the terminal or from standard input.
    Shell,
    /// Serve the engine to real clients, on this machine unless --host says otherwise.
    Serve {
        /// The port; 0 takes a free one.
        #[arg(long, default_value_t = 8000)]
        port: u16,
        /// The address to listen on.
        #[arg(long, default_value = "127.0.0.1")]
        host: std::net::IpAddr,
        /// Keep tables in memory: they are gone when the process ends (the default).
        #[arg(long, conflicts_with = "data")]
        in_memory: bool,
        /// Keep tables in this file, so that they are there the next time.
        #[arg(long, value_name = "FILE")]
        data: Option<PathBuf>,
        /// The Region in ARNs.
        #[arg(long, default_value = "us-east-1")]
        region: String,
        /// Let eventually consistent reads and global indexes lag behind, and expired items stay for up to two days, as on
        /// the service (a model).
        #[arg(long)]
        realistic: bool,
        #[command(flatten)]
        access: AccessArguments,
    },
    /// Show your scores.
    Stats {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// List or check questions and labs.
    #[command(subcommand)]
    Content(ContentCommand),
}

#[derive(Debug, Subcommand)]
enum ContentCommand {
    /// List questions and labs.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Check questions and labs; exits with 1 if any has an error.
    Check {
        /// The directory that holds questions/ and labs/; the content built in if left out.
        dir: Option<PathBuf>,
    },
    /// Print the JSON Schema of lab files or question files, for editors.
    Schema {
        /// Of which files.
        of: SchemaOf,
    },
    /// Begin a new piece of content in a directory of your own.
    #[command(subcommand)]
    New(NewCommand),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SchemaOf {
    Lab,
    Questions,
}

#[derive(Debug, Subcommand)]
enum NewCommand {
    /// Write labs/NAME.yaml: a lab of one step that passes `content check`, to make something of.
    Lab {
        /// The lab's name.
        name: String,
        /// The directory that holds questions/ and labs/.
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
}

/// The commands, their arguments and their help, as the program understands them.
#[must_use]
pub fn definition() -> clap::Command {
    Arguments::command()
}

/// Runs the program.
///
/// # Errors
/// Whatever keeps it from doing what was asked, wrong usage that the parser cannot know of included.
pub fn run() -> Result<ExitCode> {
    let done = match Arguments::try_parse() {
        Ok(arguments) => perform(arguments),
        Err(error) => explain_usage(&error),
    };
    match done {
        Err(error) if is_closed_pipe(&error) => Ok(ExitCode::SUCCESS),
        other => other,
    }
}

/// Prints the help that was asked for, or what is wrong with the arguments. They are repeated with the parser's own
/// colours around them, so the parser reads them once more with marks in them, instead of the text being marked.
fn explain_usage(error: &clap::Error) -> Result<ExitCode> {
    let marked = std::env::args_os().map(|word| safe_text::line(&word.to_string_lossy()).into_owned());
    let printed = match Arguments::try_parse_from(marked) {
        Err(same) => same.print(),
        Ok(_) => safe_text::stderr().write_all(error.to_string().as_bytes()),
    };
    // Wrong usage is wrong usage even if nothing can be printed.
    if !error.use_stderr() {
        printed?;
    }
    Ok(u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from))
}

fn perform(arguments: Arguments) -> Result<ExitCode> {
    let source = arguments.content.map_or(Source::Embedded, Source::Directory);
    match arguments.command {
        None => tutor(&source),
        Some(Command::Quiz(quiz)) => study::quiz(&source, &quiz),
        Some(Command::Exam(exam)) => study::exam(&source, &exam),
        Some(Command::Review(review)) => study::review(&source, &review),
        Some(Command::Plan { exam }) => study::plan(&source, &exam),
        Some(Command::Import { file, format }) => study::import(&file, format),
        Some(Command::Export { target }) => study::export(&source, target),
        Some(Command::Progress(command)) => study::progress(&command),
        Some(Command::Lab(command)) => labs::run(&source, &command),
        Some(Command::Shell) => shell(),
        Some(Command::Serve { port, host, in_memory: _, data, region, realistic, access }) => {
            serve(SocketAddr::new(host, port), access.into(), data.as_deref(), &region, realistic)
        }
        Some(Command::Stats { json }) => show_stats(&source, json),
        Some(Command::Content(ContentCommand::List { json })) => list_content(&source, json),
        Some(Command::Content(ContentCommand::Schema { of })) => show_schema(of),
        Some(Command::Content(ContentCommand::New(NewCommand::Lab { name, dir }))) => new_lab(&dir, &name),
        Some(Command::Content(ContentCommand::Check { dir })) => check_content(&dir.map_or(source, Source::Directory)),
    }
}

/// Whether the reader of our output has gone, which is not our failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe))
}

/// Loads content; what could not be read is told, the rest is used.
fn load(source: &Source) -> Result<Library> {
    let (library, problems) = content::load(source);
    let told: Vec<String> = problems.iter().flat_map(text::problem).collect();
    safe_text::write_lines(&mut safe_text::stderr(), &told)?;
    Ok(library)
}

/// Opens the progress file and prints what the learner should know about it.
fn open_store() -> Result<Store> {
    let now = SystemClock.now();
    let (store, notices) = if let Some(directory) = progress::data_directory() {
        Store::open(&directory, now)
    } else {
        let reason = "there is no home directory; set DYNADRILL_HOME".to_owned();
        (Store::in_memory(&reason)?, vec![progress::Notice::InMemory { reason }])
    };
    print_notices(&notices)?;
    Ok(store)
}

/// Opens the progress file for a command that is about what is in it: without that it fails.
fn open_to_read() -> Result<Store> {
    let store = open_store()?;
    match store.unread() {
        Some(reason) => bail!("your progress cannot be read: {reason}"),
        None => Ok(store),
    }
}

/// Opens the progress file for a command that adds to it and does nothing else: if that would be forgotten it fails.
fn open_to_write() -> Result<Store> {
    let store = open_store()?;
    match store.unkept() {
        Some(reason) => bail!("nothing can be saved: {reason}"),
        None => Ok(store),
    }
}

fn print_notices(notices: &[progress::Notice]) -> Result<()> {
    let lines: Vec<String> = notices.iter().map(ToString::to_string).collect();
    safe_text::write_lines(&mut safe_text::stderr(), &lines)?;
    Ok(())
}

/// Whether there is a terminal to draw on and to type at.
fn on_terminal() -> bool {
    io::stdin().is_terminal() && safe_text::stdout().is_terminal()
}

/// Runs `talk_with` on standard input, output and error.
fn with_console<T, E>(talk_with: impl FnOnce(&mut Console<'_>) -> Result<T, E>) -> Result<T>
where
    anyhow::Error: From<E>,
{
    let (mut input, mut output, mut talk) = (io::stdin().lock(), safe_text::stdout(), safe_text::stderr());
    Ok(talk_with(&mut Console::new(&mut input, &mut output, &mut talk))?)
}

/// Opens the screens with one that is ready.
fn open_screen(library: Library, store: Store, screen: Screen) -> Result<()> {
    ui::run(
        library,
        store,
        ui::Opening::Screen(Box::new(screen)),
        Look { theme: Theme::from_environment(), is_ascii: false },
    )
}

/// What a conversation on a model is.
type Conversation<'a, T> = &'a mut dyn FnMut(&mut Model, &mut Desk, &mut Console<'_>) -> io::Result<T>;

/// Has a conversation on standard input, output and error about a screen.
fn with_screen<T>(
    library: Library,
    store: Store,
    screen: Screen,
    mut talk: impl FnMut(&mut Model, &mut Desk, &mut Console<'_>) -> io::Result<T>,
) -> Result<T> {
    let (mut model, mut desk) = at_desk(library, store);
    model.show(screen);
    converse(&mut model, &mut desk, &mut talk)
}

/// The same about something that is to be started first.
fn with_desk<T>(
    library: Library,
    store: Store,
    start: Start,
    mut talk: impl FnMut(&mut Model, &mut Desk, &mut Console<'_>) -> io::Result<T>,
) -> Result<T> {
    let (mut model, mut desk) = at_desk(library, store);
    let mut outcomes = Vec::new();
    for effect in model.update(Message::Open(start)) {
        desk.perform(effect, &mut |outcome| outcomes.push(outcome));
    }
    for outcome in outcomes {
        model.update(Message::Done(outcome));
    }
    if let Some(notice) = model.notice.take() {
        anyhow::bail!(notice);
    }
    if let Some(work) = desk.work() {
        interrupt::stops(work)?;
    }
    converse(&mut model, &mut desk, &mut talk)
}

fn at_desk(library: Library, store: Store) -> (Model, Desk) {
    let library = Arc::new(library);
    let mut desk = Desk::new(Arc::clone(&library), store, Arc::new(SystemClock));
    let standing = desk.standing();
    (Model::new(library, standing), desk)
}

fn converse<T>(model: &mut Model, desk: &mut Desk, talk: Conversation<'_, T>) -> Result<T> {
    with_console(|console| talk(model, desk, console))
}

/// Prints lines of text, broken to the plain width.
fn print_lines(lines: &[Line]) -> Result<()> {
    print(&line::plain(lines, plain::WIDTH))
}

/// Prints each text as a line of its own.
fn print(lines: &[String]) -> Result<()> {
    Ok(safe_text::write_lines(&mut safe_text::stdout(), lines)?)
}

/// Prints a text of several lines, in which nothing of others can end one.
fn print_block(text: &str) -> Result<()> {
    let mut out = safe_text::stdout();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

fn print_json(value: &serde_json::Value) -> Result<()> {
    print_block(&(serde_json::to_string_pretty(value)? + "\n"))
}

fn tutor(source: &Source) -> Result<ExitCode> {
    let library = load(source)?;
    let store = open_store()?;
    if on_terminal() {
        ui::run(library, store, ui::Opening::Home, Look { theme: Theme::from_environment(), is_ascii: false })?;
        return Ok(ExitCode::SUCCESS);
    }
    let summary = store.summary()?;
    let mut lines = vec![
        "dynadrill prepares you for the DynamoDB part of the AWS Certified Developer - Associate exam.".to_owned(),
        String::new(),
        format!(
            "{} questions, {} labs. Here is no terminal, so this is an overview:",
            library.questions.len(),
            library.labs.len()
        ),
        "  dynadrill quiz --plain          questions, a line at a time".to_owned(),
        "  dynadrill exam --plain          an exam of 20 questions in 40 minutes".to_owned(),
        "  dynadrill lab start NAME        a lab; dynadrill lab demo NAME plays its solution".to_owned(),
        "  dynadrill shell                 AWS commands on a small shop".to_owned(),
        "  dynadrill help                  everything else".to_owned(),
        String::new(),
    ];
    print(&lines)?;
    lines.clear();
    print_lines(&stats::lines(&library, &summary, &store.log()?))?;
    Ok(ExitCode::SUCCESS)
}

/// Wrong usage that the parser cannot know of: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(String);

fn shell() -> Result<ExitCode> {
    let mut bench = lab::shop().context("the shop cannot be set up")?;
    bench.read_files_in(std::env::current_dir()?);
    interrupt::stops(bench.work())?;
    let interactive = on_terminal();
    let failed = with_console(|console| {
        if interactive {
            console.say(
                "A small shop: Customers, Orders, Products. :tables shows them, help lists the commands, q leaves.",
            )?;
        }
        plain::shell(&mut bench, interactive, console)
    })?;
    Ok(if failed && !interactive { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// How long control-plane work takes for clients of the endpoint, in milliseconds: short, but long enough to be seen.
const SERVED_TIMINGS: Timings = Timings { allocate_index: 50, backfill_index: 250, ..Timings::INSTANT };

/// How many items expire before one request of the endpoint: few enough that no request waits for them noticeably.
const SERVED_EXPIRY_SLICE: usize = 500;

fn serve(address: SocketAddr, access: Access, data: Option<&Path>, region: &str, realistic: bool) -> Result<ExitCode> {
    let config = Config {
        region: region.to_owned(),
        timings: SERVED_TIMINGS,
        expiry_delay: if realistic { Config::default().expiry_delay } else { 0 },
        expiry_slice: SERVED_EXPIRY_SLICE,
        lag: if realistic { Lag::REALISTIC } else { Lag::NONE },
        journal_capacity: 0,
        ..Config::default()
    };
    let clock = Arc::new(SteadyClock::system());
    // The endpoint is of use even if no one reads where it is, as in `serve 2>&1 | head -1`.
    let talk = Outlet::to(safe_text::stderr())?;
    let notices = talk.clone();
    let notices = Box::new(move |notice: &str| notices.print(&[notice.to_owned()]));
    let served = match data {
        Some(path) => Served::in_file(path, config, clock, notices)
            .with_context(|| format!("cannot keep tables in {}", path.display()))?,
        None => Served::in_memory(Engine::new(config, clock)),
    };
    let clamped: Vec<String> = served.clamped().iter().map(ToString::to_string).collect();
    talk.print(&clamped);
    let announce = |bound| talk.print(&http::announcement(bound, region, &["dynamodb", "dynamodb-streams"]));
    http::serve(address, access, served, announce).with_context(|| format!("cannot serve at {address}"))?;
    Ok(ExitCode::SUCCESS)
}

fn show_stats(source: &Source, json: bool) -> Result<ExitCode> {
    let library = load(source)?;
    let store = open_to_read()?;
    let (summary, log) = (store.summary()?, store.log()?);
    if json {
        print_json(&stats::to_json(&library, &summary, &log))?;
    } else {
        print_lines(&stats::lines(&library, &summary, &log))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn list_content(source: &Source, json: bool) -> Result<ExitCode> {
    let library = load(source)?;
    if json {
        print_json(&author::listing(&library))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut lines: Vec<String> = library
        .questions
        .iter()
        .map(|question| {
            let kind = question.kind().name();
            format!(
                "{:<36} {:<3} {:<19} {kind:<8} {}",
                question.id,
                question.pattern_name(),
                question.topic,
                question.claims.join(" ")
            )
        })
        .collect();
    lines.extend(generate::families().into_iter().map(|family| {
        format!("{:<36} {:<3} {:<19} {:<8} {}", family.id, "", family.topic, "drawn", family.claims.join(" "))
    }));
    lines.extend(library.labs.iter().map(|lab| {
        format!(
            "{:<36} lab {:<19} {:<8} {}",
            lab.name,
            format!("{} steps", lab.steps.len()),
            format!("{} min", lab.minutes),
            lab.claims.join(" ")
        )
    }));
    print(&lines)?;
    Ok(ExitCode::SUCCESS)
}

fn show_schema(of: SchemaOf) -> Result<ExitCode> {
    print_json(&content::schema(match of {
        SchemaOf::Lab => FileKind::Lab,
        SchemaOf::Questions => FileKind::Questions,
    }))?;
    Ok(ExitCode::SUCCESS)
}

fn new_lab(root: &Path, name: &str) -> Result<ExitCode> {
    let file = author::new_lab(root, name, SystemClock.now()).map_err(|error| match error {
        author::NewLabError::Name(_) => anyhow::Error::new(Usage(error.to_string())),
        error @ author::NewLabError::Write { .. } => error.into(),
    })?;
    let root = root.display();
    print(&[
        format!("{} is there, a lab of one step.", file.display()),
        format!("dynadrill content check {root}      tells what is wrong with it"),
        format!("dynadrill --content {root} lab start {name}      plays it"),
    ])?;
    Ok(ExitCode::SUCCESS)
}

fn check_content(source: &Source) -> Result<ExitCode> {
    let (library, problems) = author::check(source);
    let mut lines: Vec<String> = problems.iter().flat_map(text::problem).collect();
    let count = |name: &str, count: usize| format!("{count} {name}{}", if count == 1 { "" } else { "s" });
    lines.push(format!(
        "{}, {}, {}",
        count("question", library.questions.len()),
        count("lab", library.labs.len()),
        count("problem", problems.len())
    ));
    print(&lines)?;
    Ok(if author::has_errors(&problems) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
