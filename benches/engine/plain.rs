//! What the engine is held against: texts by key, nothing checked, nothing counted.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

/// A map of texts.
#[derive(Default)]
pub(crate) struct Plain(BTreeMap<(String, String), Vec<u8>>);

#[derive(Deserialize)]
struct Text<'a> {
    #[serde(rename = "S")]
    text: &'a str,
}

#[derive(Deserialize)]
struct Key<'a> {
    #[serde(borrow)]
    pk: Text<'a>,
    sk: Text<'a>,
}

#[derive(Deserialize)]
struct Get<'a> {
    #[serde(borrow, rename = "Key")]
    key: Key<'a>,
    #[serde(rename = "TableName")]
    _table: IgnoredAny,
}

#[derive(Deserialize)]
struct Put<'a> {
    #[serde(borrow, rename = "Item")]
    key: Key<'a>,
    #[serde(rename = "TableName")]
    _table: IgnoredAny,
}

impl Plain {
    /// Keeps the body of a PutItem under its key.
    pub(crate) fn put(&mut self, body: &[u8]) {
        let Put { key: Key { pk, sk }, .. } = serde_json::from_slice(body).unwrap();
        self.0.insert((pk.text.to_owned(), sk.text.to_owned()), body.to_vec());
    }

    /// Returns a copy of what is kept under the key of a GetItem.
    pub(crate) fn get(&self, body: &[u8]) -> Option<Vec<u8>> {
        let Get { key: Key { pk, sk }, .. } = serde_json::from_slice(body).unwrap();
        self.0.get(&(pk.text.to_owned(), sk.text.to_owned())).cloned()
    }
}
