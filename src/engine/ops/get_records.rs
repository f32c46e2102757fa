//! GetRecords: the records of a shard from an iterator on, at most 1,000 or 1 MB, and the iterator to go on with.
//!
//! `{"ShardIterator": …}` answers `{"Records": […], "NextShardIterator": …}`; an open shard always hands out a next
//! iterator, even when there is nothing to read yet; a closed one ends without.
//! Source: API reference, GetRecords (Amazon DynamoDB Streams).

use serde_json::{Value, json};

use super::describe_stream::find;
use super::{Operation, Service};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::streams as text;
use crate::engine::plan::{Effect, Plan};
use crate::engine::shape::{Shape, structure};
use crate::engine::stream::{Cursor, ITERATOR_MILLIS};
use crate::engine::{Engine, Trace};

/// The most records that one request returns, and as many as it returns without a Limit.
const MAX_RECORDS: usize = 1000;

structure! {
    /// Asks for records.
    pub(super) struct GetRecordsRequest as "GetRecordsInput" {
        /// Where to read from.
        "ShardIterator" shard_iterator: String => required Shape::text(1, 2048);
        /// The most records to return.
        "Limit" limit: Option<usize> => optional Shape::integer(1, 1000);
    }
}

/// The verb.
pub(super) struct GetRecords;

/// A place to read from, known to be readable.
#[derive(Clone)]
pub(super) struct PreparedGetRecords {
    cursor: Cursor,
    limit: usize,
}

impl Operation for GetRecords {
    const NAME: &'static str = "GetRecords";
    const DOC: &'static str = "Returns the records of a stream's shard, from an iterator on.";
    const SERVICE: Service = Service::Streams;
    const EFFECT: Option<Effect> = Some(Effect::Stream);
    type Request = GetRecordsRequest;
    type Prepared = PreparedGetRecords;

    fn prepare(request: GetRecordsRequest, engine: &Engine) -> Result<PreparedGetRecords, ApiError> {
        let cursor = Cursor::decode(&request.shard_iterator);
        let cursor = cursor.ok_or_else(|| ApiError::validation(text::INVALID_ITERATOR))?;
        let stream = find(engine, &cursor.arn)?;
        if engine.now().millis_since(cursor.issued) > ITERATOR_MILLIS {
            return Err(ApiError::new(ErrorKind::ExpiredIteratorException, text::EXPIRED_ITERATOR));
        }
        let not_found =
            || ApiError::new(ErrorKind::ResourceNotFoundException, text::shard_not_found(&cursor.shard, &cursor.arn));
        let shard = stream.shard(&cursor.shard).ok_or_else(not_found)?;
        if cursor.next > 0 && cursor.next <= shard.trimmed {
            return Err(ApiError::new(ErrorKind::TrimmedDataAccessException, text::TRIMMED));
        }
        Ok(PreparedGetRecords { cursor, limit: request.limit.unwrap_or(MAX_RECORDS) })
    }

    fn plans(_: &PreparedGetRecords) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(prepared: PreparedGetRecords, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let PreparedGetRecords { cursor, limit } = prepared;
        let stream = find(engine, &cursor.arn)?;
        let Some(shard) = stream.shard(&cursor.shard) else { return Ok(json!({"Records": []})) };
        let (page, next) = stream.page(shard, cursor.next, limit);
        let region = &engine.config().region;
        let records: Vec<Value> = page.iter().map(|change| stream.record(change, region)).collect();
        let mut body = json!({"Records": records});
        if let Some(next) = next {
            body["NextShardIterator"] = Cursor { next, issued: engine.now(), ..cursor }.encode().into();
        }
        Ok(body)
    }
}
