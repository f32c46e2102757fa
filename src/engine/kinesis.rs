//! Kinesis data streams that tables send their changes to.
//!
//! The life of a record: a table with a destination that is switched on records each change, whole, for the Kinesis stream
//! ([`super::stream::RecordingPurpose::Kinesis`]); it arrives there, perhaps after one that was written later, and
//! now and then twice; it can be read for 24 hours.
//!
//! Model: which records arrive late or twice is drawn from the engine's seed and the record's number, so that it is always
//! the same; the service gives no figures. There is no Kinesis here: every stream of this account and Region that is named
//! is taken to exist, and has one shard. Left out: Kinesis's own requests and throughput. Source: AWS documentation, "Change
//! data capture with Amazon DynamoDB" (the comparison), "Using Kinesis Data Streams to capture changes to DynamoDB".

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Engine;
use super::change::Change;
use super::error::ApiError;
use super::stream::{RecordingPurpose, Stream, StreamViewType};
use super::table::{Destination, DestinationState};
use super::value::json::encode_item;
use super::value::key::{KeyScalar, partition_hash};
use super::value::size;

/// How long a Kinesis stream keeps records unless it is set up otherwise, in milliseconds: 24 hours.
const KEPT_MILLIS: u64 = 24 * 3_600_000;
/// The most destinations of a table that are listed, those included that are over (a model).
const MOST_DESTINATIONS: usize = 20;
/// One record of so many arrives after the one written behind it.
const LATE_SHARE: u64 = 8;
/// One record of so many arrives twice.
const TWICE_SHARE: u64 = 16;

/// A record as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// Its number in the Kinesis stream, counted from 1.
    pub number: u64,
    /// The change.
    pub change: &'a Change,
    /// Whether it arrived before, too.
    pub is_repeated: bool,
}

impl Engine {
    /// Switches a destination of a table on, which is to be ACTIVE when its time has come.
    pub(super) fn open_destination(
        &mut self,
        name: &str,
        arn: &str,
        precision: Option<String>,
    ) -> Result<(), ApiError> {
        let (now, next) = (self.now(), self.changed + 1);
        let until = now.plus_millis(self.config.timings.destination);
        let usable = is_stream(arn, &self.config.region, &self.config.account);
        let table = self.control_table_mut(name)?;
        let records: Arc<str> = format!("{}/kinesis/{arn}", table.id).into();
        let state = if usable { DestinationState::Enabling(until) } else { DestinationState::Failing(until) };
        let destination =
            Destination { stream: arn.to_owned(), state, precision, records: usable.then(|| Arc::clone(&records)) };
        table.kinesis.retain(|other| other.stream != arn);
        table.kinesis.insert(0, destination);
        table.kinesis.truncate(MOST_DESTINATIONS);
        let table = Arc::clone(&table.name);
        if usable && !self.streams.contains_key(&records) {
            let what = (records, RecordingPurpose::Kinesis, StreamViewType::NewAndOldImages);
            self.begin_recording(Stream::record_for(what, table, KEPT_MILLIS, now, next));
        }
        Ok(())
    }

    /// Ends what a table that is deleted sent to Kinesis; what has arrived stays as long as it is kept.
    pub(super) fn close_destinations(&mut self, name: &str) -> Result<(), ApiError> {
        let (now, next) = (self.now(), self.changed + 1);
        let table = self.control_table_mut(name)?;
        let records: Vec<Arc<str>> =
            table.kinesis.iter_mut().filter_map(|destination| destination.records.take()).collect();
        for name in records {
            self.note_closed(&name);
            if let Some(stream) = self.streams.get_mut(&name) {
                stream.close(now, next);
                self.streams_due.extend(stream.due().map(|due| (due, name)));
            }
        }
        Ok(())
    }

    /// What arrived in a Kinesis stream from a table, in the order in which it arrived.
    #[must_use]
    pub fn arrivals(&self, table: &str, arn: &str) -> Vec<Arrival<'_>> {
        let name = self.table(table).map(|table| format!("{}/kinesis/{arn}", table.id)).unwrap_or_default();
        let Some(stream) = self.stream(&name) else { return Vec::new() };
        let chance = |what: &str, change: &Change| {
            partition_hash(&[KeyScalar::S(format!("{what} {} {}", self.config.seed, change.sequence).into())])
        };
        let mut order: Vec<&Change> = stream.records().collect();
        let mut place = 0;
        while place + 1 < order.len() {
            let is_late = chance("late", order[place]).is_multiple_of(LATE_SHARE);
            if is_late {
                order.swap(place, place + 1);
            }
            place += 1 + usize::from(is_late);
        }
        let mut arrived = Vec::new();
        for change in order {
            let times = 1 + usize::from(chance("twice", change).is_multiple_of(TWICE_SHARE));
            for time in 0..times {
                arrived.push(Arrival { number: arrived.len() as u64 + 1, change, is_repeated: time > 0 });
            }
        }
        arrived
    }

    /// A record as a consumer of the Kinesis stream gets it.
    #[must_use]
    pub fn kinesis_record(&self, table: &str, arn: &str, change: &Change) -> Value {
        let destination = self.table(table).and_then(|table| table.kinesis.iter().find(|it| it.stream == arn));
        let is_micro = destination.and_then(|it| it.precision.as_deref()) == Some("MICROSECOND");
        let millis = change.at.as_millis();
        let mut body = Map::new();
        let moment = if is_micro { millis * 1000 } else { millis };
        body.insert("ApproximateCreationDateTime".into(), moment.into());
        if is_micro {
            body.insert("ApproximateCreationDateTimePrecision".into(), "MICROSECOND".into());
        }
        body.insert("Keys".into(), Value::Object(encode_item(&change.key)));
        let mut bytes = size::item_size(&change.key);
        for (name, image) in [("NewImage", &change.new), ("OldImage", &change.old)] {
            if let Some(item) = image {
                bytes += size::item_size(item);
                body.insert(name.into(), Value::Object(encode_item(item)));
            }
        }
        body.insert("SizeBytes".into(), bytes.into());
        let who = if change.expired {
            json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"})
        } else {
            Value::Null
        };
        json!({
            "awsRegion": self.config.region,
            "eventID": format!("{:016x}{:016x}", partition_hash(&[KeyScalar::S(arn.into())]), change.sequence),
            "eventName": change.event_name(),
            "userIdentity": who,
            "recordFormat": "application/json",
            "tableName": *change.table,
            "dynamodb": body,
            "eventSource": "aws:dynamodb",
        })
    }
}

/// Whether an ARN is that of a Kinesis data stream of an account in a Region.
fn is_stream(arn: &str, region: &str, account: &str) -> bool {
    let name = arn.strip_prefix("arn:aws:kinesis:").and_then(|rest| rest.strip_prefix(region)).and_then(|rest| {
        rest.strip_prefix(':')
            .and_then(|rest| rest.strip_prefix(account))
            .and_then(|rest| rest.strip_prefix(":stream/"))
    });
    name.is_some_and(|name| {
        (1..=128).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::VirtualClock;
    use crate::engine::Config;

    #[test]
    fn every_change_arrives_once_at_least_some_late_and_some_twice() {
        let clock = VirtualClock::new(VirtualClock::LAB_START);
        let config = Config { throttling: false, ..Config::default() };
        let mut engine = Engine::new(config, Arc::new(clock.clone()));
        let arn = "arn:aws:kinesis:us-east-1:123456789012:stream/changes";
        let create = json!({
            "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        });
        engine.call("CreateTable", create).unwrap();
        engine.call("EnableKinesisStreamingDestination", json!({"TableName": "Orders", "StreamArn": arn})).unwrap();
        for number in 0..200 {
            let item = json!({"id": {"S": number.to_string()}});
            engine.call("PutItem", json!({"TableName": "Orders", "Item": item})).unwrap();
        }
        let arrived = engine.arrivals("Orders", arn);
        let mut numbers: Vec<u64> = arrived.iter().map(|arrival| arrival.change.sequence).collect();
        assert!(!numbers.is_sorted(), "some are late");
        assert_eq!(numbers.len() - arrived.iter().filter(|arrival| arrival.is_repeated).count(), 200);
        assert!(numbers.len() > 200, "some come twice");
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers, (1..=200).collect::<Vec<u64>>(), "none is lost");
        clock.advance_millis(KEPT_MILLIS + 2000);
        engine.settle();
        assert!(engine.arrivals("Orders", arn).is_empty(), "they are kept for a day");
    }

    #[test]
    fn streams_of_others_are_not_usable() {
        let usable = |arn: &str| is_stream(arn, "us-east-1", "123456789012");
        assert!(usable("arn:aws:kinesis:us-east-1:123456789012:stream/changes"));
        for arn in [
            "arn:aws:kinesis:eu-west-1:123456789012:stream/changes",
            "arn:aws:kinesis:us-east-1:210987654321:stream/changes",
            "arn:aws:dynamodb:us-east-1:123456789012:table/Orders",
            "arn:aws:kinesis:us-east-1:123456789012:stream/",
        ] {
            assert!(!usable(arn), "{arn}");
        }
    }
}
