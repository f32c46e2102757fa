//! The program in a terminal of its own: what it prints, keys for it, and its use of the processor.

use std::io::{Read as _, Write as _};
use std::num::NonZero;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

pub(crate) struct Shown {
    script: Child,
    keys: ChildStdin,
    output: Receiver<Vec<u8>>,
    /// What the terminal shows.
    screen: vt100::Parser,
    pid: u32,
}

impl Shown {
    /// Starts the program with these arguments; returns at the moment in which it is executed.
    pub(crate) fn start(arguments: &str, home: &Path, (width, height): (u16, u16)) -> Self {
        let program = env!("CARGO_BIN_EXE_dynadrill");
        // The shell that prints its number becomes the program.
        let line = format!("stty cols {width} rows {height}; echo \"<$$>\"; exec '{program}' {arguments}");
        let mut script = Command::new("script")
            .args(["-qfec", &line, "/dev/null"])
            .env("DYNADRILL_HOME", home)
            .env("TERM", "xterm-256color")
            .env("LC_ALL", "C.UTF-8")
            .env_remove("NO_COLOR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script, of util-linux, is there");
        let keys = script.stdin.take().unwrap();
        let mut from = script.stdout.take().unwrap();
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut part = vec![0; 65_536];
            while let Ok(read @ 1..) = from.read(&mut part) {
                if send.send(part[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        let mut printed = Vec::new();
        let end = loop {
            printed.extend(output.recv_timeout(Duration::from_secs(10)).expect("the shell's number"));
            if let Some(end) = printed.iter().position(|byte| *byte == b'>') {
                break end;
            }
        };
        let number = String::from_utf8_lossy(&printed[1..end]);
        let pid = number.parse().expect("the shell's number");
        // What came behind the number is the program's already.
        let columns = |count: u16| NonZero::new(count).expect("a terminal has columns and rows");
        let mut screen = vt100::Parser::new(columns(height), columns(width), 0);
        screen.process(&printed[end + 1..]);
        Self { script, keys, output, screen, pid }
    }

    /// Waits until words stand on the screen, in one line.
    pub(crate) fn wait_for(&mut self, words: &str, most: Duration) {
        self.wait_until(words, most, |screen| screen.contains(words));
    }

    /// Waits until no such words stand on the screen.
    pub(crate) fn wait_without(&mut self, words: &str, most: Duration) {
        self.wait_until(words, most, |screen| !screen.contains(words));
    }

    fn wait_until(&mut self, words: &str, most: Duration, is_so: impl Fn(&str) -> bool) {
        let end = Instant::now() + most;
        while !is_so(&self.screen.screen().contents()) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(part) => self.screen.process(&part),
                Err(error) => panic!("{words:?}: {error}; shown:\n{}", self.screen.screen().contents()),
            }
        }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// The program's use of the processor so far, in ticks of 10 ms. Source: proc_pid_stat(5), fields 14 and 15.
    pub(crate) fn ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap();
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        // script ends with the program in it.
        let _ = Command::new("kill").arg(self.pid.to_string()).status();
        let _ = self.script.wait();
    }
}
