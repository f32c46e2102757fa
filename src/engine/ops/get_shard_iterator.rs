//! GetShardIterator: a place in a shard to read from, as an opaque text that is good for 15 minutes.
//!
//! `{"StreamArn": …, "ShardId": …, "ShardIteratorType": "TRIM_HORIZON"}` answers `{"ShardIterator": "…"}`.
//! Source: API reference, GetShardIterator (Amazon DynamoDB Streams).

use serde_json::{Value, json};

use super::describe_stream::find;
use super::{Operation, Service, members};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::streams as text;
use crate::engine::plan::{Effect, Plan};
use crate::engine::shape::{Shape, structure};
use crate::engine::stream::{Cursor, Shard, sequence_of};
use crate::engine::{Engine, Trace};

structure! {
    /// Asks for a place in a shard.
    pub(super) struct GetShardIteratorRequest as "GetShardIteratorInput" {
        /// The stream.
        "StreamArn" stream_arn: String => required members::STREAM_ARN;
        /// The shard.
        "ShardId" shard_id: String => required members::SHARD_ID;
        /// TRIM_HORIZON (the oldest record), LATEST (only new ones), AT_ or AFTER_SEQUENCE_NUMBER.
        "ShardIteratorType" shard_iterator_type: String => required Shape::one_of(&["AFTER_SEQUENCE_NUMBER", "LATEST", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON"]);
        /// The record to read at or after.
        "SequenceNumber" sequence_number: Option<String> => optional Shape::text(21, 40);
    }
}

/// The verb.
pub(super) struct GetShardIterator;

impl Operation for GetShardIterator {
    const NAME: &'static str = "GetShardIterator";
    const DOC: &'static str = "Returns an iterator that says where in a shard GetRecords begins to read.";
    const SERVICE: Service = Service::Streams;
    const EFFECT: Option<Effect> = Some(Effect::Stream);
    type Request = GetShardIteratorRequest;
    type Prepared = Cursor;

    fn prepare(request: GetShardIteratorRequest, engine: &Engine) -> Result<Cursor, ApiError> {
        let stream = find(engine, &request.stream_arn)?;
        let not_found = || {
            ApiError::new(
                ErrorKind::ResourceNotFoundException,
                text::shard_not_found(&request.shard_id, &request.stream_arn),
            )
        };
        let shard = stream.shard(&request.shard_id).ok_or_else(not_found)?;
        let next = match (request.shard_iterator_type.as_str(), &request.sequence_number) {
            (kind @ ("TRIM_HORIZON" | "LATEST"), Some(_)) => {
                return Err(ApiError::validation(text::sequence_refused(kind)));
            }
            ("TRIM_HORIZON", None) => 0,
            ("LATEST", None) => engine.changed + 1,
            (kind, _) => {
                let sequence = named_sequence(request.sequence_number.as_deref(), kind, shard)?;
                sequence + u64::from(kind == "AFTER_SEQUENCE_NUMBER")
            }
        };
        Ok(Cursor { arn: request.stream_arn, shard: request.shard_id, next, issued: engine.now() })
    }

    fn plans(_: &Cursor) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(cursor: Cursor, _: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        Ok(json!({"ShardIterator": cursor.encode()}))
    }
}

/// The sequence number that an AT or AFTER iterator needs, which must lie in the shard and still be kept.
fn named_sequence(text: Option<&str>, kind: &str, shard: &Shard) -> Result<u64, ApiError> {
    let text = text.ok_or_else(|| ApiError::validation(text::sequence_required(kind)))?;
    let sequence = sequence_of(text).filter(|sequence| shard.covers(*sequence));
    let sequence = sequence.ok_or_else(|| ApiError::validation(text::invalid_sequence(text)))?;
    if sequence <= shard.trimmed {
        return Err(ApiError::new(ErrorKind::TrimmedDataAccessException, text::TRIMMED));
    }
    Ok(sequence)
}
