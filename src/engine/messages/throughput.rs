//! Texts of refusals for want of throughput, and of declarations of throughput that are refused.

use crate::clock::Timestamp;
use crate::engine::table::Throughput;

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
/// On-demand traffic beyond the account's quota.
pub const ACCOUNT_EXCEEDED: &str = "Throughput exceeds the current throughput limit for your account. Please contact AWS \
     Support at https://aws.amazon.com/support request a limit increase";

/// An item collection that would grow beyond its limit.
pub const COLLECTION_TOO_LARGE: &str = "Collection size exceeded.";

/// OnDemandThroughput of a provisioned table.
pub const MAXIMUM_NEEDS_ON_DEMAND: &str = "One or more parameter values were invalid: OnDemandThroughput can only be \
     specified when BillingMode is PAY_PER_REQUEST";
/// A maximum of 0.
pub const MAXIMUM_OF_NOTHING: &str = "One or more parameter values were invalid: MaxReadRequestUnits and \
     MaxWriteRequestUnits must be at least 1, or -1 for no maximum";

/// WarmThroughput below what there is.
#[must_use]
pub fn warm_lower(current: Throughput) -> String {
    format!(
        "One or more parameter values were invalid: WarmThroughput cannot be decreased. Current ReadUnitsPerSecond: {}. \
         Current WriteUnitsPerSecond: {}",
        current.read, current.write
    )
}

/// A decrease for which the UTC day has no room left.
#[must_use]
pub fn too_many_decreases(today: u32, last: Timestamp, next: Timestamp) -> String {
    format!(
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first \
         4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. \
         Number of decreases today: {today}. Last decrease at {}. Next decrease can be made at {}",
        date(last),
        date(next)
    )
}

/// A switch to on-demand too many.
#[must_use]
pub fn too_many_switches(last: Timestamp, next: Timestamp) -> String {
    format!(
        "Subscriber limit exceeded: Update to PayPerRequest mode are limited to 4 in 1 day(s). Last update at {}. Next \
         update can be made at {}",
        date(last),
        date(next)
    )
}

/// Provisioned units beyond a table's quota.
#[must_use]
pub fn table_quota(kind: &str, units: u64, quota: u64) -> String {
    format!(
        "Subscriber limit exceeded: {kind}CapacityUnits of the table and its indexes would be {units}, and the \
         table-level limit is {quota}"
    )
}

/// Provisioned units beyond the account's quota.
#[must_use]
pub fn account_quota(kind: &str, units: u64, quota: u64) -> String {
    format!(
        "Subscriber limit exceeded: {kind}CapacityUnits of all tables would be {units}, and the account-level limit is \
         {quota}"
    )
}

/// A moment as these texts give it: `Monday, June 1, 2026 10:00:00 AM UTC`.
fn date(at: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, month, day, hour, minute, second, _) = at.civil();
    // The epoch was a Thursday.
    let weekday = DAYS[usize::try_from(at.as_secs() / 86_400 % 7).unwrap_or(0)];
    let month = MONTHS[usize::try_from(month.saturating_sub(1)).unwrap_or(0)];
    let (half, hour) = (if hour < 12 { "AM" } else { "PM" }, (hour + 11) % 12 + 1);
    format!("{weekday}, {month} {day}, {year} {hour}:{minute:02}:{second:02} {half} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_spelled_out() {
        let at = |millis| date(Timestamp::from_millis(millis));
        assert_eq!(at(1_780_308_000_000), "Monday, June 1, 2026 10:00:00 AM UTC");
        assert_eq!(at(0), "Thursday, January 1, 1970 12:00:00 AM UTC");
        assert_eq!(at(1_780_316_131_000), "Monday, June 1, 2026 12:15:31 PM UTC");
    }
}
