//! Tables and their item collections as text.

use super::{title, under};
use crate::app::figures::words::{bytes, count, millis};
use crate::app::figures::{Collection, Collections, IndexFigures, Mark, TableFigures};
use crate::app::line::{Line, Role};
use crate::engine::capacity::grouped;

impl TableFigures {
    /// The table with its collections and indexes, as text.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let region = self.region.as_ref().map(|region| format!(" in {region}")).unwrap_or_default();
        let status = if self.status == "ACTIVE" { String::new() } else { format!(", {}", self.status) };
        let sizes = format!("{}, {}", count(self.items, "item", "items"), bytes(self.bytes));
        let mut lines = vec![title(format!("{}{region}: {sizes}{status}", self.name))];
        lines.push(under(1, keys(&self.partition_key, self.sort_key.as_deref())));
        let attributes: Vec<String> = self
            .attributes
            .iter()
            .map(|one| {
                let share = if one.items < one.of { format!(" in {} of {}", one.items, one.of) } else { String::new() };
                format!("{} {}{share}", one.name, one.kind)
            })
            .collect();
        if !attributes.is_empty() {
            lines.push(under(1, format!("attributes: {}", attributes.join(", "))));
        }
        lines.extend(self.ttl.iter().map(|attribute| under(1, format!("time to live: {attribute}"))));
        let [added, changed, removed] = self.changed.map(grouped);
        if self.changed != [0; 3] {
            lines.push(under(1, format!("the last line added {added}, changed {changed}, removed {removed}")));
        }
        lines.extend(self.collections.lines());
        lines.extend(self.indexes.iter().flat_map(IndexFigures::lines));
        lines
    }
}

fn keys(partition: &str, sort: Option<&str>) -> String {
    let sort = sort.map(|sort| format!(", sort key {sort}")).unwrap_or_default();
    format!("partition key {partition}{sort}")
}

impl IndexFigures {
    fn lines(&self) -> Vec<Line> {
        let kind = if self.is_global { "GSI" } else { "LSI" };
        let sparse = if self.entries < self.of { " (sparse)" } else { "" };
        let (entries, of) = (grouped(self.entries), count(self.of, "item", "items"));
        let status = if self.status == "ACTIVE" { String::new() } else { format!(", {}", self.status) };
        let head = format!(
            "{kind} {}: {entries} of {of}{sparse}, {}, {}{status}",
            self.name,
            bytes(self.bytes),
            self.projection
        );
        let mut lines = vec![under(1, head), under(2, keys(&self.partition_key, self.sort_key.as_deref()))];
        if self.lag.millis > 0 {
            let unseen = match self.lag.unseen {
                0 => String::new(),
                unseen => format!(", {}", count(unseen, "write not seen yet", "writes not seen yet")),
            };
            let behind = millis(self.lag.millis);
            lines.push(under(2, format!("shows its table as it was {behind} ago{unseen} (model)")));
        }
        lines.extend(self.collections.lines().into_iter().map(|line| line.behind(Role::Text, "  ")));
        lines
    }
}

impl Collections {
    fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = self.shown.iter().map(|one| under(1, one.text())).collect();
        if self.more > 0 {
            let more = count(self.more, "more collection", "more collections");
            let items = count(self.more_items, "item", "items");
            lines.push(under(1, format!("{more}: {items}, {}", bytes(self.more_bytes))));
        }
        if let Some(looked_at) = self.looked_at {
            lines.push(under(1, format!("(the first {} items that a Scan meets were looked at)", grouped(looked_at))));
        }
        lines
    }
}

impl Collection {
    fn text(&self) -> String {
        let mark = self.mark.map(|mark| format!(" ({})", mark_words(mark))).unwrap_or_default();
        let range = match &self.range {
            Some((first, last)) if first != last => format!(", {first} to {last}"),
            Some((first, _)) => format!(", {first}"),
            None => String::new(),
        };
        let changed = self.sort_keys.iter().filter_map(|key| Some(format!("{} {}", key.key, mark_words(key.mark?))));
        let changed: Vec<String> = changed.collect();
        let changed = if changed.is_empty() { String::new() } else { format!("; {}", changed.join(", ")) };
        let items = count(self.items, "item", "items");
        format!("{}{mark}: {items}, {}{range}{changed}", self.key, bytes(self.bytes))
    }
}

const fn mark_words(mark: Mark) -> &'static str {
    match mark {
        Mark::Added => "added",
        Mark::Changed => "changed",
        Mark::Removed => "removed",
    }
}
