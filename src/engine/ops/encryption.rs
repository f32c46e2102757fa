//! SSESpecification: the member by which CreateTable, UpdateTable, restores and imports name a key of KMS.
//!
//! Source: API reference, SSESpecification.

use crate::engine::Config;
use crate::engine::error::ApiError;
use crate::engine::messages::encryption as text;
use crate::engine::shape::{Shape, Shaped as _, structure};
use crate::engine::table::encryption::{MANAGED, key_arn};

structure! {
    /// With which key the table is encrypted.
    pub(super) struct SseSpecification as "SSESpecification" {
        /// Whether with a key of AWS KMS; otherwise with one that AWS owns.
        "Enabled" enabled: Option<bool> => optional Shape::BOOLEAN;
        /// KMS, the one type there is.
        "SSEType" sse_type: Option<String> => optional Shape::one_of(&["AES256", "KMS"]);
        /// The key: its identifier, ARN, alias or alias ARN; left out for the AWS managed key.
        "KMSMasterKeyId" key_id: Option<String> => optional Shape::STRING;
    }
}

/// SSESpecification.
pub(super) const SPECIFICATION: Shape = Shape::Structure(SseSpecification::STRUCTURE);

impl SseSpecification {
    /// The ARN of the key that is asked for; `None` for the one that AWS owns.
    ///
    /// # Errors
    /// The members contradict each other.
    pub(super) fn key(&self, config: &Config) -> Result<Option<String>, ApiError> {
        let refused = match (self.enabled.unwrap_or_default(), self.sse_type.as_deref(), self.key_id.as_deref()) {
            (_, Some("AES256"), _) => text::AES256,
            (false, Some(_), _) => text::TYPE_OF_NONE,
            (false, None, Some(_)) => text::KEY_OF_NONE,
            (true, None, Some(_)) => text::KEY_NEEDS_TYPE,
            (false, None, None) => return Ok(None),
            (true, _, key) => return Ok(Some(key_arn(key.unwrap_or(MANAGED), &config.region, &config.account))),
        };
        Err(ApiError::validation(refused))
    }
}
