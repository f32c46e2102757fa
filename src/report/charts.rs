//! Charts in SVG: shares over time with their interval, bars with a name and words, days that stand beside each other.
//!
//! The drawings are stretched to the place they have, on a telephone and on paper alike; what is to be read stands beside
//! them as text of the page, so that it keeps its size, is broken at words and can be searched. Each drawing has a title
//! for those who hear it.

use super::page::HtmlPage;

/// The side of a drawing that is stretched to its place, in its own units.
const SIDE: f64 = 100.0;

/// From these shares on, in percent, what is known counts as good, and as weak below: as on the screens.
const GOOD: f64 = 0.75;
const WEAK: f64 = 0.5;

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
pub(super) struct ChartBar {
    pub(super) name: String,
    pub(super) share: Option<f64>,
    pub(super) words: String,
    /// Whether its colour says how good the share is.
    pub(super) is_judged: bool,
}

/// What a plot shows: shares over time, single ones beside them, and a share to reach.
#[derive(Clone, Debug)]
pub(super) struct Plot<'a> {
    pub(super) title: &'a str,
    pub(super) points: &'a [Point],
    /// Places and shares of single results.
    pub(super) exams: &'a [(f64, f64)],
    pub(super) goal: f64,
    /// The first and the last day.
    pub(super) days: (&'a str, &'a str),
}

/// Begins a drawing that is stretched to its place.
fn begin(page: &mut HtmlPage, title: &str) {
    page.markup("<svg viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" role=\"img\"><title>");
    page.text(title).markup("</title>");
}

fn line(page: &mut HtmlPage, class: &'static str, from: (f64, f64), to: (f64, f64)) {
    page.markup("<line class=\"").markup(class).markup("\" x1=\"").number(from.0).markup("\" y1=\"").number(from.1);
    page.markup("\" x2=\"").number(to.0).markup("\" y2=\"").number(to.1).markup("\"/>");
}

fn rectangle(page: &mut HtmlPage, class: &'static str, at: (f64, f64), size: (f64, f64)) {
    page.markup("<rect class=\"").markup(class).markup("\" x=\"").number(at.0).markup("\" y=\"").number(at.1);
    page.markup("\" width=\"").number(size.0.max(0.0)).markup("\" height=\"").number(size.1.max(0.0)).markup("\"/>");
}

fn path(page: &mut HtmlPage, class: &'static str, places: impl Iterator<Item = (f64, f64)>, end: &'static str) {
    page.markup("<path class=\"").markup(class).markup("\" d=\"");
    for (at, (x, y)) in places.enumerate() {
        page.markup(if at == 0 { "M" } else { "L" }).number(x).markup(" ").number(y);
    }
    page.markup(end).markup("\"/>");
}

/// A share over time with its interval, from one day to another, and single results beside it.
pub(super) fn over_time(page: &mut HtmlPage, plot: &Plot<'_>) {
    let y = |share: f64| (1.0 - share.clamp(0.0, 1.0)) * SIDE;
    let x = |at: f64| at.clamp(0.0, 1.0) * SIDE;
    page.markup("<div class=\"plot\"><div class=\"scale\" aria-hidden=\"true\">");
    for words in ["100 %", "75 %", "50 %", "25 %", "0 %"] {
        page.element("<span>", words, "</span>");
    }
    page.markup("</div>");
    begin(page, plot.title);
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        line(page, "grid", (0.0, y(share)), (SIDE, y(share)));
    }
    let upper = plot.points.iter().map(|point| (x(point.at), y(point.high)));
    let lower = plot.points.iter().rev().map(|point| (x(point.at), y(point.low)));
    path(page, "band", upper.chain(lower), "Z");
    line(page, "goal", (0.0, y(plot.goal)), (SIDE, y(plot.goal)));
    path(page, "curve", plot.points.iter().map(|point| (x(point.at), y(point.share))), "");
    // A line without length under a round or a square cap: a mark that keeps its shape when the drawing is stretched.
    let marks = plot.exams.iter().map(|(at, share)| ("exam", x(*at), y(*share)));
    let last = plot.points.last().map(|point| ("dot", x(point.at), y(point.share)));
    for (class, x, y) in marks.chain(last) {
        page.markup("<path class=\"")
            .markup(class)
            .markup("\" d=\"M")
            .number(x)
            .markup(" ")
            .number(y)
            .markup("h.01\"/>");
    }
    page.markup("</svg><div class=\"ends\">");
    page.element("<span>", plot.days.0, "</span>").element("<span>", plot.days.1, "</span></div></div>");
}

/// The look of a share that is held against what is good.
fn judged(share: f64) -> &'static str {
    if share >= GOOD {
        "fill-good"
    } else if share >= WEAK {
        "fill-fair"
    } else {
        "fill-weak"
    }
}

/// Bars that lie under each other, each with its name and its words; in two columns where the page is wide enough.
pub(super) fn lying(page: &mut HtmlPage, title: &str, bars: &[ChartBar], is_wide: bool) {
    page.markup(if is_wide { "<div class=\"two\" role=" } else { "<div role=" })
        .markup("\"group\" aria-label=\"")
        .text(title)
        .markup("\">");
    for bar in bars {
        page.element("<div class=\"bar\"><span>", &bar.name, "</span>");
        begin(page, &format!("{}: {}", bar.name, bar.words));
        rectangle(page, "empty", (0.0, 0.0), (SIDE, SIDE));
        if let Some(share) = bar.share {
            let class = if bar.is_judged { judged(share) } else { "fill-fair" };
            rectangle(page, class, (0.0, 0.0), (share.clamp(0.0, 1.0) * SIDE, SIDE));
        }
        page.element("</svg><span class=\"words\">", &bar.words, "</span></div>");
    }
    page.markup("</div>");
}

/// Days that stand beside each other, each with its count and the two parts of its name; every second name goes where the
/// page is narrow.
pub(super) fn standing(page: &mut HtmlPage, title: &str, days: &[(String, usize)]) {
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer cards than 2^52")]
    let value = |count: usize| count as f64;
    let most = value(days.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1));
    page.markup("<div class=\"days\" role=\"group\" aria-label=\"").text(title).markup("\">");
    for (at, (name, count)) in days.iter().enumerate() {
        let tall = value(*count) / most * SIDE;
        page.element("<div><span>", &count.to_string(), "</span>");
        begin(page, &format!("{name}: {count}"));
        rectangle(page, "fill-fair", (0.0, SIDE - tall), (SIDE, tall));
        line(page, "grid", (0.0, SIDE), (SIDE, SIDE));
        page.markup(if at % 2 == 0 { "</svg><span class=\"name\">" } else { "</svg><span class=\"name more\">" });
        page.text(name).markup("</span></div>");
    }
    page.markup("</div>");
}
