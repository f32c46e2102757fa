//! Texts of refusals for want of throughput, and of declarations of throughput that are refused.
//!
//! Source: what the service was seen to answer, as users of it published it.

use crate::clock::Timestamp;

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

const INVALID: &str = "One or more parameter values were invalid: ";
const REFER: &str = "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.";
/// Where the figures of a new on-demand table are documented.
const INITIAL: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial";

/// What a refused setting belongs to, in the words of these texts: a table, or the index of this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner<'a> {
    /// The table.
    Table,
    /// A global index.
    Index(&'a str),
}

impl Owner<'_> {
    /// How the texts about WarmThroughput name it.
    fn of_warm(self) -> String {
        match self {
            Self::Table => "table".to_owned(),
            Self::Index(name) => format!("index {name}"),
        }
    }

    /// How the texts about OnDemandThroughput name it.
    fn of_maximum(self) -> String {
        match self {
            Self::Table => "table".to_owned(),
            Self::Index(name) => format!("index : {name}"),
        }
    }
}

/// OnDemandThroughput of a provisioned table; `member` is the member that was given.
#[must_use]
pub fn maximum_needs_on_demand(member: &str, owner: Owner<'_>) -> String {
    let of = if owner == Owner::Table { String::new() } else { format!(" for {}", owner.of_maximum()) };
    format!(
        "{INVALID}{member} for OnDemandThroughput{of} cannot be specified when the table BillingMode is PROVISIONED"
    )
}

/// A maximum of 0, or one below -1.
#[must_use]
pub fn maximum_out_of_range(member: &str, owner: Owner<'_>) -> String {
    format!("{INVALID}Requested {member} for OnDemandThroughput for {} is outside of valid range", owner.of_maximum())
}

/// A maximum beyond the quota of a table; `kind` is Read or Write.
#[must_use]
pub fn maximum_quota(kind: &str, owner: Owner<'_>, region: &str) -> String {
    format!(
        "Subscriber limit exceeded: Requested Max{kind}RequestUnits for OnDemandThroughput for {} exceeds \
         TableMax{kind}CapacityUnits of the account in region {region}",
        owner.of_maximum()
    )
}

/// WarmThroughput beyond the quota of a table; `kind` is Read or Write.
#[must_use]
pub fn warm_quota(kind: &str, owner: Owner<'_>, region: &str) -> String {
    format!(
        "Subscriber limit exceeded: Requested {kind}UnitsPerSecond for WarmThroughput for {} exceeds \
         TableMax{kind}CapacityUnits of the account in region {region}",
        owner.of_warm()
    )
}

/// WarmThroughput below what there is.
#[must_use]
pub fn warm_lower(kind: &str, owner: Owner<'_>) -> String {
    format!("{} current WarmThroughput, decreasing WarmThroughput is not supported", warm_lower_than(kind, owner))
}

/// WarmThroughput below what a new on-demand table or index begins with.
#[must_use]
pub fn warm_below_initial(kind: &str, owner: Owner<'_>) -> String {
    format!("{} initial throughput for OnDemand. See: {INITIAL}", warm_lower_than(kind, owner))
}

/// WarmThroughput below the provisioned units of a new table or index.
#[must_use]
pub fn warm_below_provisioned(kind: &str, owner: Owner<'_>) -> String {
    format!("{} {kind}CapacityUnits of ProvisionedThroughput", warm_lower_than(kind, owner))
}

fn warm_lower_than(kind: &str, owner: Owner<'_>) -> String {
    format!("{INVALID}Requested {kind}UnitsPerSecond for WarmThroughput for {} is lower than", owner.of_warm())
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

/// Provisioned units beyond a table's quota, those of its indexes included.
#[must_use]
pub fn table_quota(kind: &str, units: u64, quota: u64, region: &str) -> String {
    format!(
        "The requested {kind}CapacityUnits, {units}, is above the per table maximum for the account in {region}. Per \
         table maximum: {quota}. {REFER}"
    )
}

/// Provisioned units beyond the account's quota; `others` are those of the other tables.
#[must_use]
pub fn account_quota(kind: &str, units: u64, others: u64, quota: u64, region: &str) -> String {
    format!(
        "This request would have caused the {kind}CapacityUnits limit to be exceeded for the account in {region}. \
         Current {kind}CapacityUnits reserved by the account: {others}. Limit: {quota}. Requested: {units}. {REFER}"
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
