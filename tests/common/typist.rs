//! The real program with somebody at its keyboard: run to its end, or talked to while it runs.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Output, Stdio};

/// The program with these arguments and its progress in `home`; what it reads and prints goes through pipes.
pub(crate) fn program(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynadrill"));
    command.args(arguments).env("DYNADRILL_HOME", home);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the program with a text typed, to its end.
pub(crate) fn run(home: &Path, arguments: &[&str], typed: &str) -> Output {
    fed(&mut program(home, arguments), typed)
}

/// Runs a command with a text typed, to its end.
pub(crate) fn fed(command: &mut Command, typed: &str) -> Output {
    let mut child = command.spawn().unwrap();
    // A program that refuses its arguments, or has ended already, reads nothing.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    child.wait_with_output().unwrap()
}

/// A program that runs and is talked to.
pub(crate) struct Talk {
    child: Child,
    keys: Option<ChildStdin>,
    shown: BufReader<ChildStdout>,
    said: BufReader<ChildStderr>,
}

/// What a talk came to.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// What was printed and not read before.
    pub(crate) shown: String,
    /// The same of what was said beside it.
    pub(crate) said: String,
}

impl Talk {
    /// Starts the program.
    pub(crate) fn open(home: &Path, arguments: &[&str]) -> Self {
        let mut child = program(home, arguments).spawn().unwrap();
        let keys = child.stdin.take();
        let shown = BufReader::new(child.stdout.take().unwrap());
        let said = BufReader::new(child.stderr.take().unwrap());
        Self { child, keys, shown, said }
    }

    /// Types a text.
    pub(crate) fn types(&mut self, text: &str) {
        self.keys.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Reads what is printed up to the line that has these words, and returns it.
    pub(crate) fn shows(&mut self, words: &str) -> String {
        let mut read = String::new();
        while !read.contains(words) {
            assert!(self.shown.read_line(&mut read).unwrap() > 0, "{words:?} is not among: {read}");
        }
        read
    }

    /// Reads what is said beside it up to the line that has these words, and returns it.
    pub(crate) fn says(&mut self, words: &str) -> String {
        let mut read = String::new();
        while !read.contains(words) {
            assert!(self.said.read_line(&mut read).unwrap() > 0, "{words:?} is not among: {read}");
        }
        read
    }

    /// Kills the program.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Types no more, and returns what is still printed and said once the program has ended.
    pub(crate) fn ends(mut self) -> Ended {
        drop(self.keys.take());
        let (mut shown, mut said) = (String::new(), String::new());
        self.shown.read_to_string(&mut shown).unwrap();
        self.said.read_to_string(&mut said).unwrap();
        Ended { status: self.child.wait().unwrap(), shown, said }
    }
}
