//! Figures as lines of text, for plain mode and for readers of screens: the same numbers as the pictures show.

use super::words::{bytes, count, millis};
use super::{
    BatchFigures, BillFigures, Collection, Collections, CostFigures, FlowFigures, GlobalFigures, IndexFigures,
    LoadFigures, MappingFigures, Mark, PartitionFigures, PlaceCost, PlanFigures, Plans, ReaderFigures, ReaderState,
    RecordFigures, ShardFigures, StreamFigures, StreamsFigures, SumFigures, Tab, TableFigures, TrafficFigures,
    WorldFigures, total,
};
use crate::app::line::{Line, Role};
use crate::engine::capacity::{Units, grouped};

/// The directions of flows: what they are called, and their unit.
const WAYS: [(&str, &str); 2] = [("reads", "RCU"), ("writes", "WCU")];
/// Of more partitions than this only those that are busy are told.
const TOLD: usize = 12;

/// A line under others, by so many steps; if it is broken, its further lines stand deeper.
fn under(depth: usize, text: impl Into<String>) -> Line {
    Line::text(text).hanging(2).behind(Role::Text, "  ".repeat(depth))
}

fn title(text: impl Into<String>) -> Line {
    Line::of(Role::Title, text).hanging(2)
}

impl WorldFigures {
    /// What a tab shows, as text.
    #[must_use]
    pub fn lines(&self, tab: Tab) -> Vec<Line> {
        match tab {
            Tab::Plan => self.plans.lines(),
            Tab::Tables => all(self.tables.iter().map(TableFigures::lines), "There are no tables yet."),
            Tab::Partitions => {
                let traffic = self.traffic.iter().map(TrafficFigures::lines);
                all(traffic.chain(self.loads.iter().map(LoadFigures::lines)), "There are no tables yet.")
            }
            Tab::Streams => self.streams.lines(),
            Tab::Cost => self.cost.lines(),
        }
    }
}

/// Parts with blank lines between them, or words if there is none.
fn all(parts: impl Iterator<Item = Vec<Line>>, none: &str) -> Vec<Line> {
    let parts: Vec<Vec<Line>> = parts.collect();
    if parts.is_empty() { vec![Line::of(Role::Muted, none)] } else { parts.join(&Line::blank()) }
}

impl Plans {
    /// The requests as text; ways that are compared with their ratio.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = all(self.ways.iter().map(PlanFigures::lines), "The last line sent no request.");
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
        Some(under(1, format!("{verb} from {} to {} of {of} in key order{about}", share(from), share(to))))
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
            lines.push(Line::of(Role::Muted, "(The oldest requests are no longer known.)"));
        }
        lines.extend(self.bills.iter().flat_map(BillFigures::lines));
        lines
    }
}

impl BillFigures {
    fn lines(&self) -> Vec<Line> {
        let yours = |is_it: bool| if is_it { " (as it is)" } else { "" };
        let mut lines = vec![
            title(format!("A month of the same on {} (model, prices of {})", self.table, self.as_of)),
            under(1, format!("on demand: {}{}", self.month_on_demand, yours(self.is_on_demand))),
        ];
        if self.months[1] > 0 {
            lines.push(under(
                1,
                format!("provisioned as it was: {}{}", self.month_provisioned, yours(!self.is_on_demand)),
            ));
        }
        lines.push(under(1, format!("provisioned for its busiest minute: {}", self.month_at_busiest)));
        lines.push(under(1, format!("storage: {}, {}", bytes(self.stored), self.storage_month)));
        lines
    }
}

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
            lines.push(under(1, format!("(the first {} items in key order were looked at)", grouped(looked_at))));
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

impl TrafficFigures {
    /// The traffic as text.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let [calls, succeeded, failed, throttled] =
            [self.calls, self.succeeded, self.failed, self.throttled].map(grouped);
        let time = if self.done < self.seconds {
            format!("second {} of {}", grouped(self.done), grouped(self.seconds))
        } else {
            count(self.seconds, "second", "seconds")
        };
        let mut lines = vec![
            title(format!("Traffic on {} (model), {time}: {calls} calls", self.table)),
            under(1, format!("{succeeded} succeeded, {failed} failed, {throttled} attempts throttled")),
        ];
        lines.extend(self.reasons.iter().map(|(reason, number)| under(1, format!("{} x {reason}", grouped(*number)))));
        lines
    }
}

impl LoadFigures {
    /// The load of a table or index, as text.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let index = self.index.as_ref().map(|index| format!(" index {index}")).unwrap_or_default();
        let region = self.region.as_ref().map(|region| format!(" in {region}")).unwrap_or_default();
        let mode = if self.is_on_demand { "on demand, warm for" } else { "provisioned with" };
        let [read, write] = [0, 1].map(|way| grouped(self.flows[way].given));
        let partitions = count(self.partition_count as u64, "partition", "partitions");
        let head = format!("{}{index}{region} (model): {mode} {read} RCU and {write} WCU, {partitions}", self.table);
        let mut lines = vec![title(head)];
        for way in 0..WAYS.len() {
            lines.extend(self.flows[way].lines(way));
            if self.flows[way].ago.is_some() {
                let told =
                    self.partitions.iter().filter(|one| self.partition_count <= TOLD || !one.heat[way].is_idle());
                lines.extend(told.map(|one| under(2, one.text(way))));
            }
        }
        let busiest: Vec<String> = self
            .hottest
            .iter()
            .take(5)
            .map(|key| {
                let name = key.key.as_deref().unwrap_or("(no item)");
                let least = if key.is_at_least { "at least " } else { "" };
                format!(
                    "{name} in P{} {least}{} served, {} refused",
                    key.partition,
                    grouped(key.served),
                    grouped(key.refused)
                )
            })
            .collect();
        if !busiest.is_empty() {
            lines.push(under(1, format!("busiest keys of the last minute: {}", busiest.join("; "))));
        }
        lines
    }
}

impl FlowFigures {
    fn lines(&self, way: usize) -> Vec<Line> {
        let (name, unit) = WAYS[way];
        let mut lines = Vec::new();
        if let Some(ago) = self.ago {
            let (served, given) = (self.now.served.grouped(), grouped(self.given));
            let refused = grouped(self.now.refused);
            lines.push(under(1, format!("{name}: {served} of {given} {unit}/s, {refused} refused/s, {ago} s ago")));
            let (peak, refused) = (self.peak.grouped(), grouped(self.refused));
            lines.push(under(2, format!("in the last minute: at most {peak} {unit}/s, {refused} refused")));
        }
        if let Some(burst) = self.burst.filter(|burst| self.ago.is_some() || burst.seconds < burst.most_seconds) {
            let (seconds, most) = (grouped(burst.seconds), grouped(burst.most_seconds));
            lines.push(under(2, format!("burst of {name}: {seconds} of {most} s, {} {unit}", grouped(burst.left))));
        }
        lines
    }
}

impl PartitionFigures {
    fn text(&self, way: usize) -> String {
        let heat = &self.heat[way];
        let (served, limit) = (heat.now.served, heat.limit);
        let is_hot = heat.now.refused > 0 || served >= Units::whole(limit.max(1));
        let hot_key = self.hot_key.as_ref().and_then(|key| key.key.as_ref()).filter(|_| is_hot);
        let further = [
            (heat.now.refused > 0).then(|| format!(", {} refused/s", grouped(heat.now.refused))),
            hot_key.map(|key| format!(", busiest key {key}")),
            self.split.map(|ago| format!(", split off {} ago", millis(ago * 1000))),
        ];
        let further: String = further.into_iter().flatten().collect();
        format!("P{}: {} of {} {}/s{further}", self.number, served.grouped(), grouped(limit), WAYS[way].1)
    }
}

impl StreamsFigures {
    /// Streams and all that hangs on them, as text.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let streams = self.streams.iter().map(StreamFigures::lines);
        let mappings = self.mappings.iter().map(MappingFigures::lines);
        let queues = self.queues.iter().map(|queue| {
            let head = format!("Queue {}: {}", queue.name, count(queue.messages, "message", "messages"));
            std::iter::once(title(head)).chain(queue.first.iter().map(|message| under(1, message.clone()))).collect()
        });
        let global = self.global.iter().map(GlobalFigures::lines);
        all(streams.chain(mappings).chain(queues).chain(global), "There are no streams and no replicas yet.")
    }
}

impl StreamFigures {
    fn lines(&self) -> Vec<Line> {
        let state = if self.is_open { "on" } else { "switched off" };
        let shards = count((self.shards.len() + self.more_shards) as u64, "shard", "shards");
        let mut lines = vec![title(format!("Stream of {} (model): {}, {state}, {shards}", self.table, self.view))];
        lines.extend(self.shards.iter().filter(|shard| shard.records > 0).flat_map(ShardFigures::lines));
        lines
    }
}

impl ShardFigures {
    fn lines(&self) -> Vec<Line> {
        let state = if self.is_open { "open" } else { "closed" };
        let parent = self.parent.map(|parent| format!(", after shard {parent}")).unwrap_or_default();
        let records = count(self.records, "record", "records");
        let mut lines = vec![under(1, format!("shard {}: {state}, {records}{parent}", self.number))];
        for reader in &self.readers {
            lines.push(under(2, reader.text(self.records)));
            lines.extend(reader.batches.iter().filter(|batch| batch.attempts > 0).map(|one| under(3, one.text())));
        }
        lines.extend(self.newest.iter().map(|record| under(2, record.text())));
        lines
    }
}

impl ReaderFigures {
    fn text(&self, records: u64) -> String {
        let state = match self.state {
            ReaderState::Idle => "up to date".to_owned(),
            ReaderState::Reading => format!("{} waiting", grouped(self.waiting)),
            ReaderState::Blocked { again_in } => format!("blocked, again in {}", millis(again_in)),
            ReaderState::Done => "read to its end".to_owned(),
            ReaderState::Stopped => "stopped".to_owned(),
        };
        let handled = grouped(records.saturating_sub(self.waiting));
        format!("{}: {handled} of {} handled, {state}", self.function, grouped(records))
    }
}

impl BatchFigures {
    fn text(&self) -> String {
        let (first, last) = self.range;
        let range = if first == last { format!("batch {first}") } else { format!("batch {first} to {last}") };
        let failed = self.failed_at.map(|at| format!(", failed at record {at}")).unwrap_or_default();
        let attempts = count(u64::from(self.attempts), "attempt", "attempts");
        format!("{range}{failed}, {attempts}, {} old", millis(self.age))
    }
}

impl RecordFigures {
    fn text(&self) -> String {
        let by = if self.expired { ", by time to live" } else { "" };
        let images = match (self.old.as_deref(), self.new.as_deref()) {
            (Some(old), Some(new)) if !(old.is_empty() && new.is_empty()) => format!(": {old} -> {new}"),
            (Some(old), None) => format!(": {old} ->"),
            (None, Some(new)) if !new.is_empty() => format!(": {new}"),
            _ => String::new(),
        };
        format!("{} {} {}{by}{images}", self.sequence, self.event, self.key)
    }
}

impl MappingFigures {
    fn lines(&self) -> Vec<Line> {
        let retries =
            self.retries.map_or_else(|| "retries without end".to_owned(), |most| count(most, "retry", "retries"));
        let told = [
            Some(format!("batches of {}", grouped(self.batch_size))),
            Some(retries),
            Some(if self.bisects { "bisects".to_owned() } else { "does not bisect".to_owned() }),
            self.reports.then(|| "partial responses".to_owned()),
            Some(self.destination.as_ref().map_or_else(
                || "no destination for failures".to_owned(),
                |queue| format!("failures to queue {queue}"),
            )),
            (!self.enabled).then(|| "switched off".to_owned()),
        ];
        let told: Vec<String> = told.into_iter().flatten().collect();
        let (all, failed) = self.invocations;
        vec![
            title(format!("{} reads the stream of {} (model): {}", self.function, self.table, told.join(", "))),
            under(
                1,
                format!("{}, {} failed; {}", count(all, "invocation", "invocations"), grouped(failed), self.result),
            ),
        ]
    }
}

impl GlobalFigures {
    fn lines(&self) -> Vec<Line> {
        let mut lines =
            vec![title(format!("Replicas of {}: a write arrives after {} (model)", self.table, millis(self.lag)))];
        for region in &self.regions {
            let underway = match region.underway {
                0 => String::new(),
                number => format!(", {}", count(number, "write under way", "writes under way")),
            };
            let next = region.next_in.map(|next| format!(", next in {}", millis(next))).unwrap_or_default();
            lines
                .push(under(1, format!("{}: {}{underway}{next}", region.region, count(region.items, "item", "items"))));
        }
        if self.conflict_count > 0 {
            let lost =
                count(self.conflict_count as u64, "write was lost to a later one", "writes were lost to later ones");
            lines.push(under(1, lost));
            lines.extend(self.conflicts.iter().map(|conflict| under(2, conflict.clone())));
        }
        lines
    }
}
