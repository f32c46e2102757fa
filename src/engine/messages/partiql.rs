//! Texts about PartiQL statements.

/// What follows where nothing may.
pub const TOKEN_AFTER_EXPRESSION: &str = "Unexpected token after expression";
/// What stands where something else must.
pub const UNEXPECTED_TOKEN: &str = "Unexpected token";
/// A text that begins with none of the statements.
pub const DATA_MANIPULATION: &str = "Expected data manipulation";
/// A set without members.
pub const EMPTY_BAG: &str = "Empty bags are not supported";
/// EXISTS of an item without a further condition.
pub const EXISTS_WITHOUT_CONDITION: &str = "EXISTS() must contain a single item read with additional condition";
/// Two branches of an OR that read the same sort key values.
pub const OVERLAPPING: &str = "Overlapping conditions with range keys are not supported in where clause";
/// A table under another name.
pub const ALIASING: &str = "Aliasing is not supported";
/// More or fewer parameters than question marks.
pub const PARAMETER_COUNT: &str = "Number of parameters in request and statement don't match.";
/// A write that does not name its item.
pub const KEY_REQUIRED: &str = "Where clause does not contain a mandatory equality on all key attributes";
/// An order that is not one of a single partition key's items.
pub const ORDER_NEEDS_KEY: &str =
    "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.";
/// A strong read of a global index.
pub const CONSISTENT_GLOBAL_INDEX: &str = "Strongly consistent read is not supported on Global Secondary Indexes";
/// An index that does not exist.
pub const NO_SUCH_INDEX: &str = "The table does not have the specified index";
/// A SELECT without its key, in a batch.
pub const BATCH_KEY_REQUIRED: &str =
    "Select statements within BatchExecuteStatement must specify the primary key in the where clause.";
/// Reads beside writes, in a batch.
pub const BATCH_MIXED: &str = "Read and write requests together in the same batch is not supported.";
/// Reads beside writes, in a transaction.
pub const TRANSACTION_MIXED: &str = "Read and write requests together in the same transaction is not supported.";
/// A SELECT without its key, in a transaction.
pub const TRANSACTION_KEY_REQUIRED: &str =
    "Select statements within ExecuteTransaction must specify the primary key in the where clause.";
/// RETURNING in a transaction.
pub const TRANSACTION_RETURNING: &str = "RETURNING clause is not supported in ExecuteTransaction.";
/// An index in a transaction.
pub const TRANSACTION_INDEX: &str = "Reads on indices are not supported within transactions.";
/// EXISTS anywhere else than in a transaction of writes.
pub const EXISTS_OUTSIDE: &str = "EXISTS is only supported in ExecuteTransaction.";
/// A NextToken of another statement.
pub const INVALID_NEXT_TOKEN: &str = "NextToken does not match request";

/// A text that is no statement.
#[must_use]
pub fn not_well_formed(why: &str) -> String {
    format!("Statement wasn't well formed, can't be processed: {why}")
}

/// A DELETE that returns something else than the old item.
#[must_use]
pub fn delete_returning(words: &str) -> String {
    format!("Invalid returning clause: RETURNING {words}. Only RETURNING ALL OLD * is allowed in DELETE statements.")
}

/// An order by an attribute that is no key.
#[must_use]
pub fn order_by_other(name: &str) -> String {
    format!("Variable reference {name} in ORDER BY clause must be part of the primary key")
}

/// A function among the columns.
#[must_use]
pub fn unexpected_path_component(place: &impl std::fmt::Display) -> String {
    format!("Unexpected path component at {place}")
}

/// A function that there is not.
#[must_use]
pub fn unrecognized_function(name: &str, place: &impl std::fmt::Display) -> String {
    format!("Unrecognized function: {name} at {place}")
}

/// A change of a set that is assigned to another attribute.
#[must_use]
pub fn other_target(function: &str, place: &impl std::fmt::Display) -> String {
    format!("The first argument to {} must equal the assignment value at {place}", function.to_uppercase())
}

/// What is wrong with a number of a literal, and where in it.
#[must_use]
pub fn under_root(message: &str, within: &[String]) -> String {
    format!("{message} under root{}", within.concat())
}

/// What is wrong with one statement of a transaction.
#[must_use]
pub fn in_transaction(place: usize, message: &str) -> String {
    format!("Validation failed in TransactStatements[{place}]: {message}")
}
