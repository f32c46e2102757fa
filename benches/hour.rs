//! One simulated hour at 1,000 requests a second: 3.6 million requests through the engine, and how many of them one core
//! does in a second of real time.
//!
//! `cargo bench` runs it. The traffic is what `:traffic` sends: half writes, half reads, a thousand keys, items of about
//! 200 bytes, every request admitted, charged and metered. `HOUR_SECONDS=60 cargo bench` runs a shorter one.

#![allow(clippy::print_stdout, reason = "a benchmark tells its figures")]

use std::time::Instant;

use anyhow::{Context as _, Result};
use dynadrill::engine::Config;
use dynadrill::world::World;
use dynadrill::world::traffic::{KeySpread, Pace, Traffic};
use serde_json::json;

fn main() -> Result<()> {
    let seconds = match std::env::var("HOUR_SECONDS") {
        Ok(text) => text.parse().context("HOUR_SECONDS expects a whole number of seconds")?,
        Err(_) => 3600,
    };
    for (name, indexed) in [("a table", false), ("a table with a global index", true)] {
        let mut world = world(indexed)?;
        let mut traffic = Traffic {
            seconds,
            pace: Pace::Steady(1000),
            keys: KeySpread::Uniform(1000),
            reads: 50,
            filling: 150,
            ..Traffic::on("Bench")
        };
        traffic.attributes.insert("status".to_owned(), json!({"S": "OPEN"}));
        #[expect(clippy::disallowed_methods, reason = "a benchmark is about real time")]
        let began = Instant::now();
        let report = traffic.run(&mut world)?;
        let elapsed = began.elapsed().as_secs_f64();
        let (attempts, succeeded) = (report.attempts, report.total(|second| second.succeeded));
        anyhow::ensure!(attempts == succeeded, "{} of {attempts} requests were refused", attempts - succeeded);
        println!(
            "{name}: {attempts} requests in {elapsed:.2} s, {:.0} requests/s, {:.0} times as fast as the clock it simulates",
            f64::from(u32::try_from(attempts)?) / elapsed,
            f64::from(u32::try_from(seconds)?) / elapsed,
        );
    }
    Ok(())
}

/// An on-demand table, with a global index if one is asked for.
fn world(indexed: bool) -> Result<World> {
    let mut create = json!({
        "TableName": "Bench", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    if indexed {
        create["AttributeDefinitions"] = json!([
            {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "status", "AttributeType": "S"},
        ]);
        create["GlobalSecondaryIndexes"] = json!([{
            "IndexName": "byStatus", "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }]);
    }
    let mut world = World::new(Config { journal_capacity: 0, ..Config::default() });
    world.send("CreateTable", create)?;
    world.wait(1000);
    world.engine_mut().settle();
    Ok(world)
}
