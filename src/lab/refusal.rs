//! Why a request was refused: by an exception, or, of the statements of a batch, by the error that stands beside each of them.
//!
//! BatchExecuteStatement answers well even if nothing was done. What a learner meets is a refusal all the same: the error of
//! one statement is that statement's, and where none was carried out it is the request's. Source: API reference,
//! BatchStatementError.

use serde_json::Value;

use crate::engine::Entry;

/// A refusal: the exception's name, and its message.
pub(super) type ServiceRefusal = (String, String);

/// Why a request was refused as a whole; `None` if it, or one of its statements, was carried out.
pub(super) fn of(entry: &Entry) -> Option<ServiceRefusal> {
    match &entry.outcome {
        Err(error) => Some((error.kind.name(), error.message.clone())),
        Ok(answer) => {
            let statements = statements(answer)?;
            let refused: Vec<ServiceRefusal> = statements.iter().filter_map(of_statement).collect();
            (refused.len() == statements.len()).then(|| refused.into_iter().next()).flatten()
        }
    }
}

/// Why the statement at a place was refused, in a batch of as many.
pub(super) fn at(entry: &Entry, place: usize, several: usize) -> Option<ServiceRefusal> {
    let statements = statements(entry.outcome.as_ref().ok()?).filter(|all| all.len() == several)?;
    of_statement(statements.get(place)?)
}

/// The entries of a response that has one for each statement.
fn statements(answer: &Value) -> Option<&Vec<Value>> {
    answer.get("Responses")?.as_array()
}

fn of_statement(entry: &Value) -> Option<ServiceRefusal> {
    let error = entry.get("Error")?;
    let message = error["Message"].as_str().unwrap_or_default();
    Some((exception(error["Code"].as_str()?), message.to_owned()))
}

/// The exception that the code of a statement's error stands for.
fn exception(code: &str) -> String {
    match code {
        "ValidationError" => "ValidationException".to_owned(),
        "ThrottlingError" => "ThrottlingException".to_owned(),
        "InternalServerError" | "RequestLimitExceeded" => code.to_owned(),
        code => format!("{code}Exception"),
    }
}
