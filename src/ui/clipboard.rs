//! What a terminal is told beside its cells: which of them are a link, and what goes to its clipboard.
//!
//! The life of a link: a view draws an address, shortened to the width there is, and notes what it means; once the frame is
//! out, its cells are written once more between two OSC 8, so that a click opens the whole address. A terminal that knows
//! neither OSC 8 nor OSC 52 (the clipboard) shows the same cells and does nothing more.
//!
//! Left out: asking the terminal what it knows. Sources: the OSC 8 specification (egmontkob), xterm's control sequences.

use std::io::{self, Write};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ratatui::backend::Backend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

/// A link as it is written: the address, and its cells with their places.
pub(super) struct Link {
    address: String,
    cells: Vec<(u16, u16, Cell)>,
}

/// Whether a terminal of this name at least skips what it does not know: the Linux console may print it.
pub(super) fn knows_links(term: Option<&std::ffi::OsStr>) -> bool {
    term.is_none_or(|term| term != "linux")
}

/// Whether an address can stand in a control sequence: content of others may hold anything.
fn is_harmless(address: &str) -> bool {
    address.starts_with("https://") && address.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Returns the links of a frame, with their cells.
pub(super) fn links(buffer: &Buffer, drawn: &[(Rect, String)]) -> Vec<Link> {
    let harmless = drawn.iter().filter(|(_, address)| is_harmless(address));
    let cells = |area: Rect| {
        let places = area.intersection(buffer.area).columns().map(|column| (column.x, column.y));
        places.map(|(x, y)| (x, y, buffer[(x, y)].clone())).collect()
    };
    harmless.map(|(area, address)| Link { address: address.clone(), cells: cells(*area) }).collect()
}

/// Writes links over what was drawn of them.
pub(super) fn write_links<B: Backend<Error = io::Error> + Write>(backend: &mut B, links: &[Link]) -> io::Result<()> {
    for link in links {
        write!(backend, "\x1b]8;;{}\x1b\\", link.address)?;
        backend.draw(link.cells.iter().map(|(x, y, cell)| (*x, *y, cell)))?;
        write!(backend, "\x1b]8;;\x1b\\")?;
    }
    if links.is_empty() { Ok(()) } else { Write::flush(backend) }
}

/// Puts a text on the terminal's clipboard.
pub(super) fn copy(out: &mut impl Write, text: &str) -> io::Result<()> {
    write!(out, "\x1b]52;c;{}\x07", BASE64_STANDARD.encode(text))?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use ratatui::backend::CrosstermBackend;

    use super::*;

    #[test]
    fn a_link_is_written_once_more_between_its_address_and_its_end() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 2));
        buffer.set_string(1, 1, "docs/a.html", ratatui::style::Style::new());
        let drawn = [
            (Rect::new(1, 1, 11, 1), "https://docs/very/long/a.html".to_owned()),
            (Rect::new(0, 0, 3, 1), "https://x\x1b]0;title\x07".to_owned()),
        ];
        let mut out = Vec::new();
        write_links(&mut CrosstermBackend::new(&mut out), &links(&buffer, &drawn)).unwrap();
        let out = String::from_utf8(out).unwrap();
        let (before, rest) = out.split_once("docs/a.html").unwrap();
        assert!(before.starts_with("\x1b]8;;https://docs/very/long/a.html\x1b\\"), "{out:?}");
        assert!(rest.contains("\x1b]8;;\x1b\\") && !out.contains("title"), "{out:?}");
    }

    #[test]
    fn what_is_copied_is_base64() {
        let copied = |text: &str| {
            let mut out = Vec::new();
            copy(&mut out, text).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(copied("https://a"), "\x1b]52;c;aHR0cHM6Ly9h\x07");
        assert_eq!(copied("ab"), "\x1b]52;c;YWI=\x07");
        assert_eq!(copied("a"), "\x1b]52;c;YQ==\x07");
    }
}
