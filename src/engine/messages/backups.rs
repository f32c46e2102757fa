//! Texts about backups, restores, exports and imports.

use crate::clock::Timestamp;

/// A backup that does not exist.
#[must_use]
pub fn not_found(arn: &str) -> String {
    format!("Backup not found: {arn}")
}

/// What is no ARN at all, or not that of a backup.
pub const NOT_AN_ARN: &str = "Invalid Request: BackupArn is not valid";
/// The ARN of something else than a backup.
pub const INVALID_ARN: &str = "Invalid Backup ARN";
/// Something of another account.
pub const ACCESS_DENIED: &str = "Access is denied";

/// A DeleteBackup of what the service made.
#[must_use]
pub fn system_backup(arn: &str, expires: Timestamp) -> String {
    format!(
        "Invalid Request: User is not allowed to delete the system backup with arn {arn}. It will automatically expire on \
         {expires}Z"
    )
}

/// A backup that is still being made.
#[must_use]
pub fn being_created(arn: &str) -> String {
    format!("Backup is being created: {arn}")
}

/// A backup that is already being restored.
#[must_use]
pub fn restoring_another(arn: &str) -> String {
    format!("Backup is being used to restore another table: {arn}")
}

/// A DeleteBackup of a backup that is being restored.
#[must_use]
pub fn restoring(arn: &str) -> String {
    format!("Backup is being used to restore table: {arn}")
}

/// More backups than are kept here.
#[must_use]
pub fn too_many(most: usize) -> String {
    format!("This engine keeps {most} backups at most; delete some (the service has no limit)")
}

/// More in backups than there is room for here.
#[must_use]
pub fn too_large(megabytes: u64) -> String {
    format!("This engine keeps backups of {megabytes} MB together at most; delete some (the service has no limit)")
}

/// A time range that ends before it begins.
pub const RANGE: &str =
    "One or more parameter values were invalid: Time range lower bound must be less than or equal to upper bound";

/// A restore to a name that a table has.
#[must_use]
pub fn already_restoring(name: &str, arn: &str) -> String {
    format!("Table: {name} is already being restored from backup: {arn}")
}

/// More restores at a time than there may be.
#[must_use]
pub fn too_many_restores(most: usize) -> String {
    format!("Subscriber limit exceeded: Only {most} restore operations can be in progress at a time")
}

/// A restore or an export of a table without point-in-time recovery.
#[must_use]
pub fn recovery_off(name: &str) -> String {
    format!("Point in time recovery is not enabled for table '{name}'")
}

/// A restore to a moment that cannot be restored.
#[must_use]
pub fn restore_time(asked: Timestamp, earliest: Timestamp, latest: Timestamp) -> String {
    let text = |moment: Timestamp| format!("'{}Z'", &moment.to_string()[..19]);
    format!(
        "RestoreDateTime {} must be within EarliestRestorableDateTime {} and LatestRestorableDateTime {}",
        text(asked),
        text(earliest),
        text(latest)
    )
}

/// A recovery period for a table whose recovery is switched off.
pub const DAYS_OF_NONE: &str =
    "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.";

/// A restore to a moment and to the latest one.
pub const BOTH_TIMES: &str = "Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for \
     point-in-time restore request. Please set only one of them";
/// A restore to no moment.
pub const NO_TIME: &str =
    "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both";
/// A restore of a table that is named twice.
pub const TWO_SOURCES: &str = "Must provide exactly one of: sourceTableArn, sourceTableName";
/// A SourceTableArn that is none.
pub const SOURCE_ARN: &str = "One or more parameter values were invalid: sourceTableArn is not a valid ARN";
/// A SourceTableArn of another account.
pub const OTHER_OWNER: &str = "This action is only supported by accounts that match the resource owner's account.";
/// A restore that leaves the units out.
pub const UNITS_REQUIRED: &str =
    "Invalid Request: Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED";
/// A restore to on-demand, with units.
pub const UNITS_OF_ON_DEMAND: &str =
    "Invalid Request: Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST";
/// Units for a table that is on demand.
pub const UNITS_WITHOUT_MODE: &str =
    "Invalid Request: Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED";

/// A maximum for a table that is not on demand.
#[must_use]
pub fn maximum_of_provisioned(member: &str) -> String {
    format!(
        "Invalid Request: Cannot override {member} for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST"
    )
}

/// A maximum that is none.
#[must_use]
pub fn maximum_range(member: &str) -> String {
    format!("Invalid Request: Requested {member} for OnDemandThroughput is outside of valid range")
}

/// An index that the source has not.
#[must_use]
pub fn new_index(name: &str) -> String {
    format!(
        "Invalid Request: Index {name} does not match a secondary index that existed in the source table and cannot be \
         created during the restore operation"
    )
}

/// An index without units on a provisioned table.
#[must_use]
pub fn index_units_required(name: &str) -> String {
    format!("Invalid Request: Must specify provisioned throughput for index {name}")
}

/// An index with units on an on-demand table.
#[must_use]
pub fn index_units_refused(name: &str) -> String {
    format!(
        "Invalid Request: Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST for index \
         {name}"
    )
}
