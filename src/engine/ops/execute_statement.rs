//! ExecuteStatement: one PartiQL statement.
//!
//! `{"Statement": "SELECT * FROM \"Orders\" WHERE id = ?", "Parameters": [{"S": "O-1"}]}` answers `{"Items": […]}`. It
//! costs what the GetItem, Query, Scan or write costs that it stands for.
//! Source: API reference, ExecuteStatement; AWS documentation, "PartiQL select statements".

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Operation;
use super::members::{self, ReturnConsumedCapacity, ReturnOnFailure};
use super::page;
use super::statement::{self, ReadySelect, ReadyStatement};
use super::transaction::{self, ConditionFailure, DraftWrite, TransactionPart};
use super::write::{self, ItemWrite, WriteAction};
use crate::engine::capacity::consumed;
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::expr::Update;
use crate::engine::messages::wording::Wording;
use crate::engine::messages::{partiql as text, requests as request_text};
use crate::engine::partiql::Returning;
use crate::engine::plan::{Effect, Plan};
use crate::engine::shape::{Shape, structure};
use crate::engine::table::Written;
use crate::engine::value::Item;
use crate::engine::value::json::{decode_item, encode_item};
use crate::engine::{Engine, Trace};

structure! {
    /// Runs a statement.
    pub(super) struct ExecuteStatementRequest as "ExecuteStatementInput" {
        /// The statement.
        "Statement" statement: String => required statement::STATEMENT;
        /// What its question marks stand for, in their order.
        "Parameters" parameters: Option<Vec<Value>> => optional statement::PARAMETERS;
        /// Whether a read must reflect every write that came before (not on a global index).
        "ConsistentRead" consistent_read: Option<bool> => optional Shape::BOOLEAN;
        /// The NextToken of the page before.
        "NextToken" next_token: Option<String> => optional Shape::text(1, 32_768);
        /// How much of the consumed capacity to report.
        "ReturnConsumedCapacity" return_consumed_capacity: ReturnConsumedCapacity => optional members::RETURN_CONSUMED_CAPACITY;
        /// The most items to read, before what WHERE asks beyond the key.
        "Limit" limit: Option<u64> => optional Shape::integer(1, i32::MAX as i64);
        /// Whether a failed condition returns the item it failed for.
        "ReturnValuesOnConditionCheckFailure" on_failure: Option<ReturnOnFailure> => optional members::RETURN_ON_FAILURE;
    }
}

/// The verb.
pub(super) struct ExecuteStatement;

/// A statement that is ready to run.
#[derive(Clone)]
pub(super) struct PreparedExecuteStatement {
    run: StatementRun,
    on_failure: ReturnOnFailure,
    detail: consumed::ConsumedDetail,
}

#[derive(Clone)]
enum StatementRun {
    Read { read: ReadySelect, from: Continuation, limit: Option<u64> },
    Write { write: ItemWrite, failure: ConditionFailure, returning: Option<Returning> },
}

/// Where a read goes on: which of its pages, and after which key.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
struct Continuation {
    page: usize,
    after: Option<Value>,
}

impl Operation for ExecuteStatement {
    const NAME: &'static str = "ExecuteStatement";
    const DOC: &'static str = "Runs one PartiQL statement.";
    const EFFECT: Option<Effect> = None;
    type Request = ExecuteStatementRequest;
    type Prepared = PreparedExecuteStatement;

    fn prepare(request: ExecuteStatementRequest, engine: &Engine) -> Result<PreparedExecuteStatement, ApiError> {
        let consistent = request.consistent_read.unwrap_or_default();
        let parameters = request.parameters.as_deref();
        let ready = statement::ready(&request.statement, parameters, consistent, request.on_failure, engine)?;
        let run = match ready {
            ReadyStatement::Check(_) => return Err(ApiError::validation(text::EXISTS_OUTSIDE)),
            ReadyStatement::Read(read) => {
                let from = request.next_token.as_deref().map(place).transpose()?.unwrap_or_default();
                if from.page >= read.pages.len() {
                    return Err(ApiError::validation(text::INVALID_NEXT_TOKEN));
                }
                StatementRun::Read { read, from, limit: request.limit }
            }
            ReadyStatement::Write(draft, returning) => {
                let failure = draft.failure;
                StatementRun::Write { write: bound(draft, engine)?, failure, returning }
            }
        };
        let on_failure = request.on_failure.unwrap_or_default();
        Ok(PreparedExecuteStatement { run, on_failure, detail: request.return_consumed_capacity.unwrap_or_default() })
    }

    fn plans(prepared: &PreparedExecuteStatement) -> Vec<Plan> {
        match &prepared.run {
            StatementRun::Read { read, .. } => read.plans.clone(),
            StatementRun::Write { write, .. } => vec![write.plan(verb_of(&write.action))],
        }
    }

    fn execute(prepared: PreparedExecuteStatement, engine: &mut Engine, trace: &mut Trace) -> Result<Value, ApiError> {
        let PreparedExecuteStatement { run, on_failure, detail } = prepared;
        let (table, mut body) = match run {
            StatementRun::Read { read, from, limit } => {
                let table = Arc::clone(&read.table);
                (table, read_from(read, from, limit, engine, trace)?)
            }
            StatementRun::Write { write, failure, returning } => {
                let table = Arc::clone(&write.table);
                let returned = write_one(write, failure, returning, on_failure, engine, trace)?;
                (table, json!({"Items": returned.into_iter().collect::<Vec<Value>>()}))
            }
        };
        if let Some(consumed) = consumed::of_table(&table, &trace.charges, detail) {
            body["ConsumedCapacity"] = consumed;
        }
        Ok(body)
    }
}

/// The place in a NextToken.
fn place(token: &str) -> Result<Continuation, ApiError> {
    let decoded = STANDARD.decode(token).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    decoded.ok_or_else(|| ApiError::validation(text::INVALID_NEXT_TOKEN))
}

/// The one item that a draft writes; outside a transaction what does not fit is refused at once.
pub(super) fn bound(draft: DraftWrite, engine: &Engine) -> Result<ItemWrite, ApiError> {
    let parts: Vec<TransactionPart> = transaction::bind(vec![draft], engine)?;
    let write = parts.into_iter().next().map(|part| part.write);
    write.unwrap_or_else(|| Err(ApiError::validation(text::KEY_REQUIRED)))
}

/// The verb that a write stands for.
pub(super) const fn verb_of(action: &WriteAction) -> &'static str {
    match action {
        WriteAction::Put(_) => "PutItem",
        WriteAction::Update(_) => "UpdateItem",
        WriteAction::Delete => "DeleteItem",
        WriteAction::Check => "ConditionCheck",
    }
}

/// Reads pages one after the other until one of them stops early, and says where to go on.
fn read_from(
    read: ReadySelect,
    from: Continuation,
    limit: Option<u64>,
    engine: &mut Engine,
    trace: &mut Trace,
) -> Result<Value, ApiError> {
    let (mut items, mut left, mut after) = (Vec::new(), limit, from.after);
    let pages = read.pages.len();
    for (number, mut page) in read.pages.into_iter().enumerate().skip(from.page) {
        if let Some(key) = after.take() {
            let key = key.as_object().map(|key| decode_item(key, Wording::Statement)).transpose()?.unwrap_or_default();
            let table = engine.data_table(&read.table)?;
            let index = page.index.as_deref().map(|name| page::find_index(table, name)).transpose()?;
            let position = page::cursor_position(&key, table, index);
            page.after = Some(position.ok_or_else(|| ApiError::validation(text::INVALID_NEXT_TOKEN))?);
        }
        page.limit = left;
        let mut body = Value::from(page::read(&page, engine, trace)?);
        items.extend(body["Items"].as_array().cloned().unwrap_or_default());
        left = left.map(|left| left.saturating_sub(body["ScannedCount"].as_u64().unwrap_or_default()));
        let stopped = body.get_mut("LastEvaluatedKey").map(Value::take);
        let next = match stopped {
            Some(key) => Continuation { page: number, after: Some(key) },
            None if left == Some(0) && number + 1 < pages => Continuation { page: number + 1, after: None },
            None => continue,
        };
        let token = STANDARD.encode(serde_json::to_vec(&next).unwrap_or_default());
        let last = next.after.unwrap_or(Value::Null);
        let mut answer = json!({"Items": items, "NextToken": token});
        if !last.is_null() {
            answer["LastEvaluatedKey"] = last;
        }
        return Ok(answer);
    }
    Ok(json!({"Items": items}))
}

/// Writes one item and answers with what RETURNING asks for.
pub(super) fn write_one(
    write: ItemWrite,
    failure: ConditionFailure,
    returning: Option<Returning>,
    on_failure: ReturnOnFailure,
    engine: &mut Engine,
    trace: &mut Trace,
) -> Result<Option<Value>, ApiError> {
    let update = if let WriteAction::Update(update) = &write.action { update.clone() } else { None };
    let written = write::write(engine, write, on_failure, trace).map_err(|error| match failure {
        ConditionFailure::Duplicate if error.kind == ErrorKind::ConditionalCheckFailedException => {
            ApiError { kind: ErrorKind::DuplicateItemException, message: request_text::DUPLICATE_ITEM.into(), ..error }
        }
        _ => error,
    })?;
    let item = returning.and_then(|returning| returned(&written, update.as_ref(), returning));
    Ok(item.map(|item| Value::Object(encode_item(&item))))
}

/// The image that RETURNING asks for.
fn returned(written: &Written, update: Option<&Update>, returning: Returning) -> Option<Item> {
    let image = if returning.new { &written.new } else { &written.old };
    let image = &image.as_ref()?.item;
    if returning.modified {
        return update.map(|update| update.updated(image)).filter(|touched| !touched.is_empty());
    }
    Some(image.clone())
}
