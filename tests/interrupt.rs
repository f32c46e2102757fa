//! Ctrl-C while a line runs stops that line; at the prompt it ends the program.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// The number of the signal that Ctrl-C sends.
const SIGINT: i32 = 2;

fn shell() -> (Child, impl FnMut(&str) -> String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynadrill"));
    let mut child =
        command.arg("shell").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let until = move |wanted: &str| lines.find(|line| line.contains(wanted)).unwrap_or_default();
    (child, until)
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn ctrl_c_stops_the_line_that_runs_and_nothing_else() {
    let (mut child, mut until) = shell();
    let mut input = child.stdin.take().unwrap();
    // Far more than any machine does within the test.
    input
        .write_all(
            b"list-tables\n:traffic Products --rate 5000 --seconds 4000\nlist-tables --query \"join('-',TableNames)\"\n",
        )
        .unwrap();
    until("TableNames");
    sleep(Duration::from_secs(2));
    interrupt(&child);
    let told = until("Stopped after");
    assert!(told.ends_with("of 20,000,000 calls (interrupted); what was sent stays."), "{told}");
    assert_eq!(until("Customers-"), "\"Customers-Orders-Products\"");
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn ctrl_c_at_the_prompt_ends_the_program() {
    let (mut child, mut until) = shell();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"list-tables --query TableNames[0]\n").unwrap();
    until("Customers");
    sleep(Duration::from_millis(500));
    interrupt(&child);
    assert_eq!(child.wait().unwrap().signal(), Some(SIGINT));
}
