//! Output that never holds up the program: a bounded queue, and a thread of its own that writes.
//!
//! Whoever reads our output may stop reading (`dynadrill lab serve X | less`), and then a write blocks for as long as they
//! like. A server cannot afford that: its clients and its end would wait for a pager. So text goes into a queue and
//! [`Outlet::print`] returns at once. When the queue is full, text is left out, and a line says how much.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::safe_text;

/// How much text waits to be written at most, in bytes.
const MAX_BYTES: usize = 256 * 1024;

/// A way to a writer. Clones lead to the same one.
#[derive(Clone)]
pub(super) struct Outlet(Arc<Shared>);

struct Shared {
    queue: Mutex<OutputQueue>,
    /// Something was put into the queue, or written.
    changed: Condvar,
}

#[derive(Default)]
struct OutputQueue {
    texts: VecDeque<String>,
    bytes: usize,
    /// How many lines were left out since something was put into the queue.
    left_out: usize,
    is_writing: bool,
    /// Whether the writer failed: then there is no one to write to.
    is_gone: bool,
}

impl Outlet {
    /// An outlet to a writer, with its thread, which lasts as long as the process.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn to(mut writer: impl Write + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared { queue: Mutex::default(), changed: Condvar::new() });
        let outlet = Self(Arc::clone(&shared));
        std::thread::Builder::new().name("output".to_owned()).spawn(move || {
            while let Some(text) = shared.next() {
                let written = writer.write_all(text.as_bytes()).and_then(|()| writer.flush());
                let mut queue = shared.queue();
                queue.is_writing = false;
                if written.is_err() {
                    // A reader that has closed its end wants no more, and it is no one's fault.
                    (queue.is_gone, queue.texts, queue.bytes) = (true, VecDeque::new(), 0);
                }
                drop(queue);
                shared.changed.notify_all();
            }
        })?;
        Ok(outlet)
    }

    /// Queues lines to be written, or leaves them out if too much is waiting already. Nothing within a line can end it.
    pub(super) fn print(&self, lines: &[String]) {
        let text: String = lines.iter().flat_map(|line| [safe_text::line(line), "\n".into()]).collect();
        let mut queue = self.0.queue();
        if queue.is_gone || text.is_empty() {
            return;
        }
        if queue.bytes + text.len() > MAX_BYTES {
            queue.left_out += lines.len();
            return;
        }
        queue.say_what_was_left_out();
        queue.push(text);
        drop(queue);
        self.0.changed.notify_all();
    }

    /// Waits until everything is written, but not longer than this.
    pub(super) fn finish(&self, patience: Duration) {
        let mut queue = self.0.queue();
        queue.say_what_was_left_out();
        self.0.changed.notify_all();
        let is_unfinished = |queue: &mut OutputQueue| queue.is_writing || !queue.texts.is_empty();
        drop(self.0.changed.wait_timeout_while(queue, patience, is_unfinished));
    }
}

impl OutputQueue {
    fn push(&mut self, text: String) {
        self.bytes += text.len();
        self.texts.push_back(text);
    }

    fn say_what_was_left_out(&mut self) {
        if self.left_out > 0 && !self.is_gone {
            let lines = std::mem::take(&mut self.left_out);
            self.push(format!("({lines} lines were left out here: this output was not being read)\n"));
        }
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, OutputQueue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next text; `None` if the writer has failed.
    fn next(&self) -> Option<String> {
        let is_idle = |queue: &mut OutputQueue| queue.texts.is_empty() && !queue.is_gone;
        let mut queue = self.changed.wait_while(self.queue(), is_idle).unwrap_or_else(PoisonError::into_inner);
        let text = queue.texts.pop_front()?;
        queue.bytes -= text.len();
        queue.is_writing = true;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A writer that writes only when it is allowed to, as a pipe whose reader pauses does.
    struct Gate {
        open: mpsc::Receiver<()>,
        written: Arc<Mutex<String>>,
    }

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.open.recv().map_err(|_| io::ErrorKind::BrokenPipe)?;
            self.written.lock().unwrap().push_str(std::str::from_utf8(bytes).unwrap());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_pauses_misses_lines_and_is_told_how_many() {
        let (open, opened) = mpsc::channel();
        let written = Arc::new(Mutex::new(String::new()));
        let outlet = Outlet::to(Gate { open: opened, written: Arc::clone(&written) }).unwrap();
        let line = "x".repeat(1023);
        for number in 0..1000 {
            outlet.print(&[line.clone(), String::new()]);
            // The writer has the first text in its hands, and takes no other before the gate opens.
            while number == 0 && !outlet.0.queue().is_writing {
                std::thread::yield_now();
            }
        }
        outlet.finish(Duration::from_millis(50));
        for _ in 0..1001 {
            open.send(()).unwrap();
        }
        outlet.finish(Duration::from_secs(10));
        outlet.print(&["the end".to_owned()]);
        outlet.finish(Duration::from_secs(10));
        let written = written.lock().unwrap();
        let lines: Vec<&str> = written.lines().collect();
        let there = lines.iter().filter(|text| **text == line).count();
        assert!((250..260).contains(&there), "{there}");
        let left_out = format!("({} lines were left out here: this output was not being read)", (1000 - there) * 2);
        assert_eq!(lines[there * 2..], [left_out.as_str(), "the end"]);
    }

    #[test]
    fn a_reader_that_has_gone_is_no_trouble() {
        let (open, opened) = mpsc::channel();
        let outlet = Outlet::to(Gate { open: opened, written: Arc::default() }).unwrap();
        drop(open);
        for _ in 0..1000 {
            outlet.print(&["x".repeat(1000)]);
        }
        outlet.finish(Duration::from_secs(10));
        let queue = outlet.0.queue();
        assert!(queue.is_gone && queue.texts.is_empty());
    }
}
