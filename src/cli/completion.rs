//! What a shell completes the command line with.
//!
//! The life of a Tab: `dynadrill completions SHELL` once gave the shell a script that knows no names. At each Tab it runs the
//! program with [`ASKED`] set and the words of the line; [`answer`] takes that up before anything else, looks up the names of
//! the kind that is wanted, and prints those that fit. So labs, topics and questions are the ones there are now: those of
//! `--content DIR` if the line says so, and imported questions.
//!
//! Left out: names that could mean something to a shell. Content may be written by others, and what is completed ends up in
//! a line that is run. Documentation: <https://docs.rs/clap_complete/latest/clap_complete/env/>.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::builder::PossibleValuesParser;
use clap_complete::env::Shells;
use clap_complete::{ArgValueCandidates, CompleteEnv, CompletionCandidate, Shell};

use super::{definition, print_block};
use crate::clock::{Clock as _, SystemClock};
use crate::content::{self, ExamPattern, Library, Source};
use crate::exchange::{self, ExportFormat, Format};
use crate::progress::{self, Store};
use crate::safe_text;

/// The variable of the environment with which a shell asks what fits; it holds the shell's name.
const ASKED: &str = "DYNADRILL_COMPLETE";

/// Prints the script that makes a shell ask.
pub(super) fn script(shell: Shell) -> Result<ExitCode> {
    let name = shell.to_string();
    let shells = Shells::builtins();
    let writer = shells.completer(&name).with_context(|| format!("there is no completion for {name}"))?;
    let mut script = Vec::new();
    writer.write_registration(ASKED, "dynadrill", "dynadrill", "dynadrill", &mut script)?;
    print_block(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}

/// Answers a shell that asks; returns whether one did.
pub(super) fn answer() -> Result<bool, clap::Error> {
    let here = std::env::current_dir().ok();
    CompleteEnv::with_factory(|| with_names(definition()))
        .var(ASKED)
        .bin("dynadrill")
        .completer("dynadrill")
        .try_complete(std::env::args_os(), here.as_deref())
}

/// Returns the definition with what the values of some arguments may be. The program itself does not refuse by it: it offers
/// the nearest name.
fn with_names(definition: clap::Command) -> clap::Command {
    let lab_names = |command: clap::Command| {
        // An argument that is changed comes behind the others, unless it says where it stands.
        let command = command.mut_arg("name", |name| name.index(1).add(ArgValueCandidates::new(labs)));
        let has_folder = command.get_arguments().any(|argument| argument.get_id() == "folder");
        if has_folder { command.mut_arg("folder", |folder| folder.index(2)) } else { command }
    };
    definition
        .mut_subcommand("quiz", |quiz| {
            quiz.mut_arg("topic", |topic| topic.add(ArgValueCandidates::new(topics)))
                .mut_arg("question", |question| question.add(ArgValueCandidates::new(questions)))
                .mut_arg("pattern", |pattern| {
                    pattern.value_parser(PossibleValuesParser::new(ExamPattern::ALL.map(|pattern| {
                        // The program ends with the answer, so names may last.
                        &*pattern.to_string().leak()
                    })))
                })
        })
        .mut_subcommand("lab", |lab| {
            ["start", "code", "serve", "demo"].into_iter().fold(lab, |lab, name| lab.mut_subcommand(name, lab_names))
        })
        .mut_subcommand("export", |export| {
            export.mut_arg("to", |target| {
                let targets = ExportFormat::ALL.map(ExportFormat::name).into_iter().chain(["blind"]);
                target.value_parser(PossibleValuesParser::new(targets))
            })
        })
        .mut_subcommand("import", |import| {
            import.mut_arg("format", |format| {
                format.value_parser(PossibleValuesParser::new(Format::ALL.map(Format::name)))
            })
        })
}

fn labs() -> Vec<CompletionCandidate> {
    named(library().labs.iter().map(|lab| (lab.name.as_str(), lab.title.as_str())))
}

fn topics() -> Vec<CompletionCandidate> {
    let library = library();
    let title = |id: &str| library.topics.iter().find(|topic| topic.id == id).map_or("", |topic| topic.title.as_str());
    named(
        library
            .question_topics()
            .into_iter()
            .map(|id| (id, title(id)))
            .chain([(exchange::TOPIC, "Questions that you imported")]),
    )
}

fn questions() -> Vec<CompletionCandidate> {
    let (library, imported) = (library(), imported());
    named(library.questions.iter().chain(&imported).map(|question| (question.id.as_str(), question.topic.as_str())))
}

/// Returns names with what they are, without those that a shell could take for more than a name.
fn named<'a>(names: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<CompletionCandidate> {
    let is_plain = |name: &str| {
        !name.starts_with('-') && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
    };
    names
        .filter(|(name, _)| is_plain(name))
        .map(|(name, what)| {
            let what = (!what.is_empty()).then(|| safe_text::line(what).into_owned().into());
            CompletionCandidate::new(name).help(what)
        })
        .collect()
}

/// The content that the line is about. What is wrong with it is told when the line is run.
fn library() -> Library {
    let source = content_of(std::env::args_os()).map_or(Source::Embedded, Source::Directory);
    content::load(&source).0
}

/// Returns the directory that a line's `--content` names, the last if there are several.
fn content_of(words: impl Iterator<Item = OsString>) -> Option<PathBuf> {
    let words: Vec<OsString> = words.collect();
    let apart = words.windows(2).filter(|pair| pair[0] == "--content").map(|pair| pair[1].clone());
    let joined = words.iter().filter_map(|word| word.to_str()?.strip_prefix("--content=").map(OsString::from));
    apart.chain(joined).next_back().map(PathBuf::from)
}

/// The questions that the learner imported; none if they cannot be read, for nothing is told in the middle of a line.
fn imported() -> Vec<crate::content::Question> {
    let directory = progress::data_directory().filter(|directory| directory.join("progress.db").is_file());
    let store = directory.and_then(|directory| Store::open_to_read(&directory, SystemClock.now()).ok());
    let rows = store.and_then(|(store, _)| store.imported().ok()).unwrap_or_default();
    rows.iter().filter_map(|row| exchange::kept(&row.body).ok()).map(|draft| exchange::question(&draft)).collect()
}

#[cfg(test)]
mod tests {
    use super::{content_of, named};

    #[test]
    fn the_content_is_that_of_the_line() {
        let of = |line: &str| content_of(line.split(' ').map(Into::into));
        assert_eq!(of("dynadrill -- dynadrill quiz --topic k"), None);
        assert_eq!(of("dynadrill -- dynadrill --content a lab start"), Some("a".into()));
        assert_eq!(of("dynadrill -- dynadrill --content a --content=b lab"), Some("b".into()));
    }

    #[test]
    fn names_that_mean_something_to_a_shell_are_left_out() {
        let names = ["query-vs-scan", "e4.once_2", "$(id)", "a b", "`id`", "a;b", "-rf", "~root", "a'b"];
        let kept = named(names.iter().map(|name| (*name, "")));
        let kept: Vec<_> = kept.iter().map(|candidate| candidate.get_value().to_str()).collect();
        assert_eq!(kept, [Some("query-vs-scan"), Some("e4.once_2")]);
    }
}
