//! Traffic and loads as text.

use super::{title, under};
use crate::app::figures::words::{count, millis};
use crate::app::figures::{FlowFigures, LoadFigures, PartitionFigures, TrafficFigures};
use crate::app::line::Line;
use crate::engine::capacity::{Units, grouped};

/// The directions of flows: what they are called, and their unit.
const WAYS: [(&str, &str); 2] = [("reads", "RCU"), ("writes", "WCU")];
/// Up to so many partitions are listed; of more, those that are busy.
const LISTED: usize = 12;

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
                let listed =
                    self.partitions.iter().filter(|one| self.partition_count <= LISTED || !one.heat[way].is_idle());
                lines.extend(listed.map(|one| under(2, one.text(way))));
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
