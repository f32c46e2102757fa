//! The mini-DynamoDB: a library that answers DynamoDB's API from memory, exactly and deterministically.
//!
//! The life of a request, in [`Engine::call`]:
//!
//! ```text
//! (verb, JSON)
//!   shape::decode       JSON types, member constraints   -> Request      SerializationException, ValidationException
//!   Operation::prepare  values, expressions, schema      -> Plans        ValidationException, ResourceNotFoundException
//!   Operation::execute  table, indexes                   -> Touched      ConditionalCheckFailedException
//!   capacity::charge    Touched                          -> Charges
//!   journal::record     success and failure alike        -> Entry
//! ```
//!
//! Inside, arrows run one way: value <- expr <- plan; value <- table; value <- capacity; then journal <- ops <- here.
//! The engine has no files, no threads, no time and no randomness of its own, and knows nothing of quizzes, labs or
//! screens. Source: the Amazon DynamoDB API reference and developer guide.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::clock::{Clock, Timestamp};

pub mod capacity;
pub mod error;
pub mod expr;
pub mod journal;
pub mod messages;
pub mod ops;
pub mod plan;
pub mod shape;
pub mod table;
pub mod value;

pub use error::{ApiError, ErrorKind};
pub use journal::{Change, Entry, Journal, Trace};

use table::{Table, TableState};

/// How an engine is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// The Region in ARNs.
    pub region: String,
    /// The account in ARNs.
    pub account: String,
    /// How long control-plane work takes.
    pub timings: Timings,
    /// How many journal entries are kept.
    pub journal_capacity: usize,
}

/// How long control-plane work takes, in milliseconds. Modelled: the service gives no figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// From CreateTable to ACTIVE.
    pub create_table: u64,
    /// From DeleteTable to gone.
    pub delete_table: u64,
    /// From UpdateTable to ACTIVE.
    pub update_table: u64,
    /// From the creation of a global index to the start of its backfill.
    pub allocate_index: u64,
    /// From the start of the backfill to ACTIVE.
    pub backfill_index: u64,
}

impl Timings {
    /// Everything is done by the next request.
    pub const INSTANT: Self =
        Self { create_table: 0, delete_table: 0, update_table: 0, allocate_index: 0, backfill_index: 0 };
    /// Tables are ready by the next request; a new global index takes long enough to be watched.
    pub const LAB: Self =
        Self { create_table: 0, delete_table: 0, update_table: 0, allocate_index: 5_000, backfill_index: 25_000 };
}

impl Default for Config {
    fn default() -> Self {
        Self {
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
            timings: Timings::LAB,
            journal_capacity: 10_000,
        }
    }
}

/// An embedded DynamoDB: tables, a clock and a journal.
#[derive(Clone, Debug)]
pub struct Engine {
    config: Config,
    clock: Arc<dyn Clock>,
    tables: BTreeMap<Arc<str>, Table>,
    journal: Journal,
    /// How many tables were created: what table identifiers are made from.
    created: u64,
}

impl Engine {
    /// An engine without tables.
    #[must_use]
    pub fn new(config: Config, clock: Arc<dyn Clock>) -> Self {
        let journal = Journal::new(config.journal_capacity);
        Self { config, clock, tables: BTreeMap::new(), journal, created: 0 }
    }

    /// Answers one request and records it in the journal.
    ///
    /// # Errors
    /// The service's exceptions.
    pub fn call(&mut self, verb: &str, body: Value) -> Result<Value, ApiError> {
        self.settle();
        let at = self.now();
        let mut trace = Trace::default();
        let request = if self.journal.is_kept() { body.clone() } else { Value::Null };
        let outcome = match ops::find(verb) {
            Some(verb) => (verb.run)(self, body, &mut trace),
            None => Err(ApiError::new(ErrorKind::UnknownOperationException, "")),
        };
        if self.journal.is_kept() {
            let Trace { plans, charges, changes } = trace;
            let verb = verb.to_owned();
            self.journal.record(Entry {
                sequence: 0,
                at,
                verb,
                request,
                plans,
                outcome: outcome.clone(),
                charges,
                changes,
            });
        }
        outcome
    }

    /// What a request would touch, without running it.
    ///
    /// # Errors
    /// The exceptions that the request would be refused with before anything is touched.
    pub fn explain(&mut self, verb: &str, body: Value) -> Result<Vec<plan::Plan>, ApiError> {
        self.settle();
        let verb = ops::find(verb).ok_or_else(|| ApiError::new(ErrorKind::UnknownOperationException, ""))?;
        (verb.plan)(self, body)
    }

    /// The journal.
    #[must_use]
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How the engine is set up.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// All tables in name order.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values()
    }

    /// A copy of this engine on another clock, to try requests on.
    #[must_use]
    pub fn copy_on(&self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self.clone() }
    }

    /// Brings every table's status up to the present.
    fn settle(&mut self) {
        let now = self.now();
        self.tables.retain(|_, table| table.settle(now));
    }

    /// The table that a data request may read and write, by name or ARN.
    fn data_table(&self, name: &str) -> Result<&Table, ApiError> {
        self.tables
            .get(table_name(name))
            .filter(|table| matches!(table.state, TableState::Active | TableState::Updating(_)))
            .ok_or_else(|| ApiError::new(ErrorKind::ResourceNotFoundException, messages::tables::NOT_FOUND))
    }

    /// As [`Engine::data_table`], to change.
    fn data_table_mut(&mut self, name: &str) -> Result<&mut Table, ApiError> {
        self.data_table(name)?;
        self.control_table_mut(name)
    }

    /// The table that a control request speaks of, whatever its state.
    fn control_table(&self, name: &str) -> Result<&Table, ApiError> {
        let name = table_name(name);
        self.tables
            .get(name)
            .ok_or_else(|| ApiError::new(ErrorKind::ResourceNotFoundException, messages::tables::table_not_found(name)))
    }

    /// As [`Engine::control_table`], to change.
    fn control_table_mut(&mut self, name: &str) -> Result<&mut Table, ApiError> {
        let name = table_name(name);
        self.tables
            .get_mut(name)
            .ok_or_else(|| ApiError::new(ErrorKind::ResourceNotFoundException, messages::tables::table_not_found(name)))
    }

    /// A UUID for the next table, the same for the same sequence of creations.
    fn next_table_id(&mut self) -> String {
        self.created += 1;
        let seed = value::key::partition_hash(&[value::key::KeyScalar::S(format!("table {}", self.created))]);
        let (high, low) = (seed >> 32, seed & 0xffff_ffff);
        format!("{high:08x}-{:04x}-4{:03x}-a{:03x}-{low:08x}{:04x}", low >> 16, low & 0xfff, high & 0xfff, self.created)
    }
}

/// The table's name in a TableName, which may also be an ARN.
fn table_name(name_or_arn: &str) -> &str {
    match name_or_arn.strip_prefix("arn:").and_then(|arn| arn.split_once(":table/")) {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => name_or_arn,
    }
}
