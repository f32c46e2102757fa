//! DescribeStream: a stream's view, status and shards.
//!
//! `{"StreamArn": …}` answers `{"StreamDescription": {"StreamStatus": "ENABLED", "Shards": [{"ShardId": …, …}]}}`.
//! Source: API reference, DescribeStream (Amazon DynamoDB Streams).

use serde_json::{Value, json};

use super::{Operation, Service, members};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::streams as text;
use crate::engine::plan::{Effect, Plan};
use crate::engine::shape::{Shape, structure};
use crate::engine::stream::{Shard, Stream};
use crate::engine::{Engine, Trace};

/// The one kind of filter: the shards that continue another.
const CHILD_SHARDS: &str = "CHILD_SHARDS";
/// The most shards on a page, and as many as there are without a Limit.
const MAX_SHARDS: usize = 100;

structure! {
    /// Which shards to list.
    pub(super) struct ShardFilter as "ShardFilter" {
        /// CHILD_SHARDS: those that continue the shard below.
        "Type" kind: String => required Shape::one_of(&[CHILD_SHARDS]);
        /// The parent.
        "ShardId" shard_id: String => required members::SHARD_ID;
    }
}

structure! {
    /// Asks about a stream.
    pub(super) struct DescribeStreamRequest as "DescribeStreamInput" {
        /// The stream.
        "StreamArn" stream_arn: String => required members::STREAM_ARN;
        /// The most shards to return.
        "Limit" limit: Option<usize> => optional Shape::integer(1, 100);
        /// The last shard of the page before.
        "ExclusiveStartShardId" exclusive_start_shard_id: Option<String> => optional members::SHARD_ID;
        /// Which shards to list, if not all.
        "ShardFilter" shard_filter: Option<ShardFilter> => optional Shape::Structure(ShardFilter::STRUCTURE);
    }
}

/// The verb.
pub(super) struct DescribeStream;

impl Operation for DescribeStream {
    const NAME: &'static str = "DescribeStream";
    const DOC: &'static str = "Describes a stream: its view type, its status and its shards.";
    const SERVICE: Service = Service::Streams;
    const EFFECT: Option<Effect> = Some(Effect::Stream);
    type Request = DescribeStreamRequest;
    type Prepared = DescribeStreamRequest;

    fn prepare(request: DescribeStreamRequest, engine: &Engine) -> Result<DescribeStreamRequest, ApiError> {
        find(engine, &request.stream_arn)?;
        Ok(request)
    }

    fn plans(_: &DescribeStreamRequest) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(request: DescribeStreamRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let stream = find(engine, &request.stream_arn)?;
        let parent = request.shard_filter.filter(|filter| filter.kind == CHILD_SHARDS).map(|filter| filter.shard_id);
        let after = request.exclusive_start_shard_id;
        // Behind a shard that there is not, there is nothing.
        let behind = |last: String| {
            stream.shards.iter().position(|shard| shard.id == last).map_or(stream.shards.len(), |at| at + 1)
        };
        let start = after.map_or(0, behind);
        let mut listed = stream.shards[start..].iter().filter(|shard| parent.is_none() || shard.parent == parent);
        let page: Vec<&Shard> = listed.by_ref().take(request.limit.unwrap_or(MAX_SHARDS)).collect();
        let more = listed.next().is_some();
        let mut body = json!({
            "StreamArn": *stream.arn,
            "StreamLabel": stream.label,
            "StreamStatus": stream.status(),
            "StreamViewType": stream.view.name(),
            "CreationRequestDateTime": stream.created.as_secs_f64(),
            "TableName": *stream.table,
            "KeySchema": stream.key_schema,
            "Shards": page.iter().map(|shard| shard.describe()).collect::<Vec<Value>>(),
        });
        if let (true, Some(last)) = (more, page.last()) {
            body["LastEvaluatedShardId"] = last.id.as_str().into();
        }
        Ok(json!({"StreamDescription": body}))
    }
}

/// Refuses what is no stream's ARN.
pub(super) fn check_arn(arn: &str) -> Result<(), ApiError> {
    let fits = arn.starts_with("arn:") && arn.contains(":table/") && arn.contains("/stream/");
    if fits { Ok(()) } else { Err(ApiError::validation(text::invalid_arn(arn))) }
}

/// The stream called `arn`.
pub(super) fn find<'a>(engine: &'a Engine, arn: &str) -> Result<&'a Stream, ApiError> {
    check_arn(arn)?;
    engine
        .streams
        .get(arn)
        .ok_or_else(|| ApiError::new(ErrorKind::ResourceNotFoundException, text::stream_not_found(arn)))
}
