//! A drawn screen as SVG: one picture for dark and for light pages. Blocks and lines are drawn as shapes, so that they meet
//! whatever font there is; letters keep their columns by being as long as they are in the terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use crate::camera::Shots;

/// A cell's width and height, and the size of its letters.
const WIDE: f64 = 8.0;
const TALL: f64 = 17.0;
const LETTERS: f64 = 13.3;
/// Around the screen.
const MARGIN: f64 = 12.0;

/// The ground and the text of a terminal, dark and light.
const GROUND: [&str; 2] = ["#16181d", "#ffffff"];
const TEXT: [&str; 2] = ["#d7dae0", "#24292f"];

/// What a cell looks like in both themes: two colours, bold, underlined, reversed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Looks {
    colours: [Option<u8>; 2],
    modifier: u16,
}

impl Looks {
    fn of(dark: &Cell, light: &Cell) -> Self {
        let index = |cell: &Cell| match cell.fg {
            Color::Indexed(colour) => Some(colour),
            _ => None,
        };
        Self { colours: [index(dark), index(light)], modifier: dark.modifier.bits() }
    }

    fn has(&self, modifier: Modifier) -> bool {
        Modifier::from_bits_truncate(self.modifier).contains(modifier)
    }
}

/// A colour of the 256-colour palette above the first sixteen.
fn hex(colour: u8) -> String {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    assert!(colour >= 16, "a colour that each terminal has its own idea of");
    let at = colour - 16;
    let [red, green, blue] = match colour {
        232.. => [8 + (colour - 232) * 10; 3],
        _ => [at / 36, at / 6 % 6, at % 6].map(|level| LEVELS[usize::from(level)]),
    };
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Eighths of a cell that a block fills, from the left or from below; `None` of what is no block.
fn block(symbol: &str) -> Option<(f64, f64)> {
    const LEFT: [&str; 8] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];
    const BELOW: [&str; 7] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇"];
    let eighths = |place: usize| (f64::from(u8::try_from(place).unwrap()) + 1.0) / 8.0;
    let left = LEFT.iter().position(|known| *known == symbol).map(|place| (eighths(place), 1.0));
    left.or_else(|| BELOW.iter().position(|known| *known == symbol).map(|place| (1.0, eighths(place))))
}

/// How much of a cell's colour a shade shows.
fn shade(symbol: &str) -> Option<f64> {
    [("░", 0.22), ("▒", 0.5), ("▓", 0.75)].iter().find(|(known, _)| *known == symbol).map(|(_, share)| *share)
}

/// Returns the picture.
pub(crate) fn picture(title: &str, shots: &Shots) -> String {
    let area = shots.dark.area;
    let (width, height) = (f64::from(area.width) * WIDE + 2.0 * MARGIN, f64::from(area.height) * TALL + 2.0 * MARGIN);
    let mut classes: BTreeMap<Looks, usize> = BTreeMap::new();
    let mut body = String::new();
    for y in 0..area.height {
        row(&mut body, &shots.dark, &shots.light, y, &mut classes);
    }
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\"><title>{}</title>\n<style>\n\
         text{{font:{LETTERS}px ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;white-space:pre}}\n\
         .b{{font-weight:bold}}.u{{text-decoration:underline}}\n",
        escaped(title)
    );
    for (theme, opening, closing) in [(0, "", ""), (1, "@media (prefers-color-scheme:light){\n", "}\n")] {
        svg.push_str(opening);
        let _ = writeln!(svg, ".ground{{fill:{}}}.t{{fill:{}}}", GROUND[theme], TEXT[theme]);
        for (looks, class) in &classes {
            if let Some(colour) = looks.colours[theme] {
                let _ = writeln!(svg, ".c{class}{{fill:{}}}", hex(colour));
            } else if looks.colours != [None; 2] {
                let _ = writeln!(svg, ".c{class}{{fill:{}}}", TEXT[theme]);
            }
        }
        svg.push_str(closing);
    }
    let _ = write!(
        svg,
        "</style>\n<rect class=\"ground\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>\n{body}</svg>\n"
    );
    svg
}

/// Draws a row: stretches of one look, letters as text and blocks as shapes.
fn row(body: &mut String, dark: &Buffer, light: &Buffer, y: u16, classes: &mut BTreeMap<Looks, usize>) {
    let symbol = |x: u16| dark[(x, y)].symbol();
    let looks = |x: u16| Looks::of(&dark[(x, y)], &light[(x, y)]);
    let mut x = 0;
    while x < dark.area.width {
        let of = looks(x);
        let is_text = |x: u16| !is_shape(symbol(x));
        let goes_on = |to: u16| {
            to < dark.area.width
                && looks(to) == of
                && (if is_text(x) { is_text(to) } else { symbol(to) == symbol(x) })
                // Wide gaps end a text, so that the next stands in its column whatever the font.
                && (of.has(Modifier::REVERSED) || !(symbol(to) == " " && to + 1 < dark.area.width && symbol(to + 1) == " "))
        };
        let mut end = x + 1;
        while goes_on(end) {
            end += 1;
        }
        let text: String = (x..end).map(symbol).collect();
        if of.has(Modifier::REVERSED) || !text.trim().is_empty() {
            let count = classes.len();
            let class = match of.colours {
                [None, None] => "t".to_owned(),
                _ => format!("c{}", classes.entry(of.clone()).or_insert(count)),
            };
            stretch(body, &of, &class, &text, (x, y), end - x);
        }
        x = end;
    }
}

/// Whether a cell is drawn as a shape.
fn is_shape(symbol: &str) -> bool {
    block(symbol).is_some() || shade(symbol).is_some() || matches!(symbol, "─" | "│")
}

fn stretch(body: &mut String, looks: &Looks, class: &str, text: &str, (x, y): (u16, u16), cells: u16) {
    let (left, top) = (f64::from(x) * WIDE + MARGIN, f64::from(y) * TALL + MARGIN);
    let wide = f64::from(cells) * WIDE;
    let mut rect = |class: &str, x: f64, y: f64, w: f64, h: f64, more: &str| {
        let _ = writeln!(body, "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"{more}/>");
    };
    let first = text.chars().next().map(String::from).unwrap_or_default();
    if let Some((across, up)) = block(&first) {
        let tall = TALL * up * 0.86;
        return rect(class, left, top + TALL * 0.93 - tall, wide * across, tall, "");
    }
    if let Some(share) = shade(&first) {
        return rect(class, left, top + TALL * 0.07, wide, TALL * 0.86, &format!(" opacity=\"{share}\""));
    }
    match first.as_str() {
        "─" => return rect(class, left, top + TALL / 2.0 - 0.5, wide, 1.0, ""),
        "│" => return rect(class, left + WIDE / 2.0 - 0.5, top, 1.0, TALL, ""),
        _ => {}
    }
    let class = if looks.has(Modifier::REVERSED) {
        rect(class, left, top, wide, TALL, "");
        "ground"
    } else {
        class
    };
    let bold = if looks.has(Modifier::BOLD) { " b" } else { "" };
    let line = if looks.has(Modifier::UNDERLINED) { " u" } else { "" };
    let shown = text.trim_end();
    let (blanks, shown) = (shown.len() - shown.trim_start().len(), shown.trim_start());
    let letters = f64::from(u16::try_from(shown.chars().count()).unwrap()) * WIDE;
    let left = left + f64::from(u16::try_from(blanks).unwrap()) * WIDE;
    let _ = writeln!(
        body,
        "<text class=\"{class}{bold}{line}\" x=\"{left}\" y=\"{}\" textLength=\"{letters}\">{}</text>",
        top + 13.0,
        escaped(shown)
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
