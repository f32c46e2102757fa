//! Texts about Kinesis streaming destinations.

/// A destination that is switched on beside another, or twice.
pub const ENABLED: &str = "Table is not in a valid state to enable Kinesis Streaming Destination: \
     EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.";
/// A destination that is switched off and is not on.
pub const NOT_ACTIVE: &str = "Table is not in a valid state to enable Kinesis Streaming Destination: \
     KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.";
/// Settings for a destination that is switched off.
pub const DISABLE_WITH_SETTINGS: &str =
    "Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters";
/// An update without settings.
pub const NO_SETTINGS: &str = "Streaming destination cannot be updated with given parameters: \
     UpdateKinesisStreamingConfiguration cannot be null or contain only null values";

/// An update of a destination that is not on.
#[must_use]
pub fn update_needs_active(table: &str, stream: &str) -> String {
    format!(
        "Table is not in a valid state to enable Kinesis Streaming Destination: Kinesis streaming is not in ACTIVE state. \
         Updates are only allowed in ACTIVE state. TableName: {table}, kdsArn: {stream}"
    )
}

/// An update to what is set.
#[must_use]
pub fn same_precision(precision: &str, table_id: &str, stream: &str) -> String {
    format!(
        "Invalid Request: Precision is already set to the desired value of {precision} for tableId: {table_id}, kdsArn: \
         {stream}"
    )
}
