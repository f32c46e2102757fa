//! Texts about what a request says beside its expressions: ReturnValues, Select, segments, batches.

use super::wording::Wording;

/// A condition that does not hold.
pub const CONDITION_FAILED: &str = "The conditional request failed";
/// ReturnValues other than ALL_OLD and NONE, on a put or delete.
pub const RETURN_VALUES: &str = "ReturnValues can only be ALL_OLD or NONE";
/// A put of more than 400 KB.
pub const ITEM_TOO_LARGE: &str = "Item size has exceeded the maximum allowed size";
/// An update that would make an item of more than 400 KB.
pub const UPDATE_TOO_LARGE: &str = "Item size to update has exceeded the maximum allowed size";
/// ExpressionAttributeNames beside no expression.
pub const NAMES_WITHOUT_EXPRESSION: &str = "ExpressionAttributeNames can only be specified when using expressions";
/// A Query without a key condition.
pub const KEY_CONDITION_REQUIRED: &str =
    "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.";
/// A Query for no items at all.
pub const QUERY_LIMIT: &str = "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must \
     have value greater than or equal to 1";
/// A strong read of a global index.
pub const CONSISTENT_GLOBAL_INDEX: &str = "Consistent reads are not supported on global secondary indexes";
/// Select SPECIFIC_ATTRIBUTES without a projection.
pub const SPECIFIC_WITHOUT_PROJECTION: &str =
    "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES";
/// Select ALL_PROJECTED_ATTRIBUTES without an index.
pub const PROJECTED_WITHOUT_INDEX: &str = "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName";
/// Segment without TotalSegments.
pub const TOTAL_SEGMENTS_REQUIRED: &str =
    "The TotalSegments parameter is required but was not present in the request when Segment parameter is present";
/// TotalSegments without Segment.
pub const SEGMENT_REQUIRED: &str =
    "The Segment parameter is required but was not present in the request when parameter TotalSegments is present";
/// Two operations on one key in a BatchWriteItem, or one key twice in a BatchGetItem.
pub const DUPLICATE_KEYS: &str = "Provided list of item keys contains duplicates";
/// More than 25 requests over several tables.
pub const TOO_MANY_WRITES: &str = "Too many items requested for the BatchWriteItem call";
/// More than 100 keys over several tables.
pub const TOO_MANY_READS: &str = "Too many items requested for the BatchGetItem call";
/// ExpressionAttributeValues beside none of the expressions that could use them.
#[must_use]
pub fn values_without_expression(expressions: &[&str], wording: Wording) -> String {
    if wording == Wording::Enveloped {
        return "ExpressionAttributeValues can only be specified when using expressions".to_owned();
    }
    let verb = if expressions.len() == 1 { "is" } else { "are" };
    format!(
        "ExpressionAttributeValues can only be specified when using expressions: {} {verb} null",
        expressions.join(" and ")
    )
}

/// A filter that names a key attribute.
#[must_use]
pub fn filter_on_key(name: &str) -> String {
    format!("Filter Expression can only contain non-primary key attributes: Primary key attribute: {name}")
}

/// A projection beside a Select that leaves no room for it.
#[must_use]
pub fn projection_with_select(parameter: &str, select: &str) -> String {
    format!("Cannot specify the {parameter} when choosing to get {select}")
}

/// Select ALL_ATTRIBUTES on a global index that does not hold them.
#[must_use]
pub fn not_all_projected(index: &str) -> String {
    format!(
        "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global \
         secondary index {index} because its projection type is not ALL"
    )
}

/// A global index asked for attributes that it does not hold.
#[must_use]
pub fn does_not_project(index: &str, names: &[&str]) -> String {
    format!(
        "One or more parameter values were invalid: Global secondary index {index} does not project [{}]",
        names.join(", ")
    )
}

/// A filter on attributes that a global index does not hold.
#[must_use]
pub fn filter_not_projected(index: &str, names: &[&str]) -> String {
    format!(
        "One or more parameter values were invalid: Secondary index {index} does not project one or more filter \
         attributes: [{}]",
        names.join(", ")
    )
}

/// A segment beyond the last.
#[must_use]
pub fn segment_out_of_range(segment: u32, total: u32) -> String {
    format!(
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {segment} is \
         not less than TotalSegments: {total}"
    )
}

/// A starting key of another segment.
#[must_use]
pub fn start_key_of_other_segment(segment: u32, total: u32) -> String {
    format!(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct \
         Segment. TotalSegments: {total} Segment: {segment}"
    )
}

/// More than 100 keys for one table.
#[must_use]
pub fn too_many_keys(table: &str) -> String {
    format!(
        "1 validation error detected: Value at 'RequestItems.{table}.member.Keys' failed to satisfy constraint: \
         Member must have length less than or equal to 100"
    )
}

/// A batch of nothing.
#[must_use]
pub fn request_items_required(operation: &str) -> String {
    format!("The requestItems parameter is required for {operation}")
}

/// A write of an item that a transaction is under way on.
pub const TRANSACTION_ONGOING: &str = "Transaction is ongoing for the item";
/// Two actions of a transaction on one item.
pub const ONE_ITEM_TWICE: &str = "Transaction request cannot include multiple operations on one item";
/// An entry of a transaction with more than one action.
pub const ONE_ACTION_EACH: &str = "TransactItems can only contain one of Check, Put, Update or Delete";
/// An entry of a transaction without an action.
pub const NO_ACTION: &str = "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request";
/// A transaction of more than 4 MB.
pub const TRANSACTION_TOO_LARGE: &str = "Aggregated transaction size cannot exceed 4194304 bytes";
/// Another request under a ClientRequestToken that was used within the last 10 minutes.
pub const TOKEN_MISMATCH: &str =
    "Request token cannot be reused with different parameters. Please use a new token or use the original parameters";
/// An INSERT of an item that exists.
pub const DUPLICATE_ITEM: &str = "Duplicate primary key exists in table";

/// A cancelled transaction, with the code of each action's reason.
#[must_use]
pub fn transaction_cancelled(codes: &[&str]) -> String {
    format!("Transaction cancelled, please refer cancellation reasons for specific reasons [{}]", codes.join(", "))
}
