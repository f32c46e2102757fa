//! ListStreams: the streams of all tables or of one, those switched off within the last 24 hours included.
//!
//! `{"TableName": "Orders"}` answers `{"Streams": [{"StreamArn": …, "TableName": "Orders", "StreamLabel": …}]}`.
//! Source: API reference, ListStreams (Amazon DynamoDB Streams).

use serde_json::{Value, json};

use super::describe_stream::check_arn;
use super::{Operation, Service, members};
use crate::engine::error::ApiError;
use crate::engine::plan::{Effect, Plan};
use crate::engine::shape::{Shape, structure};
use crate::engine::{Engine, Trace, table_name};

/// The most streams on a page, and as many as there are without a Limit.
const MAX_STREAMS: usize = 100;

structure! {
    /// Asks for streams.
    pub(super) struct ListStreamsRequest as "ListStreamsInput" {
        /// Only the streams of this table.
        "TableName" table_name: Option<String> => optional members::TABLE;
        /// The most streams to return.
        "Limit" limit: Option<usize> => optional Shape::integer(1, 100);
        /// The last ARN of the page before.
        "ExclusiveStartStreamArn" exclusive_start_stream_arn: Option<String> => optional members::STREAM_ARN;
    }
}

/// The verb.
pub(super) struct ListStreams;

impl Operation for ListStreams {
    const NAME: &'static str = "ListStreams";
    const DOC: &'static str = "Lists the streams of all tables or of one table.";
    const SERVICE: Service = Service::Streams;
    const EFFECT: Option<Effect> = Some(Effect::Stream);
    type Request = ListStreamsRequest;
    type Prepared = ListStreamsRequest;

    fn prepare(request: ListStreamsRequest, _: &Engine) -> Result<ListStreamsRequest, ApiError> {
        // A stream that is gone since the page before is a place in the order all the same.
        request.exclusive_start_stream_arn.as_deref().map_or(Ok(()), check_arn)?;
        Ok(request)
    }

    fn plans(_: &ListStreamsRequest) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(request: ListStreamsRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let limit = request.limit.unwrap_or(MAX_STREAMS);
        let start = request.exclusive_start_stream_arn.unwrap_or_default();
        let wanted = request.table_name.as_deref().map(table_name);
        let mut matching = engine
            .streams()
            .filter(|stream| *stream.arn > *start && wanted.is_none_or(|table| *stream.table == *table));
        let page: Vec<Value> = matching
            .by_ref()
            .take(limit)
            .map(|stream| json!({"StreamArn": *stream.arn, "TableName": *stream.table, "StreamLabel": stream.label}))
            .collect();
        let more = matching.next().is_some();
        let last = page.last().map(|stream| stream["StreamArn"].clone());
        let mut body = json!({"Streams": page});
        if let (true, Some(last)) = (more, last) {
            body["LastEvaluatedStreamArn"] = last;
        }
        Ok(body)
    }
}
