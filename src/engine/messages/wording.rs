//! In which of its wordings the service refuses a request.
//!
//! Since June 2026 the service puts its verbs under a new validation framework, Region by Region. What is refused is the
//! same; the words around it differ. Each verb says in one field which wording it has (us-east-1, October 2026), and the
//! texts that differ ask for it. What is refused after the table was looked up reads the same in all of them.

use super::values;
use crate::engine::error::{ApiError, ErrorKind};

/// The wording of a verb.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wording {
    /// The older framework's.
    #[default]
    Older,
    /// The older framework's in PartiQL, which takes an exponent of more than 32 bits for no number at all.
    Statement,
    /// The new framework's texts as they are.
    Bare,
    /// The new framework's texts, each announced as a validation error.
    Enveloped,
}

/// What announces a single refusal.
const ENVELOPE: &str = "1 validation error detected: ";

/// A refusal as the new framework announces it.
#[must_use]
pub fn announced(message: &str) -> String {
    format!("{ENVELOPE}{message}")
}

impl Wording {
    /// Whether texts are the new framework's.
    #[must_use]
    pub const fn is_new(self) -> bool {
        matches!(self, Self::Bare | Self::Enveloped)
    }

    /// Checks what a request says by itself, before any table is looked up, and words its refusal.
    ///
    /// # Errors
    /// What the check is refused with, announced as this wording does.
    pub fn of_request<T>(self, check: impl FnOnce() -> Result<T, ApiError>) -> Result<T, ApiError> {
        check().map_err(|mut error| {
            // A value that has no type, or several, is told of bare by every verb.
            let is_typed = ![values::EMPTY, values::MORE_THAN_ONE].contains(&error.message.as_str());
            if self == Self::Enveloped && error.kind == ErrorKind::ValidationException && is_typed {
                error.message = announced(&error.message);
            }
            error
        })
    }
}
