//! Charts in SVG: a share over time with its interval, bars that lie, bars that stand. Each has a title for those who hear
//! it, and prints its numbers.

use super::page::Page;

/// How wide a chart is drawn, in its own units.
const WIDTH: f64 = 640.0;

/// A share at a place along the time, with the interval that it lies in; all from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) at: f64,
    pub(super) low: f64,
    pub(super) share: f64,
    pub(super) high: f64,
}

/// A bar: its name, its share from 0 to 1 (`None` if there is nothing to say yet), and the words beside it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) share: Option<f64>,
    pub(super) words: String,
}

/// Begins a chart of a height.
fn begin(page: &mut Page, height: f64, title: &str) {
    page.markup("<svg viewBox=\"0 0 ").number(WIDTH).markup(" ").number(height);
    page.markup("\" role=\"img\"><title>").text(title).markup("</title>");
}

fn line(page: &mut Page, class: &'static str, from: (f64, f64), to: (f64, f64)) {
    page.markup("<line class=\"").markup(class).markup("\" x1=\"").number(from.0).markup("\" y1=\"").number(from.1);
    page.markup("\" x2=\"").number(to.0).markup("\" y2=\"").number(to.1).markup("\"/>");
}

fn rectangle(page: &mut Page, class: &'static str, at: (f64, f64), size: (f64, f64)) {
    page.markup("<rect class=\"").markup(class).markup("\" x=\"").number(at.0).markup("\" y=\"").number(at.1);
    page.markup("\" width=\"").number(size.0.max(0.0)).markup("\" height=\"").number(size.1.max(0.0)).markup("\"/>");
}

fn label(page: &mut Page, class: &'static str, at: (f64, f64), text: &str) {
    page.markup("<text class=\"").markup(class).markup("\" x=\"").number(at.0).markup("\" y=\"").number(at.1);
    page.markup("\">").text(text).markup("</text>");
}

fn path(page: &mut Page, class: &'static str, places: impl Iterator<Item = (f64, f64)>, end: &'static str) {
    page.markup("<path class=\"").markup(class).markup("\" d=\"");
    for (at, (x, y)) in places.enumerate() {
        page.markup(if at == 0 { "M" } else { "L" }).number(x).markup(" ").number(y);
    }
    page.markup(end).markup("\"/>");
}

/// A share over time with its interval, from one day to another; `mark` is a share to reach.
pub(super) fn over_time(page: &mut Page, title: &str, points: &[Point], days: (&str, &str), mark: f64) {
    const HEIGHT: f64 = 220.0;
    const LEFT: f64 = 44.0;
    let y = |share: f64| 10.0 + (1.0 - share.clamp(0.0, 1.0)) * (HEIGHT - 40.0);
    let x = |at: f64| LEFT + at.clamp(0.0, 1.0) * (WIDTH - LEFT - 10.0);
    begin(page, HEIGHT, title);
    for (share, words) in [(0.0, "0 %"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (1.0, "100 %")] {
        line(page, "grid", (LEFT, y(share)), (WIDTH - 10.0, y(share)));
        label(page, "end", (LEFT - 6.0, y(share) + 4.0), words);
    }
    line(page, "mark", (LEFT, y(mark)), (WIDTH - 10.0, y(mark)));
    let upper = points.iter().map(|point| (x(point.at), y(point.high)));
    let lower = points.iter().rev().map(|point| (x(point.at), y(point.low)));
    path(page, "band", upper.chain(lower), "Z");
    path(page, "curve", points.iter().map(|point| (x(point.at), y(point.share))), "");
    if let Some(last) = points.last() {
        page.markup("<circle class=\"dot\" r=\"4\" cx=\"").number(x(last.at)).markup("\" cy=\"");
        page.number(y(last.share)).markup("\"/>");
    }
    label(page, "start", (LEFT, HEIGHT - 8.0), days.0);
    label(page, "end", (WIDTH - 10.0, HEIGHT - 8.0), days.1);
    page.markup("</svg>");
}

/// Bars that lie under each other, each with its name and its words.
pub(super) fn lying(page: &mut Page, title: &str, bars: &[Bar]) {
    const ROW: f64 = 24.0;
    const NAMES: f64 = 300.0;
    const FULL: f64 = 200.0;
    #[expect(clippy::cast_precision_loss, reason = "there are a few dozen bars")]
    let top = |row: usize| row as f64 * ROW;
    begin(page, top(bars.len()) + 4.0, title);
    for (row, bar) in bars.iter().enumerate() {
        label(page, "end", (NAMES - 10.0, top(row) + 16.0), &shortened(&bar.name));
        rectangle(page, "empty", (NAMES, top(row) + 4.0), (FULL, ROW - 8.0));
        if let Some(share) = bar.share {
            rectangle(page, "full", (NAMES, top(row) + 4.0), (share.clamp(0.0, 1.0) * FULL, ROW - 8.0));
        }
        label(page, "start", (NAMES + FULL + 10.0, top(row) + 16.0), &bar.words);
    }
    page.markup("</svg>");
}

/// Bars that stand beside each other, each with its count and its name.
pub(super) fn standing(page: &mut Page, title: &str, bars: &[(String, usize)]) {
    const HEIGHT: f64 = 150.0;
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer cards than 2^52")]
    let value = |count: usize| count as f64;
    let most = value(bars.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1));
    let wide = WIDTH / value(bars.len().max(1));
    begin(page, HEIGHT, title);
    for (at, (name, count)) in bars.iter().enumerate() {
        let (left, tall) = (value(at) * wide, value(*count) / most * (HEIGHT - 50.0));
        rectangle(page, "full", (left + wide * 0.15, HEIGHT - 24.0 - tall), (wide * 0.7, tall));
        label(page, "middle", (left + wide / 2.0, HEIGHT - 30.0 - tall), &count.to_string());
        label(page, "middle", (left + wide / 2.0, HEIGHT - 8.0), name);
    }
    page.markup("</svg>");
}

/// A name in as many letters as stand beside a bar.
fn shortened(name: &str) -> String {
    const LETTERS: usize = 44;
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    name.chars().take(LETTERS - 1).chain(['…']).collect()
}
