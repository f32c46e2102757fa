//! From what a request calls a table to the table: by its name, or by its ARN.
//!
//! Left out: tables of other accounts, which nobody has shared here; an ARN is read for its table alone.
//! Source: API reference, TableName of every request.

use super::Engine;
use super::error::{ApiError, ErrorKind};
use super::messages::tables as text;
use super::shape;
use super::table::{Table, TableStatus};
use crate::clock::Timestamp;

/// The fewest characters of a table's name.
const SHORTEST: usize = 3;
/// The most characters of a table's name.
const LONGEST: usize = 255;

impl Engine {
    /// The table that a data request speaks of, which must be there to be read and written.
    pub(super) fn data_table(&self, name: &str) -> Result<&Table, ApiError> {
        match self.tables.get(name) {
            // A name that a table has needs no check.
            Some(table) if is_data_table(table) => Ok(table),
            _ => {
                check(name)?;
                self.tables.get(table_name(name)).filter(|table| is_data_table(table)).ok_or_else(not_found)
            }
        }
    }

    /// As [`Engine::data_table`], to change.
    pub(super) fn data_table_mut(&mut self, name: &str) -> Result<&mut Table, ApiError> {
        self.data_table(name)?;
        self.tables.get_mut(table_name(name)).filter(|table| is_data_table(table)).ok_or_else(not_found)
    }

    /// The table that a control request speaks of, whatever its state.
    pub(super) fn control_table(&self, name: &str) -> Result<&Table, ApiError> {
        check(name)?;
        let name = table_name(name);
        self.tables.get(name).ok_or_else(|| table_not_found(name))
    }

    /// As [`Engine::control_table`], to change, which a store is to know.
    pub(super) fn control_table_mut(&mut self, name: &str) -> Result<&mut Table, ApiError> {
        check(name)?;
        let name = table_name(name);
        self.note_table(name);
        // Whatever is changed, it is settled before the next request.
        self.schedule(name, Timestamp::default());
        self.tables.get_mut(name).ok_or_else(|| table_not_found(name))
    }
}

/// The table's name in a TableName, which may also be an ARN.
pub(super) fn table_name(name_or_arn: &str) -> &str {
    match name_or_arn.strip_prefix("arn:").and_then(|arn| arn.split_once(":table/")) {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => name_or_arn,
    }
}

/// Whether a table can be called so.
pub(super) fn can_be_name(name: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&name.len()) && (shape::NAME.fits)(name)
}

/// Refuses what cannot be a table's name, and an ARN that is not a table's own, such as an index's.
fn check(name: &str) -> Result<(), ApiError> {
    let Some(arn) = name.strip_prefix("arn:") else {
        return if can_be_name(name) { Ok(()) } else { Err(ApiError::validation(text::NOT_A_NAME)) };
    };
    let table = arn.split_once(":table/").map(|(_, table)| table);
    match table {
        Some(table) if can_be_name(table) => Ok(()),
        _ => Err(ApiError::validation(text::invalid_arn(name))),
    }
}

/// Whether a table's items may be read and written.
const fn is_data_table(table: &Table) -> bool {
    matches!(table.state, TableStatus::Active | TableStatus::Updating(_))
}

fn not_found() -> ApiError {
    ApiError::new(ErrorKind::ResourceNotFoundException, text::NOT_FOUND)
}

fn table_not_found(name: &str) -> ApiError {
    ApiError::new(ErrorKind::ResourceNotFoundException, text::table_not_found(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_a_tables_own_or_refused() {
        let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders";
        assert_eq!((table_name(arn), table_name("Orders")), ("Orders", "Orders"));
        assert!(check(arn).is_ok() && check("Orders").is_ok());
        for other in ["/index/byState", "/stream/2026-01-01T00:00:00.000", "/"] {
            assert!(check(&format!("{arn}{other}")).is_err(), "{other}");
        }
        for other in ["arn:aws:s3:::bucket", "", "xx", "a b c", "no!name", &"a".repeat(256)] {
            assert!(check(other).is_err(), "{other}");
        }
    }
}
