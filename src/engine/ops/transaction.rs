//! All or nothing: what TransactWriteItems and ExecuteTransaction share.
//!
//! The life of a transaction: its actions are read without a table ([`DraftWrite`]); the tables are looked up and each
//! action is bound to an item's place ([`TransactionPart`]), where a misfit becomes a reason rather than a refusal; all
//! conditions are tested; then either every action is done or the transaction is cancelled with a reason for each.
//!
//! Left out: conflicts, for requests run one after the other here. Source: AWS documentation, "Amazon DynamoDB
//! Transactions: How it works"; API reference, TransactWriteItems, CancellationReason.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::admission::{admit_image, admit_write, is_shortage, reason_code, spend};
use super::members::{CollectionMetrics, ReturnOnFailure};
use super::update_item::check_targets;
use super::write::{self, ItemWrite, WriteAction, WriteRefusal};
use crate::engine::capacity::{Place, Rate};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::expr::Condition;
use crate::engine::messages::requests as text;
use crate::engine::table::{Stored, Table};
use crate::engine::tokens::TokenClaim;
use crate::engine::value::json::encode_item;
use crate::engine::value::{Item, size};
use crate::engine::{Engine, Trace};

/// The most bytes that a transaction writes: 4 MB.
pub(super) const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// An action that has not met its table yet.
#[derive(Debug)]
pub(super) struct DraftWrite {
    /// The table, as the request names it.
    pub table: Arc<str>,
    /// The item's key; of a put, what the item says.
    pub key: Item,
    /// What must hold of the item there is.
    pub condition: Option<Condition>,
    /// What is to be done.
    pub action: WriteAction,
    /// Whether a failed condition returns the item it failed for.
    pub on_failure: ReturnOnFailure,
    /// The code of the reason if the condition fails.
    pub failure: ConditionFailure,
}

impl DraftWrite {
    /// About how many bytes its update and its condition state.
    pub(super) fn stated_bytes(&self) -> u64 {
        let update = if let WriteAction::Update(Some(update)) = &self.action { update.stated_bytes() } else { 0 };
        update + self.condition.as_ref().map_or(0, Condition::weight)
    }
}

/// What a failed condition is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConditionFailure {
    /// ConditionalCheckFailed.
    Condition,
    /// DuplicateItem, for an INSERT.
    Duplicate,
}

impl ConditionFailure {
    const fn code(self) -> &'static str {
        match self {
            Self::Condition => "ConditionalCheckFailed",
            Self::Duplicate => "DuplicateItem",
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::Condition => text::CONDITION_FAILED,
            Self::Duplicate => text::DUPLICATE_ITEM,
        }
    }
}

/// An action at its place; or why it has none.
#[derive(Clone, Debug)]
pub(super) struct TransactionPart {
    pub(super) write: Result<ItemWrite, ApiError>,
    on_failure: ReturnOnFailure,
    failure: ConditionFailure,
}

impl DraftWrite {
    /// Finds the item's place. Errors that the service reports for the whole request are errors here; those it reports
    /// as a reason are part of the answer.
    fn bind(self, table: &Table) -> Result<TransactionPart, ApiError> {
        table.keys.check_not_empty(&self.key)?;
        let is_put = matches!(self.action, WriteAction::Put(_));
        let position =
            if is_put { table.keys.position_of_item(&self.key) } else { table.keys.position_of_key(&self.key) };
        let checked = match &self.action {
            WriteAction::Put(item) => write::check_index_keys(item, table),
            WriteAction::Update(update) => check_targets(update.as_ref(), table),
            WriteAction::Delete | WriteAction::Check => Ok(()),
        };
        let key = table.keys.key_of(&self.key);
        let (table, condition, action) = (self.table, self.condition, self.action);
        let write =
            position.and_then(|position| checked.map(|()| ItemWrite { table, position, key, condition, action }));
        Ok(TransactionPart { write, on_failure: self.on_failure, failure: self.failure })
    }
}

/// Binds all actions to their places and refuses two on one item.
pub(super) fn bind(drafts: Vec<DraftWrite>, engine: &Engine) -> Result<Vec<TransactionPart>, ApiError> {
    let bytes = drafts.iter().map(written_bytes).sum::<u64>();
    if bytes > MAX_BYTES {
        return Err(ApiError::validation(text::TRANSACTION_TOO_LARGE));
    }
    let tables: Vec<&Table> = drafts.iter().map(|draft| engine.data_table(&draft.table)).collect::<Result<_, _>>()?;
    let parts: Vec<TransactionPart> =
        drafts.into_iter().zip(tables).map(|(draft, table)| draft.bind(table)).collect::<Result<_, _>>()?;
    let mut seen = BTreeSet::new();
    for write in parts.iter().filter_map(|part| part.write.as_ref().ok()) {
        if !seen.insert((crate::engine::table_name(&write.table), &write.position)) {
            return Err(ApiError::validation(text::ONE_ITEM_TWICE));
        }
    }
    Ok(parts)
}

/// What a draft counts towards the limit of a transaction: what it brings, not what it removes.
fn written_bytes(draft: &DraftWrite) -> u64 {
    match &draft.action {
        WriteAction::Put(item) => size::item_size(item),
        _ => size::item_size(&draft.key),
    }
}

/// Does all the actions, or none and answers why.
pub(super) fn write_all(parts: Vec<TransactionPart>, engine: &mut Engine, trace: &mut Trace) -> Result<(), ApiError> {
    check_throughput(&parts, engine)?;
    let mut ready = Vec::new();
    let mut outcomes = Vec::new();
    for part in parts {
        let TransactionPart { write, on_failure, failure } = part;
        match write {
            Err(error) => outcomes.push(Err(reason("ValidationError", &error.message, None))),
            Ok(write) => {
                let image = write.image(engine.data_table(&write.table)?);
                outcomes.push(match image {
                    Ok(_) => Ok(()),
                    Err(WriteRefusal::Invalid(ref error)) => Err(reason("ValidationError", &error.message, None)),
                    Err(WriteRefusal::ConditionFailed(ref old)) => {
                        let shown = old.as_ref().filter(|_| on_failure == ReturnOnFailure::AllOld);
                        Err(reason(failure.code(), failure.message(), shown))
                    }
                });
                ready.push((write, image));
            }
        }
    }
    if outcomes.iter().any(Result::is_err) {
        for (write, _) in &ready {
            write::charge_untouched(engine, write, Rate::TransactionalWrite, trace)?;
        }
        return Err(cancelled(outcomes));
    }
    let reached = ready.iter().filter_map(|(write, image)| Some((write, image.as_ref().ok()?)));
    let admitted: Vec<_> = reached.map(|(write, image)| admit_image(engine, write, image.as_ref())).collect();
    if admitted.iter().any(Result::is_err) {
        return Err(throttled(admitted));
    }
    for (write, image) in ready {
        if let Ok(image) = image {
            write::commit(engine, write, image, Rate::TransactionalWrite, trace)?;
        }
    }
    Ok(())
}

/// Cancels the transaction if a table can take one of its writes no more.
fn check_throughput(parts: &[TransactionPart], engine: &mut Engine) -> Result<(), ApiError> {
    let admit = |part: &TransactionPart| part.write.as_ref().map_or(Ok(()), |write| admit_write(engine, write));
    let admitted: Vec<_> = parts.iter().map(admit).collect();
    if admitted.iter().any(Result::is_err) { Err(throttled(admitted)) } else { Ok(()) }
}

/// TransactionCanceledException of a transaction for some of whose actions throughput is short.
pub(super) fn throttled(admitted: Vec<Result<(), ApiError>>) -> ApiError {
    let outcome = |error: ApiError| if is_shortage(&error) { Ok(error) } else { Err(error) };
    let mut outcomes = Vec::new();
    for refusal in admitted.into_iter().map(Result::err) {
        match refusal.map(outcome) {
            None => outcomes.push(Ok(())),
            Some(Ok(error)) => outcomes.push(Err(reason(reason_code(&error), &error.message, None))),
            Some(Err(error)) => return error,
        }
    }
    cancelled(outcomes)
}

/// A CancellationReason.
fn reason(code: &str, message: &str, item: Option<&Stored>) -> Value {
    let mut body = json!({"Code": code, "Message": message});
    if let Some(stored) = item {
        body["Item"] = Value::Object(encode_item(&stored.item));
    }
    body
}

/// TransactionCanceledException with a reason for each action. The first action that cannot be done at all ends the
/// search: neither failed conditions nor further ones are reported beside it.
pub(super) fn cancelled(outcomes: Vec<Result<(), Value>>) -> ApiError {
    let invalid =
        outcomes.iter().position(|outcome| outcome.as_ref().is_err_and(|reason| reason["Code"] == "ValidationError"));
    let none = || json!({"Code": "None"});
    let reasons: Vec<Value> = outcomes
        .into_iter()
        .enumerate()
        .map(|(place, outcome)| match outcome {
            Err(reason) if invalid.is_none_or(|first| first == place) => reason,
            _ => none(),
        })
        .collect();
    let codes: Vec<&str> = reasons.iter().filter_map(|reason| reason["Code"].as_str()).collect();
    let message = text::transaction_cancelled(&codes);
    ApiError::new(ErrorKind::TransactionCanceledException, message).with_member("CancellationReasons", reasons.into())
}

/// What a ClientRequestToken means for a request.
pub(super) enum Repeat {
    /// It is new, or there is none.
    No,
    /// The request was done before and is not done again.
    Yes,
}

/// Looks a token up. A repeated request costs reads of what it wrote; another one under the same token is refused.
pub(super) fn repeat(
    claim: Option<&TokenClaim>,
    parts: &[TransactionPart],
    engine: &mut Engine,
    trace: &mut Trace,
) -> Result<Repeat, ApiError> {
    let found = claim.map_or(Ok(None), |claim| engine.tokens.find(claim, engine.now()));
    let mismatch = |_| ApiError::new(ErrorKind::IdempotentParameterMismatchException, text::TOKEN_MISMATCH);
    let Some(sizes) = found.map_err(mismatch)? else { return Ok(Repeat::No) };
    for (part, bytes) in parts.iter().zip(&*sizes) {
        if let Ok(write) = &part.write {
            let touched = engine.data_table(&write.table)?.touch(&write.position, u64::from(*bytes));
            spend(engine, trace, &write.table, touched, Rate::TransactionalRead);
        }
    }
    Ok(Repeat::Yes)
}

/// Remembers a request that was done.
pub(super) fn remember(claim: Option<TokenClaim>, engine: &mut Engine, trace: &Trace) {
    if let Some(claim) = claim {
        engine.note_tokens();
        // One charge for each action, in their order; those of indexes are not paid again.
        let at_table = trace.charges.iter().filter(|charge| charge.touched.place == Place::Table);
        let now = engine.now();
        engine.tokens.remember(&claim, at_table.map(|charge| charge.touched.bytes), now);
    }
}

/// ItemCollectionMetrics of everything that was written, by table; empty if they were not asked for.
pub(super) fn metrics(
    parts: &[TransactionPart],
    wanted: CollectionMetrics,
    engine: &Engine,
) -> Result<Map<String, Value>, ApiError> {
    let writes = parts.iter().filter_map(|part| part.write.as_ref().ok());
    write::metrics_by_table(writes, wanted, engine)
}
