//! Whether a typed request keeps the limits of its shape: the same that `constraints` tells about, asked of fields.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Member, Shape, constraints};
use crate::engine::value::json::WireItem;

/// A field of a request.
pub trait Fits {
    /// Whether such a field can be read into a type of its own. JSON that is read later keeps what it came with, which has to
    /// be looked at as JSON: a request that must have such a field is not even tried in one pass.
    const IS_TYPED: bool = true;

    /// Whether a value keeps the limits of its shape. A type that can hold nothing else always does.
    fn fits(&self, shape: &Shape) -> bool {
        let _ = shape;
        true
    }

    /// Whether a field may stand for a member.
    fn fits_member(&self, member: &Member) -> bool {
        self.fits(&member.shape)
    }
}

impl Fits for bool {}
impl Fits for f64 {}

impl Fits for Value {
    const IS_TYPED: bool = false;

    fn fits(&self, _: &Shape) -> bool {
        false
    }
}

impl Fits for Map<String, Value> {
    const IS_TYPED: bool = false;

    fn fits(&self, _: &Shape) -> bool {
        false
    }
}

impl Fits for String {
    fn fits(&self, shape: &Shape) -> bool {
        matches!(shape, Shape::String(limits) if constraints::keeps_text(limits, self))
    }
}

macro_rules! whole_numbers {
    ($($type:ty)*) => {
        $(impl Fits for $type {
            fn fits(&self, shape: &Shape) -> bool {
                let (Shape::Integer(range) | Shape::Long(range)) = shape else { return false };
                i64::try_from(*self).is_ok_and(|number| (range.min..=range.max).contains(&number))
            }
        })*
    };
}

whole_numbers!(i64 u64 u32 usize);

impl<T: Fits> Fits for Option<T> {
    fn fits(&self, shape: &Shape) -> bool {
        self.as_ref().is_none_or(|value| value.fits(shape))
    }

    fn fits_member(&self, member: &Member) -> bool {
        self.as_ref().map_or(!member.required, |value| value.fits_member(member))
    }
}

impl<T: Fits> Fits for Vec<T> {
    const IS_TYPED: bool = T::IS_TYPED;

    fn fits(&self, shape: &Shape) -> bool {
        let Shape::List(list) = shape else { return false };
        (list.min..=list.max).contains(&self.len()) && self.iter().all(|element| element.fits(&list.element))
    }
}

impl<T: Fits> Fits for BTreeMap<String, T> {
    const IS_TYPED: bool = T::IS_TYPED;

    fn fits(&self, shape: &Shape) -> bool {
        let Shape::Map(map) = shape else { return false };
        (map.min..=map.max).contains(&self.len())
            && self.iter().all(|(key, value)| constraints::keeps_text(&map.key, key) && value.fits(&map.value))
    }
}

impl Fits for WireItem {
    /// An item, a key or values have no limits of number or names here; a value that is invalid is for its verb to refuse,
    /// but which of two faults comes first is seen in the JSON alone.
    fn fits(&self, shape: &Shape) -> bool {
        matches!(shape, Shape::Map(map) if matches!(map.value, Shape::AttributeValue)) && self.is_valid()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{ListShape, MapShape, RequestBody, Shape, Shaped as _, decode, read, structure};
    use super::*;
    use crate::engine::messages::wording::Wording;

    structure! {
        /// An inner structure.
        struct Inner as "Inner" {
            /// A name of two to four characters.
            "Name" name: String => required Shape::name(2, 4);
        }
    }

    structure! {
        /// A request with one member of each kind.
        struct Each as "Each" {
            /// Texts.
            "Text" text: Option<String> => optional Shape::text(1, 3);
            /// Numbers.
            "Number" number: Option<i64> => required Shape::integer(1, 10);
            /// Truth.
            "Truth" truth: Option<bool> => optional Shape::BOOLEAN;
            /// Lists.
            "List" list: Option<Vec<Inner>> => optional Shape::List(&ListShape::sized(Shape::Structure(Inner::STRUCTURE), 1, 2));
            /// Maps.
            "Map" map: Option<BTreeMap<String, String>> => optional Shape::Map(&MapShape::of(Shape::text(1, 2)));
            /// Items.
            "Item" item: Option<WireItem> => optional Shape::Map(&MapShape::of(Shape::AttributeValue));
        } without {
            /// Not modelled, but for NONE.
            "How" => Shape::one_of(&["NONE", "SOME"]), but ["NONE"];
        }
    }

    /// What a body becomes: the request as it is shown, or what is said of it.
    fn outcome(request: Result<Each, crate::engine::ApiError>) -> String {
        request.map_or_else(|error| error.to_string(), |request| format!("{request:?}"))
    }

    #[test]
    fn one_pass_and_the_second_look_never_differ() {
        let numbers = [json!(1), json!(10), json!(0), json!(11), json!(1.5), json!("1"), json!(null), json!(true)];
        let texts = [json!("a"), json!(""), json!("abcd"), json!(1), json!(null), json!("ää"), json!({})];
        let truths = [json!(true), json!("true"), json!("maybe"), json!(0), json!(null)];
        let lists = [
            json!([]),
            json!([{"Name": "ab"}]),
            json!([{"Name": "a"}]),
            json!([{"Name": "abcde"}]),
            json!([{}]),
            json!([{"Name": "ab", "More": 1}]),
            json!([{"Name": "ab"}, {"Name": "cd"}, {"Name": "ef"}]),
            json!({}),
        ];
        let maps = [json!({}), json!({"a": "b"}), json!({"a": ""}), json!({"a": "abc"}), json!({"a": null}), json!([])];
        let items = [
            json!({"a": {"S": "x"}}),
            json!({"a": {"N": "x"}}),
            json!({"a": {}}),
            json!({"a": {"S": 1}}),
            json!({"a": {"S": "x", "N": null}}),
            json!({"a": {"S": "x", "N": "1"}}),
            json!({"a": {"NULL": "true"}}),
        ];
        let hows = [json!("NONE"), json!("SOME"), json!("OTHER"), json!(null), json!(1)];
        let members: [(&str, &[Value]); 7] = [
            ("Number", &numbers),
            ("Text", &texts),
            ("Truth", &truths),
            ("List", &lists),
            ("Map", &maps),
            ("Item", &items),
            ("How", &hows),
        ];
        let mut taken = 0;
        for (name, values) in members {
            for value in values {
                for (other, others) in members {
                    for second in others {
                        let mut body = json!({"Number": 5});
                        body[name] = value.clone();
                        body[other] = second.clone();
                        let text = body.to_string();
                        let direct = outcome(read(RequestBody::Text(text.as_bytes()), Wording::Older));
                        assert_eq!(direct, outcome(decode(body, Wording::Older)), "{text}");
                        let one_pass = serde_json::from_str::<Each>(&text);
                        taken += usize::from(one_pass.is_ok_and(|each| each.fits(&Shape::Structure(Each::STRUCTURE))));
                    }
                }
            }
        }
        assert!(taken > 50, "{taken} bodies took one pass");
    }

    #[test]
    fn what_is_read_later_is_never_taken_in_one_pass() {
        structure! {
            /// A request with members that are read later.
            struct Later as "Later" {
                /// Anything.
                "Any" any: Option<BTreeMap<String, Vec<Value>>> => optional Shape::Map(&MapShape::of(Shape::List(&ListShape::of(Shape::STRING))));
            }
        }
        structure! {
            /// A request that must have one.
            struct Must as "Must" {
                /// Anything.
                "Any" _any: Vec<Value> => required Shape::List(&ListShape::of(Shape::STRING));
            }
        }
        assert_eq!([Each::IS_TYPED, Later::IS_TYPED, Must::IS_TYPED], [true, true, false]);
        let fits = |later: Later| later.fits(&Shape::Structure(Later::STRUCTURE));
        assert!(fits(Later { any: None }));
        assert!(!fits(Later { any: Some(BTreeMap::from([("a".to_owned(), vec![json!("x")])])) }));
    }
}
