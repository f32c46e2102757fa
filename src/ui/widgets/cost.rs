//! Costs: the last line, the step and all lines, by the table and its indexes; the month's bill (a model).

use super::bar::Bar;
use super::layout::{self, Art, Numbers, Row, token};
use super::{Bars, Glyphs, LabelledBar, Picture};
use crate::app::figures::{BillFigures, CostFigures, MonthFigures, PlaceCost, total, words};
use crate::app::line::{Line, Role};

/// What it cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost<'a>(pub &'a CostFigures);

impl Picture for Cost<'_> {
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        let cost = self.0;
        let mut parts = vec![
            spent("This line", &cost.line, cost.requests[0], width, glyphs),
            spent("This step", &cost.step, cost.requests[1], width, glyphs),
            spent("All so far", &cost.all, cost.requests[2], width, glyphs),
        ];
        if cost.step == cost.all && cost.requests[1] == cost.requests[2] {
            parts.remove(1);
        }
        if cost.is_cut {
            let text = "(the oldest requests are not kept)";
            parts.push(layout::prose(&[], Role::Muted, text, width, glyphs));
        }
        parts.extend(cost.bills.iter().map(|one| bill(one, width, glyphs)));
        parts.join(&Line::blank())
    }
}

fn spent(title: &str, places: &[PlaceCost], requests: u64, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let about = [
        token(Role::Cost, total(places).to_string()),
        token(Role::Muted, words::count(requests, "request", "requests")),
    ];
    let mut lines = layout::heading(title, &about, "", width, glyphs);
    if places.len() < 2 {
        return lines;
    }
    let several = places.iter().any(|place| place.table != places[0].table);
    let units = |place: &PlaceCost| (place.spent.read + place.spent.write).as_f64();
    let scale = places.iter().map(units).fold(0.0, f64::max);
    let row = |place: &PlaceCost| {
        let label = if several { format!("{} {}", place.table, place.place) } else { place.place.clone() };
        Row {
            label: token(Role::Text, label),
            art: Some(Art::Bar(Bar::of(units(place), scale, Role::Bar))),
            value: token(Role::Cost, place.spent.to_string()),
            notes: Vec::new(),
        }
    };
    let rows: Vec<Row> = places.iter().map(row).collect();
    lines.extend(layout::rows(&rows, width, 1, Numbers::Behind, glyphs));
    lines
}

/// A month of the same, three ways; while too little was seen for that, what it came to so far.
fn bill(bill: &BillFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let about = [
        token(Role::Text, &bill.table),
        token(Role::Muted, format!("{} seen", words::millis(bill.seen))),
        token(Role::Muted, format!("prices of {}", bill.as_of)),
    ];
    let title = if bill.month.is_some() { "A month of the same" } else { "The bill so far" };
    let mut lines = layout::heading(title, &about, "model", width, glyphs);
    if let Some(month) = &bill.month {
        lines.extend(months(bill, month, width, glyphs));
    } else {
        let mut so_far = vec![token(Role::Muted, "on demand"), token(Role::Text, &bill.on_demand)];
        if !bill.is_on_demand {
            so_far.extend([token(Role::Muted, "provisioned"), token(Role::Text, &bill.provisioned)]);
        }
        lines.extend(layout::flow(&so_far, width, 1, glyphs));
        let text = "A month of the same is worked out once a minute of the lab's clock has passed.";
        lines.extend(layout::prose(&[], Role::Muted, text, width, glyphs));
    }
    let stored = [
        token(Role::Muted, "storage"),
        token(Role::Text, words::bytes(bill.stored)),
        token(Role::Text, &bill.storage_month),
    ];
    lines.extend(layout::flow(&stored, width, 1, glyphs));
    lines
}

/// The month's bill on demand, as it was provisioned, and provisioned for its peak.
fn months(bill: &BillFigures, month: &MonthFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let yours = |is_it: bool| if is_it { format!("{} yours", glyphs.here()) } else { String::new() };
    let way = |label: &str, at: usize, number: &str, is_yours: bool| LabelledBar {
        label: label.to_owned(),
        #[expect(clippy::cast_precision_loss, reason = "a bar needs no more digits")]
        value: month.nanodollars[at] as f64,
        second: 0.0,
        number: number.to_owned(),
        role: if is_yours { Role::Bar } else { Role::Muted },
        note: yours(is_yours),
    };
    let mut ways = vec![way("on demand", 0, &month.on_demand, bill.is_on_demand)];
    if month.nanodollars[1] > 0 {
        ways.push(way("provisioned as it was", 1, &month.provisioned, !bill.is_on_demand));
    }
    ways.push(way("provisioned for its peak", 2, &month.at_busiest, false));
    let rows = Bars { ways, ..Bars::default() }.rows();
    layout::rows(&rows, width, 1, Numbers::Behind, glyphs)
}
