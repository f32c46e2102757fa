//! Tables filled from templates: the same seed gives the same items. What a template may hold, and how much may be made
//! from it, is for [`content::template`](crate::content::template) to say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::workbench::Workbench;
use crate::chance::Chance;
use crate::content::lab::{Generate, SetupTable};
use crate::content::template::{self, ItemTemplate, Range, Template, TemplatePart};
use crate::engine::ApiError;
use crate::engine::messages::wording::Wording;
use crate::engine::value::json::decode_item;
use crate::world::work::LINE_STEPS;

/// The work of making one item and putting it into a table, or into an index, in steps.
const ITEM_STEPS: u64 = 5;

/// Creates a table and fills it. Nothing is throttled meanwhile, and the buckets are full when it is done.
///
/// # Errors
/// The service's exceptions; a ValidationException for a template that asks for too much.
pub(super) fn table(bench: &mut Workbench, setup: &SetupTable) -> Result<(), ApiError> {
    template::check(std::slice::from_ref(setup)).map_err(refused)?;
    let _open = bench.work().begin(LINE_STEPS);
    // Whoever the learner acts as, it is not they who set up.
    bench.as_admin(|bench| bench.without_throttling(|bench| filled_table(bench, setup)))
}

fn refused(fault: template::SetupFault) -> ApiError {
    ApiError::validation(fault.message)
}

fn filled_table(bench: &mut Workbench, setup: &SetupTable) -> Result<(), ApiError> {
    bench.call("CreateTable", setup.create.clone())?;
    fill_in(bench, setup)
}

/// Puts the items of a table in that is there already. Nothing is throttled meanwhile.
///
/// # Errors
/// The service's exceptions.
pub(super) fn rows(bench: &mut Workbench, setup: &SetupTable) -> Result<(), ApiError> {
    template::check(std::slice::from_ref(setup)).map_err(refused)?;
    bench.without_throttling(|bench| fill_in(bench, setup))
}

fn fill_in(bench: &mut Workbench, setup: &SetupTable) -> Result<(), ApiError> {
    let name = setup.create["TableName"].clone();
    let steps = ITEM_STEPS * setup.copies();
    let put = |bench: &mut Workbench, item: Value| {
        bench.work().step(steps).map_err(|stopped| ApiError::validation(format!("Not filled: {stopped}")))?;
        bench.call("PutItem", serde_json::json!({ "TableName": name.clone(), "Item": item })).map(|_| ())
    };
    for generate in &setup.generate {
        made(generate)?.try_for_each(|item| put(bench, item))?;
    }
    setup.items.iter().try_for_each(|item| put(bench, item.clone()))
}

/// The items that a template makes, in wire form.
fn made(generate: &Generate) -> Result<impl Iterator<Item = Value> + use<>, ApiError> {
    let item = ItemTemplate::Map(ItemTemplate::read_all(&generate.item).map_err(refused)?);
    let mut chance = Chance::seeded(generate.seed);
    let draw = move |number| filled(&item, &mut Draw { number, chance: &mut chance, same: BTreeMap::new() });
    Ok((1..=generate.count).map(draw))
}

/// Returns how many of the rows that templates make are not in a table: others have their keys, or they were deleted.
///
/// # Errors
/// The template's fault; ValidationException if it is too much work.
pub(super) fn missing(bench: &Workbench, table: &str, rows: &[Generate]) -> Result<u64, ApiError> {
    let Some(table) = bench.engine().table(table) else { return Ok(0) };
    let (mut all, mut held) = (0, BTreeSet::new());
    for row in rows {
        for item in made(row)? {
            bench.work().step(1).map_err(|stopped| ApiError::validation(format!("Not looked at: {stopped}")))?;
            all += 1;
            let item = item.as_object().and_then(|item| decode_item(item, Wording::default()).ok());
            let position = item.and_then(|item| table.keys.position_of_item(&item).ok());
            held.extend(position.filter(|position| table.get(position).is_some()));
        }
    }
    Ok(all - held.len() as u64)
}

/// Attributes made from a template, the `number`th.
///
/// # Errors
/// The template's fault.
pub(super) fn item(
    template: &BTreeMap<String, Value>,
    number: u64,
    chance: &mut Chance,
) -> Result<serde_json::Map<String, Value>, ApiError> {
    let template = ItemTemplate::Map(ItemTemplate::read_all(template).map_err(refused)?);
    match filled(&template, &mut Draw { number, chance, same: BTreeMap::new() }) {
        Value::Object(item) => Ok(item),
        _ => Ok(serde_json::Map::new()),
    }
}

/// What the placeholders of one item draw on.
struct Draw<'a> {
    number: u64,
    chance: &'a mut Chance,
    /// The numbers drawn for `same`, by their range.
    same: BTreeMap<(u64, u64), u64>,
}

fn filled(template: &ItemTemplate, draw: &mut Draw<'_>) -> Value {
    match template {
        ItemTemplate::Text(text) => Value::String(filled_text(text, draw)),
        ItemTemplate::List(list) => list.iter().map(|element| filled(element, draw)).collect(),
        ItemTemplate::Map(map) => {
            let members = map.iter().map(|(name, inner)| (name.clone(), filled(inner, draw)));
            Value::Object(members.collect())
        }
        ItemTemplate::Other(value) => value.clone(),
    }
}

fn filled_text(template: &Template, draw: &mut Draw<'_>) -> String {
    template.0.iter().map(|part| filled_part(part, draw)).collect()
}

fn filled_part(part: &TemplatePart, draw: &mut Draw<'_>) -> String {
    match part {
        TemplatePart::Text(text) => text.clone(),
        TemplatePart::Number { digits } => format!("{:0digits$}", draw.number),
        TemplatePart::Int(Range { low, high, digits }) => format!("{:0digits$}", draw.chance.between(*low, *high)),
        TemplatePart::Same(Range { low, high, digits }) => {
            let drawn = *draw.same.entry((*low, *high)).or_insert_with(|| draw.chance.between(*low, *high));
            format!("{drawn:0digits$}")
        }
        TemplatePart::Pick(choices) => {
            let last = u64::try_from(choices.len().saturating_sub(1)).unwrap_or(0);
            let place = usize::try_from(draw.chance.between(0, last)).unwrap_or(0);
            choices.get(place).cloned().unwrap_or_default()
        }
        TemplatePart::Date { from, days } => {
            let day = from.plus_millis(draw.chance.between(0, days.saturating_sub(1)) * 86_400_000);
            day.to_string().chars().take(10).collect()
        }
        TemplatePart::Filler { length } => filler(*length, draw.chance),
    }
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
    use std::collections::BTreeSet;

    use super::*;
    use crate::content::lab::Generate;
    use serde_json::json;

    fn fill(text: &str) -> String {
        let template = Template::read(text).unwrap();
        filled_text(&template, &mut Draw { number: 42, chance: &mut Chance::seeded(1), same: BTreeMap::new() })
    }

    #[test]
    fn placeholders_are_filled_the_same_way_every_time() {
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
        assert_eq!(fill("{date:2024-02-29}"), "2024-02-29");
        let template = Template::read("{date:2026-12-31:2}").unwrap();
        let draw = |seed| {
            filled_text(&template, &mut Draw { number: 1, chance: &mut Chance::seeded(seed), same: BTreeMap::new() })
        };
        let days: BTreeSet<String> = (0..50).map(draw).collect();
        assert_eq!(days, ["2026-12-31", "2027-01-01"].map(str::to_owned).into());
    }

    #[test]
    fn a_template_that_asks_for_too_much_fills_nothing() {
        for (count, text) in [(1_000_000_000_000, "{n}"), (1, "{text:1000000000000}"), (1, "{n:70000}")] {
            let mut bench = Workbench::new();
            let item = BTreeMap::from([("id".to_owned(), json!({"S": text}))]);
            let create = json!({
                "TableName": "Tab", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            });
            let setup = SetupTable { create, generate: vec![Generate { count, seed: 1, item }], items: Vec::new() };
            let refused = table(&mut bench, &setup).unwrap_err();
            assert!(refused.message.contains("expected"), "{}", refused.message);
            assert_eq!(bench.engine().tables().count(), 0);
        }
    }
}
