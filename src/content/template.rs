//! Templates of generated items: what their placeholders mean, read once and held against their limits.
//!
//! The life of a template: [`check`] reads it when its file is loaded, and a placeholder that asks for too much costs the
//! lab, the fixture or the question; `lab` reads it again with [`ItemTemplate::read_all`] and then makes items
//! from what was read. `{n:5}` is the item's number (five digits), `{int:1:300}` a whole number, `{int:1:300:4}` the same
//! with leading zeros, `{same:1:300:4}` a number that is drawn once for each item and is the same wherever it stands in
//! it, `{pick:A|B|C}` one of these, `{date:2026-01-01:365}` a day within so many days from that one, `{text:120}` so many
//! characters. Braces around anything else stand for themselves.

use std::collections::BTreeMap;

use serde_json::Value;

use super::lab::SetupTable;
use super::limits::{MOST_DAYS, MOST_DIGITS, MOST_ITEMS, MOST_SETUP_BYTES, MOST_TABLES, MOST_TEXT};
use crate::clock::Timestamp;

/// Milliseconds in a day.
const DAY: u64 = 86_400_000;
/// The last day that is written with four digits for its year.
const LAST_DAY: &str = "9999-12-31";

/// A text with placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(pub Vec<TemplatePart>);

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePart {
    /// What stands for itself.
    Text(String),
    /// The number of the item.
    Number {
        /// The digits that it is filled up to.
        digits: usize,
    },
    /// A whole number that is drawn.
    Int(Range),
    /// A whole number that is drawn once for each item and range.
    Same(Range),
    /// One of these; at least one.
    Pick(Vec<String>),
    /// A day.
    Date {
        /// The first that it may be.
        from: Timestamp,
        /// From how many days it is drawn; at least one.
        days: u64,
    },
    /// Characters that look like text.
    Filler {
        /// How many.
        length: usize,
    },
}

/// Whole numbers to draw from, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The lowest.
    pub low: u64,
    /// The highest.
    pub high: u64,
    /// The digits that the drawn number is filled up to.
    pub digits: usize,
}

/// A template of an item, or of a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemTemplate {
    /// A text.
    Text(Template),
    /// A list.
    List(Vec<ItemTemplate>),
    /// A map, in the order of its file.
    Map(Vec<(String, ItemTemplate)>),
    /// What has no text in it.
    Other(Value),
}

/// What a setup asks for and may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupFault {
    /// What stands in the file where the fault is.
    pub needle: String,
    /// What was expected and what was found.
    pub message: String,
}

/// Checks the tables that a lab, a fixture or a question begins with.
///
/// # Errors
/// The first placeholder that cannot be filled, or the count that makes the tables too large.
pub fn check(tables: &[SetupTable]) -> Result<(), SetupFault> {
    if tables.len() > MOST_TABLES {
        let message = format!("expected {MOST_TABLES} tables at most, found {}", tables.len());
        return Err(SetupFault { needle: "setup:".to_owned(), message });
    }
    let (mut items, mut bytes) = (0_u64, 0_u64);
    for table in tables {
        items = items.saturating_add(table.items.len() as u64);
        for generate in &table.generate {
            let attributes = ItemTemplate::read_all(&generate.item)?;
            let longest = attributes.iter().map(|(name, one)| one.longest().saturating_add(len(name)));
            let longest = longest.fold(0, u64::saturating_add);
            items = items.saturating_add(generate.count);
            bytes = bytes.saturating_add(generate.count.saturating_mul(longest).saturating_mul(table.copies()));
            let needle = || format!("count: {}", generate.count);
            if items > MOST_ITEMS {
                let message = format!("expected {MOST_ITEMS} items at most in all tables, found {items}");
                return Err(SetupFault { needle: needle(), message });
            }
            if bytes > MOST_SETUP_BYTES {
                let message = format!(
                    "expected {MOST_SETUP_BYTES} bytes of items at most in all tables and indexes, found {bytes}"
                );
                return Err(SetupFault { needle: needle(), message });
            }
        }
    }
    Ok(())
}

impl ItemTemplate {
    /// Reads the attributes of an item's template, in wire form.
    ///
    /// # Errors
    /// A placeholder that cannot be filled.
    pub fn read_all(attributes: &BTreeMap<String, Value>) -> Result<Vec<(String, Self)>, SetupFault> {
        attributes.iter().map(|(name, value)| Ok((name.clone(), Self::read(value)?))).collect()
    }

    fn read(value: &Value) -> Result<Self, SetupFault> {
        Ok(match value {
            Value::String(text) => Self::Text(Template::read(text)?),
            Value::Array(list) => Self::List(list.iter().map(Self::read).collect::<Result<_, _>>()?),
            Value::Object(map) => {
                let members = map.iter().map(|(name, inner)| Ok((name.clone(), Self::read(inner)?)));
                Self::Map(members.collect::<Result<_, _>>()?)
            }
            other => Self::Other(other.clone()),
        })
    }

    /// The most bytes that it is filled to.
    fn longest(&self) -> u64 {
        let sum = |lengths: &mut dyn Iterator<Item = u64>| lengths.fold(0, u64::saturating_add);
        match self {
            Self::Text(template) => sum(&mut template.0.iter().map(TemplatePart::longest)),
            Self::List(list) => sum(&mut list.iter().map(Self::longest)),
            Self::Map(map) => sum(&mut map.iter().map(|(name, inner)| inner.longest().saturating_add(len(name)))),
            Self::Other(_) => 1,
        }
    }
}

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    /// A placeholder that cannot be filled.
    pub fn read(text: &str) -> Result<Self, SetupFault> {
        let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some((before, after)) = rest.split_once('{') {
            plain.push_str(before);
            // An open brace that nothing closes stands for itself.
            let Some((inside, behind)) = after.split_once('}') else {
                rest = &rest[before.len()..];
                break;
            };
            match TemplatePart::read(inside).map_err(|message| fault(inside, &message))? {
                None => plain.extend(["{", inside, "}"]),
                Some(part) => {
                    if !plain.is_empty() {
                        parts.push(TemplatePart::Text(std::mem::take(&mut plain)));
                    }
                    parts.push(part);
                }
            }
            rest = behind;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(TemplatePart::Text(plain));
        }
        Ok(Self(parts))
    }
}

fn fault(inside: &str, message: &str) -> SetupFault {
    let placeholder = format!("{{{inside}}}");
    SetupFault { message: format!("{placeholder}: {message}"), needle: placeholder }
}

impl TemplatePart {
    /// Reads what stands between two braces; `None` if that stands for itself.
    fn read(inside: &str) -> Result<Option<Self>, String> {
        let (kind, rest) = inside.split_once(':').map_or((inside, None), |(kind, rest)| (kind, Some(rest)));
        let given: Vec<&str> = rest.into_iter().flat_map(|rest| rest.split(':')).collect();
        Ok(Some(match (kind, given.as_slice()) {
            ("n", []) => Self::Number { digits: 0 },
            ("n", [digits]) => Self::Number { digits: size("digits", digits, MOST_DIGITS)? },
            ("int", [low, high]) => Self::Int(range(low, high, "0")?),
            ("int", [low, high, digits]) => Self::Int(range(low, high, digits)?),
            ("same", [low, high]) => Self::Same(range(low, high, "0")?),
            ("same", [low, high, digits]) => Self::Same(range(low, high, digits)?),
            ("pick", [_, ..]) => Self::Pick(rest.unwrap_or_default().split('|').map(str::to_owned).collect()),
            ("date", [from]) => date(from, "1")?,
            ("date", [from, days]) => date(from, days)?,
            ("text", [length]) => Self::Filler { length: size("characters", length, MOST_TEXT)? },
            ("n", _) => return Err("expected {n} or {n:DIGITS}".to_owned()),
            ("int" | "same", _) => return Err(format!("expected {{{kind}:LOW:HIGH}} or {{{kind}:LOW:HIGH:DIGITS}}")),
            ("pick", _) => return Err("expected choices such as {pick:A|B}".to_owned()),
            ("date", _) => return Err("expected a day and a number of days such as {date:2026-01-01:365}".to_owned()),
            ("text", _) => return Err("expected a length such as {text:120}".to_owned()),
            _ => return Ok(None),
        }))
    }

    /// The most bytes that it is filled to.
    fn longest(&self) -> u64 {
        /// The digits of the greatest number.
        const DIGITS: usize = 20;
        match self {
            Self::Text(text) => len(text),
            Self::Number { digits } | Self::Int(Range { digits, .. }) | Self::Same(Range { digits, .. }) => {
                (*digits).max(DIGITS) as u64
            }
            Self::Pick(choices) => choices.iter().map(|choice| len(choice)).max().unwrap_or(0),
            Self::Date { .. } => LAST_DAY.len() as u64,
            Self::Filler { length } => *length as u64,
        }
    }
}

/// A size of at most `most`.
fn size(what: &str, text: &str, most: u64) -> Result<usize, String> {
    let number = text.parse::<u64>().ok().filter(|number| *number <= most);
    let number = number.and_then(|number| usize::try_from(number).ok());
    number.ok_or_else(|| format!("expected at most {most} {what}, found {text}"))
}

fn range(low: &str, high: &str, digits: &str) -> Result<Range, String> {
    let ends = low.parse().ok().zip(high.parse().ok()).filter(|(low, high): &(u64, u64)| low <= high);
    let (low, high) = ends.ok_or_else(|| format!("expected a lowest and a highest number, found {low} and {high}"))?;
    Ok(Range { low, high, digits: size("digits", digits, MOST_DIGITS)? })
}

fn date(from: &str, days: &str) -> Result<TemplatePart, String> {
    let first = Timestamp::from_date(from);
    let first = first.ok_or_else(|| format!("expected a day from 1970-01-01 to {LAST_DAY}, found {from}"))?;
    let count = days.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
    let count = count.ok_or_else(|| format!("expected 1 to {MOST_DAYS} days, found {days}"))?;
    let last = first.plus_millis((count - 1) * DAY);
    if Timestamp::from_date(LAST_DAY).is_some_and(|end| last > end) {
        return Err(format!("expected days up to {LAST_DAY}, found {days} from {from}"));
    }
    Ok(TemplatePart::Date { from: first, days: count })
}

fn len(text: &str) -> u64 {
    text.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::lab::Generate;
    use proptest::prelude::*;

    fn refused(text: &str) -> String {
        Template::read(text).unwrap_err().message
    }

    #[test]
    fn placeholders_are_read_and_everything_else_stands_for_itself() {
        let read = |text: &str| Template::read(text).unwrap().0;
        assert_eq!(read("O-{n:5}"), [TemplatePart::Text("O-".to_owned()), TemplatePart::Number { digits: 5 }]);
        assert_eq!(read("{int:1:300:4}"), [TemplatePart::Int(Range { low: 1, high: 300, digits: 4 })]);
        assert_eq!(read("{pick:9:00|17:30}"), [TemplatePart::Pick(vec!["9:00".to_owned(), "17:30".to_owned()])]);
        for plain in ["a {b} {", "{", "}", "{}", "{{n", "{\"S\":\"x\"}", "{noun:5}"] {
            assert_eq!(read(plain), [TemplatePart::Text(plain.to_owned())]);
        }
        assert_eq!(read(""), []);
    }

    #[test]
    fn what_asks_for_too_much_says_what_was_expected() {
        for (text, message) in [
            ("{n:70000}", "{n:70000}: expected at most 40 digits, found 70000"),
            ("{n:x}", "{n:x}: expected at most 40 digits, found x"),
            ("{n:1:2}", "{n:1:2}: expected {n} or {n:DIGITS}"),
            ("{int:1:2:70000}", "{int:1:2:70000}: expected at most 40 digits, found 70000"),
            ("{same:1:2:41}", "{same:1:2:41}: expected at most 40 digits, found 41"),
            ("{int:9:1}", "{int:9:1}: expected a lowest and a highest number, found 9 and 1"),
            ("{int:5}", "{int:5}: expected {int:LOW:HIGH} or {int:LOW:HIGH:DIGITS}"),
            ("{pick}", "{pick}: expected choices such as {pick:A|B}"),
            ("{text:1000000000000}", "{text:1000000000000}: expected at most 409600 characters, found 1000000000000"),
            ("{text}", "{text}: expected a length such as {text:120}"),
            ("{date}", "{date}: expected a day and a number of days such as {date:2026-01-01:365}"),
            (
                "{date:1969-01-01:3}",
                "{date:1969-01-01:3}: expected a day from 1970-01-01 to 9999-12-31, found 1969-01-01",
            ),
            (
                "{date:2026-00-01:3}",
                "{date:2026-00-01:3}: expected a day from 1970-01-01 to 9999-12-31, found 2026-00-01",
            ),
            ("{date:2026-02-30}", "{date:2026-02-30}: expected a day from 1970-01-01 to 9999-12-31, found 2026-02-30"),
            ("{date:2026-01-01:0}", "{date:2026-01-01:0}: expected 1 to 36525 days, found 0"),
            ("{date:9999-12-31:2}", "{date:9999-12-31:2}: expected days up to 9999-12-31, found 2 from 9999-12-31"),
        ] {
            assert_eq!(refused(text), message);
        }
    }

    #[test]
    fn items_and_bytes_are_counted_over_all_tables() {
        let table = |counts: &[u64], text: &str| {
            let item = || BTreeMap::from([("id".to_owned(), serde_json::json!({"S": text}))]);
            let generate = counts.iter().map(|count| Generate { count: *count, seed: 1, item: item() });
            SetupTable { create: Value::Null, generate: generate.collect(), items: vec![Value::Null; 2] }
        };
        let most = MOST_ITEMS - 4;
        assert_eq!(check(&[table(&[1], "{n}"), table(&[most - 1], "{n}")]), Ok(()));
        let many = vec![table(&[], ""); MOST_TABLES + 1];
        assert_eq!(check(&many[1..]), Ok(()));
        assert_eq!(check(&many).unwrap_err().message, "expected 50 tables at most, found 51");
        let fault = check(&[table(&[1], "{n}"), table(&[most], "{n}")]).unwrap_err();
        assert_eq!(fault.needle, format!("count: {most}"));
        assert_eq!(fault.message, "expected 200000 items at most in all tables, found 200001");
        let fault = check(&[table(&[u64::MAX, u64::MAX], "{n}")]).unwrap_err();
        assert_eq!(fault.needle, format!("count: {}", u64::MAX));
        let fault = check(&[table(&[200, 200], "{text:400000}")]).unwrap_err();
        assert!(fault.message.starts_with("expected 67108864 bytes of items at most"), "{}", fault.message);
    }

    proptest! {
        #[test]
        fn any_text_is_a_template_or_a_fault(
            text in "(\\{(n|int|same|pick|date|text|x)?[:0-9|-]{0,14}\\}?|\\PC{0,3}){0,4}",
        ) {
            if let Ok(template) = Template::read(&text) {
                prop_assert!(template.0.iter().map(TemplatePart::longest).sum::<u64>() <= 4 * MOST_TEXT);
            }
        }
    }
}
