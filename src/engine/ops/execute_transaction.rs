//! ExecuteTransaction: up to 100 PartiQL statements, all reads or all writes, all or nothing.
//!
//! `{"TransactStatements": [{"Statement": "UPDATE …"}, {"Statement": "EXISTS(SELECT …)"}]}` answers
//! `{"Responses": []}`; reads answer as those of TransactGetItems do. Source: API reference, ExecuteTransaction.

use serde_json::{Map, Value};

use super::Operation;
use super::members::{self, ReturnConsumedCapacity};
use super::statement::{self, ParameterizedStatement, ReadySelect, ReadyStatement};
use super::transact_get_items::{ItemGet, read_all};
use super::transact_write_items::MAX_ACTIONS;
use super::transaction::{self, DraftWrite, Repeat, TransactionPart};
use crate::engine::capacity::consumed;
use crate::engine::error::ApiError;
use crate::engine::messages::partiql as text;
use crate::engine::plan::{Effect, Plan};
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::tokens::TokenClaim;
use crate::engine::{Engine, Trace};

structure! {
    /// Runs several statements, all or nothing.
    pub(super) struct ExecuteTransactionRequest as "ExecuteTransactionInput" {
        /// The statements.
        "TransactStatements" transact_statements: Vec<Value> => required Shape::List(&ListShape::sized(Shape::Structure(ParameterizedStatement::STRUCTURE), 1, MAX_ACTIONS));
        /// A text of yours under which the same request is done only once.
        "ClientRequestToken" client_request_token: Option<String> => optional Shape::text(1, 36);
        /// How much of the consumed capacity to report.
        "ReturnConsumedCapacity" return_consumed_capacity: ReturnConsumedCapacity => optional members::RETURN_CONSUMED_CAPACITY;
    }
}

/// The verb.
pub(super) struct ExecuteTransaction;

/// A transaction that is ready to run.
#[derive(Clone)]
pub(super) struct PreparedExecuteTransaction {
    run: TransactionRun,
    /// The token, and what a repeated request is known by.
    claim: Option<TokenClaim>,
    detail: consumed::ConsumedDetail,
}

#[derive(Clone)]
enum TransactionRun {
    Reads(Vec<ItemGet>),
    Writes(Vec<TransactionPart>),
}

impl Operation for ExecuteTransaction {
    const NAME: &'static str = "ExecuteTransaction";
    const DOC: &'static str = "Runs up to 100 PartiQL statements, all or nothing.";
    const EFFECT: Option<Effect> = None;
    type Request = ExecuteTransactionRequest;
    type Prepared = PreparedExecuteTransaction;

    fn prepare(request: ExecuteTransactionRequest, engine: &Engine) -> Result<PreparedExecuteTransaction, ApiError> {
        let wire = Value::Array(request.transact_statements);
        let claim = request.client_request_token.map(|token| TokenClaim::of(&token, &wire));
        let statements: Vec<ParameterizedStatement> = serde_json::from_value(wire).unwrap_or_default();
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        for (place, statement) in statements.iter().enumerate() {
            let parameters = statement.parameters.as_deref();
            let refuse = |message: &str| Err(ApiError::validation(text::in_transaction(place, message)));
            match statement::ready(&statement.statement, parameters, true, statement.on_failure, engine) {
                Ok(ReadyStatement::Read(read)) if read.indexed => return refuse(text::TRANSACTION_INDEX),
                Ok(ReadyStatement::Read(read)) => match wanted(read, engine)? {
                    Some(wanted) => reads.push(wanted),
                    None => return refuse(text::TRANSACTION_KEY_REQUIRED),
                },
                Ok(ReadyStatement::Write(_, Some(_))) => return refuse(text::TRANSACTION_RETURNING),
                Ok(ReadyStatement::Write(draft, None) | ReadyStatement::Check(draft)) => writes.push(draft),
                Err(error) if error.message == text::CONSISTENT_GLOBAL_INDEX => return refuse(text::TRANSACTION_INDEX),
                Err(error) => return Err(error),
            }
        }
        let run = run_of(reads, writes, engine)?;
        let detail = request.return_consumed_capacity.unwrap_or_default();
        Ok(PreparedExecuteTransaction { run, claim, detail })
    }

    fn plans(prepared: &PreparedExecuteTransaction) -> Vec<Plan> {
        match &prepared.run {
            TransactionRun::Reads(reads) => reads.iter().map(|wanted| wanted.plan("TransactGetItems")).collect(),
            TransactionRun::Writes(parts) => parts
                .iter()
                .filter_map(|part| part.write.as_ref().ok())
                .map(|write| write.plan("TransactWriteItems"))
                .collect(),
        }
    }

    fn execute(
        prepared: PreparedExecuteTransaction,
        engine: &mut Engine,
        trace: &mut Trace,
    ) -> Result<Value, ApiError> {
        let PreparedExecuteTransaction { run, claim, detail } = prepared;
        let responses = match run {
            TransactionRun::Reads(reads) => read_all(&reads, engine, trace)?,
            TransactionRun::Writes(parts) => {
                if let Repeat::No = transaction::repeat(claim.as_ref(), &parts, engine, trace)? {
                    transaction::write_all(parts, engine, trace)?;
                    transaction::remember(claim, engine, trace);
                }
                // Writes answer nothing, not even one by one.
                Vec::new()
            }
        };
        let mut body = Map::from_iter([("Responses".to_owned(), Value::Array(responses))]);
        let consumed = consumed::per_table(&trace.charges, detail, true);
        body.extend(consumed.map(|consumed| ("ConsumedCapacity".to_owned(), consumed)));
        Ok(Value::Object(body))
    }
}

/// The one item that a SELECT names; `None` if it names none, or asks for more than its key.
fn wanted(read: ReadySelect, engine: &Engine) -> Result<Option<ItemGet>, ApiError> {
    let ReadySelect { table, key, filtered, projection, .. } = read;
    let Some(key) = key.filter(|_| !filtered) else { return Ok(None) };
    let position = engine.data_table(&table)?.keys.position_of_key(&key);
    Ok(Some(ItemGet { table, key, position, projection }))
}

fn run_of(reads: Vec<ItemGet>, writes: Vec<DraftWrite>, engine: &Engine) -> Result<TransactionRun, ApiError> {
    match (reads.is_empty(), writes.is_empty()) {
        (false, false) => Err(ApiError::validation(text::TRANSACTION_MIXED)),
        (false, true) => Ok(TransactionRun::Reads(reads)),
        _ => Ok(TransactionRun::Writes(transaction::bind(writes, engine)?)),
    }
}
