//! Labs that are another on every seed: values that are drawn, and variants of a part of them.
//!
//! The life of such a file: read as plain YAML, a variant is laid over it and `[[name]]` is filled with what the seed draws of
//! `vary`, before it is read as a lab; so everything that is said of labs holds of each of them, and `content check` plays
//! as many as there are variants, three at least.
//!
//! A text that is nothing but `[[name]]` becomes the value with its type; `[[name.part]]` is a member of a value that is a map.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use serde_yaml::Value as Yaml;

use super::{Lab, read_of_seed};
use crate::chance::Chance;
use crate::content::Problem;
use crate::content::chunks::{self, FileBody};
use crate::content::limits::MOST_FILLED;
use crate::content::packed::PackedElement;

/// The least number of seeds that are played by a check.
const LEAST_SEEDS: u64 = 3;

/// A variant: what is laid over the lab. Maps are merged, anything else is put in place.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Its name, for the author.
    pub name: String,
    /// What it puts in place of fields of the lab.
    #[serde(default)]
    pub lab: BTreeMap<String, Value>,
    /// What it puts in place of fields of a step, by the step's name; the challenge has its own.
    #[serde(default)]
    pub steps: BTreeMap<String, Value>,
}

/// Where a lab of another seed comes from.
#[derive(Clone)]
pub struct Variation {
    file: Arc<str>,
    body: FileBody,
    /// How many variants there are.
    variants: u64,
    /// The seed of this one.
    pub seed: u64,
}

impl fmt::Debug for Variation {
    /// What it is, whoever wrote it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variation").field("seed", &self.seed).field("variants", &self.variants).finish_non_exhaustive()
    }
}

impl Lab {
    /// The lab of another seed; itself if it is the same on every seed.
    #[must_use]
    pub fn seeded(&self, seed: u64) -> Self {
        let of_seed = self.variation.as_ref().and_then(|it| read_of_seed(&it.file, &it.body, seed).ok());
        of_seed.unwrap_or_else(|| self.clone())
    }

    /// The seeds that a check plays: one if the lab is the same on every seed.
    #[must_use]
    pub fn seeds(&self) -> u64 {
        self.variation.as_ref().map_or(1, |it| it.variants.max(LEAST_SEEDS))
    }
}

/// Whether a file is that of a lab that varies.
pub(super) fn varies(body: &FileBody) -> bool {
    match body {
        FileBody::Text(text) => text.lines().any(names_variables),
        FileBody::Packed(parts) => parts.iter().any(PackedElement::varies),
    }
}

/// The lab of a seed as YAML, and where those of others come from.
pub(super) fn of_seed(file: &str, body: &FileBody, seed: u64) -> Result<(Yaml, Variation), Problem> {
    let mut lab: Yaml = chunks::whole(file, body)?;
    let mut chance = Chance::seeded(seed);
    let variants = lab.get("variants").and_then(Yaml::as_sequence).cloned().unwrap_or_default();
    let count = variants.len() as u64;
    if count > 0 {
        let place = usize::try_from(seed % count).unwrap_or(0);
        lay_over(&mut lab, &variants[place]);
    }
    let mut drawn = BTreeMap::new();
    for (name, values) in lab.get("vary").and_then(Yaml::as_mapping).into_iter().flatten() {
        let (Some(name), Some(values)) = (name.as_str(), values.as_sequence()) else { continue };
        let last = (values.len() as u64).saturating_sub(1);
        let place = usize::try_from(chance.between(0, last)).unwrap_or(0);
        drawn.insert(name.to_owned(), values.get(place).cloned().unwrap_or_default());
    }
    let mut room = ByteBudget(MOST_FILLED);
    fill(&mut lab, &drawn, &mut room);
    if room.0 == 0 {
        let line = body.text().lines().position(|line| line.starts_with("vary:")).map_or(1, |place| place + 1);
        let message = format!("expected at most {MOST_FILLED} bytes that [[...]] puts in place, found more");
        return Err(Problem::error(file, line, message));
    }
    let variation = Variation { file: file.into(), body: body.clone(), variants: count, seed };
    Ok((lab, variation))
}

fn lay_over(lab: &mut Yaml, variant: &Yaml) {
    if let Some(own) = variant.get("lab") {
        merge(lab, own);
    }
    for (name, own) in variant.get("steps").and_then(Yaml::as_mapping).into_iter().flatten() {
        let is_named = |step: &&mut Yaml| step.get("id") == Some(name);
        if let Some(step) =
            lab.get_mut("steps").and_then(Yaml::as_sequence_mut).and_then(|all| all.iter_mut().find(is_named))
        {
            merge(step, own);
        } else if let Some(challenge) = lab.get_mut("challenge").filter(|challenge| challenge.get("id") == Some(name)) {
            merge(challenge, own);
        }
    }
}

fn merge(into: &mut Yaml, own: &Yaml) {
    match (into, own) {
        (Yaml::Mapping(into), Yaml::Mapping(own)) => {
            for (name, value) in own {
                match into.get_mut(name) {
                    Some(inner) => merge(inner, value),
                    None => {
                        into.insert(name.clone(), value.clone());
                    }
                }
            }
        }
        (into, own) => *into = own.clone(),
    }
}

/// How many bytes may still be put in place. A value may be named often: without a limit, a file of half a megabyte fills
/// all memory.
struct ByteBudget(usize);

impl ByteBudget {
    /// Takes what a value has; returns whether there was so much.
    fn take(&mut self, value: &Yaml) -> bool {
        if self.0 == 0 {
            return false;
        }
        let bytes = bytes_of(value);
        let fits = bytes < self.0;
        self.0 = if fits { self.0 - bytes } else { 0 };
        fits
    }
}

/// About how many bytes a value takes, each part of it a few more than its text.
fn bytes_of(value: &Yaml) -> usize {
    const PART: usize = 16;
    PART + match value {
        Yaml::String(text) => text.len(),
        Yaml::Sequence(list) => list.iter().map(bytes_of).sum(),
        Yaml::Mapping(map) => map.iter().map(|(name, inner)| bytes_of(name) + bytes_of(inner)).sum(),
        _ => 0,
    }
}

/// Whether a line begins with `vary` or `variants`, in quotes or in braces as JSON has them.
fn names_variables(line: &str) -> bool {
    let name = line.trim_start_matches(['{', ' ', '"', '\'']);
    let rest = ["vary", "variants"].into_iter().find_map(|begin| name.strip_prefix(begin));
    rest.is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
}

/// Fills what was drawn into every text but those of `vary` and `variants` themselves, as far as there is room.
fn fill(value: &mut Yaml, drawn: &BTreeMap<String, Yaml>, room: &mut ByteBudget) {
    match value {
        Yaml::String(text) if text.contains("[[") => *value = filled(text, drawn, room),
        Yaml::Sequence(list) => list.iter_mut().for_each(|inner| fill(inner, drawn, room)),
        Yaml::Mapping(map) => {
            let own = |name: &Yaml| matches!(name.as_str(), Some("vary" | "variants"));
            map.iter_mut().filter(|(name, _)| !own(name)).for_each(|(_, inner)| fill(inner, drawn, room));
            let is_drawn = |name: &Yaml| name.as_str().is_some_and(|name| name.contains("[["));
            let names: Vec<Yaml> = map.keys().filter(|name| is_drawn(name)).cloned().collect();
            for mut name in names {
                let Some(inner) = map.remove(&name) else { continue };
                fill(&mut name, drawn, room);
                map.insert(name, inner);
            }
        }
        _ => {}
    }
}

fn filled(text: &str, drawn: &BTreeMap<String, Yaml>, room: &mut ByteBudget) -> Yaml {
    let find = |name: &str| {
        let mut parts = name.split('.');
        parts
            .next()
            .and_then(|first| drawn.get(first))
            .and_then(|value| parts.try_fold(value, |value, part| value.get(part)))
    };
    let whole = text.trim().strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]"));
    if let Some(value) = whole.and_then(find) {
        return if room.take(value) { value.clone() } else { Yaml::Null };
    }
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, inner)) = rest.split_once("[[") {
        out.push_str(before);
        // No further than a name may go: brackets that nobody closes are read once, not once for each of them.
        let (name, end) = inner.split_at(inner.find(['[', ']']).unwrap_or(inner.len()));
        let found = end.strip_prefix("]]").and_then(|after| Some((find(name)?, after)));
        if let Some((value, after)) = found {
            if room.take(value) {
                out.push_str(&spelled(value));
            }
            rest = after;
        } else {
            out.push_str("[[");
            rest = inner;
        }
    }
    Yaml::String(out + rest)
}

fn spelled(value: &Yaml) -> String {
    match value {
        Yaml::String(text) => text.clone(),
        Yaml::Number(number) => number.to_string(),
        Yaml::Bool(is_true) => is_true.to_string(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAB: &str = "
name: x
vary: {who: [{id: ana, n: 3}, {id: ben, n: 4}], day: [\"01\", \"02\", \"03\"]}
steps:
  - {id: a, task: \"Find [[who.id]] on [[day]] in {[[x]]}\", done: {count: \"[[who.n]]\", keep: 1}}
challenge: {id: c, task: t}
variants:
  - {name: one, steps: {a: {done: {keep: 2}}, c: {task: other}}}
  - {name: two, lab: {before: [\":clock\"]}}
";

    #[test]
    fn a_lab_that_varies_is_known_in_any_form_of_yaml() {
        for text in ["vary: {a: [1]}", "\"vary\": {a: [1]}", "{\"vary\" : {}}", "variants:\n"] {
            assert!(varies(&FileBody::Text(text.into())), "{text}");
        }
        assert!(!varies(&FileBody::Text("text: things vary: they do".into())));
    }

    #[test]
    fn a_seed_draws_values_and_a_variant_and_draws_the_same_again() {
        let of = |seed| of_seed("f", &FileBody::Text(LAB.into()), seed).unwrap().0;
        let (zero, one) = (of(0), of(1));
        assert_eq!(zero, of(0));
        let done = &zero["steps"][0]["done"];
        assert!([3, 4].contains(&done["count"].as_u64().unwrap()), "{done:?}: a number stays one");
        assert_eq!((done["keep"].as_u64(), zero["challenge"]["task"].as_str()), (Some(2), Some("other")));
        assert_eq!((one["steps"][0]["done"]["keep"].as_u64(), one["before"][0].as_str()), (Some(1), Some(":clock")));
        let task = zero["steps"][0]["task"].as_str().unwrap();
        let who = if done["count"].as_u64() == Some(3) { "ana" } else { "ben" };
        assert!(task.starts_with(&format!("Find {who} on 0")) && task.ends_with("in {[[x]]}"), "{task}");
        let all: std::collections::BTreeSet<String> =
            (0..20).map(|seed| of(seed)["steps"][0]["task"].as_str().unwrap().to_owned()).collect();
        assert!(all.len() >= 4, "{all:?}");
        let body = |text: &str| FileBody::Text(text.into());
        assert!(!varies(&body("name: x\n")) && varies(&body(LAB)));
    }

    #[test]
    fn what_is_put_in_place_has_a_limit_and_costs_what_is_there_to_read() {
        let big = format!("[{}]", "x, ".repeat(10_000));
        let with = |uses: usize| format!("name: x\nvary: {{big: [{big}]}}\nbefore: [{}]\n", "'[[big]]', ".repeat(uses));
        let read = |text: &str| of_seed("f", &FileBody::Text(text.into()), 0).map(|(lab, _)| lab);
        assert_eq!(read(&with(3)).unwrap()["before"][2].as_sequence().unwrap().len(), 10_000);
        let problem = read(&with(2000)).unwrap_err();
        assert_eq!(problem.line, 2);
        assert_eq!(problem.message, "expected at most 1048576 bytes that [[...]] puts in place, found more");
        let within = format!("name: x\nvary: {{big: [{big}]}}\nbefore: [{}]\n", "'a [[big]] b', ".repeat(2000));
        assert!(read(&within).is_err(), "within a text, too");
        // A quarter of a million brackets that open: read over and over again they would take minutes.
        let open = format!("name: x\nvary: {{a: [1]}}\noutro: '{}'\n", "[[".repeat(250_000));
        assert_eq!(read(&open).unwrap()["outro"].as_str().unwrap().len(), 500_000);
    }
}
