//! The commands of labs: list, start, serve, demo.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};

use super::access::AccessArguments;
use super::{
    Face, Usage, interrupt, lab_code, lab_real, lab_serve, on_terminal, print_json, print_lines, print_rows,
    with_console, with_desk,
};
use crate::app::line::Line;
use crate::app::{Start, stats, text};
use crate::author;
use crate::clock::{Clock as _, SystemClock};
use crate::content::lab::code::ProgramLanguage;
use crate::content::{Lab, Library, Source};
use crate::lab::Runner;
use crate::plain;
use crate::progress::{Store, Summary};
use crate::records;
use crate::remote::Remote;
use crate::ui;

/// How many times as fast as the learner's a lab's clock runs over an endpoint.
const PACE: u64 = 60;

fn language(text: &str) -> Result<ProgramLanguage, String> {
    let known = ProgramLanguage::ALL.into_iter().find(|language| language.name() == text);
    known.ok_or_else(|| "expected python, javascript, java or rust".to_owned())
}

#[derive(Debug, Subcommand)]
pub(super) enum LabCommand {
    /// List the labs and how far each is.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Start a lab, or resume it where you left it.
    Start {
        /// The lab.
        name: String,
        /// Plain text, a line at a time, even on a terminal.
        #[arg(long)]
        plain: bool,
        /// Which one, of a lab that is another on every seed; a new one if left out.
        #[arg(long, value_name = "N")]
        seed: Option<u64>,
        #[command(flatten)]
        real: RealArguments,
    },
    /// Write a folder with the programs that a lab starts from: you fix them, and lab serve grades what they do.
    Code {
        /// The lab.
        name: String,
        /// The folder; the lab's name if left out.
        folder: Option<PathBuf>,
        /// The language: python, javascript, java or rust; all that the lab has if left out.
        #[arg(long, value_name = "LANGUAGE", value_parser = language)]
        lang: Option<ProgramLanguage>,
        /// The port that lab serve will have.
        #[arg(long, default_value_t = lab_code::SERVED_PORT)]
        port: u16,
    },
    /// Serve a lab's tables to your own program, in any language, and grade its steps from the requests that arrive.
    Serve {
        /// The lab.
        name: String,
        /// Begin at this step, those before it done by their solutions.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
        step: Option<u64>,
        /// In a lab that is done in code, go on with the step as it is when the program is run again.
        #[arg(long)]
        keep: bool,
        /// The port; 0 takes a free one.
        #[arg(long, default_value_t = lab_code::SERVED_PORT)]
        port: u16,
        /// How many times as fast as yours the lab's clock runs; 0: only requests take time.
        /// 60 if left out, or what the lab says.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=100_000))]
        pace: Option<u64>,
        #[command(flatten)]
        access: AccessArguments,
    },
    /// Play a lab's reference solution: each command, its result, its cost, its checks.
    Demo {
        /// The lab.
        name: String,
        /// Which one, of a lab that is another on every seed.
        #[arg(long, value_name = "N", default_value_t = 0)]
        seed: u64,
    },
}

/// A DynamoDB elsewhere, on which the lab's steps are done as well.
#[derive(Debug, Args)]
pub(super) struct RealArguments {
    /// Do the steps on this endpoint as well (DynamoDB Local, ScyllaDB Alternator), from the first on.
    #[arg(long, value_name = "URL", conflicts_with = "aws")]
    endpoint_url: Option<String>,
    /// Do the steps on Amazon DynamoDB as well (a build with --features aws); it costs a little.
    #[arg(long)]
    aws: bool,
    /// The profile with the credentials for --aws.
    #[arg(long, value_name = "P", requires = "aws")]
    profile: Option<String>,
    /// The Region there.
    #[arg(long, value_name = "R")]
    region: Option<String>,
    /// What stands before the names of the tables there; dynadrill- and the lab's name if left out.
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,
    /// Create and delete the tables there without asking.
    #[arg(long)]
    yes: bool,
    /// Only delete what earlier sessions of this lab left there.
    #[arg(long)]
    clean: bool,
}

impl RealArguments {
    /// The endpoint that was asked for, if any.
    fn remote(&self, lab: &str) -> Result<Option<Remote>> {
        let prefix = self.prefix.clone().unwrap_or_else(|| format!("dynadrill-{lab}-"));
        if prefix.is_empty() {
            bail!(Usage::of("--prefix may not be empty: tables of yours could be taken for the lab's".to_owned()));
        }
        if let Some(url) = &self.endpoint_url {
            if !url.starts_with("http://") {
                bail!(Usage::of(format!("--endpoint-url expects http://HOST:PORT, found {url}")));
            }
            return Ok(Some(Remote::local(url, self.region.as_deref().unwrap_or("us-east-1"), &prefix)));
        }
        if self.aws {
            return Ok(Some(Remote::aws(self.profile.as_deref(), self.region.as_deref(), &prefix)?));
        }
        if self.clean || self.yes || self.prefix.is_some() || self.region.is_some() {
            bail!(Usage::of("--clean, --yes, --prefix and --region belong to --endpoint-url or --aws".to_owned()));
        }
        Ok(None)
    }
}

fn find_lab<'a>(library: &'a Library, name: &str) -> Result<&'a Lab> {
    library.lab(name).ok_or_else(|| {
        let names: Vec<&str> = library.labs.iter().map(|lab| lab.name.as_str()).collect();
        Usage::unknown("lab", name, &names).into()
    })
}

pub(super) fn run(face: &Face, source: &Source, command: &LabCommand) -> Result<ExitCode> {
    let library = face.load(source)?;
    match command {
        LabCommand::List { json: true } => {
            print_json(&library.labs.iter().map(author::lab_entry).collect())?;
        }
        LabCommand::List { json: false } => list(face, &library)?,
        LabCommand::Start { name, plain, seed, real } => {
            let seed = seed.unwrap_or_else(|| SystemClock.now().as_millis() / 1000);
            let lab = find_lab(&library, name)?.seeded(seed);
            return start(face, library, &lab, *plain, real);
        }
        LabCommand::Code { name, folder, lang, port } => {
            let lab = find_lab(&library, name)?;
            let folder = folder.clone().unwrap_or_else(|| PathBuf::from(&lab.name));
            for file in lab_code::write(lab, *lang, &folder, *port)? {
                print_lines(&[Line::fixed(file.display().to_string())])?;
            }
            face.say(vec![format!(
                "Read {}, then: dynadrill lab serve {}{}",
                folder.join("README.md").display(),
                lab.name,
                lab_code::at_port(*port)
            )])?;
        }
        LabCommand::Serve { name, step, keep, port, pace, access } => {
            let lab = find_lab(&library, name)?;
            let store = face.open_store()?;
            let runner = runner_at(lab, *step, &store)?;
            let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), *port);
            let code = lab.code.as_ref();
            let pace = pace.or_else(|| code?.pace).unwrap_or(PACE);
            let starts_over = code.is_some() && !keep;
            let terms = lab_serve::Terms { address, access: access.clone().into(), pace, starts_over };
            return lab_serve::serve(runner, store, terms);
        }
        LabCommand::Demo { name, seed } => {
            let lab = find_lab(&library, name)?;
            let mut runner = Runner::start(&lab.seeded(*seed), 0)?;
            interrupt::stops(runner.bench().work())?;
            let passed = with_console(|console| plain::demo(&mut runner, console))?;
            return Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the labs, each with how many of its steps are done.
fn list(face: &Face, library: &Library) -> Result<()> {
    // The labs can be listed without what was done in them.
    let summary = match face.open_to_read() {
        Ok(store) => store.summary()?,
        Err(error) => {
            face.say(vec![error.to_string()])?;
            Summary::default()
        }
    };
    let done = |name: &str| library.lab(name).map_or(0, |lab| stats::steps_done(lab, &summary));
    print_rows(&text::lab_list(&library.labs, done))
}

/// Plays a lab, drawn from its seed: against a DynamoDB elsewhere, on screen, or a line at a time.
fn start(face: &Face, mut library: Library, lab: &Lab, is_plain: bool, real: &RealArguments) -> Result<ExitCode> {
    library.labs.iter_mut().filter(|known| known.name == lab.name).for_each(|known| *known = lab.clone());
    let mut store = face.open_store()?;
    if let Some(remote) = real.remote(&lab.name)? {
        return start_real(lab, &remote, real, &mut store);
    }
    let start = Start::Lab(lab.name.clone());
    if on_terminal() && !is_plain {
        ui::run(library, store, ui::Opening::Start(start), face.setup())?;
        return Ok(ExitCode::SUCCESS);
    }
    // What was not finished is saved and can be resumed: leaving is no failure.
    with_desk(library, store, start, plain::lab)?;
    Ok(ExitCode::SUCCESS)
}

/// A lab at this step, counted from 1, or where it was left.
fn runner_at(lab: &Lab, step: Option<u64>, store: &Store) -> Result<Runner> {
    match step.map(|step| usize::try_from(step - 1).unwrap_or(usize::MAX)) {
        None => Ok(records::resume_lab(store, lab, &store.lab_steps(&lab.name)?)?),
        Some(done) if done < lab.steps.len() => Ok(Runner::start(lab, done)?),
        Some(_) => bail!(Usage::of(format!("{} has {} steps", lab.name, lab.steps.len()))),
    }
}

fn start_real(lab: &Lab, remote: &Remote, arguments: &RealArguments, store: &mut Store) -> Result<ExitCode> {
    if arguments.clean {
        with_console(|console| lab_real::clean(remote, arguments.yes, console))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut runner = Runner::start(lab, 0)?;
    runner.read_files_in(std::env::current_dir()?);
    interrupt::stops(runner.bench().work())?;
    let is_finished = with_console(|console| lab_real::play(runner, remote, arguments.yes, store, console))?;
    Ok(if is_finished { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
