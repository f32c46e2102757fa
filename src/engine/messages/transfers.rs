//! Texts about exports to and imports from Amazon S3.

use crate::clock::Timestamp;

/// A bucket that does not exist: FailureCode.
pub const NO_BUCKET_CODE: &str = "S3NoSuchBucket";
/// A bucket that does not exist.
pub const NO_BUCKET: &str =
    "The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket)";
/// A bucket that cannot be read or written: FailureCode.
pub const NO_ACCESS_CODE: &str = "S3AccessDenied";
/// Items that were not imported: FailureCode.
pub const INVALID_ITEMS_CODE: &str = "ItemValidationError";
/// Items that were not imported.
pub const INVALID_ITEMS: &str = "Some of the items failed validation checks and were not imported. Please check \
     CloudWatch error logs for more details.";

/// Where a bucket is, for whoever looks for it.
#[must_use]
pub fn no_bucket(bucket: &str) -> String {
    format!("{NO_BUCKET}; here a bucket is a directory called {bucket} in the one that --s3-dir names at the start")
}

/// An access that failed.
#[must_use]
pub fn no_access(cause: &str) -> String {
    format!("Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied): {cause}")
}

/// More than one import reads here.
#[must_use]
pub fn too_much(megabytes: u64, items: u64, objects: usize) -> String {
    format!(
        "This engine imports {megabytes} MB, {items} items and {objects} objects at a time at most; the rest was left out"
    )
}

/// A TableArn that is none.
pub const TABLE_ARN: &str = "One or more parameter values were invalid: tableArn is not a valid ARN";
/// A key for a bucket that is not encrypted with one.
pub const KEY_NEEDS_KMS: &str = "Invalid Request: KMS Key Id is not supported for this encryption type";
/// A token that was used for another request.
pub const EXPORT_CONFLICT: &str = "Export conflict: Duplicate request detected with conflicting parameters";
/// As [`EXPORT_CONFLICT`], of an import.
pub const IMPORT_CONFLICT: &str = "Import conflict: Duplicate request detected with conflicting parameters";
/// A time outside the window.
pub const EXPORT_TIME: &str = "Export Time is invalid";
/// A time that is too near.
pub const EXPORT_TIME_TOO_NEAR: &str = "Point in Time Recovery is not available for specified export time";
/// A period without the type.
pub const TYPE_REQUIRED: &str = "Invalid Request: Export Type expected to be Incremental Export when incremental export \
     specification is provided";
/// A period for a full export.
pub const FULL_WITH_PERIOD: &str =
    "Invalid Request: When Export Type is Full Export , Incremental Export Specification should not be provided";
/// An incremental export without a period.
pub const PERIOD_REQUIRED: &str = "Invalid Request: Incremental Export Specification expected when export type is set as \
     Incremental Export";
/// A period without its beginning.
pub const FROM_REQUIRED: &str = "Invalid Request: ExportFromTime must be provided in IncrementalExportSpecification";
/// A period that is too short.
pub const TOO_SHORT: &str =
    "Difference between export period from time and export period to time is less than 15 minutes";
/// A period that is too long.
pub const TOO_LONG: &str =
    "Difference between export period from time and export period to time is greater than 24 hours";

/// A period that begins before recovery does.
#[must_use]
pub fn from_too_early(from: Timestamp) -> String {
    let from = &from.to_string()[..19];
    format!("Incremental export period from time cannot be less than the table creation time : {from}Z")
}

/// A period that ends in the future.
#[must_use]
pub fn to_too_late(to: Timestamp) -> String {
    let to = &to.to_string()[..19];
    format!("Incremental export period to time cannot be greater than the current time : {to}Z")
}

/// The ARN of something else than an export.
pub const INVALID_EXPORT_ARN: &str = "Invalid Export ARN";
/// The ARN of something else than an import.
pub const INVALID_IMPORT_ARN: &str = "Invalid Import ARN";

/// An export that does not exist.
#[must_use]
pub fn export_not_found(arn: &str) -> String {
    format!("Export not found: Export not found: {arn}")
}

/// An import that does not exist.
#[must_use]
pub fn import_not_found(arn: &str) -> String {
    format!("Import not found: Import not found: {arn}")
}

/// A NextToken that was not handed out.
#[must_use]
pub fn token(token: &str) -> String {
    format!("Invalid Request: Provided nextToken is invalid: {token}")
}

/// Options of a format that has none.
#[must_use]
pub fn options(format: &str) -> String {
    format!("Invalid Request: Unsupported InputFormatOptions for the given input format: {format}.")
}

/// More transfers at a time than there may be.
#[must_use]
pub fn too_many(most: usize, what: &str) -> String {
    format!("Subscriber limit exceeded: Only {most} {what} can be in progress at a time")
}
