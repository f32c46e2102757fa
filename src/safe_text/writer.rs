//! Standard output and standard error, which mark whatever still has to be marked; nothing else in the program names them.

use std::io::{self, IsTerminal, Stderr, Stdout, Write};

use super::{block, line};

/// A writer through which nothing passes that steers a terminal: what is not text is replaced, and what is text is marked.
/// Line ends are taken for the program's own.
#[derive(Debug)]
pub struct SafeWriter<W> {
    inner: W,
    /// The beginning of a character whose other bytes have not been written yet.
    begun: Vec<u8>,
}

/// Standard output, for data.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is what the others are to use")]
pub fn stdout() -> SafeWriter<Stdout> {
    SafeWriter::new(io::stdout())
}

/// Standard error, for talk.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is what the others are to use")]
pub fn stderr() -> SafeWriter<Stderr> {
    SafeWriter::new(io::stderr())
}

/// Writes each text as a line of its own, whatever it has in it.
///
/// # Errors
/// The writer cannot be written.
pub fn write_lines(out: &mut dyn Write, lines: &[String]) -> io::Result<()> {
    for text in lines {
        writeln!(out, "{}", line(text))?;
    }
    out.flush()
}

impl<W: Write> SafeWriter<W> {
    /// A writer in front of another.
    pub const fn new(inner: W) -> Self {
        Self { inner, begun: Vec::new() }
    }

    fn write_text(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            self.inner.write_all(block(chunk.valid()).as_bytes())?;
            let rest = chunk.invalid();
            let is_begun = std::str::from_utf8(rest).is_err_and(|error| error.error_len().is_none());
            if is_begun && chunks.peek().is_none() {
                rest.clone_into(&mut self.begun);
            } else if !rest.is_empty() {
                self.inner.write_all("\u{fffd}".as_bytes())?;
            }
        }
        Ok(())
    }
}

impl<W: Write + IsTerminal> SafeWriter<W> {
    /// Whether a terminal shows what is written.
    pub fn is_terminal(&self) -> bool {
        self.inner.is_terminal()
    }
}

impl<W: Write> Write for SafeWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.begun.is_empty() {
            self.write_text(bytes)?;
        } else {
            let mut whole = std::mem::take(&mut self.begun);
            whole.extend_from_slice(bytes);
            self.write_text(&whole)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;
    use crate::safe_text::must_be_marked;
    use proptest::prelude::*;

    fn written(pieces: &[&[u8]]) -> String {
        let mut writer = SafeWriter::new(Vec::new());
        for piece in pieces {
            writer.write_all(piece).unwrap();
        }
        String::from_utf8(writer.inner).unwrap()
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced_and_characters_cut_in_two_are_not() {
        assert_eq!(written(&[b"a\x9b2J\xffb\n"]), "a\u{fffd}2J\u{fffd}b\n");
        assert_eq!(written(&["é".as_bytes().split_at(1).0, "é".as_bytes().split_at(1).1]), "é");
        // C1's CSI in UTF-8, a byte at a time.
        assert_eq!(written(&[b"\xc2", b"\x9b", b"31m"]), r"\u009b31m");
        assert_eq!(written(&[b"\xe2\x80", b"x"]), "\u{fffd}x");
    }

    #[test]
    fn a_line_end_within_a_line_begins_no_line() {
        let mut out = Vec::new();
        write_lines(&mut out, &["one\nStep done.".to_owned(), "two\r".to_owned()]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "one\\u000aStep done.\ntwo\\u000d\n");
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_come_out_safe(bytes in prop::collection::vec(any::<u8>(), 0..60), size in 1_usize..9) {
            let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
            let out = written(&pieces);
            prop_assert!(!out.chars().any(|letter| letter != '\n' && must_be_marked(letter)));
            let lossy = String::from_utf8_lossy(&bytes);
            let whole = block(&lossy);
            // A character that never ended is the only thing that may be missing.
            prop_assert!(whole == out || whole == out + "\u{fffd}", "{whole}");
        }
    }
}
