//! What a request costs the endpoint: processor time of the server, beside that of a server that does nothing but answer as
//! many bytes, in the same run.
//!
//! `cargo bench --bench endpoint` runs it, on Linux: `dynadrill serve` and the other server are processes of their own, whose
//! time on a processor is read from /proc; clients are threads of the bench, each with a connection that stays open. For each
//! verb the two servers take turns, and the medians of their turns are compared: the ratio is held against its limit. The
//! bench fails if one is broken. `ENDPOINT_MILLIS=200` makes turns shorter than the second that they take, and
//! `ENDPOINT_PROGRAM=path` measures another build of the program.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark tells its figures, is about real time, and stops at a surprise"
)]

#[cfg(target_os = "linux")]
#[path = "../limits/mod.rs"]
mod limits;
#[cfg(target_os = "linux")]
mod load;
#[cfg(target_os = "linux")]
mod nothing;
#[cfg(target_os = "linux")]
mod server;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("not measured: this needs /proc");
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    if std::env::args().any(|word| word == nothing::ROLE) {
        nothing::serve();
        return std::process::ExitCode::SUCCESS;
    }
    linux::main()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::process::ExitCode;
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::limits::{self, Limits, median};
    use super::load::{self, Request};
    use super::server::Server;

    /// How many connections there are.
    const CONNECTIONS: usize = 8;
    /// How many turns each server has with each verb.
    const TURNS: usize = 5;
    /// How many item collections there are, of [`IN_COLLECTION`] items.
    const COLLECTIONS: usize = 50;
    const IN_COLLECTION: usize = 20;

    pub(super) fn main() -> ExitCode {
        println!(
            "{}; {CONNECTIONS} connections; microseconds of the server's processor time a request",
            limits::load()
        );
        let turn = std::env::var("ENDPOINT_MILLIS").ok().and_then(|text| text.parse().ok()).unwrap_or(1000);
        let turn = Duration::from_millis(turn);
        let (ours, nothing) = (Server::ours(), Server::nothing());
        fill(&ours);
        let mut limits = Limits::default();
        for (what, limit, requests) in cases() {
            let bytes = load::answer_bytes(ours.address, &requests[0]);
            let same_size: Vec<Request> = requests.iter().map(|request| request.for_nothing(bytes)).collect();
            let mut costs = [Vec::new(), Vec::new()];
            let mut rate = 0.0;
            for _ in 0..TURNS {
                for (place, (server, requests)) in [(&nothing, &same_size), (&ours, &requests)].into_iter().enumerate()
                {
                    let before = server.busy();
                    let count = load::run(server.address, requests, CONNECTIONS, turn);
                    costs[place].push(server.busy().saturating_sub(before).as_secs_f64() * 1e6 / count);
                    rate = count / turn.as_secs_f64();
                }
            }
            let [least, cost] = costs.map(median);
            let also = format!("{cost:.1} of {least:.1} µs, {bytes} bytes, {rate:.0} a second");
            limits.hold(what, cost / least, "times", limit, &also);
        }
        limits.end()
    }

    /// The requests of each verb, with the most times that they may cost what nothing costs.
    fn cases() -> Vec<(&'static str, f64, Vec<Request>)> {
        let all = |make: &dyn Fn(usize, usize) -> Value| -> Vec<Value> {
            (0..COLLECTIONS)
                .flat_map(|of| (0..IN_COLLECTION).map(move |at| (of, at)))
                .map(|(of, at)| make(of, at))
                .collect()
        };
        let update = |of, at| {
            json!({
                "TableName": "Bench", "Key": key(of, at), "UpdateExpression": "SET #v = #v + :one, changed = :now",
                "ConditionExpression": "attribute_exists(pk) AND #v >= :none", "ExpressionAttributeNames": {"#v": "visits"},
                "ExpressionAttributeValues": {":one": {"N": "1"}, ":none": {"N": "0"}, ":now": {"S": "2026-03-01T00:00:00Z"}},
            })
        };
        let query = |of, _| {
            json!({
                "TableName": "Bench", "KeyConditionExpression": "pk = :pk",
                "ExpressionAttributeValues": {":pk": {"S": collection(of)}},
            })
        };
        let scan = |_, _| json!({"TableName": "Bench", "Limit": 100});
        let put = |of, at| json!({"TableName": "Bench", "Item": item(of, at)});
        let get = |of, at| json!({"TableName": "Bench", "Key": key(of, at)});
        let requests =
            |verb: &str, bodies: Vec<Value>| bodies.iter().map(|body| Request::new(verb, body)).collect::<Vec<_>>();
        vec![
            ("PutItem, 1 KB", 3.0, requests("PutItem", all(&put))),
            ("GetItem, 1 KB", 2.0, requests("GetItem", all(&get))),
            ("Query of 20 items", 4.0, requests("Query", all(&query))),
            ("conditional UpdateItem", 4.0, requests("UpdateItem", all(&update))),
            ("Scan of 100 items", 7.0, requests("Scan", all(&scan))),
        ]
    }

    fn collection(of: usize) -> String {
        format!("customer#{of:05}")
    }

    fn key(of: usize, at: usize) -> Value {
        json!({"pk": {"S": collection(of)}, "sk": {"S": format!("order#{at:05}")}})
    }

    /// An item of about 1 KB, and somewhat more as JSON.
    fn item(of: usize, at: usize) -> Value {
        let mut item = key(of, at);
        item["visits"] = json!({"N": "7"});
        item["total"] = json!({"N": "1234.5"});
        item["open"] = json!({"BOOL": true});
        item["changed"] = json!({"S": "2026-03-01T00:00:00Z"});
        item["tags"] = json!({"SS": ["fragile", "heavy", "prepaid"]});
        item["address"] =
            json!({"M": {"street": {"S": "Rua do Ouro 12"}, "city": {"S": "Lisboa"}, "zip": {"N": "1100"}}});
        item["lines"] = json!({"L": [{"S": "one line of the order"}, {"S": "another line of it"}]});
        item["note"] = json!({"S": "a note of some length, ".repeat(31)});
        item
    }

    fn fill(server: &Server) {
        let create = json!({
            "TableName": "Bench", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"},
            ],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        });
        load::answer_bytes(server.address, &Request::new("CreateTable", &create));
        for of in 0..COLLECTIONS {
            for at in 0..IN_COLLECTION {
                let put = json!({"TableName": "Bench", "Item": item(of, at)});
                load::answer_bytes(server.address, &Request::new("PutItem", &put));
            }
        }
    }
}
