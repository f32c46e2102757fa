//! BatchExecuteStatement: up to 25 PartiQL statements, each on its own, all reads or all writes.
//!
//! `{"Statements": [{"Statement": …}, …]}` answers `{"Responses": [{"TableName": …, "Item": {…}}, {"Error": {…}}]}` in
//! the order of the statements; a statement that fails does not keep the others from running.
//! Source: API reference, BatchExecuteStatement.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::execute_statement::{bound, verb_of, write_one};
use super::members::{self, ReturnConsumedCapacity, ReturnOnFailure};
use super::statement::{self, ReadySelect, ReadyStatement};
use super::transaction::ConditionFailure;
use super::write::ItemWrite;
use super::{Operation, page};
use crate::engine::capacity::consumed;
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::{partiql as text, requests as request_text};
use crate::engine::partiql::Returning;
use crate::engine::plan::{Effect, Plan};
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::table::tree::Position;
use crate::engine::{Engine, Trace, table_name};

/// The most statements in one request.
const MAX_STATEMENTS: usize = 25;

structure! {
    /// A statement of a batch.
    pub(super) struct BatchStatement as "BatchStatementRequest" {
        /// The statement.
        "Statement" statement: String => required statement::STATEMENT;
        /// What its question marks stand for, in their order.
        "Parameters" parameters: Option<Vec<Value>> => optional statement::PARAMETERS;
        /// Whether a read must reflect every write that came before.
        "ConsistentRead" consistent_read: Option<bool> => optional Shape::BOOLEAN;
        /// Accepted and passed over: a failed condition returns no item.
        "ReturnValuesOnConditionCheckFailure" _on_failure: Option<ReturnOnFailure> => optional members::RETURN_ON_FAILURE;
    }
}

structure! {
    /// Runs several statements.
    pub(super) struct BatchExecuteStatementRequest as "BatchExecuteStatementInput" {
        /// The statements.
        "Statements" statements: Vec<BatchStatement> => required Shape::List(&ListShape::sized(Shape::Structure(BatchStatement::STRUCTURE), 1, MAX_STATEMENTS));
        /// How much of the consumed capacity to report.
        "ReturnConsumedCapacity" return_consumed_capacity: ReturnConsumedCapacity => optional members::RETURN_CONSUMED_CAPACITY;
    }
}

/// The verb.
pub(super) struct BatchExecuteStatement;

/// A batch that is ready to run; a statement that cannot be is an error in its place.
#[derive(Clone)]
pub(super) struct PreparedBatchExecuteStatement {
    runs: Vec<Result<BatchRun, ApiError>>,
    detail: consumed::ConsumedDetail,
}

#[derive(Clone)]
pub(super) enum BatchRun {
    Read(Box<ReadySelect>),
    Write {
        write: Box<ItemWrite>,
        failure: ConditionFailure,
        returning: Option<Returning>,
        on_failure: ReturnOnFailure,
    },
}

impl BatchRun {
    /// The one item that it reads or writes: its table and its place.
    fn item(&self, engine: &Engine) -> Option<(String, Position)> {
        match self {
            Self::Read(read) => {
                let table = engine.data_table(&read.table).ok()?;
                let position = table.keys.position_of_key(read.key.as_ref()?).ok()?;
                Some((table_name(&read.table).to_owned(), position))
            }
            Self::Write { write, .. } => Some((table_name(&write.table).to_owned(), write.position.clone())),
        }
    }
}

impl Operation for BatchExecuteStatement {
    const NAME: &'static str = "BatchExecuteStatement";
    const DOC: &'static str = "Runs up to 25 PartiQL statements, each on its own.";
    const EFFECT: Option<Effect> = None;
    type Request = BatchExecuteStatementRequest;
    type Prepared = PreparedBatchExecuteStatement;

    fn prepare(
        request: BatchExecuteStatementRequest,
        engine: &Engine,
    ) -> Result<PreparedBatchExecuteStatement, ApiError> {
        let runs: Vec<Result<BatchRun, ApiError>> =
            request.statements.iter().map(|statement| run_of(statement, engine)).collect();
        let is = |wanted: fn(&BatchRun) -> bool| runs.iter().flatten().any(wanted);
        if is(|run| matches!(run, BatchRun::Read(_))) && is(|run| matches!(run, BatchRun::Write { .. })) {
            return Err(ApiError::validation(text::BATCH_MIXED));
        }
        let mut seen = BTreeSet::new();
        if !runs.iter().flatten().filter_map(|run| run.item(engine)).all(|item| seen.insert(item)) {
            return Err(ApiError::validation(request_text::DUPLICATE_KEYS));
        }
        Ok(PreparedBatchExecuteStatement { runs, detail: request.return_consumed_capacity.unwrap_or_default() })
    }

    fn plans(prepared: &PreparedBatchExecuteStatement) -> Vec<Plan> {
        let plan = |run: &BatchRun| match run {
            BatchRun::Read(read) => read.plans.clone(),
            BatchRun::Write { write, .. } => vec![write.plan(verb_of(&write.action))],
        };
        prepared.runs.iter().flatten().flat_map(plan).collect()
    }

    fn execute(
        prepared: PreparedBatchExecuteStatement,
        engine: &mut Engine,
        trace: &mut Trace,
    ) -> Result<Value, ApiError> {
        let responses: Vec<Value> = prepared
            .runs
            .into_iter()
            .map(|run| match run {
                Err(error) => failed(&error, None),
                Ok(BatchRun::Read(read)) => {
                    let read_one =
                        read.pages.first().map(|page| page::read(page, engine, trace).map(Value::from)).transpose();
                    answer(
                        read_one.map(|body| body.and_then(|mut body| body["Items"].get_mut(0).map(Value::take))),
                        &read.table,
                    )
                }
                Ok(BatchRun::Write { write, failure, returning, on_failure }) => {
                    let table = write.table.clone();
                    answer(write_one(*write, failure, returning, on_failure, engine, trace), &table)
                }
            })
            .collect();
        let mut body = json!({"Responses": responses});
        if let Some(consumed) = consumed::per_table(&trace.charges, prepared.detail, false) {
            body["ConsumedCapacity"] = consumed;
        }
        Ok(body)
    }
}

fn run_of(statement: &BatchStatement, engine: &Engine) -> Result<BatchRun, ApiError> {
    let consistent = statement.consistent_read.unwrap_or_default();
    let parameters = statement.parameters.as_deref();
    // The service takes ReturnValuesOnConditionCheckFailure here, and does nothing with it.
    match statement::ready(&statement.statement, parameters, consistent, None, engine)? {
        ReadyStatement::Read(read) if read.key.is_none() => Err(ApiError::validation(text::BATCH_KEY_REQUIRED)),
        ReadyStatement::Read(read) => Ok(BatchRun::Read(Box::new(read))),
        ReadyStatement::Check(_) => Err(ApiError::validation(text::EXISTS_OUTSIDE)),
        ReadyStatement::Write(draft, returning) => {
            let (failure, on_failure) = (draft.failure, draft.on_failure);
            Ok(BatchRun::Write { write: Box::new(bound(draft, engine)?), failure, returning, on_failure })
        }
    }
}

fn answer(outcome: Result<Option<Value>, ApiError>, table: &str) -> Value {
    match outcome {
        Ok(Some(item)) => json!({"TableName": table, "Item": item}),
        Ok(None) => json!({"TableName": table}),
        Err(error) => failed(&error, Some(table)),
    }
}

/// A statement's BatchStatementError, whose codes are shorter than the exceptions' names.
fn failed(error: &ApiError, table: Option<&str>) -> Value {
    let code = match error.kind {
        ErrorKind::ValidationException => "ValidationError".to_owned(),
        ErrorKind::ThrottlingException => "ThrottlingError".to_owned(),
        kind => kind.name().trim_end_matches("Exception").to_owned(),
    };
    let mut body = json!({"Code": code, "Message": error.message});
    if let Some(item) = error.members.get("Item") {
        body["Item"] = item.clone();
    }
    match table {
        Some(table) => json!({"Error": body, "TableName": table}),
        None => json!({"Error": body}),
    }
}
