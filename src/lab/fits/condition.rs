//! Whether a write was conditional as wanted (or a read had the filter that is wanted), and changed what it should.
//!
//! What a write would have changed is judged as well: a save that its condition refused is the right save, or it is not.

use std::collections::{BTreeMap, BTreeSet};

use ecow::EcoString;
use serde_json::Value;

use super::super::facts::{Fact, Images, Part};
use super::super::reasons::listed;
use super::super::value::{differs, key_words, plain, plain_item};
use super::{Fit, ON_TARGET, miss, within_sentence};
use crate::content::lab::requirement::{Attributes, ConditionWanted, Probes, Request, RequestEffect};
use crate::engine::expr::ast::{Comparator, Expr, Operand};
use crate::engine::expr::{Condition, Path};

use crate::engine::value::{AttributeValue, Item};

pub(super) fn condition_fits(wanted: &ConditionWanted, part: &Part, subject: &str) -> Fit {
    let depth = ON_TARGET + 3;
    let key = key_words(&part.key, &part.partition);
    let Some(condition) = &part.condition else { return no_condition_fits(wanted, part, subject) };
    let noun = if part.effect == RequestEffect::Read { "filter" } else { "condition" };
    if wanted.given == Some(false) {
        return match part.effect {
            RequestEffect::Read => miss(depth, format!("{subject} had a filter: {condition}")),
            _ => miss(depth, format!("{subject} of {key} was conditional: {condition}")),
        };
    }
    if let Some(on) = &wanted.on {
        let mut roots: Vec<String> = condition.paths().iter().map(|path| path.root().to_owned()).collect();
        roots.dedup();
        if !roots.contains(on) {
            return miss(depth + 1, format!("the {noun} is on {}, not on {on}", listed(&roots)));
        }
        if let Some(equals) = &wanted.equals {
            let secret = equals.as_object().filter(|test| test.len() == 1).and_then(|test| test.get("secret"));
            let value = plain(secret.unwrap_or(equals));
            let found = compared(condition, on);
            if !value.as_ref().is_some_and(|value| found.contains(&value)) {
                if secret.is_some() {
                    let words = if part.met == Some(false) {
                        format!("the {noun} was {condition}, and was not met")
                    } else {
                        format!("the {noun} is {condition}, which is not right")
                    };
                    return miss(depth + 2, words);
                }
                let wanted = value.as_ref().map(crate::engine::plan::literal).unwrap_or_default();
                return miss(depth + 2, format!("the {noun} is {condition}, not {on} = {wanted}"));
            }
        }
        if let Some(absent) = wanted.absent {
            let asks = existence(condition, on);
            if asks != Some(absent) {
                let function = if absent { "attribute_not_exists" } else { "attribute_exists" };
                return miss(depth + 2, format!("the {noun} is {condition}, not {function}({on})"));
            }
        }
    }
    probes_fit(wanted, condition, part, noun)?;
    match (wanted.met, part.met) {
        (Some(true), Some(false)) => {
            miss(depth + 4, format!("the condition of {} was not met: {condition}", within_sentence(subject)))
        }
        (Some(false), Some(true)) => {
            miss(depth + 4, format!("the condition of {} was met: {condition}", within_sentence(subject)))
        }
        (Some(_), None) => miss(depth + 4, format!("{subject} was refused before its condition was tested")),
        _ => Ok(()),
    }
}

/// Whether it is as wanted that there is no condition.
fn no_condition_fits(wanted: &ConditionWanted, part: &Part, subject: &str) -> Fit {
    let depth = ON_TARGET + 3;
    match part.effect {
        // Of a write that could not be read it is not known what it was to do.
        RequestEffect::Write if wanted.given == Some(false) && part.action.is_none() => {
            miss(depth, format!("{subject} was refused before its condition was read"))
        }
        _ if wanted.given == Some(false) => Ok(()),
        RequestEffect::Read => miss(depth, format!("{subject} had no filter")),
        _ => miss(depth, format!("{subject} of {} was not conditional", key_words(&part.key, &part.partition))),
    }
}

/// Whether a condition accepts and refuses the items that it should.
fn probes_fit(wanted: &ConditionWanted, condition: &Condition, part: &Part, noun: &str) -> Fit {
    let depth = ON_TARGET + 6;
    // What is stored under a key has it: an author need not say so.
    let probe = |item: &BTreeMap<String, Value>| {
        let mut probe = plain_item(item);
        if !probe.is_empty() {
            for (name, value) in &part.key {
                if !probe.contains_key(name) {
                    probe.insert(name.clone(), value.clone());
                }
            }
        }
        probe
    };
    let accepts = |item: &BTreeMap<String, Value>| condition.holds(&probe(item));
    if wanted.accepts.iter().flat_map(Probes::items).any(|item| !accepts(item)) {
        return miss(depth, format!("the {noun} {condition} would refuse what it should accept"));
    }
    if wanted.refuses.iter().flat_map(Probes::items).any(accepts) {
        return miss(depth, format!("the {noun} {condition} would accept what it should refuse"));
    }
    Ok(())
}

/// The values that a condition sets an attribute equal to, in every case that it accepts.
fn compared<'a>(condition: &'a Condition, name: &str) -> Vec<&'a AttributeValue> {
    /// `is_not` says that the expression stands under a NOT: `NOT n <> :v` is `n = :v`.
    fn walk<'a>(expr: &'a Expr, is_not: bool, name: &str, found: &mut Vec<&'a AttributeValue>) {
        let (equal, within) = if is_not { (Comparator::NotEqual, false) } else { (Comparator::Equal, true) };
        match expr {
            Expr::Not(inner) => walk(inner, !is_not, name, found),
            Expr::And(left, right) if !is_not => {
                walk(left, is_not, name, found);
                walk(right, is_not, name, found);
            }
            Expr::Or(left, right) if is_not => {
                walk(left, is_not, name, found);
                walk(right, is_not, name, found);
            }
            Expr::Compare(comparator, Operand::Path(path), Operand::Value(value))
            | Expr::Compare(comparator, Operand::Value(value), Operand::Path(path))
                if *comparator == equal && !path.is_nested() && path.root() == name =>
            {
                found.push(value);
            }
            // The same in other words: one of one value, or between a value and itself.
            Expr::In(Operand::Path(path), values) if within && !path.is_nested() && path.root() == name => {
                if let [Operand::Value(value)] = values.as_slice() {
                    found.push(value);
                }
            }
            Expr::Between(Operand::Path(path), Operand::Value(least), Operand::Value(most))
                if within && least == most && !path.is_nested() && path.root() == name =>
            {
                found.push(least);
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(condition.expr(), false, name, &mut found);
    found
}

/// Whether a condition asks for an attribute to be absent (`true`) or present (`false`); `None` if for neither.
fn existence(condition: &Condition, name: &str) -> Option<bool> {
    fn walk(expr: &Expr, name: &str) -> Option<bool> {
        match expr {
            Expr::And(left, right) => walk(left, name).or_else(|| walk(right, name)),
            Expr::NotExists(path) if path.root() == name => Some(true),
            Expr::Exists(path) if path.root() == name => Some(false),
            Expr::Not(inner) => walk(inner, name).map(|absent| !absent),
            _ => None,
        }
    }
    walk(condition.expr(), name)
}

pub(super) fn change_fits(wanted: &Request, part: &Part, subject: &str) -> Fit {
    let depth = ON_TARGET + 8;
    let asks = wanted.changed.is_some() || !wanted.old.is_empty() || !wanted.new.is_empty() || wanted.is.is_some();
    // Who asks for a change is not served with none; who asks that nothing is changed, is.
    let is_still = wanted.changed.as_ref().is_some_and(Vec::is_empty);
    // What the item is after it, the learner may have made of it before.
    let is_of_after =
        !part.is_as_begun && wanted.changed.is_none() && wanted.old.is_empty() && wanted.computes.is_none();
    let meant = part.meant.as_ref().filter(|_| !part.is_done || is_still || is_of_after);
    let Some(images) = part.change.as_ref().or(meant) else {
        return match &wanted.computes {
            Some(computes) if !asks => computes_fits(computes, part, subject),
            _ if !asks => Ok(()),
            _ => miss(depth, format!("{subject} changed nothing of {}", key_words(&part.key, &part.partition))),
        };
    };
    let is_meant = is_meant(part);
    let none = Item::new();
    let (old, new) = (images.old.as_ref().unwrap_or(&none), images.new.as_ref().unwrap_or(&none));
    if let Some(wanted) = &wanted.changed {
        let names = differing(old, new);
        let mut sorted = wanted.clone();
        sorted.sort_unstable();
        if names != sorted {
            let verb = if is_meant { "would have changed" } else { "changed" };
            let wanted = if sorted.is_empty() {
                "; it should change nothing".to_owned()
            } else {
                format!(", not {}", listed(&sorted))
            };
            return miss(depth + 1, format!("{subject} {verb} {}{wanted}", listed(&names)));
        }
    }
    if let Some(computes) = &wanted.computes {
        let root = computes.split(['.', '[']).next().unwrap_or(computes);
        if old.get(root) == new.get(root) {
            let verb = if is_meant { "would have left" } else { "left" };
            return miss(depth + 1, format!("{subject} {verb} {computes} as it was"));
        }
        if !new.contains_key(root) {
            let verb = if is_meant { "would have removed" } else { "removed" };
            let what = if new.is_empty() { key_words(&part.key, &part.partition) } else { computes.clone() };
            return miss(depth + 1, format!("{subject} {verb} {what}"));
        }
        computes_fits(computes, part, subject)?;
    }
    images_fit(wanted, images, part, subject)?;
    exactly_fits(wanted, new, part, subject)
}

/// Whether what is told of a write is what it would have done.
const fn is_meant(part: &Part) -> bool {
    part.change.is_none() && !part.is_done
}

/// Whether the item before and after a write is as wanted.
fn images_fit(wanted: &Request, images: &Images, part: &Part, subject: &str) -> Fit {
    let (is_meant, none) = (is_meant(part), Item::new());
    let after = if is_meant { "would be" } else { "is" };
    let exactly = Attributes::new();
    let exactly = wanted.is.as_ref().unwrap_or(&exactly);
    let sides = [
        ("before", "was", &images.old, &wanted.old),
        ("after", after, &images.new, &wanted.new),
        ("after", after, &images.new, exactly),
    ];
    for (when, verb, found, wanted) in sides {
        if let Some(words) = differs(found.as_ref().unwrap_or(&none), wanted) {
            let words = match found {
                None => format!(" there {verb} no item {}", key_words(&part.key, &part.partition)),
                Some(_) if is_meant || when == "before" => {
                    format!(", {}", words.replacen(" is ", &format!(" {verb} "), 1))
                }
                Some(_) => format!(", {words}"),
            };
            return miss(ON_TARGET + 9, format!("{when} {}{words}", within_sentence(subject)));
        }
    }
    Ok(())
}

/// Whether a write leaves nothing in the item beside what it should, and its key.
fn exactly_fits(wanted: &Request, new: &Item, part: &Part, subject: &str) -> Fit {
    let Some(is) = &wanted.is else { return Ok(()) };
    let is_extra = |name: &&EcoString| !part.key.contains_key(name.as_str()) && !is.contains_key(name.as_str());
    let Some(extra) = new.keys().find(is_extra) else { return Ok(()) };
    let (has, key) = (if is_meant(part) { "would have" } else { "has" }, key_words(&part.key, &part.partition));
    let subject = within_sentence(subject);
    miss(ON_TARGET + 9, format!("after {subject}, {key} {has} an attribute {extra} that it should not have"))
}

/// What the writes and checks of a request ask of items beside their keys: each thing that must hold, in words, so that the
/// same condition on another item, or written in another order, is the same.
pub(in super::super) fn conjuncts(fact: &Fact) -> BTreeSet<String> {
    fn walk(expr: &Expr, key: &Item, found: &mut BTreeSet<String>) {
        let is_of_key = |path: &Path| key.contains_key(path.root());
        match expr {
            Expr::And(left, right) => {
                walk(left, key, found);
                walk(right, key, found);
            }
            Expr::Exists(path) if is_of_key(path) => {}
            Expr::Compare(Comparator::Equal, Operand::Path(path), Operand::Value(_))
            | Expr::Compare(Comparator::Equal, Operand::Value(_), Operand::Path(path))
                if is_of_key(path) => {}
            Expr::Compare(comparator, left @ Operand::Value(_), right @ Operand::Path(_)) => {
                let turned = match comparator {
                    Comparator::Less => Comparator::Greater,
                    Comparator::AtMost => Comparator::AtLeast,
                    Comparator::Greater => Comparator::Less,
                    Comparator::AtLeast => Comparator::AtMost,
                    same => *same,
                };
                found.insert(Expr::Compare(turned, right.clone(), left.clone()).to_string());
            }
            other => {
                found.insert(other.to_string());
            }
        }
    }
    let mut found = BTreeSet::new();
    for part in &fact.parts {
        if let Some(condition) = &part.condition {
            walk(condition.expr(), &part.key, &mut found);
        }
    }
    found
}

/// The names of the attributes that two images of an item do not agree in, in their order.
fn differing(old: &Item, new: &Item) -> Vec<String> {
    let names = old.keys().chain(new.keys()).filter(|name| old.get(name) != new.get(name));
    let names: BTreeSet<&EcoString> = names.collect();
    names.into_iter().map(EcoString::to_string).collect()
}

fn computes_fits(computes: &String, part: &Part, subject: &str) -> Fit {
    if part.computed.contains(computes) {
        return Ok(());
    }
    let words = format!("{subject} set {computes} to a fixed value instead of working it out from the stored one");
    miss(ON_TARGET + 8, words)
}
