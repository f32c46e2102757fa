//! Expressions: a small compiler from the text of a ConditionExpression, FilterExpression, KeyConditionExpression,
//! ProjectionExpression or UpdateExpression to something that can be held against an item.
//!
//! The life of one: `lexer` cuts the text into tokens, `parser` builds a tree of what was written (`syntax`),
//! `condition`, `update`, `projection` and `key_condition` check it in the order in which the service complains,
//! replace placeholders, and compile it ([`ast`]); `eval` and [`Update::apply`] run it. Any text gives a compiled
//! expression or a ValidationException in the service's words, never a panic: depth and lengths are bounded.
//!
//! Left out: nothing of the language. Source: AWS documentation, "Using expressions in DynamoDB".

use std::ops::Range;

use super::error::ApiError;
use super::messages::expressions as text;
use parser::ExpressionParser;

pub mod ast;
mod condition;
mod eval;
mod key_condition;
mod lexer;
mod parser;
mod path;
mod placeholders;
mod projection;
mod reserved;
mod resolve;
mod syntax;
mod token;
mod update;

pub use condition::Condition;
pub use key_condition::{Clause, KeyCondition, KeyRange, KeyTest, SortRange};
pub(super) use parser::Parsed;
pub use path::{Element, Path};
pub use placeholders::Placeholders;
pub use projection::ProjectedPaths;
pub use reserved::is_reserved;
pub use update::Update;

/// The longest text of an expression, in bytes.
const MAX_BYTES: usize = 4096;

/// Which parameter an expression came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ConditionExpression.
    Condition,
    /// FilterExpression.
    Filter,
    /// KeyConditionExpression.
    KeyCondition,
    /// ProjectionExpression.
    Projection,
    /// UpdateExpression.
    Update,
}

impl Kind {
    /// The parameter's name.
    #[must_use]
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Condition => "ConditionExpression",
            Self::Filter => "FilterExpression",
            Self::KeyCondition => "KeyConditionExpression",
            Self::Projection => "ProjectionExpression",
            Self::Update => "UpdateExpression",
        }
    }

    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Condition, Self::Filter, Self::KeyCondition, Self::Projection, Self::Update];

    fn refusal(self, message: &str) -> ApiError {
        ApiError::validation(format!("Invalid {}: {message}", self.parameter()))
    }

    /// Checks what is refused before anything is parsed.
    ///
    /// # Errors
    /// ValidationException for no text, or too long a one.
    pub fn check_text(self, expression: &str) -> Result<(), ApiError> {
        if expression.is_empty() {
            return Err(self.refusal(text::EMPTY));
        }
        if expression.len() > MAX_BYTES {
            let size = (self != Self::Update).then_some(expression.len());
            return Err(self.refusal(&text::too_long(size)));
        }
        Ok(())
    }
}

/// What the last word of a refusal is called where it stands in the expression as it was written.
const NAMED: [&str; 4] = ["; reserved keyword", "; attribute name", "; attribute value", "; function"];

/// Returns where an expression is at fault, in bytes: the token that the grammar has no place for, or else the one that the
/// refusal in `message` names at its end. `None` if neither is known.
///
/// ```
/// use dynadrill::engine::expr::{Kind, fault};
///
/// assert_eq!(fault("sku = :s ANND x = :y", Kind::KeyCondition, ""), Some(9..13));
/// let message = "Invalid FilterExpression: Attribute name is a reserved keyword; reserved keyword: status";
/// assert_eq!(fault("a = :a AND status = :b", Kind::Filter, message), Some(11..17));
/// ```
#[must_use]
pub fn fault(expression: &str, kind: Kind, message: &str) -> Option<Range<usize>> {
    let mut parser = ExpressionParser::new(expression);
    let parsed = match kind {
        Kind::Condition | Kind::Filter | Kind::KeyCondition => parser.condition().map(drop),
        Kind::Projection => parser.projection().map(drop),
        Kind::Update => parser.update().map(drop),
    };
    match parsed {
        Err(words) if words.starts_with(text::SYNTAX) => Some(parser.place()),
        _ => {
            let (before, named) = message.rsplit_once(": ")?;
            if !NAMED.iter().any(|label| before.ends_with(label)) {
                return None;
            }
            let token = lexer::tokens(expression).into_iter().find(|token| &expression[token.span.clone()] == named);
            token.map(|token| token.span).filter(|span| !span.is_empty())
        }
    }
}

/// Why a key condition was refused.
enum KeyConditionError {
    /// In words that follow `Invalid KeyConditionExpression: `.
    Prefixed(String),
    /// In words of its own.
    Bare(String),
}

/// Compiles a condition or a filter.
///
/// # Errors
/// ValidationException.
pub fn condition(expression: &str, kind: Kind, placeholders: &mut Placeholders) -> Result<Condition, ApiError> {
    kind.check_text(expression)?;
    condition::compile(expression, placeholders).map_err(|message| kind.refusal(&message))
}

/// Compiles a key condition.
///
/// # Errors
/// ValidationException.
pub fn key_condition(expression: &str, placeholders: &mut Placeholders) -> Result<KeyCondition, ApiError> {
    let kind = Kind::KeyCondition;
    kind.check_text(expression)?;
    key_condition::compile(expression, placeholders).map_err(|problem| match problem {
        KeyConditionError::Prefixed(message) => kind.refusal(&message),
        KeyConditionError::Bare(message) => ApiError::validation(message),
    })
}

/// Compiles a projection.
///
/// # Errors
/// ValidationException.
pub fn projection(expression: &str, placeholders: &mut Placeholders) -> Result<ProjectedPaths, ApiError> {
    Kind::Projection.check_text(expression)?;
    projection::compile(expression, placeholders).map_err(|message| Kind::Projection.refusal(&message))
}

/// Compiles an update.
///
/// # Errors
/// ValidationException.
pub fn update(expression: &str, placeholders: &mut Placeholders) -> Result<Update, ApiError> {
    Kind::Update.check_text(expression)?;
    update::compile(expression, placeholders).map_err(|message| Kind::Update.refusal(&message))
}
