//! Texts about streams, their shards and iterators.

/// A stream without a view.
pub const VIEW_REQUIRED: &str =
    "One or more parameter values were invalid: StreamViewType is required when StreamEnabled is true";
/// A view without a stream.
pub const VIEW_REFUSED: &str = "One or more parameter values were invalid: Table is being created with a stream disabled, UpdateViewType should \
     not be specified";
/// An iterator that was not handed out by us.
pub const INVALID_ITERATOR: &str = "Invalid ShardIterator";
/// An iterator of more than 15 minutes.
pub const EXPIRED_ITERATOR: &str = "Iterator expired";
/// A place that is older than what is kept.
pub const TRIMMED: &str = "The operation attempted to read past the oldest stream record in a shard.";

/// A stream switched on where one is on already, or another view asked for.
#[must_use]
pub fn already_enabled(table: &str) -> String {
    format!("Table already has an enabled stream: TableName: {table}")
}

/// A stream switched off where there is none.
#[must_use]
pub fn nothing_to_disable(table: &str) -> String {
    format!("Table does not have a stream to disable: TableName: {table}")
}

/// What is no stream ARN.
#[must_use]
pub fn invalid_arn(arn: &str) -> String {
    format!("Invalid StreamArn: {arn}")
}

/// A stream that does not exist.
#[must_use]
pub fn stream_not_found(arn: &str) -> String {
    format!("Requested resource not found: Stream: {arn} not found")
}

/// A shard that does not exist.
#[must_use]
pub fn shard_not_found(shard: &str, stream: &str) -> String {
    format!("Requested resource not found: Shard: {shard} in Stream: {stream} not found")
}

/// An AT or AFTER iterator without its sequence number.
#[must_use]
pub fn sequence_required(kind: &str) -> String {
    format!("Missing required parameter: SequenceNumber must be specified when ShardIteratorType is {kind}")
}

/// A sequence number beside an iterator that needs none.
#[must_use]
pub fn sequence_refused(kind: &str) -> String {
    format!("Invalid parameter: SequenceNumber must not be specified when ShardIteratorType is {kind}")
}

/// A sequence number that is none, or of another shard.
#[must_use]
pub fn invalid_sequence(text: &str) -> String {
    format!("Invalid SequenceNumber: {text}")
}
