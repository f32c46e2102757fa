//! Timelines: shards with their records, how far each reader is, what blocks it, and replicas with what is on its way.

use super::bar::{Bar, Fill};
use super::layout::{self, Art, Numbers, Row, Token, token};
use super::{Glyphs, Picture};
use crate::app::figures::{
    BatchFigures, GlobalFigures, MappingFigures, QueueFigures, ReaderFigures, ReaderState, RecordFigures,
    RegionFigures, ShardFigures, StreamFigures, StreamsFigures, grouped, words,
};
use crate::app::line::{Line, Role};

/// Streams and all that hangs on them.
#[derive(Clone, Copy, Debug)]
pub struct Streams<'a>(pub &'a StreamsFigures);

impl Picture for Streams<'_> {
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        let StreamsFigures { streams, mappings, queues, global } = self.0;
        let mut parts: Vec<Vec<Line>> = streams.iter().map(|one| stream(one, width, glyphs)).collect();
        parts.extend(mappings.iter().map(|one| mapping(one, width, glyphs)));
        parts.extend(queues.iter().map(|one| queue(one, width, glyphs)));
        parts.extend(global.iter().map(|one| replicas(one, width, glyphs)));
        if parts.is_empty() {
            let text = "There are no streams and no replicas yet.";
            return layout::prose(&[], Role::Muted, text, width, glyphs);
        }
        parts.join(&Line::blank())
    }
}

fn stream(stream: &StreamFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let shards = (stream.shards.len() + stream.more_shards) as u64;
    let about = [
        token(Role::Muted, &stream.view),
        token(Role::Text, words::count(shards, "shard", "shards")),
        if stream.is_open { token(Role::Good, "on") } else { token(Role::Warn, "switched off") },
    ];
    let mut lines = layout::heading(&format!("Stream of {}", stream.table), &about, "model", width, glyphs);
    let (filled, quiet): (Vec<_>, Vec<_>) = stream.shards.iter().partition(|shard| shard.records > 0);
    lines.extend(filled.iter().flat_map(|one| shard(one, width, glyphs)));
    let quiet = (quiet.len() + stream.more_shards) as u64;
    if quiet > 0 {
        let text = words::count(quiet, "shard has no records", "shards have no records");
        lines.extend(layout::prose(&[layout::blanks(1)], Role::Muted, &text, width, glyphs));
    }
    lines
}

fn shard(shard: &ShardFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let mut about = vec![
        token(Role::Strong, format!("shard {}", shard.number)),
        if shard.is_open { token(Role::Good, "open") } else { token(Role::Muted, "closed") },
        token(Role::Text, words::count(shard.records, "record", "records")),
    ];
    about.extend(shard.parent.map(|parent| token(Role::Muted, format!("after shard {parent}"))));
    let mut lines = layout::flow(&about, width, 1, glyphs);
    let readers: Vec<Row> = shard.readers.iter().map(|reader| reader_row(reader, shard.records)).collect();
    let rows = layout::each_row(&readers, width, 3, Numbers::Behind, glyphs);
    for (reader, row) in shard.readers.iter().zip(rows) {
        lines.extend(row);
        lines.extend(
            reader.batches.iter().filter(|batch| batch.attempts > 0).flat_map(|one| batch(one, reader, width, glyphs)),
        );
    }
    let older = shard.records.saturating_sub(shard.newest.len() as u64);
    if older > 0 {
        let text = words::count(older, "older record", "older records");
        lines.extend(layout::flow(&[token(Role::Muted, text)], width, 3, glyphs));
    }
    lines.extend(shard.newest.iter().flat_map(|one| record(one, shard, width, glyphs)));
    lines
}

/// How far a reader is in its shard.
fn reader_row(reader: &ReaderFigures, records: u64) -> Row {
    let handled = records.saturating_sub(reader.waiting);
    let is_blocked = matches!(reader.state, ReaderState::Blocked { .. });
    let waiting = if is_blocked { Role::BarHot } else { Role::BarUsed };
    let bar = Bar {
        parts: vec![(float(handled), Role::Good, Fill::Solid), (float(reader.waiting), waiting, Fill::Shaded)],
        scale: float(records),
        track: true,
        ..Bar::default()
    };
    let state = match reader.state {
        ReaderState::Idle => token(Role::Good, "up to date"),
        ReaderState::Reading => token(Role::Text, format!("{} waiting", grouped(reader.waiting))),
        ReaderState::Blocked { .. } => token(Role::Bad, "blocked"),
        ReaderState::Done => token(Role::Muted, "read to its end"),
        ReaderState::Stopped => token(Role::Warn, "stopped"),
    };
    Row {
        label: token(Role::Text, &reader.function),
        art: Some(Art::Bar(bar)),
        value: token(Role::Text, format!("{} of {} handled", grouped(handled), grouped(records))),
        notes: vec![state],
    }
}

/// A batch that is tried again.
fn batch(batch: &BatchFigures, reader: &ReaderFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let (first, last) = batch.range;
    let range = if first == last { format!("batch {first}") } else { format!("batch {first} to {last}") };
    let mut tokens = vec![token(Role::Text, range)];
    tokens.extend(batch.failed_at.map(|at| token(Role::Bad, format!("failed at record {at}"))));
    tokens.push(token(Role::Text, words::count(u64::from(batch.attempts), "attempt", "attempts")));
    if let ReaderState::Blocked { again_in } = reader.state {
        tokens.push(token(Role::Warn, format!("again in {}", words::millis(again_in))));
    }
    tokens.push(token(Role::Muted, format!("{} old", words::millis(batch.age))));
    layout::flow(&tokens, width, 5, glyphs)
}

/// A record, with what it says of the item before and after.
fn record(record: &RecordFigures, shard: &ShardFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let failed = |reader: &ReaderFigures| reader.batches.iter().any(|batch| batch.failed_at == Some(record.sequence));
    let (mark, role) = match shard.readers.as_slice() {
        [] => (" ", Role::Muted),
        readers if readers.iter().any(failed) => (glyphs.failed(), Role::Bad),
        readers if readers.iter().all(|reader| reader.handled >= record.sequence) => (glyphs.handled(), Role::Good),
        _ => (glyphs.waits(), Role::Muted),
    };
    let mut tokens = vec![
        token(role, format!("{mark} {}", record.sequence)),
        token(if record.is_new { Role::Strong } else { Role::Text }, &record.event),
        token(Role::CodeString, layout::cut(&record.key, width.saturating_sub(6).max(8), glyphs)),
    ];
    tokens.extend(record.expired.then(|| token(Role::Warn, "by time to live")));
    let images = match (record.old.as_deref(), record.new.as_deref()) {
        (Some(old), Some(new)) if !(old.is_empty() && new.is_empty()) => format!("{old} {} {new}", glyphs.arrow()),
        (Some(old), None) => format!("{old} {}", glyphs.arrow()),
        (None, Some(new)) => new.to_owned(),
        _ => String::new(),
    };
    let mut lines = layout::flow(&tokens, width, 3, glyphs);
    if images.trim().is_empty() {
        return lines;
    }
    let used = lines.last().map_or(0, Line::width);
    let images_width = unicode_width::UnicodeWidthStr::width(images.as_str());
    match lines.last_mut().filter(|_| used + 2 + images_width <= width) {
        Some(last) => last.spans.extend([layout::blanks(2), token(Role::Muted, images)]),
        None => lines.extend(layout::prose(&[layout::blanks(7)], Role::Muted, &images, width, glyphs)),
    }
    lines
}

fn mapping(mapping: &MappingFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let about = [token(Role::Muted, "reads"), token(Role::Text, format!("stream of {}", mapping.table))];
    let mut lines = layout::heading(&mapping.function, &about, "model", width, glyphs);
    let retries =
        mapping.retries.map_or_else(|| "retries without end".to_owned(), |most| words::count(most, "retry", "retries"));
    let mut tokens =
        vec![token(Role::Text, format!("batches of {}", grouped(mapping.batch_size))), token(Role::Text, retries)];
    tokens.push(token(Role::Text, if mapping.bisects { "bisects" } else { "does not bisect" }));
    tokens.extend(mapping.reports.then(|| token(Role::Text, "partial responses")));
    tokens.push(match &mapping.destination {
        Some(queue) => token(Role::Text, format!("failures to queue {queue}")),
        None => token(Role::Muted, "no destination for failures"),
    });
    tokens.extend((!mapping.enabled).then(|| token(Role::Warn, "switched off")));
    lines.extend(layout::flow(&tokens, width, 1, glyphs));
    let (all, failed) = mapping.invocations;
    let parts =
        vec![(float(all - failed.min(all)), Role::Good, Fill::Solid), (float(failed), Role::BarHot, Fill::Shaded)];
    let notes = (failed > 0).then(|| token(Role::Bad, format!("{} failed", grouped(failed))));
    let row = Row {
        label: token(Role::Text, "invocations"),
        art: Some(Art::Bar(Bar { parts, scale: float(all), ..Bar::default() })),
        value: token(Role::Text, grouped(all)),
        notes: notes.into_iter().collect(),
    };
    lines.extend(layout::rows(&[row], width, 1, Numbers::Behind, glyphs));
    let is_problem = mapping.result.starts_with("PROBLEM");
    let role = if is_problem { Role::Bad } else { Role::Muted };
    lines.extend(layout::prose(&[layout::blanks(1)], role, &mapping.result, width, glyphs));
    lines
}

fn queue(queue: &QueueFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let about = [token(Role::Text, words::count(queue.messages, "message", "messages"))];
    let mut lines = layout::heading(&format!("Queue {}", queue.name), &about, "", width, glyphs);
    for message in &queue.first {
        lines.extend(layout::prose(&[layout::blanks(2)], Role::Text, message, width, glyphs));
    }
    let more = queue.messages.saturating_sub(queue.first.len() as u64);
    if more > 0 {
        let text = format!("and {}", words::count(more, "more", "more"));
        lines.extend(layout::flow(&[token(Role::Muted, text)], width, 2, glyphs));
    }
    lines
}

fn replicas(global: &GlobalFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let about = [token(Role::Muted, format!("a write arrives after {}", words::millis(global.lag)))];
    let mut lines = layout::heading(&format!("Replicas of {}", global.table), &about, "model", width, glyphs);
    let most = global.regions.iter().map(|region| region.items + region.underway).max().unwrap_or(0);
    let row = |region: &RegionFigures| {
        let parts =
            vec![(float(region.items), Role::Bar, Fill::Solid), (float(region.underway), Role::BarUsed, Fill::Shaded)];
        let mut notes: Vec<Token> = Vec::new();
        if region.underway > 0 {
            notes.push(token(Role::Warn, words::count(region.underway, "write under way", "writes under way")));
        }
        notes.extend(region.next_in.map(|next| token(Role::Muted, format!("next in {}", words::millis(next)))));
        Row {
            label: token(Role::Text, &region.region),
            art: Some(Art::Bar(Bar { parts, scale: float(most), ..Bar::default() })),
            value: token(Role::Text, words::count(region.items, "item", "items")),
            notes,
        }
    };
    let rows: Vec<Row> = global.regions.iter().map(row).collect();
    lines.extend(layout::rows(&rows, width, 1, Numbers::Column, glyphs));
    if global.conflict_count > 0 {
        let count = words::count(
            global.conflict_count as u64,
            "write was lost to a later one",
            "writes were lost to later ones",
        );
        lines.extend(layout::prose(&[layout::blanks(1)], Role::Warn, &count, width, glyphs));
        for conflict in &global.conflicts {
            lines.extend(layout::prose(&[layout::blanks(3)], Role::Text, conflict, width, glyphs));
        }
    }
    lines
}

#[expect(clippy::cast_precision_loss, reason = "a bar needs no more digits")]
const fn float(count: u64) -> f64 {
    count as f64
}
