//! What a line printed of a response, if its `--query` chose a part: what it left out has not been seen.
//!
//! A JMESPath expression makes anything of a response, so what is known is what stands in its output: an object of the
//! response that stands there whole was printed, and so was each value that stands there, alone or within a longer text. What
//! happens to have a value of its neighbour is taken for printed as well, in the learner's favour.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash as _, Hasher as _};

use serde_json::{Map, Value};

/// What `--query` printed.
pub(super) struct Printout {
    /// The objects that stand in it, by their digests, each with its first place.
    objects: HashMap<u64, usize>,
    /// The values that stand in it, as texts, each with its first place.
    values: BTreeMap<String, usize>,
    /// How many of both there are.
    places: usize,
}

/// Lists of which each element has to be printed: their length stands for none of them.
const LOOKED_AT: [&str; 3] = ["Items", "Responses", "Records"];
/// The fewest letters of a value that is looked for within longer texts, and the most texts that are looked through.
const LEAST_WITHIN: usize = 3;
const MOST_TEXTS: usize = 100;
/// How many values of a response and of an output are looked at in one step.
const VALUES_OF_A_STEP: u64 = 4;

/// The work of finding out what of a response an output shows, in steps.
pub(super) fn steps(response: &Value, output: &Value) -> u64 {
    (values(response) + values(output)) / VALUES_OF_A_STEP
}

/// How many values a value is made of.
fn values(value: &Value) -> u64 {
    match value {
        Value::Object(members) => members.values().map(values).sum::<u64>() + 1,
        Value::Array(list) => list.iter().map(values).sum::<u64>() + 1,
        _ => 1,
    }
}

impl Printout {
    pub(super) fn of(output: &Value) -> Self {
        let mut printed = Self { objects: HashMap::new(), values: BTreeMap::new(), places: 0 };
        printed.take(output);
        printed
    }

    fn take(&mut self, value: &Value) {
        self.places += 1;
        match value {
            Value::Object(members) => {
                self.objects.entry(digest(value)).or_insert(self.places);
                members.values().for_each(|inner| self.take(inner));
            }
            Value::Array(list) => list.iter().for_each(|inner| self.take(inner)),
            Value::Null => {}
            value => {
                self.values.entry(text(value)).or_insert(self.places);
            }
        }
    }

    /// Whether a value stands in it.
    pub(super) fn says(&self, text: &str) -> bool {
        self.values.contains_key(text)
            || text.len() >= LEAST_WITHIN
                && self.values.len() <= MOST_TEXTS
                && self.values.keys().any(|longer| longer.contains(text))
    }

    /// Whether an object stands in it whole.
    fn has(&self, value: &Value) -> bool {
        value.is_object() && self.objects.contains_key(&digest(value))
    }

    /// The place of something that was printed: of what is there in parts, that of its last part. A value that others have too
    /// stands before those of its own.
    fn place(&self, value: &Value) -> usize {
        match value {
            Value::Object(_) if self.has(value) => self.objects.get(&digest(value)).copied().unwrap_or(0),
            Value::Object(members) => members.values().map(|inner| self.place(inner)).max().unwrap_or(0),
            Value::Array(list) => list.iter().map(|inner| self.place(inner)).max().unwrap_or(0),
            scalar => self.values.get(&text(scalar)).copied().unwrap_or(0),
        }
    }

    /// What of a response was printed.
    pub(super) fn kept(&self, response: &Value) -> Value {
        self.kept_of(response, "").unwrap_or_else(|| Value::Object(Map::new()))
    }

    /// What of a value that stands under `name` was printed; `None` if nothing was.
    fn kept_of(&self, value: &Value, name: &str) -> Option<Value> {
        match value {
            Value::Object(_) if self.has(value) => Some(value.clone()),
            Value::Object(members) => {
                // The items of a batch stand under the names of their tables.
                let called = |member| if LOOKED_AT.contains(&name) { name } else { member };
                let kept: Map<String, Value> = members
                    .iter()
                    .filter_map(|(member, inner)| Some((member.clone(), self.kept_of(inner, called(member.as_str()))?)))
                    .collect();
                (!kept.is_empty()).then_some(Value::Object(kept))
            }
            Value::Array(list) if list.is_empty() => Some(value.clone()),
            // How many there are may be all that was asked for.
            Value::Array(list) if !LOOKED_AT.contains(&name) && self.values.contains_key(&list.len().to_string()) => {
                Some(value.clone())
            }
            Value::Array(list) => {
                let whole: Vec<Value> = list.iter().filter(|inner| self.has(inner)).cloned().collect();
                let mut kept = if whole.is_empty() {
                    list.iter().filter_map(|inner| self.kept_of(inner, "")).collect()
                } else {
                    whole
                };
                // What is read comes in an order; lists within it are dear to look through at each depth, and have none to judge.
                if LOOKED_AT.contains(&name) {
                    kept.sort_by_cached_key(|inner| self.place(inner));
                }
                (!kept.is_empty()).then_some(Value::Array(kept))
            }
            Value::Null => None,
            scalar => self.says(&text(scalar)).then(|| scalar.clone()),
        }
    }
}

/// A value as it is printed as text.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A digest of a value, in which the members of objects have no order.
fn digest(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    match value {
        Value::Object(members) => {
            let member = |(name, inner): (&String, &Value)| {
                let mut hasher = DefaultHasher::new();
                (name, digest(inner)).hash(&mut hasher);
                hasher.finish()
            };
            ("object", members.iter().map(member).fold(0, u64::wrapping_add)).hash(&mut hasher);
        }
        Value::Array(list) => {
            "array".hash(&mut hasher);
            for inner in list {
                digest(inner).hash(&mut hasher);
            }
        }
        scalar => scalar.to_string().hash(&mut hasher),
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_stands_in_the_output_was_printed() {
        let table =
            json!({"Table": {"TableStatus": "ACTIVE", "ItemCount": 7, "Indexes": [{"Name": "a"}, {"Name": "b"}]}});
        for (output, kept) in [
            (json!("ACTIVE"), json!({"Table": {"TableStatus": "ACTIVE"}})),
            (json!(["ACTIVE", 7]), json!({"Table": {"TableStatus": "ACTIVE", "ItemCount": 7}})),
            (json!("is ACTIVE now"), json!({"Table": {"TableStatus": "ACTIVE"}})),
            (json!(2), json!({"Table": {"Indexes": [{"Name": "a"}, {"Name": "b"}]}})),
            (json!(["b"]), json!({"Table": {"Indexes": [{"Name": "b"}]}})),
            (table["Table"].clone(), table.clone()),
            (Value::Null, json!({})),
        ] {
            assert_eq!(Printout::of(&output).kept(&table), kept, "{output}");
        }
        let items =
            json!({"Count": 2, "Items": [{"id": {"S": "x"}, "on": {"S": "1"}}, {"id": {"S": "y"}, "on": {"S": "1"}}]});
        for (output, kept) in [
            (json!(2), json!({"Count": 2})),
            (items["Items"][0].clone(), json!({"Items": [items["Items"][0]]})),
            (json!(["x", "y"]), json!({"Items": [{"id": {"S": "x"}}, {"id": {"S": "y"}}]})),
            (json!(["y", "x"]), json!({"Items": [{"id": {"S": "y"}}, {"id": {"S": "x"}}]})),
            (json!([items["Items"][1], items["Items"][0]]), json!({"Items": [items["Items"][1], items["Items"][0]]})),
        ] {
            assert_eq!(Printout::of(&output).kept(&items), kept, "{output}");
        }
        let batch = json!({"Responses": {"Things": [{"id": {"S": "x"}}, {"id": {"S": "y"}}]}});
        assert_eq!(Printout::of(&json!(2)).kept(&batch), json!({}), "how many there are is none of them");
    }
}
