//! The program on a real terminal: pastes that come in many reads, signals, suspending. util-linux's `script` gives it one.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dynadrill::clock::{Clock as _, SystemClock};

/// The program in a window of 120 by 40.
struct Window {
    child: Child,
    shown: Arc<Mutex<Vec<u8>>>,
    home: tempfile::TempDir,
}

impl Window {
    fn open(arguments: &str) -> Self {
        Self::open_in("", arguments)
    }

    /// The program with its progress in a place below its own directory.
    fn open_in(place: &str, arguments: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("a-file"), "not a directory").unwrap();
        let mut script = Command::new("script");
        script.env("DYNADRILL_HOME", home.path().join(place));
        Self::run(script, arguments, home)
    }

    /// The program with a directory that was prepared.
    fn open_with(home: tempfile::TempDir, arguments: &str) -> Self {
        let mut script = Command::new("script");
        script.env("DYNADRILL_HOME", home.path());
        Self::run(script, arguments, home)
    }

    fn run(mut script: Command, arguments: &str, home: tempfile::TempDir) -> Self {
        let program = env!("CARGO_BIN_EXE_dynadrill");
        let mut child = script
            .args(["-qfc", &format!("stty rows 40 cols 120; exec {program} {arguments}"), "/dev/null"])
            .env("TERM", "xterm-256color")
            .env_remove("NO_COLOR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let shown: Arc<Mutex<Vec<u8>>> = Arc::default();
        let (mut output, kept) = (child.stdout.take().unwrap(), Arc::clone(&shown));
        std::thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = output.read(&mut piece) {
                kept.lock().unwrap().extend_from_slice(&piece[..length]);
            }
        });
        Self { child, shown, home }
    }

    fn send(&mut self, text: &str) {
        let input = self.child.stdin.as_mut().unwrap();
        input.write_all(text.as_bytes()).unwrap();
        input.flush().unwrap();
    }

    /// Waits until something was shown since the last call, and forgets all before its end.
    fn sees(&self, wanted: &str) {
        let begun = SystemClock.monotonic();
        loop {
            let mut shown = self.shown.lock().unwrap();
            let text = String::from_utf8_lossy(&shown).into_owned();
            if text.contains(wanted) {
                // What came after it is still to be seen.
                let end = text.find(wanted).unwrap() + wanted.len();
                *shown = text.as_bytes()[end..].to_vec();
                return;
            }
            drop(shown);
            assert!(SystemClock.monotonic() - begun < 60_000, "{wanted:?} was never shown in {text:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The process that has the window: `script`'s child.
    fn process(&self) -> String {
        let id = self.child.id();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        children.split_whitespace().next().unwrap().to_owned()
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([&format!("-{name}"), &self.process()]).status().unwrap().success());
    }

    /// The letter of the process's state, as `/proc` has it.
    /// Waits until the program has stopped, and `script` with it: told to go on before it has stopped, it would stop for good.
    fn waits_until_stopped(&self) {
        let begun = SystemClock.monotonic();
        for id in [self.process(), self.child.id().to_string()] {
            while state(&id) != 'T' {
                assert!(SystemClock.monotonic() - begun < 20_000, "state {}", state(&id));
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

/// The state of a process as the system tells it: `T` is stopped.
fn state(id: &str) -> char {
    let status = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    status.rsplit(") ").next().unwrap().chars().next().unwrap()
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A put-item whose item has so many bytes and a few more, and the words that stand at the end of what is typed.
fn put(bytes: usize) -> String {
    let filling = "a".repeat(bytes);
    format!(
        "put-item --table-name Orders --item {{\"customerId\":{{\"S\":\"X\"}},\"orderKey\":{{\"S\":\"k\"}},\"n\":{{\"S\":\"{filling}\"}}}}"
    )
}

#[test]
fn that_nothing_can_be_saved_is_said_on_the_first_screen_and_stays_there() {
    // A file stands where the directory should be made: nobody can write there, whoever they are.
    let window = Window::open_in("a-file/progress", "");
    // The screens cover what was said on standard error before them.
    window.sees("\u{1b}[?1049h");
    window.sees("NOT SAVED");
    window.sees("Progress cannot be saved");
}

#[test]
fn a_second_window_on_the_same_progress_says_so() {
    let first = Window::open("");
    first.sees("Today");
    let home = first.home.path().to_owned();
    let mut second = Command::new("script");
    second.env("DYNADRILL_HOME", home);
    let second = Window::run(second, "", tempfile::tempdir().unwrap());
    second.sees("is open in another window too");
}

#[test]
fn a_paste_of_more_than_a_kilobyte_arrives_whole_and_runs_with_one_enter() {
    let mut window = Window::open("lab start query-vs-scan");
    window.sees("Predict");
    window.send(&format!("\u{1b}[200~{}\u{1b}[201~", put(3_000)));
    window.sees("aaa");
    window.send("\r");
    // 3,000 bytes and the names are 3 KB: had a part been missing, it would be no JSON.
    window.sees("3 WCU");
}

#[test]
fn a_paste_of_a_megabyte_arrives_whole() {
    let mut window = Window::open("lab start query-vs-scan");
    window.sees("Predict");
    window.send(&format!("\u{1b}[200~{}\u{1b}[201~", put(1_000_000)));
    window.sees("aaa");
    window.send("\r");
    window.sees("Item size has exceeded");
}

#[test]
fn signals_that_end_the_program_give_the_terminal_back() {
    for name in ["TERM", "HUP"] {
        let window = Window::open("");
        window.sees("dynadrill");
        window.signal(name);
        // The cursor that home hides comes back, too.
        window.sees("\u{1b}[?1049l");
    }
}

#[test]
fn a_signal_waits_behind_no_keys() {
    let mut window = Window::open("lab start query-vs-scan");
    window.sees("Query against Scan");
    window.send("\u{1b}");
    window.send(&"x".repeat(300_000));
    let begun = SystemClock.monotonic();
    window.signal("TERM");
    window.sees("\u{1b}[?1049l");
    let passed = SystemClock.monotonic() - begun;
    assert!(passed < 20_000, "{passed} ms");
}

#[test]
fn a_stopped_program_gives_the_terminal_back_and_draws_again_when_it_goes_on() {
    for stop in ["signal", "ctrl-z"] {
        let mut window = Window::open("lab start hot-partition");
        window.sees("Predict");
        if stop == "signal" {
            window.signal("TSTP");
        } else {
            // In the prompt, with something typed.
            window.send("half a line\u{1a}");
        }
        window.waits_until_stopped();
        // `script` stops with its child; it passes on what it was given once both go on.
        assert!(Command::new("kill").args(["-CONT", &window.child.id().to_string()]).status().unwrap().success());
        window.signal("CONT");
        window.sees("\u{1b}[?1049l");
        window.sees("\u{1b}[?1049h");
        window.sees("An ordinary evening");
    }
}

#[test]
fn a_history_that_is_no_file_or_too_large_keeps_nobody_waiting() {
    for (why, make) in [
        ("it is not a file (a pipe)", "mkfifo \"$0\""),
        ("it is not a file (a device)", "ln -s /dev/zero \"$0\""),
        ("expected at most 16 MB, found 1024 MB", "truncate -s 1G \"$0\""),
    ] {
        let home = tempfile::tempdir().unwrap();
        let made = Command::new("sh").args(["-c", make]).arg(home.path().join("shell_history.txt")).status().unwrap();
        assert!(made.success());
        let mut window = Window::open_with(home, "shell");
        window.sees("Typed lines are not kept");
        window.sees(why);
        window.sees("$ ");
        window.send("list-tables --output text\r");
        window.sees("TABLENAMES");
        // The next line comes although the one before could not be kept.
        window.send("quit\r");
        assert!(window.child.wait().unwrap().success());
    }
}

#[test]
fn a_row_of_a_list_that_is_too_wide_does_not_go_on_where_a_row_begins() {
    let home = tempfile::tempdir().unwrap();
    let pack = home.path().join("pack");
    std::fs::create_dir_all(pack.join("labs")).unwrap();
    std::fs::create_dir_all(pack.join("questions")).unwrap();
    let lab = include_str!("../labs/first-table.yaml");
    let title = lab.lines().find(|line| line.starts_with("title: ")).unwrap();
    let wide = lab.replace(title, &format!("title: Keys {}", "FORGED".repeat(60)));
    std::fs::write(pack.join("labs/first-table.yaml"), wide).unwrap();
    let mut window = Window::open_with(home, &format!("--content {} lab list", pack.display()));
    assert!(window.child.wait().unwrap().success());
    std::thread::sleep(Duration::from_millis(200));
    let shown = String::from_utf8_lossy(&window.shown.lock().unwrap()).into_owned();
    let rows: Vec<&str> = shown.lines().filter(|line| line.contains("FORGED")).collect();
    assert!(rows.len() > 2, "{shown}");
    assert!(rows.iter().all(|row| row.trim_end().chars().count() <= 120 && !row.starts_with("FORGED")), "{rows:#?}");
}
