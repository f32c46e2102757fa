//! `#names` and `:values`: what they stand for, and whether each is used.

use std::collections::BTreeMap;

use ecow::EcoString;

use crate::engine::error::ApiError;
use crate::engine::messages::expressions as text;
use crate::engine::messages::wording::Wording;
use crate::engine::value::AttributeValue;
use crate::engine::value::json::{self, WireItem};
use crate::engine::value::size;

/// ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them were used.
#[derive(Clone, Debug, Default)]
pub struct Placeholders {
    names: BTreeMap<String, Meaning<String>>,
    values: BTreeMap<EcoString, Meaning<AttributeValue>>,
    /// The bytes of the values that expressions name, once for each time.
    stated: u64,
}

/// What a placeholder stands for.
#[derive(Clone, Debug)]
struct Meaning<T> {
    means: T,
    is_used: bool,
}

impl<T> Meaning<T> {
    const fn of(means: T) -> Self {
        Self { means, is_used: false }
    }
}

/// The most bytes of all names and values of a request, and of the values that its expressions name, each time that they
/// do: 2 MB. Source: AWS documentation, "Quotas in Amazon DynamoDB", "Expression parameters".
const MOST_BYTES: u64 = 2 * 1024 * 1024;

impl Placeholders {
    /// Reads the two parameters.
    ///
    /// # Errors
    /// ValidationException for an empty map, a key that is no placeholder, or a value that is none.
    pub fn new(
        names: Option<BTreeMap<String, String>>,
        values: Option<WireItem>,
        wording: Wording,
    ) -> Result<Self, ApiError> {
        if names.as_ref().is_some_and(BTreeMap::is_empty) {
            return Err(ApiError::validation(text::NAMES_EMPTY));
        }
        names.iter().flatten().try_for_each(|(name, _)| check_key("ExpressionAttributeNames", name, '#'))?;
        names.iter().flatten().try_for_each(|(_, meaning)| json::check_name(meaning))?;
        if values.as_ref().is_some_and(WireItem::is_empty) {
            return Err(ApiError::validation(text::VALUES_EMPTY));
        }
        let keys = values.iter().flat_map(WireItem::names);
        keys.into_iter().try_for_each(|key| check_key("ExpressionAttributeValues", key, ':'))?;
        let mut read = BTreeMap::new();
        for (key, value) in values.into_iter().flat_map(|values| values.into_entries(wording)) {
            let value = value.map_err(|error| refused_value(error, &key, wording))?;
            read.insert(key, Meaning::of(value));
        }
        let bytes = |text: &str| u64::try_from(text.len()).unwrap_or(u64::MAX);
        let of_names: u64 = names.iter().flatten().map(|(name, meaning)| bytes(name) + bytes(meaning)).sum();
        let of_values: u64 = read.iter().map(|(key, value)| size::attribute_size(key, &value.means)).sum();
        if of_names + of_values > MOST_BYTES {
            return Err(ApiError::validation(text::placeholders_too_long(MOST_BYTES)));
        }
        let names = names.into_iter().flatten().map(|(name, meaning)| (name, Meaning::of(meaning))).collect();
        Ok(Self { names, values: read, stated: 0 })
    }

    /// What `#name` stands for.
    pub(super) fn name(&mut self, name: &str) -> Result<String, String> {
        let meaning = self.names.get_mut(name).ok_or_else(|| text::undefined_name(name))?;
        meaning.is_used = true;
        Ok(meaning.means.clone())
    }

    /// What `:value` stands for.
    pub(super) fn value(&mut self, name: &str) -> Result<AttributeValue, String> {
        let meaning = self.values.get_mut(name).ok_or_else(|| text::undefined_value(name))?;
        meaning.is_used = true;
        // Each use is a copy: a short expression may name a long value two hundred times.
        self.stated += size::value_size(&meaning.means);
        if self.stated > MOST_BYTES {
            return Err(text::placeholders_too_long(MOST_BYTES));
        }
        Ok(meaning.means.clone())
    }

    /// Refuses a `:value` that the request does not define.
    pub(super) fn check_value(&mut self, name: &str) -> Result<(), String> {
        let meaning = self.values.get_mut(name).ok_or_else(|| text::undefined_value(name))?;
        meaning.is_used = true;
        Ok(())
    }

    /// Refuses placeholders that no expression used; to be called when all are compiled.
    ///
    /// # Errors
    /// ValidationException naming the unused names, or else the unused values.
    pub fn finish(&self) -> Result<(), ApiError> {
        all_used("ExpressionAttributeNames", &self.names)?;
        all_used("ExpressionAttributeValues", &self.values)
    }
}

fn all_used<K: AsRef<str>, T>(parameter: &str, placeholders: &BTreeMap<K, Meaning<T>>) -> Result<(), ApiError> {
    let unused = placeholders.iter().filter(|(_, meaning)| !meaning.is_used);
    let left: Vec<&str> = unused.map(|(key, _)| key.as_ref()).collect();
    if left.is_empty() { Ok(()) } else { Err(ApiError::validation(text::unused(parameter, &left))) }
}

/// A value's refusal; the older framework names the placeholder it belongs to.
fn refused_value(mut error: ApiError, key: &str, wording: Wording) -> ApiError {
    if !wording.is_new() {
        error.message = text::invalid_value(&error.message, key);
    }
    error
}

fn check_key(parameter: &str, key: &str, sign: char) -> Result<(), ApiError> {
    let word = key.strip_prefix(sign).unwrap_or_default();
    let valid = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if valid { Ok(()) } else { Err(ApiError::validation(text::invalid_placeholder(parameter, key))) }
}
