//! PartiQL: statements in an SQL-like language, read into the same conditions, updates and keys as everything else.
//!
//! The life of a statement: `lexer` cuts it into tokens, `parser` builds a [`Statement`] with its `?` parameters put
//! in; the verbs find out which keys its WHERE fixes and run it as a GetItem, a Query, a Scan or a write of one item.
//! That a SELECT without its partition key is a Scan is the thing to know about PartiQL: the plan says so.
//!
//! Left out: what DynamoDB's PartiQL lacks too (joins, aggregates, GROUP BY, subqueries other than EXISTS in a
//! transaction). Source: AWS documentation, "PartiQL - a SQL-compatible query language for Amazon DynamoDB".

use super::error::ApiError;
use super::expr::Path;
use super::expr::ast::{Expr, UpdateAction};
use super::messages::partiql as text;
use super::value::{AttributeValue, Item};

mod lexer;
mod parser;

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// SELECT.
    Select(SelectStatement),
    /// `EXISTS(SELECT …)`: a condition check in a transaction.
    Exists(SelectStatement),
    /// INSERT.
    Insert {
        /// The table.
        table: String,
        /// The whole item.
        item: Item,
    },
    /// UPDATE.
    Update {
        /// The table.
        table: String,
        /// What to change.
        actions: Vec<UpdateAction>,
        /// WHERE.
        condition: Option<Expr>,
        /// RETURNING.
        returning: Option<Returning>,
    },
    /// DELETE.
    Delete {
        /// The table.
        table: String,
        /// WHERE.
        condition: Option<Expr>,
        /// RETURNING.
        returning: Option<Returning>,
    },
}

/// A SELECT.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectStatement {
    /// The table.
    pub table: String,
    /// The index that is read instead.
    pub index: Option<String>,
    /// The names and paths of what is wanted; `None` for `*`.
    pub columns: Option<Vec<(String, Path)>>,
    /// WHERE.
    pub condition: Option<Expr>,
    /// ORDER BY: the attribute, and whether ascending.
    pub order: Option<(String, bool)>,
}

/// RETURNING: which image of the item, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Returning {
    /// Only what was changed.
    pub modified: bool,
    /// The item after rather than before.
    pub new: bool,
}

impl Returning {
    /// How it is written.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match (self.modified, self.new) {
            (false, false) => "ALL OLD *",
            (false, true) => "ALL NEW *",
            (true, false) => "MODIFIED OLD *",
            (true, true) => "MODIFIED NEW *",
        }
    }
}

/// Reads a statement and puts its parameters in.
///
/// # Errors
/// ValidationException for a text that is no statement, or another number of parameters than it has `?`.
pub fn parse(statement: &str, parameters: &[AttributeValue]) -> Result<Statement, ApiError> {
    let (tokens, places) = lexer::tokens(statement).map_err(ApiError::validation)?;
    let mut parser = parser::StatementParser::new(&tokens, &places, parameters);
    let parsed = parser.statement().map_err(ApiError::validation)?;
    if parser.parameters_used() != parameters.len() {
        return Err(ApiError::validation(text::PARAMETER_COUNT));
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(text: &str) -> String {
        match parse(&format!("SELECT * FROM T WHERE {text}"), &[]) {
            Ok(Statement::Select(SelectStatement { condition: Some(condition), .. })) => condition.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn conditions_are_read_as_expressions() {
        for (text, expected) in [
            ("a = 'x' AND b > 2", r#"a = "x" AND b > 2"#),
            ("NOT a = 'it''s'", r#"NOT a = "it's""#),
            // Unlike in a FilterExpression, an attribute that is not there is not unequal.
            ("a <> 1", "attribute_exists(a) AND a <> 1"),
            ("a IN [1, 2] OR b BETWEEN 1 AND 2", "a IN (1, 2) OR b BETWEEN 1 AND 2"),
            ("a.b[0] IS NOT MISSING", "attribute_exists(a.b[0])"),
            ("a IS NULL", "attribute_type(a, NULL)"),
            ("begins_with(\"a\", 'x') AND size(b) >= 3", r#"begins_with(a, "x") AND size(b) >= 3"#),
            (
                "attribute_exists(a.b) = true AND Attribute_Not_Exists(c)",
                "attribute_exists(a.b) AND attribute_not_exists(c)",
            ),
            ("contains(a, 'x') = FALSE", r#"NOT contains(a, "x")"#),
            ("a IS STRING AND b IS NOT BOOL", "attribute_type(a, S) AND NOT attribute_type(b, BOOL)"),
            ("a /* one */ = -- two\n 1", "a = 1"),
        ] {
            assert_eq!(condition(text), expected, "{text}");
        }
    }

    #[test]
    fn refusals_name_the_place() {
        for (text, expected) in [
            ("SELECT COUNT(*) FROM T", "Unexpected path component at 1:8:5"),
            ("SELECT\n  COUNT(*) FROM T", "Unexpected path component at 2:3:5"),
            ("SELECT * FROM T WHERE EXISTS(a)", "Unrecognized function: exists at 1:23:6"),
            ("UPDATE T SET a = set_add(b, <<1>>) WHERE a = 1", "must equal the assignment value at 1:18:7"),
            ("UPDATE T SET a = set_add(a, <<>>) WHERE a = 1", "Empty bags are not supported"),
            ("UPDATE T t SET a = 1", text::ALIASING),
            ("DELETE FROM T AS t WHERE a = 1", text::ALIASING),
            ("SELECT * FROM T WHERE a = 1e126", "supported range under root"),
            ("INSERT INTO T VALUE {'l': [1, {'x': 1e126}]}", "supported range under root[1].x"),
            ("SELECT * FROM T WHERE a > true", "operator or function: >, operand type: BOOL"),
            ("SELECT * FROM T WHERE attribute_exists('a')", "requires a document path"),
            ("SELECT * FROM T WHERE attribute_exists(a, b)", "number of operands: 2"),
            ("TRUNCATE T", "Expected data manipulation"),
        ] {
            let message = parse(text, &[]).unwrap_err().message;
            assert!(message.contains(expected), "{text}: {message}");
        }
    }

    #[test]
    fn what_is_no_statement_is_refused() {
        for text in [
            "",
            "SELECTT * FROM T",
            "SELECT * FROM T WHERE",
            "SELECT * FROM T x",
            "DELETE FROM T extra",
            "SELECT * FROM T WHERE a = 'x",
        ] {
            assert!(parse(text, &[]).is_err(), "{text}");
        }
        let error = parse("SELECT * FROM T WHERE a = ?", &[]).unwrap_err();
        assert_eq!(error.message, text::PARAMETER_COUNT);
    }
}
