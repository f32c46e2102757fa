//! Partitions: how hot each is against its limit, what it refused, the burst that is left, the busiest keys (a model).

use super::bar::{Bar, Fill};
use super::layout::{self, Art, Numbers, Row, Token, token};
use super::{Bars, Gauge, Glyphs, LabelledBar, Picture, Spark};
use crate::app::figures::{
    FlowFigures, Heat, LoadFigures, PartitionFigures, TickFigures, TrafficFigures, grouped, words,
};
use crate::app::line::{Line, Role};

/// Up to so many partitions are drawn each; of more, those that are busy.
const DRAWN: usize = 12;
/// How many of the busiest keys are drawn.
const KEYS: usize = 5;
/// The directions of flows: what they are called, and their unit.
const WAYS: [(&str, &str); 2] = [("reads", "RCU"), ("writes", "WCU")];

/// The loads of tables and indexes, and the traffic that made them.
#[derive(Clone, Copy, Debug)]
pub struct Loads<'a> {
    /// The loads.
    pub loads: &'a [LoadFigures],
    /// The traffic of the last line, or the one that runs.
    pub traffic: Option<&'a TrafficFigures>,
}

impl Picture for Loads<'_> {
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        let mut parts: Vec<Vec<Line>> = Vec::new();
        parts.extend(self.traffic.map(|traffic| TrafficPicture(traffic).lines(width, glyphs)));
        let (busy, idle): (Vec<_>, Vec<_>) = self.loads.iter().partition(|load| load.is_busy());
        parts.extend(busy.into_iter().chain(idle).map(|load| LoadPicture(load).lines(width, glyphs)));
        if parts.is_empty() {
            return layout::prose(&[], Role::Muted, "There are no tables yet.", width, glyphs);
        }
        parts.join(&Line::blank())
    }
}

/// Traffic that runs, or has run.
#[derive(Clone, Copy, Debug)]
pub struct TrafficPicture<'a>(pub &'a TrafficFigures);

impl Picture for TrafficPicture<'_> {
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        let traffic = self.0;
        let about =
            [token(Role::Accent, &traffic.table), token(Role::Text, words::count(traffic.calls, "call", "calls"))];
        let mut lines = layout::heading("Traffic", &about, "model", width, glyphs);
        let mut rows = Vec::new();
        if traffic.done < traffic.seconds {
            let number = format!("{} of {} s", grouped(traffic.done), grouped(traffic.seconds));
            let (value, of) = (float(traffic.done), float(traffic.seconds));
            rows.push(Gauge { label: "time".into(), value, of, role: Role::Accent, number, note: String::new() }.row());
        }
        let (served, failed) = (float(traffic.succeeded), float(traffic.failed));
        let parts = vec![(served, Role::Good, Fill::Solid), (failed, Role::BarHot, Fill::Shaded)];
        let mut notes = Vec::new();
        if traffic.failed > 0 {
            notes.push(token(Role::BarHot, format!("+{} failed", grouped(traffic.failed))));
        }
        if traffic.throttled != traffic.failed {
            notes
                .push(token(Role::BarUsed, words::count(traffic.throttled, "throttled attempt", "throttled attempts")));
        }
        rows.push(Row {
            label: token(Role::Text, "calls"),
            art: Some(Art::Bar(Bar { parts, scale: float(traffic.calls), ..Bar::default() })),
            value: token(Role::Good, format!("{} ok", grouped(traffic.succeeded))),
            notes,
        });
        lines.extend(layout::rows(&rows, width, 1, Numbers::Behind, glyphs));
        for (reason, count) in &traffic.reasons {
            let tokens = [token(Role::Text, grouped(*count)), token(Role::Muted, reason)];
            lines.extend(layout::flow(&tokens, width, 1, glyphs));
        }
        lines
    }
}

/// The load of one table or index.
struct LoadPicture<'a>(&'a LoadFigures);

impl Picture for LoadPicture<'_> {
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        let load = self.0;
        let mut lines = self.head(width, glyphs);
        let busy: Vec<usize> = (0..WAYS.len()).filter(|way| load.flows[*way].ago.is_some()).collect();
        for way in &busy {
            lines.extend(self.partitions(*way, width, glyphs));
        }
        let mut rows = Vec::new();
        for way in 0..WAYS.len() {
            rows.extend(self.flow(way, busy.contains(&way), busy.len() != 1));
        }
        let keys = self.keys(width, glyphs);
        for part in [layout::rows(&rows, width, 1, Numbers::Behind, glyphs), keys] {
            if !part.is_empty() && !busy.is_empty() {
                lines.push(Line::blank());
            }
            lines.extend(part);
        }
        lines
    }
}

impl LoadPicture<'_> {
    fn head(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        let load = self.0;
        let title = match &load.index {
            None => load.table.clone(),
            Some(index) => format!("{} index {index}", load.table),
        };
        let given = |way: usize| format!("{} {}", grouped(load.flows[way].given), WAYS[way].1);
        let mode = if load.is_on_demand { "on demand, warm for" } else { "provisioned" };
        let mut tokens: Vec<Token> =
            load.region.iter().map(|region| token(Role::Muted, format!("in {region}"))).collect();
        tokens.push(token(Role::Muted, mode));
        tokens.extend([0, 1].map(|way| token(Role::Text, given(way))));
        let count = load.partition_count as u64;
        tokens.push(token(Role::Muted, words::count(count, "partition", "partitions")));
        layout::heading(&title, &tokens, "model", width, glyphs)
    }

    /// The partitions in one direction.
    fn partitions(&self, way: usize, width: usize, glyphs: Glyphs) -> Vec<Line> {
        let all = &self.0.partitions;
        let many = self.0.partition_count > DRAWN;
        let shown: Vec<&PartitionFigures> =
            all.iter().filter(|one| !many || !one.heat[way].is_idle()).take(DRAWN).collect();
        let load = |heat: &Heat| heat.now.served.as_f64() + float(heat.now.refused);
        let limits = all.iter().map(|one| float(one.heat[way].limit)).fold(0.0, f64::max);
        let scale = shown.iter().map(|one| load(&one.heat[way])).fold(limits, f64::max);
        let rows: Vec<Row> = shown.iter().map(|one| partition(one, way, scale)).collect();
        let mut lines = Vec::new();
        let ago = self.0.flows[way].ago.filter(|ago| *ago > 2);
        let limit = all.iter().map(|one| one.heat[way].limit).max().unwrap_or(0);
        let mut title = vec![token(Role::Muted, WAYS[way].0)];
        title.push(token(Role::Muted, format!("limit {} {}/s each", grouped(limit), WAYS[way].1)));
        title.extend(ago.map(|ago| token(Role::Muted, format!("{ago} s ago"))));
        lines.extend(layout::flow(&title, width, 1, glyphs));
        lines.extend(layout::rows(&rows, width, 1, Numbers::Column, glyphs));
        let hidden = self.0.partition_count - shown.len();
        if hidden > 0 {
            let busy = all.iter().filter(|one| !one.heat[way].is_idle()).count();
            let rest = if busy > shown.len() { "others" } else { "others, idle" };
            let text = format!("{} {rest}", grouped(hidden as u64));
            lines.extend(layout::flow(&[token(Role::Muted, text)], width, 1, glyphs));
        }
        lines
    }

    /// The table's use, its burst and its refusals in one direction.
    fn flow(&self, way: usize, is_busy: bool, is_titled: bool) -> Vec<Row> {
        let flow = &self.0.flows[way];
        let (name, unit) = WAYS[way];
        let label = |what: &str| if is_titled { format!("{what} {name}") } else { what.to_owned() };
        let mut rows = Vec::new();
        if is_busy {
            rows.push(used(flow, unit, label(if self.0.index.is_some() { "index" } else { "table" })).row());
        }
        if let Some(burst) = flow.burst.filter(|burst| is_busy || burst.seconds < burst.most_seconds) {
            let low = burst.seconds * 5 < burst.most_seconds;
            rows.push(
                Gauge {
                    label: label("burst"),
                    value: float(burst.left),
                    of: float(burst.room),
                    role: if low { Role::BarHot } else { Role::Good },
                    number: format!("{} of {} s", grouped(burst.seconds), grouped(burst.most_seconds)),
                    note: format!("{} {unit}", grouped(burst.left)),
                }
                .row(),
            );
        }
        rows.extend(self.own_burst(way));
        if flow.refused > 0 {
            let values = flow.history.iter().map(|tick| float(tick.refused)).collect();
            let number = format!("{}/s", grouped(flow.now.refused));
            let note = format!("{} in a minute", grouped(flow.refused));
            rows.push(
                Spark { label: label("refused"), values, scale: float(flow.given), role: Role::BarHot, number, note }
                    .row(),
            );
        }
        rows
    }

    /// What the hottest partition has saved up itself, once it is less than it could be.
    fn own_burst(&self, way: usize) -> Option<Row> {
        let busy = self.0.partitions.iter().filter(|one| one.heat[way].saved < one.heat[way].limit);
        let one = busy
            .filter(|one| !one.heat[way].is_idle())
            .max_by_key(|one| (one.heat[way].peak, one.heat[way].now.refused))?;
        let heat = &one.heat[way];
        let level = Gauge {
            label: format!("burst P{}", one.number),
            value: float(heat.saved),
            of: float(heat.limit),
            role: if heat.saved * 5 < heat.limit { Role::BarHot } else { Role::Good },
            number: format!("{} of {} {}", grouped(heat.saved), grouped(heat.limit), WAYS[way].1),
            note: "its own".to_owned(),
        };
        Some(level.row())
    }

    fn keys(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        let hottest = &self.0.hottest;
        if hottest.is_empty() {
            return Vec::new();
        }
        let way = |key: &crate::app::figures::HotKey| {
            let refused = if key.refused > 0 { format!("+{} refused", grouped(key.refused)) } else { String::new() };
            let name = key.key.clone().unwrap_or_else(|| "(no item)".to_owned());
            LabelledBar {
                label: format!("P{} {name}", key.partition),
                value: float(key.served),
                second: float(key.refused),
                number: grouped(key.served),
                role: Role::Bar,
                note: refused,
            }
        };
        let ways = hottest.iter().take(KEYS).map(way).collect();
        let unsure = hottest.iter().take(KEYS).any(|key| key.is_at_least);
        let count = if unsure { "requests, at least" } else { "requests" };
        let title = [token(Role::Muted, "busiest keys of the last minute"), token(Role::Muted, count)];
        let mut lines = layout::flow(&title, width, 1, glyphs);
        let rows = Bars { ways, ..Bars::default() }.rows();
        lines.extend(layout::rows(&rows, width, 1, Numbers::Behind, glyphs));
        lines
    }
}

/// One partition.
fn partition(one: &PartitionFigures, way: usize, scale: f64) -> Row {
    let heat = &one.heat[way];
    let TickFigures { served, refused } = heat.now;
    let is_hot = refused > 0 || (heat.limit > 0 && served.as_f64() >= float(heat.limit));
    let role = if is_hot { Role::BarHot } else { Role::Bar };
    let mut notes = Vec::new();
    if refused > 0 {
        notes.push(token(Role::BarUsed, format!("+{} refused", grouped(refused))));
    }
    if let Some(key) = one.hot_key.as_ref().and_then(|key| key.key.as_ref()).filter(|_| is_hot) {
        notes.push(token(Role::Strong, key));
    }
    if let Some(ago) = one.split {
        notes.push(token(Role::Warn, format!("split off {} ago", words::millis(ago * 1000))));
    }
    let parts = vec![(served.as_f64(), role, Fill::Solid), (float(refused), Role::BarUsed, Fill::Shaded)];
    let bar = Bar { parts, scale, limit: Some(float(heat.limit)), axis: true, ..Bar::default() };
    let is_idle = served.as_f64() <= 0.0 && refused == 0;
    let value = if is_hot {
        Role::BarHot
    } else if is_idle {
        Role::Muted
    } else {
        Role::Text
    };
    Row {
        label: token(Role::Text, format!("P{}", one.number)),
        art: Some(Art::Bar(bar)),
        value: token(value, format!("{}/s", served.grouped())),
        notes,
    }
}

/// What a place used of what it is given, over the last minute.
fn used(flow: &FlowFigures, unit: &str, label: String) -> Spark {
    let used = flow.now.served.as_f64();
    let share = if flow.given > 0 { used * 100.0 / float(flow.given) } else { 0.0 };
    let is_over = used > float(flow.given);
    Spark {
        label,
        values: flow.history.iter().map(|tick| tick.served.as_f64()).collect(),
        // A full column is all that the place is given, so that a little load looks little.
        scale: float(flow.given),
        role: if is_over { Role::BarHot } else { Role::Bar },
        number: format!("{} of {} {unit}/s", flow.now.served.grouped(), grouped(flow.given)),
        note: format!("{share:.0} %"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a bar needs no more digits")]
const fn float(count: u64) -> f64 {
    count as f64
}
