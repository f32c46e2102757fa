//! A server as a process of its own, and how long it has been on a processor.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::nothing;

/// A server that runs until it is dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts the program's own.
    pub(crate) fn ours() -> Self {
        let program = std::env::var("ENDPOINT_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_dynadrill").to_owned());
        let mut command = Command::new(program);
        command.args(["serve", "--port", "0"]).stderr(Stdio::piped()).stdout(Stdio::null());
        let mut process = command.spawn().unwrap();
        let address = address(process.stderr.take().unwrap());
        Self { process, address }
    }

    /// Starts the one that does nothing.
    pub(crate) fn nothing() -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let mut process = command.arg(nothing::ROLE).stdout(Stdio::piped()).spawn().unwrap();
        let address = address(process.stdout.take().unwrap());
        Self { process, address }
    }

    /// Returns how long all its threads have been on a processor.
    pub(crate) fn busy(&self) -> Duration {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.process.id())).unwrap();
        let nanoseconds = threads.map(|thread| {
            let figures = std::fs::read_to_string(thread.unwrap().path().join("schedstat")).unwrap();
            figures.split(' ').next().and_then(|figure| figure.parse::<u64>().ok()).expect("nanoseconds come first")
        });
        Duration::from_nanos(nanoseconds.sum())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already needs no more.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The address in the first line that names one.
fn address(output: impl std::io::Read) -> SocketAddr {
    let mut lines = BufReader::new(output).lines().map(Result::unwrap);
    lines.find_map(|line| line.split("http://").nth(1)?.split(' ').next()?.parse().ok()).expect("it says where it is")
}
