//! Courses over days as a chart, in lines of text, so that it scrolls with what stands around it.
//!
//! ratatui's [`Chart`] draws into a buffer of its own; its cells become spans again, each with the role of its series. The
//! series differ in their marks as well as in their colours.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use ratatui::symbols::Marker;
use ratatui::widgets::{Axis, Chart, Dataset, GraphType, Widget as _};

use crate::app::line::{Flow, Line, Role};

/// A course over days: points of a day and a share from 0 to 1.
pub(super) struct Series {
    /// What it is, for the line below the chart.
    pub(super) name: &'static str,
    /// Its look.
    pub(super) role: Role,
    /// Its mark, and the one of a terminal that shows ASCII only.
    pub(super) mark: (char, char),
    /// Whether its points are joined by a line.
    pub(super) is_line: bool,
    /// Its points, oldest first.
    pub(super) points: Vec<(f64, f64)>,
}

/// Draws shares over days; `ends` are the words at both ends of the time. Nothing if there is no time between the ends.
pub(super) fn lines(
    series: &[Series],
    ends: [String; 2],
    (width, height): (usize, usize),
    is_ascii: bool,
) -> Vec<Line> {
    let days = || series.iter().flat_map(|series| &series.points).map(|(day, _)| *day);
    let (first, last) = (days().fold(f64::INFINITY, f64::min), days().fold(f64::NEG_INFINITY, f64::max));
    if first >= last || width < 24 {
        return Vec::new();
    }
    let tag = |at: usize| Style::new().fg(Color::Indexed(u8::try_from(at).unwrap_or(u8::MAX)));
    let points: Vec<Vec<(f64, f64)>> =
        series.iter().map(|series| series.points.iter().map(|(day, share)| (*day, share * 100.0)).collect()).collect();
    let sets = series.iter().zip(&points).enumerate().map(|(at, (series, points))| {
        Dataset::default()
            .marker(Marker::Custom(if is_ascii { series.mark.1 } else { series.mark.0 }))
            .graph_type(if series.is_line { GraphType::Line } else { GraphType::Scatter })
            .style(tag(at))
            .data(points)
    });
    let chart = Chart::new(sets.collect())
        .legend_position(None)
        .x_axis(Axis::default().bounds([first, last]).labels(ends))
        .y_axis(Axis::default().bounds([0.0, 100.0]).labels(["  0 %", " 50 %", "100 %"]));
    let area = Rect::new(0, 0, u16::try_from(width).unwrap_or(u16::MAX), u16::try_from(height).unwrap_or(u16::MAX));
    let mut buffer = Buffer::empty(area);
    chart.render(area, &mut buffer);
    let role = |colour: Color| match colour {
        Color::Indexed(at) => series.get(usize::from(at)).map_or(Role::Muted, |series| series.role),
        _ => Role::Muted,
    };
    let row = |row: Rect| {
        let mut line = Line::text("").flowing(Flow::Fixed);
        for at in row.positions() {
            line = line.and(role(buffer[at].fg), buffer[at].symbol());
        }
        line
    };
    let mut lines: Vec<Line> = area.rows().map(row).collect();
    let mut legend = Line::text("");
    for series in series.iter().filter(|series| !series.points.is_empty()) {
        let mark = if is_ascii { series.mark.1 } else { series.mark.0 };
        legend = legend.and(series.role, format!("{mark} ")).and(Role::Muted, format!("{}   ", series.name));
    }
    lines.extend(legend.wrapped(width));
    lines
}
