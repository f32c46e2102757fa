//! Stub.
#![allow(missing_docs, dead_code)]
use super::error::ApiError;
use super::value::json::WireItem;
use super::value::key::{KeyAttribute, KeyScalar};
use super::value::{AttributeValue, Item};
use std::collections::BTreeMap;
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Condition,
    Filter,
    KeyCondition,
    Projection,
    Update,
}
#[derive(Default)]
pub struct Placeholders;
impl Placeholders {
    pub fn new(_n: Option<&BTreeMap<String, String>>, _v: Option<&WireItem>) -> Result<Self, ApiError> {
        Ok(Self)
    }
    pub fn finish(&self) -> Result<(), ApiError> {
        Ok(())
    }
}
#[derive(Clone, Debug)]
pub struct Path;
impl Path {
    #[must_use]
    pub fn root(&self) -> &'static str {
        ""
    }
    #[must_use]
    pub fn is_nested(&self) -> bool {
        false
    }
    #[must_use]
    pub fn get<'a>(&self, _i: &'a Item) -> Option<&'a AttributeValue> {
        None
    }
}
#[derive(Clone, Debug)]
pub struct Condition;
impl std::fmt::Display for Condition {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}
impl Condition {
    #[must_use]
    pub fn holds(&self, _: &Item) -> bool {
        true
    }
    #[must_use]
    pub fn paths(&self) -> Vec<&Path> {
        vec![]
    }
}
#[derive(Clone, Debug)]
pub struct KeyCondition;
impl KeyCondition {
    pub fn bind(&self, _: &[KeyAttribute], _: &[KeyAttribute]) -> Result<KeyRange, ApiError> {
        Err(ApiError::validation(""))
    }
}
#[derive(Clone, Debug)]
pub struct KeyRange {
    pub partition: Vec<KeyScalar>,
    pub equal: Vec<KeyScalar>,
    pub range: Option<SortRange>,
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortRange {
    Less(KeyScalar),
    AtMost(KeyScalar),
    Greater(KeyScalar),
    AtLeast(KeyScalar),
    Between(KeyScalar, KeyScalar),
    BeginsWith(KeyScalar),
}
#[derive(Clone, Debug)]
pub struct Projection;
impl Projection {
    #[must_use]
    pub fn apply(&self, i: &Item) -> Item {
        i.clone()
    }
    #[must_use]
    pub fn paths(&self) -> &[Path] {
        &[]
    }
}
#[derive(Clone, Debug)]
pub struct Update;
impl Update {
    pub fn apply(&self, i: &Item) -> Result<Item, ApiError> {
        Ok(i.clone())
    }
    #[must_use]
    pub fn targets(&self) -> Vec<&Path> {
        vec![]
    }
    #[must_use]
    pub fn creates(&self) -> bool {
        true
    }
    #[must_use]
    pub fn updated(&self, i: &Item) -> Item {
        i.clone()
    }
}
pub fn condition(_: &str, _: Kind, _: &mut Placeholders) -> Result<Condition, ApiError> {
    Ok(Condition)
}
pub fn key_condition(_: &str, _: &mut Placeholders) -> Result<KeyCondition, ApiError> {
    Ok(KeyCondition)
}
pub fn projection(_: &str, _: &mut Placeholders) -> Result<Projection, ApiError> {
    Ok(Projection)
}
pub fn update(_: &str, _: &mut Placeholders) -> Result<Update, ApiError> {
    Ok(Update)
}
