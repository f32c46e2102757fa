//! A request that is read and checked once and sent many times, as traffic does.
//!
//! Reading JSON and compiling expressions takes several times as long as touching an item. A [`PreparedRequest`] keeps
//! the request in the form that a verb carries out; nothing about what it does, costs or is refused for is any
//! different. What it knows of its tables may be outdated by a change of any table; it is then read anew.

use std::fmt;

use serde_json::Value;

use super::ops::{self, Prepared, Verb};
use super::trace::Trace;
use super::{ApiError, Engine};

/// A request to be sent many times.
#[derive(Clone)]
pub struct PreparedRequest {
    verb: &'static Verb,
    body: Value,
    ready: Prepared,
    /// How many changes of tables there had been when it was read.
    generation: u64,
}

impl fmt::Debug for PreparedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb.name, self.body)
    }
}

impl Engine {
    /// Reads and checks a request.
    ///
    /// # Errors
    /// The exceptions that the request is refused with before anything is touched.
    pub fn prepare(&mut self, verb: &str, body: Value) -> Result<PreparedRequest, ApiError> {
        self.settle();
        let verb = ops::find(verb).ok_or_else(|| ops::unknown(verb))?;
        let ready = (verb.prepare)(self, body.clone())?;
        Ok(PreparedRequest { verb, body, ready, generation: self.generation })
    }

    /// Carries a prepared request out once more. It does not enter the journal, which thousands of them would flood: the
    /// supplies of its table tell what they served and refused. Nor is its answer of interest, only whether it was served.
    ///
    /// # Errors
    /// The service's exceptions.
    pub fn execute(&mut self, statement: &mut PreparedRequest) -> Result<(), ApiError> {
        self.settle();
        self.refreshed(statement)?;
        let mut trace = Trace { is_unread: true, ..Trace::default() };
        let outcome = statement.ready.execute(self, &mut trace).map(|_| ());
        self.use_faults_up();
        outcome
    }

    /// Reads a statement anew if a table has changed since.
    fn refreshed(&self, statement: &mut PreparedRequest) -> Result<(), ApiError> {
        if statement.generation != self.generation {
            statement.ready = (statement.verb.prepare)(self, statement.body.clone())?;
            statement.generation = self.generation;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clock::VirtualClock;
    use crate::engine::Config;
    use crate::engine::capacity::{Direction, Place};
    use std::sync::Arc;

    fn engine() -> (Engine, VirtualClock) {
        let clock = VirtualClock::new(VirtualClock::LAB_START);
        let mut engine = Engine::new(Config::default(), Arc::new(clock.clone()));
        let create = json!({
            "TableName": "Tasks",
            "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "state", "AttributeType": "S"},
            ],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            "GlobalSecondaryIndexes": [{
                "IndexName": "byState", "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            }],
        });
        engine.call("CreateTable", create).unwrap();
        engine.settle();
        (engine, clock)
    }

    /// Items, entries, and what was served and refused: all that a request can leave behind.
    fn traces(engine: &Engine) -> String {
        let table = engine.table("Tasks").unwrap();
        let index = table.index("byState").unwrap();
        let totals = |place: &Place| [Direction::Read, Direction::Write].map(|kind| table.supply(place).total(kind));
        let items: Vec<_> = table.items().iter().map(|(_, stored)| &stored.item).collect();
        let entries: Vec<_> = index.entries().iter().map(|(_, stored)| &stored.item).collect();
        format!("{items:?} {entries:?} {:?} {:?}", totals(&Place::Table), totals(&index.place()))
    }

    #[test]
    fn a_statement_does_what_its_request_does() {
        let requests: Vec<(&str, Value)> = (0..400_u32)
            .map(|number| {
                let key = json!({"S": format!("task-{}", number % 7)});
                match number % 4 {
                    0 => (
                        "PutItem",
                        json!({"TableName": "Tasks", "Item": {"id": key, "state": {"S": (number % 3).to_string()}}}),
                    ),
                    1 => ("GetItem", json!({"TableName": "Tasks", "Key": {"id": key}})),
                    2 => (
                        "UpdateItem",
                        json!({
                            "TableName": "Tasks", "Key": {"id": key}, "UpdateExpression": "ADD n :one",
                            "ConditionExpression": "attribute_exists(#s)", "ExpressionAttributeNames": {"#s": "state"},
                            "ExpressionAttributeValues": {":one": {"N": "1"}},
                        }),
                    ),
                    _ => ("DeleteItem", json!({"TableName": "Tasks", "Key": {"id": key}})),
                }
            })
            .collect();
        let ((mut called, calls), (mut executed, executions)) = (engine(), engine());
        let mut refused = 0;
        for (verb, body) in requests {
            calls.advance_millis(3);
            executions.advance_millis(3);
            let call = called.call(verb, body.clone()).map(|_| ());
            let mut statement = executed.prepare(verb, body).unwrap();
            refused += u32::from(call.is_err());
            assert_eq!(executed.execute(&mut statement), call);
        }
        assert_eq!(traces(&executed), traces(&called));
        assert!((50..350).contains(&refused), "{refused} were refused, by conditions and by throughput");
    }

    #[test]
    fn a_statement_is_read_anew_after_a_change_of_its_table() {
        let (mut engine, _) = engine();
        let put = json!({"TableName": "Tasks", "Item": {"id": {"S": "1"}, "due": {"S": "x"}}});
        let mut statement = engine.prepare("PutItem", put).unwrap();
        engine.execute(&mut statement).unwrap();
        let index = json!({
            "TableName": "Tasks", "AttributeDefinitions": [{"AttributeName": "due", "AttributeType": "N"}],
            "GlobalSecondaryIndexUpdates": [{"Create": {
                "IndexName": "byDue", "KeySchema": [{"AttributeName": "due", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            }}],
        });
        engine.call("UpdateTable", index).unwrap();
        let refused = engine.execute(&mut statement).unwrap_err();
        assert!(refused.message.contains("byDue"), "the new index wants a number: {refused}");
    }
}
