//! Child processes: their words, their processor time, their memory, and their end.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::micros;

/// The longest that anything is waited for, in microseconds of real time: 60 s, for machines that are busy.
const PATIENCE: u64 = 60_000_000;

/// A process that is ended, at the latest, when it is dropped.
pub(crate) struct Watched(pub(crate) Child);

impl Watched {
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Ends it as a power failure would: by SIGKILL, at once.
    pub(crate) fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    /// Waits for it to end; `None` if it does not within so many milliseconds of real time.
    pub(crate) fn ended_within(&mut self, millis: u64) -> Option<ExitStatus> {
        let until = micros() + millis * 1000;
        loop {
            match self.0.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if micros() < until => thread::sleep(Duration::from_millis(2)),
                _ => return None,
            }
        }
    }

    /// Asks it to end by SIGTERM.
    pub(crate) fn terminate(&self) {
        let asked = Command::new("kill").args(["-TERM", &self.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "SIGTERM could not be sent");
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The processor time that a process has used, in milliseconds; `None` where the system does not say.
pub(crate) fn cpu_millis(id: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name in parentheses may hold blanks; the state is the first field behind it, times are the 12th and 13th.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    // Linux shows ticks of a hundredth of a second to programs, whatever the kernel counts in.
    Some(ticks * 10)
}

/// The processor time that this thread has used, in microseconds; where the system does not say, the time on the clock.
/// It is counted when the system's clock ticks, so a stretch should be tens of milliseconds long.
pub(crate) fn thread_micros() -> u64 {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = counted.and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok());
    nanos.map_or_else(micros, |nanos| nanos / 1000)
}

/// The memory that a process holds now, in KB; `None` where the system does not say.
pub(crate) fn resident_kilobytes(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// What a process has said, and whether it can say more.
#[derive(Default)]
struct Heard {
    bytes: Vec<u8>,
    has_ended: bool,
}

/// What a prompt has: of a question, an exam, a lab, a line that goes on, and the questions before the end.
const PROMPTS: [&str; 6] = ["Your answer", " left. ", "$ ", "> ", "Type end", "proof: "];

/// Whether a text ends with a prompt: a line that has not ended. Errors are printed in pieces, so that alone is not enough.
pub(crate) fn is_prompt(text: &str) -> bool {
    let line = text.rsplit('\n').next().unwrap_or_default();
    line.ends_with(' ') && PROMPTS.iter().any(|prompt| line.contains(prompt))
}

/// A conversation with the program in plain mode: lines in; output and talk, in their order, out.
pub(crate) struct Talk {
    process: Watched,
    input: Option<ChildStdin>,
    heard: Arc<(Mutex<Heard>, Condvar)>,
    listener: Option<JoinHandle<()>>,
    /// How much had been heard when the last line was said.
    said_at: usize,
}

impl Talk {
    /// Starts the program with progress kept in `home`.
    pub(crate) fn start(home: &Path, arguments: &[impl AsRef<OsStr>]) -> Self {
        // One pipe for both, so that what is printed and what is asked keep their order.
        let (mut ear, mouth) = std::io::pipe().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_dynadrill"))
            .args(arguments)
            .env("DYNADRILL_HOME", home)
            .stdin(Stdio::piped())
            .stderr(mouth.try_clone().unwrap())
            .stdout(mouth)
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let heard = Arc::new((Mutex::new(Heard::default()), Condvar::new()));
        let told = Arc::clone(&heard);
        let listener = thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            loop {
                let read = ear.read(&mut buffer).unwrap_or(0);
                let mut heard = told.0.lock().unwrap_or_else(PoisonError::into_inner);
                heard.bytes.extend_from_slice(&buffer[..read]);
                heard.has_ended = read == 0;
                told.1.notify_all();
                if read == 0 {
                    break;
                }
            }
        });
        Self { process: Watched(child), input, heard, listener: Some(listener), said_at: 0 }
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says a line. A program that has gone does not hear it, which the next wait finds out.
    pub(crate) fn say(&mut self, line: &str) {
        let heard = self.heard().bytes.len();
        self.said_at = heard;
        if let Some(input) = &mut self.input {
            let _ = input.write_all(format!("{line}\n").as_bytes());
        }
    }

    /// What was heard since the last line was said.
    pub(crate) fn reply(&self) -> String {
        String::from_utf8_lossy(&self.heard().bytes[self.said_at..]).into_owned()
    }

    /// Everything that was heard.
    pub(crate) fn all(&self) -> String {
        String::from_utf8_lossy(&self.heard().bytes).into_owned()
    }

    /// Waits until the program asks for the next line, and returns what it said since the last one; `None` if it ended
    /// instead.
    ///
    pub(crate) fn prompted(&self) -> Option<String> {
        let until = micros() + PATIENCE;
        let mut heard = self.heard();
        loop {
            let since = &heard.bytes[self.said_at..];
            if heard.has_ended {
                return None;
            }
            let said = String::from_utf8_lossy(since).into_owned();
            if is_prompt(&said) {
                return Some(said);
            }
            assert!(micros() < until, "the program neither went on nor ended; it said: {said}");
            heard =
                self.heard.1.wait_timeout(heard, Duration::from_millis(100)).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Says a line and waits for what the program says to it.
    pub(crate) fn ask(&mut self, line: &str) -> Option<String> {
        self.say(line);
        self.prompted()
    }

    /// Says a line and waits until the program asks for the next, or has ended.
    pub(crate) fn say_and_wait(&mut self, line: &str) {
        let _ = self.ask(line);
    }

    /// Kills it, and returns what it said since the last line.
    pub(crate) fn kill(mut self) -> String {
        self.process.kill();
        self.listen_to_the_end();
        self.reply()
    }

    /// Ends its input, waits for its end so many milliseconds, and returns all it said; `None` if it goes on, or
    /// grows beyond 1 GB meanwhile.
    pub(crate) fn finish_within(mut self, millis: u64) -> Option<(Option<i32>, String)> {
        self.input = None;
        let until = micros() + millis * 1000;
        let status = loop {
            if let Some(status) = self.process.ended_within(20) {
                break status;
            }
            if micros() > until || resident_kilobytes(self.process.id()).is_some_and(|kilobytes| kilobytes > 1_000_000)
            {
                return None;
            }
        };
        self.listen_to_the_end();
        Some((status.code(), self.all()))
    }

    /// Ends its input and waits for its end; returns all it said.
    pub(crate) fn finish(mut self) -> (Option<i32>, String) {
        self.input = None;
        let status = self.process.ended_within(PATIENCE / 1000);
        let status =
            status.unwrap_or_else(|| panic!("the program did not end with its input; it said: {}", self.all()));
        self.listen_to_the_end();
        let all = self.all();
        assert!(!all.contains("panicked"), "{all}");
        (status.code(), all)
    }

    fn listen_to_the_end(&mut self) {
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}
