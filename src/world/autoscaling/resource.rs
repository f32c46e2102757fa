//! What can be scaled: the read or write units of a table or of a global index.
//!
//! A request names it twice, by `ResourceId` (`table/Orders`, `table/Orders/index/byDate`) and by `ScalableDimension`
//! (`dynamodb:table:ReadCapacityUnits`), and the two must agree.

use std::fmt;
use std::sync::Arc;

use super::messages as text;
use crate::engine::ApiError;
use crate::engine::capacity::Direction;
use crate::engine::shape::{Shape, TextLimits};

/// What can be scaled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// The table.
    pub table: Arc<str>,
    /// The global index, unless the table itself is meant.
    pub index: Option<Arc<str>>,
    /// Which of its units.
    pub direction: Direction,
}

/// ScalableDimension.
pub(super) const DIMENSION: Shape = Shape::one_of(&[
    "dynamodb:table:ReadCapacityUnits",
    "dynamodb:table:WriteCapacityUnits",
    "dynamodb:index:ReadCapacityUnits",
    "dynamodb:index:WriteCapacityUnits",
]);
/// ResourceId and other names.
pub(super) const NAME: Shape = Shape::String(TextLimits { min: 1, max: 1600, ..TextLimits::ANY });

impl Resource {
    /// The resource that a request names.
    pub(super) fn parse(namespace: &str, id: &str, dimension: &str) -> Result<Self, ApiError> {
        check_namespace(namespace)?;
        let direction = if dimension.ends_with(":ReadCapacityUnits") { Direction::Read } else { Direction::Write };
        let parts: Vec<&str> = id.split('/').collect();
        let (table, index) = match parts[..] {
            ["table", table] => (table, None),
            ["table", table, "index", index] => (table, Some(index)),
            _ => return Err(ApiError::validation(text::unsupported_resource(id))),
        };
        if index.is_some() != dimension.contains(":index:") {
            return Err(ApiError::validation(text::dimension_does_not_fit(id, dimension)));
        }
        Ok(Self { table: table.into(), index: index.map(Into::into), direction })
    }

    /// ResourceId.
    pub(super) fn id(&self) -> String {
        let Self { table, index, .. } = self;
        index.as_ref().map_or_else(|| format!("table/{table}"), |index| format!("table/{table}/index/{index}"))
    }

    /// ScalableDimension.
    pub(super) fn dimension(&self) -> String {
        let kind = if self.index.is_some() { "index" } else { "table" };
        format!("dynamodb:{kind}:{}", self.units())
    }

    /// ReadCapacityUnits or WriteCapacityUnits.
    #[must_use]
    pub const fn units(&self) -> &'static str {
        match self.direction {
            Direction::Read => "ReadCapacityUnits",
            Direction::Write => "WriteCapacityUnits",
        }
    }
}

/// Refuses the namespaces of other services.
pub(super) fn check_namespace(namespace: &str) -> Result<(), ApiError> {
    if namespace == "dynamodb" { Ok(()) } else { Err(ApiError::validation(text::unsupported_namespace(namespace))) }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id(), self.units())
    }
}
