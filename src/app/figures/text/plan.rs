//! Requests and costs as text.

use super::{all, title, under};
use crate::app::figures::words::{bytes, count, millis};
use crate::app::figures::{BillFigures, CostFigures, PlaceCost, PlanFigures, Plans, SumFigures, total};
use crate::app::line::{Line, Role};
use crate::engine::capacity::grouped;

impl Plans {
    /// The requests as text; ways that are compared with their ratio.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = all(self.ways.iter().map(PlanFigures::lines), "The last line neither read nor wrote an item.");
        if self.left_out > 0 {
            lines.push(Line::text(format!("And {}.", count(self.left_out as u64, "more request", "more requests"))));
        }
        if let Some(ratio) = self.ratio().filter(|ratio| *ratio >= 1.05) {
            lines.push(Line::text(format!("The most expensive way costs {ratio:.1} times as much as the cheapest.")));
        }
        lines
    }
}

impl PlanFigures {
    /// The request as text.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = vec![title(self.head())];
        if let Some(refused) = &self.refused {
            lines.push(under(1, format!("refused: {}: {}", refused.exception, refused.message)));
        } else if self.is_read && self.read + self.returned > 0 {
            let dropped = if self.dropped > 0 {
                format!(", {} dropped by the filter after the read", grouped(self.dropped))
            } else {
                String::new()
            };
            let read = count(self.read, "item", "items");
            lines.push(under(1, format!("{read} read{dropped}, {} returned", grouped(self.returned))));
        } else if self.changed > 0 {
            lines.push(under(1, format!("{} changed", count(self.changed, "item", "items"))));
        }
        let by_page = self.sums.len() > 1 && self.sums.len() == self.pages.len();
        for (place, sum) in self.sums.iter().enumerate() {
            let lead = if by_page { format!("page {}: ", place + 1) } else { String::new() };
            lines.push(under(1, lead + &sum.text()));
        }
        if self.more_sums > 0 {
            lines.push(under(1, format!("and {}", count(self.more_sums, "more sum", "more sums"))));
        }
        if self.places.len() > 1 {
            lines.extend(places(&self.places));
        }
        if !self.spent.is_nothing() {
            lines.push(under(1, format!("cost: {}", self.spent)));
        }
        lines.extend(
            self.stale
                .map(|behind| under(1, format!("the answer is {} behind the latest write (model)", millis(behind)))),
        );
        lines.extend(self.lie());
        lines
    }

    /// `Query Orders index byEmail: email = "x", descending, 2 pages; then the filter amount > 5`.
    fn head(&self) -> String {
        let target = &self.target;
        let mut words = if self.label.is_empty() { String::new() } else { format!("{}: ", self.label) };
        words += &self.operation;
        if !target.table.is_empty() {
            words = format!("{words} {}", target.table);
        }
        words += &target.index.as_ref().map(|index| format!(" index {index}")).unwrap_or_default();
        words += &target.region.as_ref().map(|region| format!(" in {region}")).unwrap_or_default();
        if !self.range.is_empty() {
            words = format!("{words}: {}", self.range);
        }
        let pages = self.pages.len() as u64 + self.more_pages;
        let further = [
            (self.forward == Some(false)).then(|| "descending".to_owned()),
            self.consistent.then(|| "strongly consistent".to_owned()),
            self.is_cached.then(|| "from the cache".to_owned()),
            (pages > 1).then(|| count(pages, "page", "pages")),
        ];
        words = further.into_iter().flatten().fold(words, |words, more| format!("{words}, {more}"));
        match &self.test {
            Some(test) if self.is_read => format!("{words}; then the filter {test}"),
            Some(test) => format!("{words}; only if {test}"),
            None => words,
        }
    }

    /// Where its items lie.
    fn lie(&self) -> Option<Line> {
        let stretches = self.stretches.as_ref()?;
        let (first, last) = (stretches.parts.first()?, stretches.parts.last()?);
        let (from, to) = (first.0.min(last.0), first.1.max(last.1));
        let about = if stretches.is_estimate { ", estimated" } else { "" };
        let of = count(stretches.of, "item", "items");
        let verb = if self.is_read { "read" } else { "touched" };
        let share = |share: f64| format!("{:.1} %", share * 100.0);
        Some(under(1, format!("{verb} from {} to {} of {of} by {}{about}", share(from), share(to), stretches.order)))
    }
}

impl SumFigures {
    /// `table: 12 items, 3,443 bytes -> 1 x 4 KB x 0.5 (eventually consistent) = 0.5 RCU`, as the meter prints it.
    fn text(&self) -> String {
        let noun = if self.place == "table" { ("item", "items") } else { ("entry", "entries") };
        format!(
            "{}: {}, {} bytes -> {} x {} KB x {} ({}) = {} {}",
            self.place,
            count(self.items, noun.0, noun.1),
            grouped(self.bytes),
            grouped(self.blocks),
            self.block_kilobytes,
            self.per_block,
            self.rate,
            self.units.grouped(),
            if self.is_read { "RCU" } else { "WCU" },
        )
    }
}

fn places(places: &[PlaceCost]) -> Vec<Line> {
    let several = places.iter().any(|place| place.table != places[0].table);
    let name = |place: &PlaceCost| {
        if several { format!("{} {}", place.table, place.place) } else { place.place.clone() }
    };
    places.iter().map(|place| under(1, format!("{}: {}", name(place), place.spent))).collect()
}

impl CostFigures {
    /// What it cost, as text.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let parts = [("This line", &self.line), ("This step", &self.step), ("All so far", &self.all)];
        for ((name, costs), requests) in parts.into_iter().zip(self.requests) {
            let requests = count(requests, "request", "requests");
            lines.push(title(format!("{name}: {} for {requests}", total(costs))));
            if costs.len() > 1 {
                lines.extend(places(costs));
            }
        }
        if self.is_cut {
            lines.push(Line::of(Role::Muted, "(The oldest requests are not kept.)"));
        }
        lines.extend(self.bills.iter().flat_map(BillFigures::lines));
        lines
    }
}

impl BillFigures {
    fn lines(&self) -> Vec<Line> {
        let yours = |is_it: bool| if is_it { " (as it is)" } else { "" };
        let (words, on_demand, provisioned) = match &self.month {
            Some(month) => ("A month of the same", &month.on_demand, &month.provisioned),
            None => ("The bill so far", &self.on_demand, &self.provisioned),
        };
        let seen = millis(self.seen);
        let mut lines = vec![
            title(format!("{words}: {}, {seen} seen (model, prices of {})", self.table, self.as_of)),
            under(1, format!("on demand: {on_demand}{}", yours(self.is_on_demand))),
        ];
        if !self.is_on_demand {
            lines.push(under(1, format!("provisioned as it was: {provisioned}{}", yours(true))));
        }
        if let Some(month) = &self.month {
            lines.push(under(1, format!("provisioned for its busiest minute: {}", month.at_busiest)));
        }
        lines.push(under(1, format!("storage: {}, {}", bytes(self.stored), self.storage_month)));
        lines
    }
}
