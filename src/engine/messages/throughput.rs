//! Texts of refusals for want of throughput.

/// A provisioned table, or a partition of it, that can serve no more.
pub const TABLE_EXCEEDED: &str = "The level of configured provisioned throughput for the table was exceeded. Consider \
     increasing your provisioning level with the UpdateTable API.";
/// A provisioned global index that can serve no more.
pub const INDEX_EXCEEDED: &str = "The level of configured provisioned throughput for one or more global secondary \
     indexes of the table was exceeded. Consider increasing your provisioning level for the under-provisioned global \
     secondary indexes with the UpdateTable API.";
/// An on-demand table that can serve no more.
pub const ON_DEMAND_TABLE: &str = "Throughput exceeds the current capacity of your table or index. DynamoDB is \
     automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a \
     hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html";
/// A global index on demand that can serve no more.
pub const ON_DEMAND_INDEX: &str = "Throughput exceeds the current capacity for one or more global secondary indexes. \
     DynamoDB is automatically scaling your index so please try again shortly.";
/// The maximum that was set for an on-demand table or index.
pub const ON_DEMAND_MAXIMUM: &str = "Throughput exceeds the maximum OnDemandThroughput configured on table or index.";
