//! A requirement with one thing taken out: each member that it states, each element of a list, at whatever depth.
//!
//! A requirement is taken apart as JSON, so that whatever may be stated there is covered without being named here. What only
//! says where to look (`table`), or since when, is left in.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::content::lab::requirement::Requirement;

/// Members that say where to look, or are only words, and what is let through: without one of those more is refused.
const LEFT_IN: [&str; 8] = ["want", "hint", "table", "effect", "over", "type", "actions", "resources"];

/// A requirement with one thing taken out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mutation {
    /// What was taken out: `returned.count`.
    pub(super) path: String,
    /// What is left.
    pub(super) requirement: Requirement,
    /// Whether it is one of several alternatives, without which less is let through.
    pub(super) is_alternative: bool,
}

/// Every mutation of a requirement that still is one.
pub(super) fn mutations(requirement: &Requirement) -> Vec<Mutation> {
    let Ok(whole) = serde_json::to_value(requirement).map(without_nulls) else { return Vec::new() };
    let mut found: Vec<Mutation> = Vec::new();
    // As texts: held against each other one by one, a hundred long requirements would be read ten thousand times.
    let mut known = BTreeSet::from([whole.to_string()]);
    for path in paths(&whole) {
        let mut rest = whole.clone();
        remove(&mut rest, &path);
        let Ok(mutated) = serde_json::from_value::<Requirement>(rest) else { continue };
        let is_sound = mutated.kinds() == 1 && mutated.demands().iter().all(|demand| demand.kinds() > 0);
        let Ok(spelled) = serde_json::to_value(&mutated).map(without_nulls) else { continue };
        if is_sound && known.insert(spelled.to_string()) {
            let is_alternative = path.len() == 2 && path[0] == "any_of";
            found.push(Mutation { path: path.join("."), requirement: mutated, is_alternative });
        }
    }
    found
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(_, inner)| !inner.is_null());
            Value::Object(kept.map(|(name, inner)| (name, without_nulls(inner))).collect())
        }
        Value::Array(list) => list.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

fn paths(value: &Value) -> Vec<Vec<String>> {
    let below = |name: &String, inner: &Value| -> Vec<Vec<String>> {
        let deeper = paths(inner).into_iter().map(|path| [vec![name.clone()], path].concat());
        std::iter::once(vec![name.clone()]).chain(deeper).collect()
    };
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(name, _)| !LEFT_IN.contains(&name.as_str()))
            .flat_map(|(n, inner)| below(n, inner))
            .collect(),
        Value::Array(list) => list.iter().enumerate().flat_map(|(at, inner)| below(&at.to_string(), inner)).collect(),
        _ => Vec::new(),
    }
}

fn remove(value: &mut Value, path: &[String]) {
    match (value, path) {
        (Value::Object(map), [end]) => {
            map.remove(end);
        }
        (Value::Array(list), [end]) => {
            if let Some(at) = end.parse::<usize>().ok().filter(|at| *at < list.len()) {
                list.remove(at);
            }
        }
        (Value::Object(map), [name, rest @ ..]) => {
            if let Some(inner) = map.get_mut(name) {
                remove(inner, rest);
            }
        }
        (Value::Array(list), [at, rest @ ..]) => {
            if let Some(inner) = at.parse::<usize>().ok().and_then(|at| list.get_mut(at)) {
                remove(inner, rest);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_that_is_stated_is_taken_out_once() {
        let yaml = "{want: w, returned: {table: T, by: [Query], key: {a: 1, b: 2}, count: 3, once: true}}";
        let requirement: Requirement = serde_yaml::from_str(yaml).unwrap();
        let found = mutations(&requirement);
        let mut paths: Vec<&str> = found.iter().map(|mutation| mutation.path.as_str()).collect();
        paths.sort_unstable();
        assert_eq!(
            paths,
            ["returned.by", "returned.count", "returned.key", "returned.key.a", "returned.key.b", "returned.once"]
        );
        let yaml = "{want: w, any_of: [{returned: {count: 1}}, {process: [{read: {}}, {write: {}}]}]}";
        let found = mutations(&serde_yaml::from_str(yaml).unwrap());
        let alternatives = found.iter().filter(|mutation| mutation.is_alternative).count();
        assert_eq!(alternatives, 2);
        assert!(found.iter().any(|mutation| mutation.path == "any_of.1.process.0"), "{found:?}");
    }
}
