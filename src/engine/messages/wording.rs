//! In which of its wordings the service refuses a request.
//!
//! Since June 2026 the service puts its verbs under a new validation framework, Region by Region. What is refused is the
//! same; the words around it differ. Each verb says in one field which wording it has (us-east-1, October 2026), and the
//! texts that differ ask for it. What is refused after the table was looked up reads the same in all of them.

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
}
