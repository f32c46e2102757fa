//! Values as authors write them, held against values as items have them.
//!
//! `stock: 9` is a number, `title: Kettle` a string, `[a, b]` a list; a map with one type descriptor as its only name
//! (`{SS: [a, b]}`, `{S: "9"}`) is the wire form. Numbers are compared as numbers, sets without order.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::reasons::{either, listed};
use crate::content::lab::requirement::{Attributes, Matcher, Test};
use crate::engine::messages::wording::Wording;
use crate::engine::plan::literal;
use crate::engine::table::schema::KeySchema;
use crate::engine::value::json::{decode, encode};
use crate::engine::value::key::KeyScalar;
use crate::engine::value::{AttributeValue, Item, Type};
use crate::safe_text::quoted;

/// The attribute value that an author's value stands for; `None` if it stands for none.
pub(super) fn plain(value: &Value) -> Option<AttributeValue> {
    decode(&wire(value), Wording::default()).ok()
}

/// The wire form of an author's value.
fn wire(value: &Value) -> Value {
    match value {
        Value::String(text) => json!({ "S": text }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::Bool(bool) => json!({ "BOOL": bool }),
        Value::Null => json!({"NULL": true}),
        Value::Array(list) => json!({"L": list.iter().map(wire).collect::<Vec<Value>>()}),
        Value::Object(map) => {
            let mut names = map.keys();
            let only = names.next().filter(|_| names.next().is_none());
            if only.is_some_and(|name| Type::from_descriptor(name).is_some())
                && decode(value, Wording::default()).is_ok()
            {
                return value.clone();
            }
            json!({"M": map.iter().map(|(name, inner)| (name.clone(), wire(inner))).collect::<serde_json::Map<_, _>>()})
        }
    }
}

/// An item that an author wrote plainly.
pub(super) fn plain_item<'a>(attributes: impl IntoIterator<Item = (&'a String, &'a Value)>) -> Item {
    attributes.into_iter().filter_map(|(name, value)| Some((name.clone(), plain(value)?))).collect()
}

/// The key that attributes set, as far as they say values.
pub(super) fn plain_key(attributes: &Attributes) -> Item {
    let is = |matcher: &Matcher| if let Matcher::Is(value) = matcher { plain(value) } else { None };
    attributes.iter().filter_map(|(name, matcher)| Some((name.clone(), is(matcher)?))).collect()
}

/// Whether a value is as wanted; `None` is one that is not there.
pub(super) fn fits(found: Option<&AttributeValue>, wanted: &Matcher) -> bool {
    match wanted {
        Matcher::Is(value) => found.is_some() && found == plain(value).as_ref(),
        Matcher::Test(test) => passes(found, test),
    }
}

fn passes(found: Option<&AttributeValue>, test: &Test) -> bool {
    // A test that asks for nothing is passed by anything.
    if *test == Test::default() {
        return true;
    }
    if let Some(exists) = test.exists
        && exists != found.is_some()
    {
        return false;
    }
    let Some(found) = found else { return test.exists == Some(false) || is_only_not(test) };
    let is = |value: &Value| plain(value).as_ref() == Some(found);
    let least = test.at_least.as_ref().is_none_or(|least| order(found, least).is_some_and(Ordering::is_ge));
    let most = test.at_most.as_ref().is_none_or(|most| order(found, most).is_some_and(Ordering::is_le));
    let begins = test
        .begins_with
        .as_ref()
        .is_none_or(|begin| matches!(found, AttributeValue::S(found) if found.starts_with(begin.as_str())));
    let holds = test.contains.as_ref().is_none_or(|part| contains(found, part));
    let kind = test.of_type.as_ref().is_none_or(|kind| found.kind().descriptor() == kind);
    let one = test.one_of.as_ref().is_none_or(|all| all.iter().any(is));
    let secret = test.secret.as_ref().is_none_or(is);
    let not = excluded(test).all(|not| !fits(Some(found), not));
    least && most && begins && holds && kind && one && secret && not
}

/// How many values an item's are held against.
pub(super) fn weight(wanted: &Attributes) -> u64 {
    wanted.values().map(matcher_weight).sum()
}

fn matcher_weight(matcher: &Matcher) -> u64 {
    match matcher {
        Matcher::Is(_) => 1,
        Matcher::Test(test) => {
            1 + test.one_of.as_ref().map_or(0, Vec::len) as u64 + excluded(test).map(matcher_weight).sum::<u64>()
        }
    }
}

/// What a value must not be.
fn excluded(test: &Test) -> impl Iterator<Item = &Matcher> {
    test.not.as_deref().into_iter().chain(&test.none_of)
}

/// An attribute that is not there is something else than any value.
fn is_only_not(test: &Test) -> bool {
    let Test { not, none_of, .. } = test.clone();
    excluded(test).next().is_some() && *test == Test { not, none_of, ..Test::default() }
}

fn order(found: &AttributeValue, bound: &Value) -> Option<Ordering> {
    let (found, bound) = (KeyScalar::from_value(found)?, KeyScalar::from_value(&plain(bound)?)?);
    (std::mem::discriminant(&found) == std::mem::discriminant(&bound)).then(|| found.cmp(&bound))
}

fn contains(found: &AttributeValue, part: &Value) -> bool {
    match (found, plain(part)) {
        (AttributeValue::S(text), Some(AttributeValue::S(part))) => text.contains(part.as_str()),
        (AttributeValue::Ss(set), Some(AttributeValue::S(part))) => set.contains(&part),
        (AttributeValue::Ns(set), Some(AttributeValue::N(part))) => set.contains(&part),
        (AttributeValue::L(list), Some(part)) => list.contains(&part),
        (AttributeValue::M(map), Some(AttributeValue::S(part))) => map.contains_key(&part),
        _ => false,
    }
}

/// The first attribute that is not as wanted, with what is wrong in words: "stock is 10, not 9".
pub(super) fn differs(item: &Item, wanted: &Attributes) -> Option<String> {
    let (name, matcher) = wanted.iter().find(|(name, matcher)| !fits(item.get(name), matcher))?;
    Some(difference(name, item.get(name), matcher))
}

/// What is wrong with one attribute.
pub(super) fn difference(name: &str, found: Option<&AttributeValue>, wanted: &Matcher) -> String {
    match (found, wanted) {
        (None, _) => format!("{name} is missing"),
        (Some(found), Matcher::Is(value)) => {
            let wanted = plain(value);
            // 9 and "9" look the same without their types.
            let is_typed = wanted.as_ref().is_some_and(|wanted| wanted.kind() != found.kind());
            let say = |value: &AttributeValue| {
                if is_typed { format!("{} ({})", said(value), value.kind().descriptor()) } else { said(value) }
            };
            format!("{name} is {}, not {}", say(found), wanted.as_ref().map(say).unwrap_or_default())
        }
        (Some(AttributeValue::L(_) | AttributeValue::M(_)), Matcher::Test(test)) if test.exists == Some(false) => {
            format!("{name} is still there")
        }
        (Some(found), Matcher::Test(test)) if test.exists == Some(false) => {
            format!("{name} is still there ({})", said(found))
        }
        (Some(found), Matcher::Test(test)) if test.secret.is_some() => {
            format!("{name} is {}, which is not right", said(found))
        }
        (Some(found), Matcher::Test(test)) => {
            if let Some(part) = unwanted_part(found, test) {
                return format!("{name} holds {}, which it should not", said(&part));
            }
            let wanted = bounds_words(found, test).map(|wanted| format!(", not {wanted}")).unwrap_or_default();
            format!("{name} is {}{wanted}", said(found))
        }
    }
}

/// What a value should be by the first bound of a test that it is not within, in words; `None` if what it must not be is all that
/// the test says.
fn bounds_words(found: &AttributeValue, test: &Test) -> Option<String> {
    let fails = |alone: Test| !passes(Some(found), &alone);
    let value = |value: &Value| plain(value).as_ref().map(said).unwrap_or_default();
    if let Some(kind) =
        test.of_type.clone().filter(|kind| fails(Test { of_type: Some(kind.clone()), ..Test::default() }))
    {
        return Some(format!("of the type {kind}"));
    }
    if let Some(begin) = &test.begins_with
        && fails(Test { begins_with: Some(begin.clone()), ..Test::default() })
    {
        return Some(format!("a text that begins with {}", quoted(begin)));
    }
    let (least, most) = (test.at_least.clone(), test.at_most.clone());
    if fails(Test { at_least: least.clone(), at_most: most.clone(), ..Test::default() }) {
        return match (least, most) {
            (Some(least), Some(most)) => Some(format!("from {} to {}", value(&least), value(&most))),
            (Some(least), None) => Some(format!("at least {}", value(&least))),
            (None, Some(most)) => Some(format!("at most {}", value(&most))),
            (None, None) => None,
        };
    }
    if let Some(all) = &test.one_of
        && fails(Test { one_of: Some(all.clone()), ..Test::default() })
    {
        return Some(either(&all.iter().map(value).collect::<Vec<_>>()));
    }
    let part = test.contains.as_ref()?;
    fails(Test { contains: Some(part.clone()), ..Test::default() })
        .then(|| format!("something that holds {}", value(part)))
}

/// What a value contains and must not, if that is what a test asks.
fn unwanted_part(found: &AttributeValue, test: &Test) -> Option<AttributeValue> {
    let part = |not: &Matcher| if let Matcher::Test(not) = not { not.contains.as_ref().and_then(plain) } else { None };
    excluded(test).filter(|not| fits(Some(found), not)).find_map(part)
}

/// How much of a text is told, in characters.
const MOST_TOLD: usize = 60;

/// A value in words: texts in quotes and cut, lists and maps without the names of types.
fn said(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) if text.chars().count() > MOST_TOLD => {
            let begun: String = text.chars().take(MOST_TOLD).collect();
            quoted(&(begun + "..."))
        }
        AttributeValue::Bool(is_true) => is_true.to_string(),
        AttributeValue::Null => "null".to_owned(),
        AttributeValue::L(list) => format!("[{}]", list.iter().map(said).collect::<Vec<_>>().join(", ")),
        AttributeValue::Ss(set) => {
            format!("{{{}}}", set.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
        }
        AttributeValue::Ns(set) => {
            format!("{{{}}}", set.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        AttributeValue::M(map) => {
            let members = map.iter().map(|(name, inner)| format!("{name}: {}", said(inner)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        other => literal(other),
    }
}

/// Attributes as they should be, in words: "price 12 and title that begins with Part".
pub(super) fn attributes_words(wanted: &Attributes) -> String {
    let words = |(name, matcher): (&String, &Matcher)| match matcher {
        Matcher::Is(value) => format!("{name} {}", plain(value).as_ref().map(said).unwrap_or_default()),
        Matcher::Test(test) => match (&test.begins_with, &test.at_least, &test.at_most, test.exists) {
            (Some(begin), ..) => format!("{name} that begins with {begin}"),
            (_, Some(least), Some(most), _) => format!("{name} from {least} to {most}"),
            (_, Some(least), None, _) => format!("{name} of at least {least}"),
            (_, None, Some(most), _) => format!("{name} of at most {most}"),
            (.., Some(true)) => format!("an attribute {name}"),
            (.., Some(false)) => format!("no attribute {name}"),
            _ if test.one_of.is_some() => {
                let all = test.one_of.iter().flatten().filter_map(plain).map(|value| said(&value)).collect::<Vec<_>>();
                format!("{name} {}", either(&all))
            }
            _ if test.secret.is_some() => format!("the right {name}"),
            _ if test.contains.is_some() => {
                let part = test.contains.as_ref().and_then(plain);
                format!("{name} that contains {}", part.as_ref().map(said).unwrap_or_default())
            }
            _ => format!("another {name}"),
        },
    };
    listed(&wanted.iter().map(words).collect::<Vec<_>>())
}

/// The values of a key in words, that of the partition key first: `C-0042`, `PRJ-01, T-0005`.
pub(super) fn key_words(key: &Item, partition: &[String]) -> String {
    let say = |value: &AttributeValue| match value {
        // A blank at an end is not seen without quotes.
        AttributeValue::S(text) if text.trim() != text.as_str() => quoted(text),
        AttributeValue::S(text) => text.to_string(),
        other => literal(other),
    };
    let first = partition.iter().filter_map(|name| key.get(name));
    let rest = key.iter().filter(|(name, _)| !partition.iter().any(|key| key == *name)).map(|(_, value)| value);
    first.chain(rest).map(say).collect::<Vec<_>>().join(", ")
}

/// The names of the attributes of a table's partition key.
pub(super) fn partition_names(keys: &KeySchema) -> Vec<String> {
    keys.partition.iter().map(|key| key.name.clone()).collect()
}

/// Attributes that an item should have, in words: names if it is known by names alone.
pub(super) fn item_words(wanted: &Attributes) -> String {
    let plain = plain_key(wanted);
    let is_there = |matcher: &Matcher| matches!(matcher, Matcher::Test(test) if test.exists == Some(true));
    let is_all = wanted.iter().all(|(name, matcher)| plain.contains_key(name) || is_there(matcher));
    let is_named = is_all && !plain.is_empty() && plain.values().all(|value| matches!(value, AttributeValue::S(_)));
    if is_named {
        return key_words(&plain, &[]);
    }
    format!("an item with {}", attributes_words(wanted))
}

/// The values at a path, where `*` stands for each member of a map or each element of a list: what it is called does not matter.
pub(super) fn members(body: &Value, path: &str) -> Vec<AttributeValue> {
    let Some((before, after)) = path.split_once('*') else { return member(body, path).into_iter().collect() };
    let (before, after) = (before.trim_end_matches('.'), after.trim_start_matches('.'));
    let at =
        before.split('.').filter(|name| !name.is_empty()).try_fold(body, |value, name| match name.parse::<usize>() {
            Ok(place) if value.is_array() => value.get(place),
            _ => value.get(name),
        });
    let inner: Vec<&Value> = match at {
        Some(Value::Object(map)) => map.values().collect(),
        Some(Value::Array(list)) => list.iter().collect(),
        _ => Vec::new(),
    };
    if after.is_empty() {
        return inner.into_iter().filter_map(plain_json).collect();
    }
    inner.into_iter().flat_map(|value| members(value, after)).collect()
}

/// A member of a JSON document by its path, as an attribute value; lists are counted by `#`.
pub(super) fn member(body: &Value, path: &str) -> Option<AttributeValue> {
    let mut value = body;
    for name in path.split('.') {
        if name == "#" {
            let count = value.as_array().map(Vec::len).or_else(|| Some(value.as_object()?.len()))?;
            return Some(AttributeValue::from(i64::try_from(count).ok()?));
        }
        value = match name.parse::<usize>() {
            Ok(place) if value.is_array() => value.get(place)?,
            _ => value.get(name)?,
        };
    }
    if value.is_null() { None } else { plain_json(value) }
}

/// A JSON value of a response: an attribute in wire form is taken as the attribute.
fn plain_json(value: &Value) -> Option<AttributeValue> {
    plain(value)
        .or_else(|| Some(AttributeValue::S(encode(&plain(&Value::String(value.to_string()))?).to_string().into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher(yaml: &str) -> Matcher {
        serde_yaml::from_str(yaml).unwrap()
    }

    #[test]
    fn plain_values_and_tests_are_held_against_typed_ones() {
        let item = plain_item(json!({"stock": 9, "title": "Kettle", "tags": {"SS": ["a", "b"]}}).as_object().unwrap());
        for (name, yaml, expected) in [
            ("stock", "9", true),
            ("stock", "9.0", true),
            ("stock", "\"9\"", false),
            ("stock", "{N: \"9\"}", true),
            ("stock", "{at_least: 9, at_most: 10}", true),
            ("stock", "{at_most: 8}", false),
            ("stock", "{not: 9}", false),
            ("nothing", "{not: 9}", true),
            ("stock", "{not: {at_least: 10}}", true),
            ("stock", "{not: {one_of: [8, 9]}}", false),
            ("title", "{not: {contains: ett}}", false),
            ("title", "{not: {contains: lamp}}", true),
            ("title", "{none_of: [Lamp, {contains: lamp}]}", true),
            ("title", "{none_of: [Lamp, {contains: ett}]}", false),
            ("title", "{none_of: [Kettle]}", false),
            ("nothing", "{none_of: [Kettle, {contains: lamp}]}", true),
            ("tags", "{not: {SS: [b, a]}}", false),
            ("nothing", "{exists: false}", true),
            ("title", "{begins_with: Ket}", true),
            ("title", "{one_of: [Lamp, Kettle]}", true),
            ("tags", "{SS: [b, a]}", true),
            ("tags", "{contains: a}", true),
            ("tags", "{of_type: SS}", true),
            ("title", "{at_least: 5}", false),
        ] {
            assert_eq!(fits(item.get(name), &matcher(yaml)), expected, "{name}: {yaml}");
        }
        assert_eq!(difference("stock", item.get("stock"), &matcher("\"9\"")), "stock is 9 (N), not \"9\" (S)");
        assert_eq!(
            difference("tags", item.get("tags"), &matcher("{SS: [a]}")),
            "tags is {\"a\", \"b\"}, not {\"a\"}",
            "sets are told as sets"
        );
    }

    #[test]
    fn members_of_a_response_are_found_by_their_path() {
        let body = json!({"Table": {"ItemCount": 3, "Indexes": [{"Name": "a"}]}, "Item": {"n": {"N": "1"}}});
        assert!(fits(member(&body, "Table.ItemCount").as_ref(), &matcher("{at_least: 3}")));
        assert!(fits(member(&body, "Table.Indexes.#").as_ref(), &matcher("1")));
        assert!(fits(member(&body, "Table.Indexes.0.Name").as_ref(), &matcher("a")));
        assert!(fits(member(&body, "Item.n").as_ref(), &matcher("1")));
        assert_eq!(member(&body, "Table.Nothing"), None);
        let free = json!({"Values": {":x": {"S": "a"}, ":y": {"N": "2"}}, "All": [{"Values": [{"S": "b"}]}]});
        let held = |path: &str, yaml: &str| members(&free, path).iter().any(|value| fits(Some(value), &matcher(yaml)));
        assert!(held("Values.*", "a") && held("Values.*", "2") && !held("Values.*", "b"));
        assert!(held("All.*.Values.*", "b") && held("Values.:x", "a") && !held("Nothing.*", "a"));
    }
}
