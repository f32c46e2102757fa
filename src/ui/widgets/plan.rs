//! A plan: what was read, dropped and returned as bars to one scale, what it cost, and where the items lie.

use super::bar::Bar;
use super::layout::{self, Art, Numbers, Row, Token, token};
use super::{Glyphs, Picture, Strip, SumPicture};
use crate::app::figures::{PlanFigures, Plans, SumFigures, grouped, words};
use crate::app::line::{Line, Role};

/// From this width on two ways stand side by side.
const SIDE_BY_SIDE: usize = 96;
/// The columns of a strip's label.
const STRIP_LABEL: usize = 24;

/// What the requests of a line did, or several ways to one answer.
#[derive(Clone, Copy, Debug)]
pub struct PlansPicture<'a>(pub &'a Plans);

impl Picture for PlansPicture<'_> {
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        let Plans { ways, is_comparison, left_out } = self.0;
        let mut lines = match (ways.as_slice(), is_comparison) {
            ([], _) => return layout::prose(&[], Role::Muted, NOTHING, width, glyphs),
            ([one, other], true) if width >= SIDE_BY_SIDE => self.pair(one, other, width, glyphs),
            (_, true) => self.compared(width, glyphs),
            (ways, false) => {
                let each = ways.iter().map(|way| One(way).lines(width, glyphs));
                each.collect::<Vec<_>>().join(&Line::blank())
            }
        };
        if *left_out > 0 {
            let more = words::count(*left_out as u64, "more request", "more requests");
            lines.extend(layout::flow(&[token(Role::Muted, format!("and {more}"))], width, 0, glyphs));
        }
        lines
    }
}

/// What stands in the place of a plan before there is one.
const NOTHING: &str = "The last line neither read nor wrote an item.";

/// One request.
struct One<'a>(&'a PlanFigures);

impl Picture for One<'_> {
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        let way = self.0;
        let mut lines = head(way, width, glyphs);
        let scale = number(way.read.max(way.changed));
        let is_about_items = way.read + way.returned > 0 || !way.spent.is_nothing() || way.is_cached;
        let mut rows = match way.is_read && way.refused.is_none() {
            true if is_about_items => read_rows(way, scale),
            // It is about the table itself.
            true => Vec::new(),
            false => written_rows(way),
        };
        rows.extend(place_rows(way));
        if !rows.is_empty() {
            lines.push(Line::blank());
            lines.extend(layout::rows(&rows, width, 0, Numbers::Behind, glyphs));
        }
        lines.extend(sums(way, width, glyphs));
        lines.extend(strips(&[way], width, glyphs));
        lines
    }
}

/// What it was, on what, and which keys.
fn head(way: &PlanFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let mut lines = layout::heading(&way.operation, &target(way), "", width, glyphs);
    let mut keys = vec![token(Role::Text, &way.range)];
    if way.forward == Some(false) {
        keys.push(token(Role::Muted, "descending"));
    }
    keys.extend(common_rate(way).map(|rate| token(Role::Muted, rate)));
    let pages = way.pages.len() as u64 + way.more_pages;
    if pages > 1 {
        keys.push(token(Role::Text, words::count(pages, "page", "pages")));
    }
    lines.extend(layout::flow(&keys, width, 2, glyphs).into_iter().filter(|line| !line.plain().trim().is_empty()));
    if let Some(test) = &way.test {
        let lead = if way.is_read { "  then the filter  " } else { "  only if  " };
        lines.extend(layout::prose(&[token(Role::Muted, lead)], Role::Text, test, width, glyphs));
    }
    if let Some(refused) = &way.refused {
        lines.extend(layout::flow(&[token(Role::Bad, &refused.exception)], width, 2, glyphs));
        lines.extend(layout::prose(&[layout::blanks(4)], Role::Text, &refused.message, width, glyphs));
    }
    if let Some(behind) = way.stale {
        let text = format!("the answer is {} behind the latest write", words::millis(behind));
        lines.extend(layout::flow_by(
            &[token(Role::Warn, text), token(Role::Muted, "(model)")],
            width,
            (2, 2),
            1,
            glyphs,
        ));
    }
    lines
}

/// The rate of all roundings, if they are of one: `eventually consistent`.
fn common_rate(way: &PlanFigures) -> Option<&str> {
    let first = way.sums.first()?;
    way.sums.iter().all(|sum| sum.rate == first.rate).then_some(first.rate.as_str())
}

fn target(way: &PlanFigures) -> Vec<Token> {
    let mut tokens = vec![token(Role::Accent, &way.target.table)];
    tokens.extend(way.target.index.iter().map(|index| token(Role::Accent, format!("index {index}"))));
    tokens.extend(way.target.region.iter().map(|region| token(Role::Muted, format!("in {region}"))));
    if way.is_cached {
        tokens.push(token(Role::Good, "from the cache"));
    }
    tokens
}

fn row(label: &str, bar: Bar, value: Token, notes: Vec<Token>) -> Row {
    Row { label: token(Role::Muted, label), art: Some(Art::Bar(bar)), value, notes }
}

/// The look of what was read: hot if most of it was dropped.
const fn heat(way: &PlanFigures) -> Role {
    if way.dropped > way.returned { Role::BarHot } else { Role::Good }
}

fn read_rows(way: &PlanFigures, scale: f64) -> Vec<Row> {
    let items = |count: u64| token(Role::Text, words::count(count, "item", "items"));
    let bytes: u64 = way.pages.iter().map(|page| page.bytes).sum();
    let size =
        if bytes > 0 && way.more_pages == 0 { vec![token(Role::Muted, words::bytes(bytes))] } else { Vec::new() };
    let mut rows = vec![row("read", Bar::of(number(way.read), scale, heat(way)), items(way.read), size)];
    if way.test.is_some() || way.dropped > 0 {
        let count = token(Role::Text, grouped(way.dropped));
        rows.push(row("dropped", Bar::of(number(way.dropped), scale, Role::BarUsed), count, Vec::new()));
    }
    let count = token(Role::Text, grouped(way.returned));
    rows.push(row("returned", Bar::of(number(way.returned), scale, Role::Good), count, Vec::new()));
    rows
}

fn written_rows(way: &PlanFigures) -> Vec<Row> {
    if way.refused.is_some() || way.places.is_empty() {
        return Vec::new();
    }
    let items = token(Role::Text, words::count(way.changed, "item", "items"));
    vec![Row { label: token(Role::Muted, "changed"), art: None, value: items, notes: Vec::new() }]
}

/// What it cost, a bar for each place if there are several.
fn place_rows(way: &PlanFigures) -> Vec<Row> {
    let total = Row {
        label: token(Role::Muted, "cost"),
        art: None,
        value: token(Role::Cost, way.spent.to_string()),
        notes: Vec::new(),
    };
    if way.places.len() < 2 {
        return if way.spent.is_nothing() && !way.is_cached { Vec::new() } else { vec![total] };
    }
    let units = |place: &crate::app::figures::PlaceCost| (place.spent.read + place.spent.write).as_f64();
    let scale = way.places.iter().map(units).fold(0.0, f64::max);
    let place = |place: &crate::app::figures::PlaceCost| {
        let bar = Bar::of(units(place), scale, Role::Bar);
        row(&place.place, bar, token(Role::Cost, place.spent.to_string()), Vec::new())
    };
    way.places.iter().map(place).chain([Row { label: token(Role::Muted, "together"), ..total }]).collect()
}

fn sums(way: &PlanFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
    let several = way.sums.len() > 1;
    let row = |(place, sum): (usize, &SumFigures)| {
        let label = match (several, way.pages.len() == way.sums.len()) {
            (true, true) => format!("page {}", place + 1),
            (true, false) => sum.place.clone(),
            (false, _) => String::new(),
        };
        // The head says at which rate, if all are of one.
        SumPicture { label, sum }.tokens(common_rate(way).is_none(), glyphs)
    };
    let rows: Vec<Vec<Token>> = way.sums.iter().enumerate().map(row).collect();
    let mut lines = layout::table(&rows, &SumPicture::RIGHT, width, 2, glyphs);
    if way.more_sums > 0 {
        let more = format!("and {}", words::count(way.more_sums, "more sum", "more sums"));
        lines.extend(layout::flow(&[token(Role::Muted, more)], width, 2, glyphs));
    }
    if !lines.is_empty() {
        lines.insert(0, Line::blank());
    }
    lines
}

/// Where the items lie, a strip for each way that touched any.
fn strips(ways: &[&PlanFigures], width: usize, glyphs: Glyphs) -> Vec<Line> {
    let lying: Vec<_> =
        ways.iter().filter_map(|way| way.stretches.as_ref().map(|stretches| (way, stretches))).collect();
    let Some((_, first)) = lying.first() else { return Vec::new() };
    let several = lying.len() > 1;
    let items = words::count(first.of, "item", "items");
    let lit = if lying.iter().all(|(way, _)| way.is_read) { "those read are lit" } else { "those touched are lit" };
    let order = &first.order;
    let mut about = vec![token(Role::Muted, "where they lie"), token(Role::Muted, format!("{items} by {order}"))];
    about.push(token(Role::Muted, lit));
    if lying.iter().any(|(way, _)| way.pages.len() as u64 + way.more_pages > 1) {
        about.push(token(Role::Muted, format!("{} the next page begins", glyphs.joint())));
    }
    if lying.iter().any(|(_, stretches)| stretches.is_estimate) {
        about.push(token(Role::Muted, "(estimated)"));
    }
    let mut lines = vec![Line::blank()];
    lines.extend(layout::flow(&about, width, 0, glyphs));
    for (way, stretches) in lying {
        let label = if several { name(way) } else { String::new() };
        let room = if several { STRIP_LABEL.min(width / 3) } else { 0 };
        let strip = Strip { label, stretches: stretches.clone(), role: heat(way) };
        lines.push(strip.line(width, 0, room, glyphs));
    }
    lines
}

/// What a way is called: its label, or its operation and what it was sent to.
fn name(way: &PlanFigures) -> String {
    match (&way.target.index, way.label.as_str()) {
        (_, label) if !label.is_empty() && way.target.table.is_empty() => label.to_owned(),
        (Some(index), _) => format!("{} {} {index}", way.operation, way.target.table),
        (None, _) => format!("{} {}", way.operation, way.target.table),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a bar needs no more digits")]
const fn number(count: u64) -> f64 {
    count as f64
}

impl PlansPicture<'_> {
    /// How many times as much the most expensive way cost.
    fn ratio(self, glyphs: Glyphs) -> Option<Token> {
        let ratio = self.0.ratio().filter(|ratio| *ratio >= 1.05)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a ratio of costs is positive")]
        let text = if ratio >= 10.0 { grouped(ratio.round() as u64) } else { format!("{ratio:.1}") };
        Some(token(Role::Strong, format!("{text} {}", glyphs.times())))
    }

    /// The ways under each other, a group of bars for each thing that is compared.
    fn compared(self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        let ways = &self.0.ways;
        let most = |of: fn(&PlanFigures) -> u64| number(ways.iter().map(of).max().unwrap_or(0));
        let items = most(|way| way.read.max(way.returned));
        let mut lines = Vec::new();
        let group = |lines: &mut Vec<Line>, title: &str, rows: &[Row]| {
            if !lines.is_empty() {
                lines.push(Line::blank());
            }
            lines.push(layout::line(vec![token(Role::Title, title)]));
            lines.extend(layout::rows(rows, width, 0, Numbers::Behind, glyphs));
        };
        let rows = |of: &dyn Fn(&PlanFigures) -> (f64, f64, Role, Token)| -> Vec<Row> {
            let one = |way: &PlanFigures| {
                let (value, scale, role, text) = of(way);
                row(&name(way), Bar::of(value, scale, role), text, Vec::new())
            };
            ways.iter().map(one).collect()
        };
        let count = |count: u64| token(Role::Text, words::count(count, "item", "items"));
        if ways.iter().any(|way| way.read > 0) {
            group(&mut lines, "read", &rows(&|way| (number(way.read), items, heat(way), count(way.read))));
            group(&mut lines, "returned", &rows(&|way| (number(way.returned), items, Role::Good, count(way.returned))));
        }
        let mut costs = rows(&|way| (units(way), scale_of_costs(ways), heat(way), cost(way)));
        if let (Some(ratio), Some(most)) = (self.ratio(glyphs), dearest(ways)) {
            costs[most].notes.push(ratio);
        }
        group(&mut lines, "cost", &costs);
        lines.extend(strips(&ways.iter().collect::<Vec<_>>(), width, glyphs));
        lines
    }

    /// Two ways side by side, to one scale.
    fn pair(self, one: &PlanFigures, other: &PlanFigures, width: usize, glyphs: Glyphs) -> Vec<Line> {
        const LABELS: usize = 10;
        let half = (width - LABELS - 2) / 2;
        let items = number(one.read.max(other.read).max(one.returned).max(other.returned));
        let costs = scale_of_costs(&self.0.ways);
        let heads = [one, other].map(|way| head(way, half, glyphs).len()).into_iter().max().unwrap_or(0) + 1;
        let column = |way: &PlanFigures| {
            let mut lines = head(way, half, glyphs);
            lines.resize(heads, Line::blank());
            let count = |count: u64| token(Role::Text, words::count(count, "item", "items"));
            let bare = |bar: Bar, value: Token| row("", bar, value, Vec::new());
            let mut rows = vec![
                bare(Bar::of(number(way.read), items, heat(way)), count(way.read)),
                bare(Bar::of(number(way.dropped), items, Role::BarUsed), token(Role::Text, grouped(way.dropped))),
                bare(Bar::of(number(way.returned), items, Role::Good), token(Role::Text, grouped(way.returned))),
                bare(Bar::of(units(way), costs, heat(way)), cost(way)),
            ];
            let is_most = dearest(&self.0.ways).is_some_and(|most| std::ptr::eq(way, &raw const self.0.ways[most]));
            rows[3].notes.extend(self.ratio(glyphs).filter(|_| is_most));
            lines.extend(layout::rows(&rows, half, 0, Numbers::Behind, glyphs));
            lines
        };
        let labels = ["read", "dropped", "returned", "cost"].map(|label| layout::line(vec![token(Role::Muted, label)]));
        let labels = vec![Line::blank(); heads].into_iter().chain(labels).collect();
        let right = layout::beside(column(one), column(other), half + 2);
        let mut lines = layout::beside(labels, right, LABELS);
        lines.extend(strips(&[one, other], width, glyphs));
        lines
    }
}

fn units(way: &PlanFigures) -> f64 {
    (way.spent.read + way.spent.write).as_f64()
}

fn scale_of_costs(ways: &[PlanFigures]) -> f64 {
    ways.iter().map(units).fold(0.0, f64::max)
}

/// The place of the way that cost most.
fn dearest(ways: &[PlanFigures]) -> Option<usize> {
    (0..ways.len()).max_by_key(|place| (ways[*place].spent.read + ways[*place].spent.write, std::cmp::Reverse(*place)))
}

fn cost(way: &PlanFigures) -> Token {
    match &way.refused {
        Some(refused) => token(Role::Bad, refused.exception.trim_end_matches("Exception")),
        None => token(Role::Cost, way.spent.to_string()),
    }
}
