//! Streams, functions, queues and replicas as text.

use super::{all, title, under};
use crate::app::figures::words::{count, millis};
use crate::app::figures::{
    BatchFigures, GlobalFigures, MappingFigures, ReaderFigures, ReaderState, RecordFigures, ShardFigures,
    StreamFigures, StreamsFigures,
};
use crate::app::line::Line;
use crate::engine::capacity::grouped;

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
        let settings = [
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
        let settings: Vec<String> = settings.into_iter().flatten().collect();
        let (all, failed) = self.invocations;
        vec![
            title(format!("{} reads the stream of {} (model): {}", self.function, self.table, settings.join(", "))),
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
