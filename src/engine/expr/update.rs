//! Updates: SET, REMOVE, ADD and DELETE, compiled and applied.
//!
//! Every right-hand side reads the item as it was before the update. Values are worked out first, then put in place in
//! path order (so that elements past the end of a list are appended in index order), then removals run from the
//! highest index down, so that each index means the element it meant before.
//! Source: AWS documentation, "Using update expressions in DynamoDB".

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use ecow::EcoVec;

use super::ast::{SetValue, UpdateAction};
use super::parser::ExpressionParser;
use super::path::{Element, Path};
use super::placeholders::Placeholders;
use super::projection::{ProjectedPaths, check_apart};
use super::resolve::{self, bare, walk};
use super::syntax::{RawAction, SyntaxNode, UpdateSection};
use crate::engine::error::ApiError;
use crate::engine::messages::wording::Wording;
use crate::engine::messages::{expressions as text, legacy as legacy_text, values as value_text};
use crate::engine::value::number::NumberError;
use crate::engine::value::{AttributeValue, Item, Number, Type, size};

/// A compiled update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    actions: Vec<UpdateAction>,
    /// Whether it came as AttributeUpdates, whose refusals read differently.
    legacy: bool,
}

impl Update {
    /// An update made from its parts rather than from a text.
    #[must_use]
    pub const fn from_actions(actions: Vec<UpdateAction>) -> Self {
        Self { actions, legacy: false }
    }

    /// An update that came as AttributeUpdates.
    #[must_use]
    pub const fn legacy(actions: Vec<UpdateAction>) -> Self {
        Self { actions, legacy: true }
    }

    /// The paths that the update changes.
    #[must_use]
    pub fn targets(&self) -> Vec<&Path> {
        self.actions.iter().map(UpdateAction::path).collect()
    }

    /// All paths of the update: those that it changes and those that it reads.
    #[must_use]
    pub fn paths(&self) -> Vec<&Path> {
        let mut found = self.targets();
        for action in &self.actions {
            if let UpdateAction::Set(_, source) = action {
                source_paths(source, &mut found);
            }
        }
        found
    }

    /// The type that the update states for an attribute, whatever the item holds; `None` if that is left to the item.
    #[must_use]
    pub fn stated_kind(&self, name: &str) -> Option<Type> {
        let about = |action: &&UpdateAction| !action.path().is_nested() && action.path().root() == name;
        self.actions.iter().filter(about).find_map(|action| match action {
            UpdateAction::Set(_, source) => source_kind(source),
            UpdateAction::Add(_, value) | UpdateAction::Delete(_, value) => Some(value.kind()),
            UpdateAction::Remove(_) => None,
        })
    }

    /// The attributes whose new value is worked out from the one that is stored: `ADD n :one`, `SET n = n + :one`; and
    /// `SET steps[3] = :step`, which leaves the rest of the list as it is stored. `SET bag.potions = bag.potions - :one` works
    /// out `bag.potions` as well.
    #[must_use]
    pub fn computed(&self) -> Vec<String> {
        let root = |action: &UpdateAction| action.path().root().to_owned();
        let is_own = |action: &&UpdateAction| action.reads_its_target() || action.path().is_nested();
        let own = self.actions.iter().filter(is_own).map(root);
        let inner = self.actions.iter().filter(|action| action.reads_its_target() && action.path().is_nested());
        own.chain(inner.map(|action| action.path().to_string())).collect()
    }

    /// Whether the update brings an item into being where there is none: REMOVE and DELETE alone do not.
    #[must_use]
    pub fn creates(&self) -> bool {
        self.actions.iter().any(|action| matches!(action, UpdateAction::Set(..) | UpdateAction::Add(..)))
    }

    /// The bytes that the update states, as they were measured on the service: a fixed part for each clause and operator,
    /// the names, and the values.
    #[must_use]
    pub fn stated_bytes(&self) -> u64 {
        let clause = |action: &UpdateAction| match action {
            UpdateAction::Set(path, source) => 19 + target_bytes(path) + source_bytes(source),
            UpdateAction::Add(path, value) => 19 + target_bytes(path) + size::value_size(value),
            UpdateAction::Remove(path) | UpdateAction::Delete(path, _) => 1 + target_bytes(path),
        };
        3 + self.actions.iter().map(clause).sum::<u64>()
    }

    /// The touched paths as they stand in `item`: in the old one for UPDATED_OLD, in the new one for UPDATED_NEW.
    #[must_use]
    pub fn updated(&self, item: &Item) -> Item {
        ProjectedPaths::of(self.actions.iter().map(|action| action.path().clone()).collect()).apply(item)
    }

    /// The item after the update; one that is not there yet begins as its key, which the update can read.
    ///
    /// # Errors
    /// ValidationException if the update does not fit the item: a missing operand, a missing parent, a wrong type, a
    /// number out of range.
    pub fn apply(&self, old: Option<&Item>, key: &Item) -> Result<Item, ApiError> {
        self.applied(old.unwrap_or(key), old.is_some()).map_err(|error| {
            let misfit = self.legacy && error.message == text::OPERAND_TYPE_IN_ITEM;
            if misfit { ApiError::validation(legacy_text::TYPE_MISMATCH) } else { error }
        })
    }

    fn applied(&self, old: &Item, exists: bool) -> Result<Item, ApiError> {
        let (mut puts, mut removals) = (Vec::new(), Vec::new());
        for action in &self.actions {
            match action {
                UpdateAction::Set(path, assigned) => puts.push((path, source_value(assigned, old)?)),
                UpdateAction::Add(path, operand) => puts.push((path, sum(path.get(old), operand)?)),
                UpdateAction::Remove(path) => removals.push(path),
                UpdateAction::Delete(path, members) => match difference(path.get(old), members)? {
                    Some(rest) => puts.push((path, rest)),
                    None => removals.push(path),
                },
            }
        }
        puts.sort_by_key(|(path, _)| *path);
        removals.sort_by(|left, right| right.cmp(left));
        let mut new = old.clone();
        for (path, value) in puts {
            put(&mut new, path, value)?;
        }
        for path in removals {
            remove(&mut new, path, old, exists)?;
        }
        Ok(new)
    }
}

fn source_paths<'a>(source: &'a SetValue, found: &mut Vec<&'a Path>) {
    match source {
        SetValue::Path(path) => found.push(path),
        SetValue::Value(_) => {}
        SetValue::IfNotExists(path, default) => {
            found.push(path);
            source_paths(default, found);
        }
        SetValue::ListAppend(first, second) | SetValue::Plus(first, second) | SetValue::Minus(first, second) => {
            source_paths(first, found);
            source_paths(second, found);
        }
    }
}

/// The type of what is assigned, as far as it does not depend on the item.
fn source_kind(source: &SetValue) -> Option<Type> {
    match source {
        SetValue::Value(value) => Some(value.kind()),
        SetValue::Path(_) | SetValue::IfNotExists(..) => None,
        SetValue::ListAppend(..) => Some(Type::L),
        SetValue::Plus(..) | SetValue::Minus(..) => Some(Type::N),
    }
}

/// A path on the left: its first name as it is, a mark for each further element.
fn target_bytes(path: &Path) -> u64 {
    bytes(path.root()) + path.rest().iter().map(|element| 4 + element_bytes(element)).sum::<u64>()
}

fn source_bytes(source: &SetValue) -> u64 {
    match source {
        SetValue::Value(value) => size::value_size(value),
        SetValue::Path(path) => path_bytes(path),
        SetValue::IfNotExists(path, default) => 39 + path_bytes(path) + source_bytes(default),
        SetValue::ListAppend(first, second) => 37 + source_bytes(first) + source_bytes(second),
        SetValue::Plus(left, right) => 34 + source_bytes(left) + source_bytes(right),
        SetValue::Minus(left, right) => 37 + source_bytes(left) + source_bytes(right),
    }
}

/// A path on the right: a mark for it and one for each element.
fn path_bytes(path: &Path) -> u64 {
    1 + 14 + bytes(path.root()) + path.rest().iter().map(|element| 14 + element_bytes(element)).sum::<u64>()
}

fn element_bytes(element: &Element) -> u64 {
    match element {
        Element::Name(name) => bytes(name),
        Element::Index(index) => bytes(&index.to_string()),
    }
}

fn bytes(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

fn refuse<T>(message: &str) -> Result<T, ApiError> {
    Err(ApiError::validation(message))
}

fn arithmetic(
    left: &SetValue,
    right: &SetValue,
    old: &Item,
    combine: fn(Number, Number) -> Result<Number, NumberError>,
) -> Result<AttributeValue, ApiError> {
    match (source_value(left, old)?, source_value(right, old)?) {
        (AttributeValue::N(left), AttributeValue::N(right)) => number(combine(left, right)),
        _ => refuse(text::OPERAND_TYPE_IN_ITEM),
    }
}

fn number(result: Result<Number, NumberError>) -> Result<AttributeValue, ApiError> {
    result.map(AttributeValue::N).map_err(|error| ApiError::validation(value_text::number(&error, Wording::Bare)))
}

fn source_value(source: &SetValue, old: &Item) -> Result<AttributeValue, ApiError> {
    match source {
        SetValue::Value(value) => Ok(value.clone()),
        SetValue::Path(path) => path.get(old).cloned().ok_or_else(|| ApiError::validation(text::ATTRIBUTE_MISSING)),
        SetValue::IfNotExists(path, default) => match path.get(old) {
            Some(value) => Ok(value.clone()),
            None => source_value(default, old),
        },
        SetValue::Plus(left, right) => arithmetic(left, right, old, Number::checked_add),
        SetValue::Minus(left, right) => arithmetic(left, right, old, Number::checked_sub),
        SetValue::ListAppend(first, second) => match (source_value(first, old)?, source_value(second, old)?) {
            (AttributeValue::L(first), AttributeValue::L(second)) => {
                let mut all = EcoVec::with_capacity(first.len() + second.len());
                all.extend_from_slice(&first);
                all.extend_from_slice(&second);
                Ok(AttributeValue::L(all))
            }
            _ => refuse(text::OPERAND_TYPE_IN_ITEM),
        },
    }
}

/// ADD: a number added, a set united; a missing attribute counts as zero or the empty set.
fn sum(present: Option<&AttributeValue>, operand: &AttributeValue) -> Result<AttributeValue, ApiError> {
    match (present, operand) {
        (None, operand) => Ok(operand.clone()),
        (Some(AttributeValue::N(present)), AttributeValue::N(more)) => number(present.checked_add(*more)),
        (Some(AttributeValue::Ss(present)), AttributeValue::Ss(more)) => Ok(AttributeValue::Ss(union(present, more))),
        (Some(AttributeValue::Ns(present)), AttributeValue::Ns(more)) => Ok(AttributeValue::Ns(union(present, more))),
        (Some(AttributeValue::Bs(present)), AttributeValue::Bs(more)) => Ok(AttributeValue::Bs(union(present, more))),
        _ => refuse(text::OPERAND_TYPE_IN_ITEM),
    }
}

fn union<T: Ord + Clone>(present: &BTreeSet<T>, more: &BTreeSet<T>) -> Arc<BTreeSet<T>> {
    Arc::new(present | more)
}

/// DELETE: a set less some members; `None` if none is left, because there are no empty sets.
fn difference(present: Option<&AttributeValue>, members: &AttributeValue) -> Result<Option<AttributeValue>, ApiError> {
    fn less<T: Ord + Clone>(present: &BTreeSet<T>, members: &BTreeSet<T>) -> Option<Arc<BTreeSet<T>>> {
        let rest = present - members;
        (!rest.is_empty()).then(|| Arc::new(rest))
    }
    Ok(match (present, members) {
        (None, _) => None,
        (Some(AttributeValue::Ss(present)), AttributeValue::Ss(members)) => {
            less(present, members).map(AttributeValue::Ss)
        }
        (Some(AttributeValue::Ns(present)), AttributeValue::Ns(members)) => {
            less(present, members).map(AttributeValue::Ns)
        }
        (Some(AttributeValue::Bs(present)), AttributeValue::Bs(members)) => {
            less(present, members).map(AttributeValue::Bs)
        }
        _ => return refuse(text::OPERAND_TYPE_IN_ITEM),
    })
}

/// The value that holds the last element of a nested path.
fn parent<'a>(item: &'a mut Item, path: &Path) -> Option<(&'a mut AttributeValue, Element)> {
    let (end, between) = path.rest().split_last()?;
    let mut value = item.get_mut(path.root())?;
    for element in between {
        value = match (value, element) {
            (AttributeValue::M(map), Element::Name(name)) => map.get_mut(name)?,
            (AttributeValue::L(list), Element::Index(index)) => list.make_mut().get_mut(*index)?,
            _ => return None,
        };
    }
    Some((value, end.clone()))
}

fn put(item: &mut Item, path: &Path, value: AttributeValue) -> Result<(), ApiError> {
    if !path.is_nested() {
        item.insert(path.root(), value);
        return Ok(());
    }
    match parent(item, path) {
        Some((AttributeValue::M(map), Element::Name(name))) => {
            map.insert(name, value);
        }
        Some((AttributeValue::L(list), Element::Index(index))) => {
            if index < list.len() {
                list.make_mut()[index] = value;
            } else {
                // Room that is kept for a list that grows would be kept as long as the item.
                let mut grown = EcoVec::with_capacity(list.len() + 1);
                grown.extend_from_slice(list);
                grown.push(value);
                *list = grown;
            }
        }
        _ => return refuse(text::PATH_INVALID),
    }
    Ok(())
}

/// Removes what `old` had at a path; what it did not have is no mistake as long as its parent is there, or as there is no
/// item yet.
fn remove(item: &mut Item, path: &Path, old: &Item, exists: bool) -> Result<(), ApiError> {
    if !path.is_nested() {
        item.remove(path.root());
        return Ok(());
    }
    if !exists {
        return Ok(());
    }
    match parent(item, path) {
        Some((AttributeValue::M(map), Element::Name(name))) => {
            map.remove(&name);
        }
        Some((AttributeValue::L(list), Element::Index(index))) => {
            if path.get(old).is_some() && index < list.len() {
                list.remove(index);
            }
        }
        _ => return refuse(text::PATH_INVALID),
    }
    Ok(())
}

impl fmt::Display for Update {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let actions: Vec<String> = self.actions.iter().map(ToString::to_string).collect();
        f.write_str(&actions.join(" "))
    }
}

/// Compiles the text of an update.
pub(super) fn compile(expression: &str, placeholders: &mut Placeholders) -> Result<Update, String> {
    let mut parser = ExpressionParser::new(expression);
    let raw = parser.update()?;
    if parser.redundant_parentheses {
        return Err(text::REDUNDANT_PARENTHESES.to_owned());
    }
    raw.iter().try_for_each(|action| resolve::check_reserved(&action.path))?;
    for node in raw.iter().filter_map(|action| action.operand.as_ref()) {
        walk(node, &mut |node| if let SyntaxNode::Path(path) = node { resolve::check_reserved(path) } else { Ok(()) })?;
    }
    raw.iter().filter_map(|action| action.operand.as_ref()).try_for_each(check_functions)?;
    if let Some(section) = parser.section_twice {
        return Err(text::section_twice(section.name()));
    }
    let targets: Vec<Path> =
        raw.iter().map(|action| resolve::path(&action.path, placeholders)).collect::<Result<_, _>>()?;
    for node in raw.iter().filter_map(|action| action.operand.as_ref()) {
        resolve::check_names(node, placeholders)?;
    }
    check_apart(&targets.iter().collect::<Vec<_>>())?;
    let mut actions = Vec::new();
    for (raw, path) in raw.iter().zip(targets) {
        actions.push(action(raw, path, placeholders)?);
    }
    Ok(Update::from_actions(actions))
}

fn check_functions(node: &SyntaxNode<'_>) -> Result<(), String> {
    walk(node, &mut |node| match node {
        SyntaxNode::Call("if_not_exists" | "list_append", _) => Ok(()),
        SyntaxNode::Call(name, _) => Err(text::unknown_function(name)),
        _ => Ok(()),
    })
}

fn action(raw: &RawAction<'_>, path: Path, placeholders: &mut Placeholders) -> Result<UpdateAction, String> {
    match (raw.section, &raw.operand) {
        (UpdateSection::Set, Some(node)) => {
            source(node, placeholders).map(|assigned| UpdateAction::Set(path, assigned))
        }
        (UpdateSection::Add, Some(SyntaxNode::Value(name))) => {
            let value = placeholders.value(name)?;
            let allowed = matches!(value.kind(), Type::N | Type::Ss | Type::Ns | Type::Bs);
            check_action_operand("ADD", &value, allowed).map(|()| UpdateAction::Add(path, value))
        }
        (UpdateSection::Delete, Some(SyntaxNode::Value(name))) => {
            let value = placeholders.value(name)?;
            let allowed = matches!(value.kind(), Type::Ss | Type::Ns | Type::Bs);
            check_action_operand("DELETE", &value, allowed).map(|()| UpdateAction::Delete(path, value))
        }
        _ => Ok(UpdateAction::Remove(path)),
    }
}

fn check_action_operand(action: &str, value: &AttributeValue, allowed: bool) -> Result<(), String> {
    if allowed { Ok(()) } else { Err(text::action_operand_type(action, value.kind().long_name())) }
}

fn sum_or_difference(
    sign: char,
    left: &SyntaxNode<'_>,
    right: &SyntaxNode<'_>,
    placeholders: &mut Placeholders,
) -> Result<SetValue, String> {
    let (left, right) = (source(left, placeholders)?, source(right, placeholders)?);
    for operand in [&left, &right] {
        match operand {
            SetValue::Value(value) if value.kind() != Type::N => {
                return Err(text::operand_type(&sign.to_string(), value.kind().descriptor()));
            }
            SetValue::ListAppend(..) => return Err(text::operand_type(&sign.to_string(), "L")),
            _ => {}
        }
    }
    let (left, right) = (Box::new(left), Box::new(right));
    Ok(if sign == '+' { SetValue::Plus(left, right) } else { SetValue::Minus(left, right) })
}

fn source(node: &SyntaxNode<'_>, placeholders: &mut Placeholders) -> Result<SetValue, String> {
    match bare(node) {
        SyntaxNode::Arithmetic(sign, left, right) => sum_or_difference(*sign, left, right, placeholders),
        SyntaxNode::Path(raw) => resolve::path(raw, placeholders).map(SetValue::Path),
        SyntaxNode::Value(name) => placeholders.value(name).map(SetValue::Value),
        SyntaxNode::Call(name, operands) => {
            let [first, second] = &operands[..] else { return Err(text::operand_count(name, operands.len())) };
            let (first, second) = (source(first, placeholders)?, source(second, placeholders)?);
            if *name == "list_append" { list_append(first, second) } else { if_not_exists(first, second) }
        }
        _ => Err(text::EMPTY.to_owned()),
    }
}

fn if_not_exists(first: SetValue, default: SetValue) -> Result<SetValue, String> {
    match (first, default) {
        (_, SetValue::ListAppend(..)) => Err(text::misused_function("list_append")),
        (SetValue::Path(path), default) => Ok(SetValue::IfNotExists(path, Box::new(default))),
        _ => Err(text::not_a_path("if_not_exists")),
    }
}

fn list_append(first: SetValue, second: SetValue) -> Result<SetValue, String> {
    for operand in [&first, &second] {
        match operand {
            SetValue::Value(value) if value.kind() != Type::L => {
                return Err(text::operand_type("list_append", value.kind().descriptor()));
            }
            SetValue::ListAppend(..) => return Err(text::misused_function("list_append")),
            _ => {}
        }
    }
    Ok(SetValue::ListAppend(Box::new(first), Box::new(second)))
}
