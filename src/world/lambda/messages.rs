//! Texts of Lambda about event source mappings. Those of refusals follow the service where it is known what it says.

/// MaximumRecordAgeInSeconds between 1 and 59.
pub(super) const RECORD_AGE: &str = "Invalid maximum record age: it must be -1 or between 60 and 604800 seconds";
/// AT_TIMESTAMP.
pub(super) const AT_TIMESTAMP: &str = "StartingPosition AT_TIMESTAMP is not supported for DynamoDB streams";
/// A stream without a starting position.
pub(super) const STARTING_POSITION: &str = "1 validation error detected: Value null at 'startingPosition' failed to \
     satisfy constraint: Member must not be null.";
/// LastProcessingResult before the first record.
pub(super) const NO_RECORDS: &str = "No records processed";
/// LastProcessingResult of a mapping that works.
pub(super) const OK: &str = "OK";
/// LastProcessingResult after a failure.
pub(super) const CALL_FAILED: &str = "PROBLEM: Function call failed";

/// A partial batch response that names no record of its batch.
pub(super) const BAD_IDENTIFIER: &str = "an itemIdentifier names no record of the batch";

/// A partial batch response that names so many records.
pub(super) fn reported(records: usize) -> String {
    format!("batchItemFailures names {records} record{}", if records == 1 { "" } else { "s" })
}

/// A record that is poison on demand.
pub(super) const POISON: &str = "poison record, made on demand (model)";

/// An answer without a state, where a tumbling window asks for one.
pub(super) const NO_STATE: &str = "the answer has no state, which a tumbling window asks for";

/// A pattern that is none; what is wrong with it the service does not say.
pub(super) const FILTER: &str = "Invalid filter pattern definition.";

/// What is wrong with a pattern, told beside the refusal.
pub(super) fn filter_note(pattern: &str, problem: &str) -> String {
    format!("[filter] {problem}: {pattern}")
}

/// More filters than the quota that an account begins with.
pub(super) fn too_many_filters(count: usize, most: usize) -> String {
    format!("The number of filters ({count}) exceeds the quota of {most} filters for an event source mapping")
}

/// A function that is not among the built-in ones.
pub(super) fn no_function(name: &str) -> String {
    format!("Function not found: {name}. aws lambda list-functions lists the functions that exist")
}

/// An event source that is no stream, or gone.
pub(super) fn no_stream(arn: &str) -> String {
    format!("Stream not found: {arn}")
}

/// A function whose role may not read the stream.
pub(super) fn cannot_access(arn: &str) -> String {
    format!(
        "Cannot access stream {arn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, \
         and ListStreams Actions on your stream in IAM."
    )
}

/// A destination that is no queue.
pub(super) fn no_destination(arn: &str) -> String {
    format!("The provided destination config DestinationConfig is invalid: there is no SQS queue {arn}")
}

/// A second mapping of one stream to one function.
pub(super) fn already_mapped(stream: &str, function: &str, uuid: &str) -> String {
    format!(
        "The event source arn (\" {stream} \") and function (\" {function} \") provided mapping already exists. Please \
         update or delete the existing mapping with UUID {uuid}"
    )
}

/// A mapping that does not exist.
pub(super) const NO_MAPPING: &str = "The resource you requested does not exist.";
