//! The members of requests, taken from their shapes: every place there is, and odd values for it.

use std::collections::BTreeSet;

use dynadrill::engine::shape::{IntegerRange, Shape, Structure, TextLimits};
use serde_json::{Map, Value, json};

use super::corpus::Vocabulary;

/// A step from a value into one of its parts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// The member of this name.
    Member(&'static str),
    /// The first element.
    Element,
    /// The value under the first key.
    Entry,
}

/// A place in a request, and what belongs there.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) path: Vec<(Step, Shape)>,
}

impl Place {
    /// What belongs there.
    pub(crate) fn shape(&self) -> &Shape {
        &self.path[self.path.len() - 1].1
    }

    /// The name of the member it is in.
    pub(crate) fn member(&self) -> &'static str {
        let name = |(step, _): &(Step, Shape)| if let Step::Member(name) = step { Some(*name) } else { None };
        self.path.iter().rev().find_map(name).unwrap_or_default()
    }

    /// As a person would write it: `GlobalSecondaryIndexes[0].WarmThroughput.ReadUnitsPerSecond`.
    pub(crate) fn named(&self) -> String {
        self.path.iter().fold(String::new(), |text, (step, _)| match step {
            Step::Member(name) if text.is_empty() => (*name).to_owned(),
            Step::Member(name) => format!("{text}.{name}"),
            Step::Element => text + "[0]",
            Step::Entry => text + "{}",
        })
    }

    /// Puts a value there, with whatever it needs around it; or takes away what is there.
    pub(crate) fn set(&self, body: &mut Value, value: Option<&Value>) {
        let (end, before) = self.path.split_last().unwrap();
        let mut here = body;
        let mut shape = Shape::BOOLEAN;
        for (step, inner) in before {
            // What a mutation before this one left here may be of any type.
            here = entered(here, *step, &shape);
            if here.is_null() {
                *here = typical(inner);
            }
            shape = *inner;
        }
        match value {
            Some(value) => *entered(here, end.0, &shape) = value.clone(),
            None => match (end.0, here) {
                (Step::Member(name), Value::Object(members)) => {
                    members.shift_remove(name);
                }
                (Step::Element, Value::Array(list)) if !list.is_empty() => {
                    list.remove(0);
                }
                (Step::Entry, Value::Object(entries)) => {
                    if let Some(key) = entries.keys().next().cloned() {
                        entries.shift_remove(&key);
                    }
                }
                _ => {}
            },
        }
    }
}

/// The part of a value that a step leads to, made if there is none.
fn entered<'a>(here: &'a mut Value, step: Step, shape: &Shape) -> &'a mut Value {
    let fits = match step {
        Step::Member(_) | Step::Entry => here.is_object(),
        Step::Element => here.is_array(),
    };
    if !fits {
        *here = if matches!(step, Step::Element) { json!([]) } else { typical(shape) };
    }
    if !here.is_object() && !here.is_array() {
        *here = json!({});
    }
    match (step, here) {
        (Step::Member(name), Value::Object(members)) => members.entry(name).or_insert(Value::Null),
        (Step::Entry, Value::Object(entries)) => {
            let key = entries.keys().next().cloned().unwrap_or_else(|| "id".to_owned());
            entries.entry(key).or_insert(Value::Null)
        }
        (_, Value::Array(list)) => {
            if list.is_empty() {
                list.push(Value::Null);
            }
            &mut list[0]
        }
        _ => unreachable!("the value was made to fit the step"),
    }
}

/// Every place in a structure, those in its parts included.
pub(crate) fn places(structure: &'static Structure) -> Vec<Place> {
    let mut found = Vec::new();
    within(&Shape::Structure(structure), &mut Vec::new(), &mut found);
    found
}

fn within(shape: &Shape, path: &mut Vec<(Step, Shape)>, found: &mut Vec<Place>) {
    let parts: Vec<(Step, Shape)> = match shape {
        Shape::Structure(structure) => {
            structure.members.iter().map(|member| (Step::Member(member.name), member.shape)).collect()
        }
        Shape::List(list) => vec![(Step::Element, list.element)],
        Shape::Map(map) => vec![(Step::Entry, map.value)],
        _ => Vec::new(),
    };
    for part in parts {
        path.push(part);
        found.push(Place { path: path.clone() });
        // No shape of the service is nested deeper, attribute values aside.
        if path.len() < 12 {
            within(&part.1, path, found);
        }
        path.pop();
    }
}

/// A plain value that fits a shape: what stands around an odd one.
pub(crate) fn typical(shape: &Shape) -> Value {
    match shape {
        Shape::String(text) => text.values.first().copied().unwrap_or("id").into(),
        Shape::Integer(range) | Shape::Long(range) => 5.clamp(range.min, range.max).into(),
        Shape::Double => json!(1.5),
        Shape::Timestamp => json!(1_780_308_000),
        Shape::Boolean => true.into(),
        Shape::List(list) => json!([typical(&list.element)]),
        Shape::Map(map) => json!({"id": typical(&map.value)}),
        Shape::AttributeValue => json!({"S": "1"}),
        Shape::Structure(structure) => {
            let required = structure.members.iter().filter(|member| member.required);
            required.map(|member| (member.name.to_owned(), typical(&member.shape))).collect::<Map<_, _>>().into()
        }
    }
}

/// Numbers at which programs go wrong.
const NUMBERS: [i64; 18] = [
    0,
    1,
    -1,
    2,
    100,
    40_000,
    40_001,
    4_000_000,
    100_000_000,
    i32::MAX as i64,
    i32::MAX as i64 + 1,
    u32::MAX as i64 + 1,
    1_000_000_000_000,
    1 << 53,
    1_000_000_000_000_000_000,
    i64::MAX - 1,
    i64::MAX,
    i64::MIN,
];

/// Texts at which programs go wrong, whatever they stand for.
const TEXTS: [&str; 14] = [
    "",
    " ",
    "\u{0}",
    "\u{1b}]0;x\u{7}",
    "ä\u{301}\u{10ffff}",
    "#",
    ":v",
    "#n = :v",
    "((((",
    "[[[[",
    "a.b[0].c",
    "../../etc",
    "9223372036854775808",
    "SELECT * FROM",
];

/// Values of every type, most of them of the wrong one wherever they stand.
fn of_any_type() -> Vec<Value> {
    let deep = |open: fn(Value) -> Value, depth| (0..depth).fold(Value::Null, |inner, _| open(inner));
    vec![
        Value::Null,
        true.into(),
        json!(1e300),
        u64::MAX.into(),
        "x".into(),
        json!([null]),
        json!({"x": null}),
        // The parser of bodies lets no more levels through.
        deep(|inner| json!([inner]), 100),
        deep(|inner| json!({"M": {"m": inner}}), 50),
    ]
}

/// Odd values for a place: within its shape, at its limits, beyond them, and some of other types. `turn` chooses those.
pub(crate) fn odd_values(place: &Place, vocabulary: &Vocabulary, turn: usize) -> Vec<Value> {
    let mut values = match place.shape() {
        Shape::String(text) => odd_texts(text, vocabulary.of(place.member())),
        Shape::Integer(range) | Shape::Long(range) => odd_numbers(*range),
        Shape::Double => NUMBERS.iter().map(|number| json!(number)).chain([json!(0.000_1), json!(1e308)]).collect(),
        Shape::Timestamp => NUMBERS.iter().map(|number| json!(number)).collect(),
        Shape::Boolean => vec![true.into(), false.into(), "true".into()],
        Shape::List(list) => {
            let element = typical(&list.element);
            let over = list.max.min(1100) + 1;
            vec![json!([]), json!([element, element]), Value::from(vec![element.clone(); over])]
        }
        Shape::Map(map) => {
            let value = typical(&map.value);
            let many = (0..110).map(|number| (number.to_string(), value.clone())).collect::<Map<_, _>>();
            vec![json!({}), json!({"": value}), json!({"x".repeat(70_000): value}), many.into()]
        }
        Shape::Structure(structure) => {
            let all = structure.members.iter().map(|member| (member.name.to_owned(), typical(&member.shape)));
            vec![json!({}), all.collect::<Map<_, _>>().into()]
        }
        Shape::AttributeValue => odd_attribute_values(),
    };
    // One of three is enough at each place, for there are hundreds of them.
    values.extend(of_any_type().into_iter().skip(turn % 3).step_by(3));
    let mut seen = BTreeSet::new();
    values.retain(|value| seen.insert(value.to_string()));
    values
}

fn odd_numbers(range: IntegerRange) -> Vec<Value> {
    let edges = [range.min.saturating_sub(1), range.min, range.max, range.max.saturating_add(1)];
    edges.into_iter().chain(NUMBERS).map(Value::from).chain(["5".into(), json!(5.5)]).collect()
}

fn odd_texts(text: &TextLimits, known: &[String]) -> Vec<Value> {
    let long = text.max.min(100_000);
    let lengths = [text.min.saturating_sub(1), text.min, long, long + 1].map(|length| "a".repeat(length));
    let all = text.values.iter().chain(&TEXTS).map(|text| (*text).to_owned());
    all.chain(lengths).chain(known.iter().cloned()).map(Value::from).collect()
}

fn odd_attribute_values() -> Vec<Value> {
    let nested = |depth| (0..depth).fold(json!({"S": "x"}), |inner, _| json!({"L": [inner]}));
    let nines = "9".repeat(39);
    let mut values = vec![
        json!({"S": ""}),
        json!({"S": "x".repeat(400_000)}),
        json!({"B": "!"}),
        json!({"B": ""}),
        json!({"SS": []}),
        json!({"SS": ["a", "a"]}),
        json!({"NS": ["1", "1.0"]}),
        json!({"BS": ["eA==", "eA=="]}),
        json!({"NULL": false}),
        json!({"BOOL": "true"}),
        json!({"M": {"": {"S": "x"}}}),
        json!({"S": "x", "N": "1"}),
        json!({"L": vec![json!({"NULL": true}); 20_000]}),
        nested(31),
        nested(32),
        nested(40),
    ];
    let numbers = ["0", "-0", "1e125", "1e126", "-1e-130", "1e-131", "1e2147483648", "0x1", "NaN", "", "+", &nines];
    values.extend(numbers.map(|number| json!({"N": number})));
    values
}
