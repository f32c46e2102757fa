//! Item collections: a tree by partition key, with sizes, indexes beside their table, and what the last line changed.

use super::bar::Bar;
use super::layout::{self, Art, Numbers, Row, Token, token};
use super::{Gauge, Glyphs, Picture};
use crate::app::figures::{Collection, Collections, IndexFigures, LagFigures, Mark, TableFigures, grouped, words};
use crate::app::line::{Line, Role};

/// How many collections have their sort keys drawn, beside those that the last line changed.
const UNFOLDED: usize = 2;
/// How many collections of an index are drawn, beside those that the last line changed.
const OF_INDEX: usize = 4;
/// The most columns of a collection's bar: there are many of them.
const LONGEST_BAR: usize = 20;
/// The columns of a branch.
const BRANCH: usize = 2;

/// Tables with their item collections.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a>(pub &'a [TableFigures]);

impl Picture for Tables<'_> {
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        if self.0.is_empty() {
            return layout::prose(&[], Role::Muted, "There are no tables yet.", width, glyphs);
        }
        self.0.iter().map(|one| table(one, width, glyphs)).collect::<Vec<_>>().join(&Line::blank())
    }
}

fn table(table: &TableFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let mut about: Vec<Token> = table.region.iter().map(|region| token(Role::Muted, format!("in {region}"))).collect();
    about.push(token(Role::Text, words::count(table.items, "item", "items")));
    about.push(token(Role::Muted, words::bytes(table.bytes)));
    about.extend((table.status != "ACTIVE").then(|| token(Role::Warn, &table.status)));
    let signs = [(Mark::Added, table.changed[0]), (Mark::Changed, table.changed[1]), (Mark::Removed, table.changed[2])];
    for (mark, count) in signs.into_iter().filter(|(_, count)| *count > 0) {
        about.push(token(look(mark), format!("{}{}", sign(mark), grouped(count))));
    }
    let mut lines = layout::heading(&table.name, &about, "", width, glyphs);
    lines.extend(keys(&table.partition_key, table.sort_key.as_deref(), width, glyphs));
    lines.extend(attributes(table, width, glyphs));
    lines.extend(table.ttl.iter().flat_map(|attribute| {
        layout::flow(&[token(Role::Muted, "time to live"), token(Role::Text, attribute)], width, 2, glyphs)
    }));
    lines.extend(collections(&table.collections, usize::MAX, width, glyphs));
    lines.extend(table.indexes.iter().flat_map(|one| index(one, width, glyphs)));
    lines
}

fn keys(partition: &str, sort: Option<&str>, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let mut tokens = vec![token(Role::Muted, "partition key"), token(Role::Text, partition)];
    tokens.extend(sort.into_iter().flat_map(|sort| [token(Role::Muted, "sort key"), token(Role::Text, sort)]));
    layout::flow(&tokens, width, 2, glyphs)
}

/// The attributes that are not keys; those that only some items have say so.
fn attributes(table: &TableFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let is_key = |name: &str| {
        let keys = [Some(&table.partition_key), table.sort_key.as_ref()];
        keys.into_iter().flatten().flat_map(|keys| keys.split(", ")).any(|key| key.split(' ').next() == Some(name))
    };
    let others = table.attributes.iter().filter(|attribute| !is_key(&attribute.name));
    let tokens: Vec<Token> = others
        .map(|one| {
            let share = if one.items < one.of { format!(" in {} of {}", one.items, one.of) } else { String::new() };
            token(Role::Text, format!("{} {}{share}", one.name, one.kind))
        })
        .collect();
    if tokens.is_empty() {
        return Vec::new();
    }
    let lead = token(Role::Muted, "attributes");
    layout::flow(&std::iter::once(lead).chain(tokens).collect::<Vec<_>>(), width, 2, glyphs)
}

fn index(index: &IndexFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let kind = if index.is_global { "GSI" } else { "LSI" };
    let mut about = vec![token(Role::Muted, &index.projection), token(Role::Muted, words::bytes(index.bytes))];
    about.extend((index.status != "ACTIVE").then(|| token(Role::Warn, &index.status)));
    let mut lines = vec![Line::blank()];
    lines.extend(layout::heading(&format!("{kind} {}", index.name), &about, "", width, glyphs));
    lines.extend(keys(&index.partition_key, index.sort_key.as_deref(), width, glyphs));
    let is_sparse = index.entries < index.of;
    let level = Gauge {
        label: "entries".to_owned(),
        value: float(index.entries),
        of: float(index.of),
        role: Role::Bar,
        number: format!("{} of {}", grouped(index.entries), words::count(index.of, "item", "items")),
        note: if is_sparse { "sparse".to_owned() } else { String::new() },
    };
    lines.extend(layout::rows(&[level.row()], width, 2, Numbers::Behind, glyphs));
    lines.extend(lag(index.lag, width, glyphs));
    lines.extend(collections(&index.collections, OF_INDEX, width, glyphs));
    lines
}

/// How far an index is behind its table.
fn lag(lag: LagFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    if lag.millis == 0 {
        return Vec::new();
    }
    let mut tokens = vec![
        token(Role::Muted, "shows its table as it was"),
        token(Role::Text, format!("{} ago", words::millis(lag.millis))),
    ];
    if lag.unseen > 0 {
        tokens.push(token(Role::Warn, words::count(lag.unseen, "write not seen yet", "writes not seen yet")));
    }
    tokens.push(token(Role::Muted, "(model)"));
    layout::flow_by(&tokens, width, (2, 2), 1, glyphs)
}

/// The collections as a tree; of an index only the first ones.
fn collections(all: &Collections, most: usize, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let marked = all.shown.iter().filter(|one| one.mark.is_some()).count();
    let (shown, hidden) = all.shown.split_at(all.shown.len().min(most.max(marked)));
    let more = all.more + hidden.len() as u64;
    let scale = float(all.shown.iter().map(|one| one.bytes).max().unwrap_or(0));
    let mut lines = Vec::new();
    let rows: Vec<Row> = shown.iter().map(|one| collection(one, scale)).collect();
    let rows = layout::each_row(&rows, width.saturating_sub(BRANCH), 0, Numbers::Column, glyphs);
    for (place, (one, own)) in shown.iter().zip(rows).enumerate() {
        let is_last = place + 1 == shown.len() && more == 0;
        for (number, line) in own.into_iter().enumerate() {
            let lead = if number == 0 { glyphs.branch(is_last) } else { glyphs.stem(is_last) };
            lines.push(behind(lead, line));
        }
        if place < UNFOLDED || one.mark.is_some() {
            lines.extend(sort_keys(one, glyphs.stem(is_last), width, glyphs));
        }
    }
    if more > 0 {
        let (items, bytes) = hidden
            .iter()
            .fold((all.more_items, all.more_bytes), |(items, bytes), one| (items + one.items, bytes + one.bytes));
        let rest = [
            token(Role::Muted, words::count(more, "more collection", "more collections")),
            token(Role::Muted, words::count(items, "item", "items")),
            token(Role::Muted, words::bytes(bytes)),
        ];
        let rest = layout::flow(&rest, width.saturating_sub(BRANCH), 0, glyphs);
        lines.extend(
            rest.into_iter()
                .enumerate()
                .map(|(number, line)| behind(if number == 0 { glyphs.branch(true) } else { glyphs.stem(true) }, line)),
        );
    }
    if let Some(looked_at) = all.looked_at {
        let text = format!("(the first {} items that a Scan meets were looked at)", grouped(looked_at));
        lines.extend(layout::prose(&[layout::blanks(2)], Role::Muted, &text, width, glyphs));
    }
    lines
}

fn collection(one: &Collection, scale: f64) -> Row {
    let mark = one.mark.map(|mark| format!("{} ", sign(mark))).unwrap_or_default();
    let role = one.mark.map_or(Role::Text, look);
    let (value, notes) = match one.items {
        0 => (token(Role::Muted, "gone"), Vec::new()),
        items => {
            (token(Role::Text, words::count(items, "item", "items")), vec![token(Role::Muted, words::bytes(one.bytes))])
        }
    };
    Row {
        label: token(role, format!("{mark}{}", one.key)),
        art: Some(Art::Bar(Bar::of(float(one.bytes), scale, Role::Bar).at_most(LONGEST_BAR))),
        value,
        notes,
    }
}

/// The first sort keys of a collection, and those that were changed.
fn sort_keys(one: &Collection, stem: &str, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let shown = one.sort_keys.len() as u64;
    let rest =
        one.items.saturating_sub(one.sort_keys.iter().filter(|key| key.mark != Some(Mark::Removed)).count() as u64);
    let mut lines: Vec<Line> = one
        .sort_keys
        .iter()
        .flat_map(|key| {
            let mark = key.mark.map(|mark| format!("{} ", sign(mark))).unwrap_or_default();
            let room = width.saturating_sub(BRANCH + 2 + 12).max(8);
            let name = layout::cut(&format!("{mark}{}", key.key), room, glyphs);
            let size = if key.mark == Some(Mark::Removed) { "gone".to_owned() } else { words::bytes(key.bytes) };
            let tokens = [token(key.mark.map_or(Role::Text, look), name), token(Role::Muted, size)];
            layout::flow(&tokens, width.saturating_sub(BRANCH), 2, glyphs)
        })
        .collect();
    if shown > 0 && rest > 0 {
        let last = one.range.as_ref().map(|(_, last)| format!("to {}", layout::cut(last, 40, glyphs)));
        let text = token(Role::Muted, format!("{} more", grouped(rest)));
        let tokens: Vec<Token> = std::iter::once(text).chain(last.map(|last| token(Role::Muted, last))).collect();
        lines.extend(layout::flow(&tokens, width.saturating_sub(BRANCH), 2, glyphs));
    }
    lines.into_iter().map(|line| behind(stem, line)).collect()
}

fn behind(lead: &str, mut line: Line) -> Line {
    line.spans.insert(0, token(Role::Muted, lead));
    line
}

const fn sign(mark: Mark) -> char {
    match mark {
        Mark::Added => '+',
        Mark::Changed => '~',
        Mark::Removed => '-',
    }
}

const fn look(mark: Mark) -> Role {
    match mark {
        Mark::Added => Role::Good,
        Mark::Changed => Role::Warn,
        Mark::Removed => Role::Bad,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a bar needs no more digits")]
const fn float(count: u64) -> f64 {
    count as f64
}
