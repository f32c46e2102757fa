//! `#names` and `:values`: what they stand for, and whether each is used.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::error::ApiError;
use crate::engine::messages::expressions as text;
use crate::engine::messages::wording::Wording;
use crate::engine::value::AttributeValue;
use crate::engine::value::json::{self, WireItem};
use crate::engine::value::size;

/// ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them were used.
#[derive(Clone, Debug, Default)]
pub struct Placeholders {
    names: BTreeMap<String, String>,
    values: BTreeMap<String, AttributeValue>,
    used: BTreeSet<String>,
    /// The bytes of the values that expressions name, once for each time.
    stated: u64,
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
        names: Option<&BTreeMap<String, String>>,
        values: Option<&WireItem>,
        wording: Wording,
    ) -> Result<Self, ApiError> {
        if names.is_some_and(BTreeMap::is_empty) {
            return Err(ApiError::validation(text::NAMES_EMPTY));
        }
        names.into_iter().flatten().try_for_each(|(name, _)| check_key("ExpressionAttributeNames", name, '#'))?;
        names.into_iter().flatten().try_for_each(|(_, meaning)| json::check_name(meaning))?;
        if values.is_some_and(WireItem::is_empty) {
            return Err(ApiError::validation(text::VALUES_EMPTY));
        }
        values.into_iter().flatten().try_for_each(|(key, _)| check_key("ExpressionAttributeValues", key, ':'))?;
        let mut decoded = BTreeMap::new();
        for (key, value) in values.into_iter().flatten() {
            let value = json::decode(value, wording).map_err(|error| refused_value(error, key, wording))?;
            decoded.insert(key.clone(), value);
        }
        let bytes = |text: &str| u64::try_from(text.len()).unwrap_or(u64::MAX);
        let named: u64 = names.into_iter().flatten().map(|(name, meaning)| bytes(name) + bytes(meaning)).sum();
        let valued: u64 = decoded.iter().map(|(key, value)| size::attribute_size(key, value)).sum();
        if named + valued > MOST_BYTES {
            return Err(ApiError::validation(text::placeholders_too_long(MOST_BYTES)));
        }
        Ok(Self { names: names.cloned().unwrap_or_default(), values: decoded, used: BTreeSet::new(), stated: 0 })
    }

    /// What `#name` stands for.
    pub(super) fn name(&mut self, name: &str) -> Result<String, String> {
        let meaning = self.names.get(name).cloned().ok_or_else(|| text::undefined_name(name))?;
        self.used.insert(name.to_owned());
        Ok(meaning)
    }

    /// What `:value` stands for.
    pub(super) fn value(&mut self, name: &str) -> Result<AttributeValue, String> {
        self.check_value(name)?;
        let meaning = self.values.get(name).ok_or_else(|| text::undefined_value(name))?;
        // Each use is a copy: a short expression may name a long value two hundred times.
        self.stated += size::value_size(meaning);
        if self.stated > MOST_BYTES {
            return Err(text::placeholders_too_long(MOST_BYTES));
        }
        Ok(meaning.clone())
    }

    /// Refuses a `:value` that stands for nothing.
    pub(super) fn check_value(&mut self, name: &str) -> Result<(), String> {
        if !self.values.contains_key(name) {
            return Err(text::undefined_value(name));
        }
        self.used.insert(name.to_owned());
        Ok(())
    }

    /// Refuses placeholders that no expression used; to be called when all are compiled.
    ///
    /// # Errors
    /// ValidationException naming the unused names, or else the unused values.
    pub fn finish(&self) -> Result<(), ApiError> {
        let unused = |parameter, keys: Vec<&String>| -> Result<(), ApiError> {
            let left: Vec<&str> =
                keys.into_iter().filter(|key| !self.used.contains(*key)).map(String::as_str).collect();
            if left.is_empty() { Ok(()) } else { Err(ApiError::validation(text::unused(parameter, &left))) }
        };
        unused("ExpressionAttributeNames", self.names.keys().collect())?;
        unused("ExpressionAttributeValues", self.values.keys().collect())
    }
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
