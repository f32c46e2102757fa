//! Tables filled from templates: the same seed gives the same items.
//!
//! A template is an item in wire form whose texts hold placeholders: `{n:5}` the item's number (five digits),
//! `{int:1:300}` a whole number, `{int:1:300:4}` the same with leading zeros, `{same:1:300:4}` a number that is drawn once for each item and the same
//! wherever it stands in it, `{pick:A|B|C}` one of these,
//! `{date:2026-01-01:365}` a day within so many days from that one, `{text:120}` so many characters.

use std::collections::BTreeMap;

use serde_json::Value;

use super::workbench::Workbench;
use crate::chance::Chance;
use crate::clock::Timestamp;
use crate::content::lab::{Generate, SetupTable};
use crate::engine::ApiError;

/// Creates a table and fills it. Nothing is throttled meanwhile, and the buckets are full when it is done.
pub(super) fn table(bench: &mut Workbench, setup: &SetupTable) -> Result<(), ApiError> {
    bench.without_throttling(|bench| filled_table(bench, setup))
}

fn filled_table(bench: &mut Workbench, setup: &SetupTable) -> Result<(), ApiError> {
    bench.call("CreateTable", setup.create.clone())?;
    let name = setup.create["TableName"].clone();
    let put = |bench: &mut Workbench, item: Value| {
        bench.call("PutItem", serde_json::json!({ "TableName": name.clone(), "Item": item })).map(|_| ())
    };
    for generate in &setup.generate {
        let mut chance = Chance::seeded(generate.seed);
        for number in 1..=generate.count {
            put(bench, made(generate, number, &mut chance))?;
        }
    }
    setup.items.iter().try_for_each(|item| put(bench, item.clone()))
}

/// What the placeholders of one item draw on.
struct Draw<'a> {
    number: u64,
    chance: &'a mut Chance,
    /// The numbers drawn for `same`, by their range.
    same: BTreeMap<(u64, u64), u64>,
}

fn made(generate: &Generate, number: u64, chance: &mut Chance) -> Value {
    let mut draw = Draw { number, chance, same: BTreeMap::new() };
    let attributes = generate.item.iter();
    attributes
        .map(|(name, template)| (name.clone(), filled(template, &mut draw)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn filled(template: &Value, draw: &mut Draw<'_>) -> Value {
    match template {
        Value::String(text) => Value::String(filled_text(text, draw)),
        Value::Array(list) => list.iter().map(|element| filled(element, draw)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(name, inner)| (name.clone(), filled(inner, draw)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

fn filled_text(template: &str, draw: &mut Draw<'_>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((placeholder, behind)) = after.split_once('}') else {
            // An open brace that nothing closes stands for itself.
            out.push('{');
            rest = after;
            continue;
        };
        out.push_str(&placeholder_text(placeholder, draw));
        rest = behind;
    }
    out + rest
}

fn placeholder_text(placeholder: &str, draw: &mut Draw<'_>) -> String {
    let mut parts = placeholder.split(':');
    let kind = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let whole = |place: usize, otherwise: u64| rest.get(place).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let width = |place: usize| usize::try_from(whole(place, 0)).unwrap_or(0);
    match kind {
        "n" => format!("{:0width$}", draw.number, width = width(0)),
        "int" => format!("{:0width$}", draw.chance.between(whole(0, 0), whole(1, 0)), width = width(2)),
        "same" => {
            let (low, high) = (whole(0, 0), whole(1, 0));
            let drawn = *draw.same.entry((low, high)).or_insert_with(|| draw.chance.between(low, high));
            format!("{drawn:0width$}", width = width(2))
        }
        "pick" => {
            let choices: Vec<&str> = rest.first().copied().unwrap_or_default().split('|').collect();
            let last = u64::try_from(choices.len().saturating_sub(1)).unwrap_or(0);
            let place = usize::try_from(draw.chance.between(0, last)).unwrap_or(0);
            choices.get(place).copied().unwrap_or_default().to_owned()
        }
        "date" => {
            date(rest.first().copied().unwrap_or_default(), draw.chance.between(0, whole(1, 1).saturating_sub(1)))
        }
        "text" => filler(width(0), draw.chance),
        // Anything else is meant literally.
        _ => format!("{{{placeholder}}}"),
    }
}

/// The day `days` after `from` (`2026-01-01`), in the same form.
fn date(from: &str, days: u64) -> String {
    let numbers: Vec<u64> = from.split('-').filter_map(|part| part.parse().ok()).collect();
    let &[year, month, day] = &numbers[..] else { return from.to_owned() };
    // Days from the epoch to the first of the year, leap days counted; then day by day through the calendar is avoided
    // by letting the clock's calendar do the rest.
    let leap_days = |year: u64| year / 4 - year / 100 + year / 400;
    let to_year = (year - 1970) * 365 + leap_days(year - 1) - leap_days(1969);
    let leap = u64::from((year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400));
    let before_month: u64 = [31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        .iter()
        .take(usize::try_from(month - 1).unwrap_or(0))
        .sum();
    let millis = (to_year + before_month + day - 1 + days) * 86_400_000;
    Timestamp::from_millis(millis).to_string().chars().take(10).collect()
}

/// So many characters that look like text.
fn filler(length: usize, chance: &mut Chance) -> String {
    const WORDS: [&str; 12] =
        ["leave", "at", "the", "door", "gift", "wrap", "ring", "twice", "fragile", "second", "floor", "please"];
    let mut out = String::new();
    while out.len() < length {
        let place = usize::try_from(chance.between(0, 11)).unwrap_or(0);
        out.push_str(WORDS[place]);
        out.push(' ');
    }
    out.truncate(length);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_the_same_way_every_time() {
        let fill = |template: &str| {
            filled_text(template, &mut Draw { number: 42, chance: &mut Chance::seeded(1), same: BTreeMap::new() })
        };
        let (left, right) = ("{same:1:99:2}", "{same:1:99:2}{int:1:9}{same:1:99:2}");
        assert!(fill(right).starts_with(&fill(left)) && fill(right).ends_with(&fill(left)));
        assert_eq!(fill("O-{n:5}"), "O-00042");
        assert_eq!(fill("{int:1:9:3}").len(), 3);
        assert_eq!(fill("{int:5:9}"), fill("{int:5:9}"));
        assert!(["A", "B"].contains(&fill("{pick:A|B}").as_str()));
        assert_eq!(fill("{text:17}").len(), 17);
        assert_eq!(fill("a {b} {"), "a {b} {");
    }

    #[test]
    fn dates_follow_the_calendar() {
        assert_eq!(date("2026-01-01", 0), "2026-01-01");
        assert_eq!(date("2026-01-31", 1), "2026-02-01");
        assert_eq!(date("2024-02-28", 1), "2024-02-29");
        assert_eq!(date("2026-12-31", 1), "2027-01-01");
    }
}
