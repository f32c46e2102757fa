//! Items and changes as the data file holds them: JSON in DynamoDB's own form.

use serde_json::{Value, json};

use super::StoreError;
use crate::clock::Timestamp;
use crate::engine::Change;
use crate::engine::messages::wording::Wording;
use crate::engine::value::Item;
use crate::engine::value::json::{decode_item, encode_item};

/// SQLite's integers are signed; milliseconds and sequence numbers stay far below their limit.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number that [`signed`] made; what is below 0 was not made by it, and counts as 0.
pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) fn item_text(item: &Item) -> String {
    Value::Object(encode_item(item)).to_string()
}

pub(super) fn item_of_text(text: &str) -> Result<Item, StoreError> {
    item_of(&parsed(text)?)
}

/// A change as the text of its record. Its number and its moment have columns of their own.
pub(super) fn change_text(change: &Change) -> String {
    let image = |image: &Option<Item>| image.as_ref().map(encode_item);
    let body = json!({
        "table": change.table, "key": encode_item(&change.key), "address": change.address,
        "old": image(&change.old), "new": image(&change.new), "expired": change.expired,
    });
    body.to_string()
}

pub(super) fn change_of_text(sequence: i64, at: i64, text: &str) -> Result<Change, StoreError> {
    let value = parsed(text)?;
    let damaged = || StoreError::Damaged(format!("the stream record {sequence} is incomplete"));
    let image = |name: &str| match &value[name] {
        Value::Null => Ok(None),
        item => item_of(item).map(Some),
    };
    Ok(Change {
        sequence: unsigned(sequence),
        at: Timestamp::from_millis(unsigned(at)),
        table: value["table"].as_str().ok_or_else(damaged)?.into(),
        key: item_of(&value["key"])?,
        // Files of earlier versions have none; their streams had one shard for all.
        address: serde_json::from_value(value["address"].clone()).unwrap_or_default(),
        old: image("old")?,
        new: image("new")?,
        expired: value["expired"].as_bool().ok_or_else(damaged)?,
    })
}

fn parsed(text: &str) -> Result<Value, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged(error.to_string()))
}

fn item_of(value: &Value) -> Result<Item, StoreError> {
    let damaged = || StoreError::Damaged("an item is not a JSON object".to_owned());
    decode_item(value.as_object().ok_or_else(damaged)?, Wording::default())
        .map_err(|error| StoreError::Damaged(error.to_string()))
}
