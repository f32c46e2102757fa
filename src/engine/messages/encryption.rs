//! Texts about encryption at rest.

/// A type for a table that is not to be encrypted with a key of KMS.
pub const TYPE_OF_NONE: &str =
    "One or more parameter values were invalid: SSEType can not be specified if Enabled is false";
/// A key for a table that is not to be encrypted with a key of KMS.
pub const KEY_OF_NONE: &str =
    "One or more parameter values were invalid: KMSMasterKeyId can not be specified if Enabled is false";
/// A key without a type.
pub const KEY_NEEDS_TYPE: &str =
    "One or more parameter values were invalid: SSEType KMS is required if KMSMasterKeyId is specified";
/// The type of old times.
pub const AES256: &str = "One or more parameter values were invalid: SSEType AES256 is not supported";
/// An UpdateTable that asks for something beside another key.
pub const ALONE: &str = "One or more parameter values were invalid: Server-Side Encryption modification must be the \
     only operation in the request";
/// An UpdateTable to the key that AWS owns, of a table that has it.
pub const BY_DEFAULT: &str = "One or more parameter values were invalid: Table is already encrypted by default";
/// An UpdateTable to the key that the table has.
pub const SAME_KEY: &str = "One or more parameter values were invalid: Table is already encrypted with given \
     KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key";
