//! A request that is read and checked once and sent many times, as traffic does.
//!
//! Reading JSON and compiling expressions takes several times as long as touching an item. A [`Statement`] keeps the
//! request in the form that a verb carries out; nothing about what it does, costs or is refused for is any different.
//! What it knows of its tables may be outdated by a change of any table; it is then read anew.

use std::fmt;

use serde_json::Value;

use super::journal::Trace;
use super::ops::{self, Prepared, Verb};
use super::{ApiError, Engine, ErrorKind};

/// A request to be sent many times.
#[derive(Clone)]
pub struct Statement {
    verb: &'static Verb,
    body: Value,
    ready: Prepared,
    /// How many changes of tables there had been when it was read.
    generation: u64,
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb.name, self.body)
    }
}

impl Engine {
    /// Reads and checks a request.
    ///
    /// # Errors
    /// The exceptions that the request is refused with before anything is touched.
    pub fn prepare(&mut self, verb: &str, body: Value) -> Result<Statement, ApiError> {
        self.settle();
        let verb = ops::find(verb).ok_or_else(|| ApiError::new(ErrorKind::UnknownOperationException, ""))?;
        let ready = (verb.prepare)(self, body.clone())?;
        Ok(Statement { verb, body, ready, generation: self.generation })
    }

    /// Carries a prepared request out once more. It does not enter the journal, which thousands of them would flood: the
    /// supplies of its table tell what they served and refused. Nor is its answer of interest, only whether it was served.
    ///
    /// # Errors
    /// The service's exceptions.
    pub fn execute(&mut self, statement: &mut Statement) -> Result<(), ApiError> {
        self.settle();
        self.refreshed(statement)?;
        let mut trace = Trace { is_unread: true, ..Trace::default() };
        statement.ready.execute(self, &mut trace).map(|_| ())
    }

    /// Reads a statement anew if a table has changed since.
    fn refreshed(&self, statement: &mut Statement) -> Result<(), ApiError> {
        if statement.generation != self.generation {
            statement.ready = (statement.verb.prepare)(self, statement.body.clone())?;
            statement.generation = self.generation;
        }
        Ok(())
    }
}
