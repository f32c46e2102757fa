//! The command line: what can be asked of the program, and the wiring of all the other modules.
//!
//! Data goes to standard output, talk to standard error. Exit codes: 0 done, 1 a check, a command or an import failed, 2 wrong usage.
//! A reader that closes its end of a pipe ends the program quietly.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Result, bail};
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::app::line::{self, Line};
use crate::app::{Message, Model, Screen, Start, stats, text};
use crate::author;
use crate::aws_cli::{begun, nearest};
use crate::clock::{Clock as _, SystemClock};
use crate::content::{self, FileKind, Library, Source};
use crate::desk::{Aims, Desk};
use crate::exchange::Format;
use crate::generate;
use crate::plain::{self, Console};
use crate::progress::Store;
use crate::safe_text;
use crate::ui;

mod about;
mod access;
mod completion;
mod face;
mod interrupt;
mod lab_code;
mod lab_real;
mod lab_serve;
mod labs;
mod outlet;
mod report;
mod serve;
mod settings;
mod shell;
mod study;

use access::AccessArguments;
use face::{Face, LookArguments, on_terminal};
use labs::LabCommand;
use serve::ModelArguments;
use study::{ExamArguments, ExportArguments, ProgressCommand, QuizArguments, ReviewArguments};

/// Prepares you for the DynamoDB part of the AWS Certified Developer - Associate exam (DVA-C02): scenario questions, and
/// labs on an embedded mini-DynamoDB. Without a command the tutor opens. Not affiliated with AWS.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Option<ProgramCommand>,
    /// Read questions/ and labs/ from this directory instead of the ones built in.
    #[arg(long, global = true, value_name = "DIR")]
    content: Option<PathBuf>,
    #[command(flatten)]
    look: LookArguments,
}

#[derive(Debug, Subcommand)]
enum ProgramCommand {
    /// Answer questions.
    Quiz(QuizArguments),
    /// Sit an exam: 20 questions in 40 minutes, or the full 65 in 130. One that was left is resumed.
    Exam(ExamArguments),
    /// Answer what you are about to forget.
    Review(ReviewArguments),
    /// What you would recall on the day of your exam, and what is best done today.
    Plan {
        /// The day of your exam, such as 2026-12-24; the one in your settings if left out.
        #[arg(long, value_name = "DATE")]
        exam: Option<String>,
    },
    /// Import questions: markdown with checkboxes or letters, JSON, Aiken, GIFT, TSV.
    Import {
        /// The file; - is standard input.
        file: PathBuf,
        /// Its format, if the file does not show it: checkbox, lettered, json, aiken, gift or tsv.
        #[arg(long, value_name = "FORMAT")]
        format: Option<Format>,
    },
    /// Print the questions for another program: anki, gift, markdown or json; or a sheet for blind readers.
    Export(ExportArguments),
    /// Carry your progress to another machine.
    #[command(subcommand)]
    Progress(ProgressCommand),
    /// List, start or watch labs.
    #[command(subcommand)]
    Lab(LabCommand),
    /// Play freely on a small seeded shop: commands from the terminal or from standard input.
    Shell {
        /// The directory whose directories are the buckets of exports and imports.
        #[arg(long, value_name = "DIR")]
        s3_dir: Option<PathBuf>,
    },
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
        /// The directory whose directories are the buckets of exports and imports.
        #[arg(long, value_name = "DIR")]
        s3_dir: Option<PathBuf>,
        /// The Region in ARNs.
        #[arg(long, default_value = "us-east-1")]
        region: String,
        #[command(flatten)]
        model: ModelArguments,
        #[command(flatten)]
        access: AccessArguments,
    },
    /// Show your scores.
    Stats {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write your scores as one web page with charts, to be read in a browser or printed.
    Report {
        /// The page's file; standard output if left out.
        file: Option<PathBuf>,
    },
    /// List or check questions and labs.
    #[command(subcommand)]
    Content(ContentCommand),
    /// Show where your progress, history and settings are kept.
    Paths,
    /// Print a file of settings with what each means, and where it is read from.
    Config,
    /// Print what a shell needs to complete the command line: labs, topics and questions are looked up at each Tab.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the man page, or write one for every command.
    Man {
        /// The directory to write them to.
        dir: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
enum ContentCommand {
    /// List questions and labs.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show how single questions do in the answers that were given: the share that is right, and whether good learners get
    /// them right.
    Stats {
        /// Count the answers of others, too: files that `dynadrill progress export` wrote. They are read and not kept.
        #[arg(long, value_name = "FILE")]
        import: Vec<PathBuf>,
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
    about::with_notes(Arguments::command(), "")
}

/// Reads the words of a command line, the program's name first.
fn parse(words: impl IntoIterator<Item = impl Into<std::ffi::OsString> + Clone>) -> Result<Arguments, clap::Error> {
    Arguments::from_arg_matches(&definition().try_get_matches_from(words)?)
}

/// Runs the program.
///
/// # Errors
/// Whatever keeps it from doing what was asked, wrong usage that the parser cannot know of included.
pub fn run() -> Result<ExitCode> {
    match completion::answer() {
        Ok(true) => return Ok(ExitCode::SUCCESS),
        Ok(false) => {}
        Err(error) => return explain_usage(&error),
    }
    let done = match parse(std::env::args_os()) {
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
    let printed = match parse(marked) {
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
    if let Source::Directory(directory) = &source
        && !directory.is_dir()
    {
        bail!(Usage::of(format!(
            "--content expects a directory that holds questions/ and labs/, found none at {}",
            directory.display()
        )));
    }
    // What helps to put the settings right works without them.
    match &arguments.command {
        Some(ProgramCommand::Paths) => return about::paths(),
        Some(ProgramCommand::Config) => return about::config(),
        Some(ProgramCommand::Completions { shell }) => return completion::script(*shell),
        Some(ProgramCommand::Man { dir }) => return about::man(dir.as_deref()),
        _ => {}
    }
    let face = Face::new(&arguments.look)?;
    match arguments.command {
        None => tutor(&face, &source),
        Some(ProgramCommand::Quiz(quiz)) => study::quiz(&face, &source, &quiz),
        Some(ProgramCommand::Exam(exam)) => study::exam(&face, &source, &exam),
        Some(ProgramCommand::Review(review)) => study::review(&face, &source, &review),
        Some(ProgramCommand::Plan { exam }) => study::plan(&face, &source, exam.as_deref()),
        Some(ProgramCommand::Import { file, format }) => study::import(&face, &file, format),
        Some(ProgramCommand::Export(export)) => study::export(&face, &source, &export),
        Some(ProgramCommand::Progress(command)) => study::progress(&face, &command),
        Some(ProgramCommand::Lab(command)) => labs::run(&face, &source, &command),
        Some(ProgramCommand::Shell { s3_dir }) => shell::run(face.settings.editor, s3_dir.as_deref()),
        Some(ProgramCommand::Serve { port, host, in_memory: _, data, s3_dir, region, model, access }) => {
            let kept = serve::EndpointFiles { data: data.as_deref(), s3_dir: s3_dir.as_deref() };
            serve::run(SocketAddr::new(host, port), access.into(), kept, &region, model)
        }
        Some(ProgramCommand::Stats { json }) => show_stats(&face, &source, json),
        Some(ProgramCommand::Report { file }) => report::write(&face, &source, file.as_deref()),
        Some(ProgramCommand::Content(command)) => content_command(&face, source, command),
        Some(
            ProgramCommand::Paths
            | ProgramCommand::Config
            | ProgramCommand::Completions { .. }
            | ProgramCommand::Man { .. },
        ) => Ok(ExitCode::SUCCESS),
    }
}

fn content_command(face: &Face, source: Source, command: ContentCommand) -> Result<ExitCode> {
    match command {
        ContentCommand::List { json } => list_content(face, &source, json),
        ContentCommand::Stats { import, json } => study::item_statistics(face, &import, json),
        ContentCommand::Schema { of } => show_schema(of),
        ContentCommand::New(NewCommand::Lab { name, dir }) => new_lab(&dir, &name),
        ContentCommand::Check { dir: Some(dir) } if !dir.is_dir() => {
            bail!(Usage::of(format!(
                "expected a directory that holds questions/ and labs/, found none at {}",
                dir.display()
            )))
        }
        ContentCommand::Check { dir } => check_content(&dir.map_or(source, Source::Directory)),
    }
}

/// Whether the reader of our output has gone, which is not our failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe))
}

/// Runs `talk_with` on standard input, output and error.
fn with_console<T, E>(talk_with: impl FnOnce(&mut Console<'_>) -> Result<T, E>) -> Result<T>
where
    anyhow::Error: From<E>,
{
    let (mut input, mut output, mut talk) = (io::stdin().lock(), safe_text::stdout(), safe_text::stderr());
    let is_interactive = io::IsTerminal::is_terminal(&input) && output.is_terminal();
    let columns = ui::columns().filter(|_| is_interactive);
    let mut console = Console::new(&mut input, &mut output, &mut talk).interactive(is_interactive).on_columns(columns);
    Ok(talk_with(&mut console)?)
}

/// Opens the screens with one that is ready.
fn open_screen(face: &Face, library: Library, store: Store, screen: Screen) -> Result<()> {
    ui::run(library, store, ui::Opening::Screen(Box::new(screen)), face.setup())
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
    let (mut model, mut desk) = at_desk(library, store, Aims::default());
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
    let (mut model, mut desk) = at_desk(library, store, Aims::default());
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

fn at_desk(library: Library, store: Store, aims: Aims) -> (Model, Desk) {
    let library = Arc::new(library);
    let mut desk = Desk::new(Arc::clone(&library), store, Arc::new(SystemClock)).with_aims(aims);
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

/// Prints the rows of a list. They are for scripts too, which get them whole; at a terminal one that is too wide may not go on
/// where a row begins.
fn print_rows(rows: &[Line]) -> Result<()> {
    let width = ui::columns().filter(|_| safe_text::stdout().is_terminal()).unwrap_or(usize::MAX);
    let rows: Vec<Line> = rows.iter().cloned().map(Line::titled).collect();
    print(&line::plain(&rows, width))
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

fn tutor(face: &Face, source: &Source) -> Result<ExitCode> {
    let library = face.load(source)?;
    let store = face.open_store()?;
    if on_terminal() {
        ui::run(library, store, ui::Opening::Home, face.setup())?;
        return Ok(ExitCode::SUCCESS);
    }
    let summary = store.summary()?;
    let mut lines = vec![
        "dynadrill prepares you for the DynamoDB part of the AWS Certified Developer - Associate exam.".to_owned(),
        String::new(),
        format!(
            "{} questions, {} labs. This is not a terminal that can show the screens, so here is an overview:",
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
#[error("{words}")]
pub struct Usage {
    words: String,
    /// What could have been meant, in lines.
    listed: Vec<String>,
}

impl Usage {
    fn of(words: String) -> Self {
        Self { words, listed: Vec::new() }
    }

    /// A name that there is none of among `known`: the nearest is offered, and all are listed.
    fn unknown(kind: &str, name: &str, known: &[&str]) -> Self {
        let Self { words, .. } = Self::near(kind, name, known.iter().copied(), "Expected one of:");
        Self { words, listed: about::columns(known) }
    }

    /// A name that there is none of among `known`, which are too many to be listed: the nearest is offered, and `more` says
    /// where the others are.
    fn near<'a>(kind: &str, name: &str, known: impl Iterator<Item = &'a str> + Clone, more: &str) -> Self {
        let meant = begun(name, known.clone()).or_else(|| nearest(name, known));
        let meant = meant.map(|meant| format!(" Did you mean {meant}?")).unwrap_or_default();
        Self::of(format!("there is no {kind} {name}.{meant} {more}"))
    }

    /// Returns what could have been meant, in lines.
    #[must_use]
    pub fn listed(&self) -> &[String] {
        &self.listed
    }
}

fn show_stats(face: &Face, source: &Source, json: bool) -> Result<ExitCode> {
    let library = face.load(source)?;
    let store = face.open_to_read()?;
    let (summary, log) = (store.summary()?, store.log()?);
    if json {
        print_json(&stats::to_json(&library, &summary, &log))?;
    } else {
        print_lines(&stats::lines(&library, &summary, &log))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn list_content(face: &Face, source: &Source, json: bool) -> Result<ExitCode> {
    let library = face.load(source)?;
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
    print_rows(&lines.into_iter().map(Line::text).collect::<Vec<_>>())?;
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
        author::NewLabError::Name(_) => anyhow::Error::new(Usage::of(error.to_string())),
        error @ author::NewLabError::Write { .. } => error.into(),
    })?;
    let root = root.display();
    print(&[
        format!("{} is there, a lab of one step.", file.display()),
        format!("dynadrill content check {root}      names what is wrong with it"),
        format!("dynadrill --content {root} lab start {name}      plays it"),
    ])?;
    Ok(ExitCode::SUCCESS)
}

/// What is said of a directory in which there is nothing to check or to use.
fn no_content(directory: &Path) -> String {
    format!("expected a directory with content in questions/ or labs/, found none in {}", directory.display())
}

fn check_content(source: &Source) -> Result<ExitCode> {
    let author::Checked { library, problems, figures, .. } = author::check(source);
    if let Source::Directory(directory) = source
        && library.questions.is_empty()
        && library.labs.is_empty()
        && problems.is_empty()
    {
        bail!(Usage::of(no_content(directory)));
    }
    let mut lines: Vec<String> =
        figures.iter().map(|figure| safe_text::line(&figure.to_string()).into_owned()).collect();
    lines.extend(problems.iter().flat_map(text::problem));
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
