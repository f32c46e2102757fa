//! Any requests in any order, some of which cannot be saved.

use proptest::prelude::*;

use super::*;

/// A request that may be sent to one of two tables.
#[derive(Clone, Debug)]
enum Request {
    Create { stream: bool, local: bool },
    Delete,
    Put { id: u8, n: u8, ends: Option<u64> },
    Remove { id: u8 },
    Update { id: u8 },
    Transact { id: u8, token: u8 },
    Index { adds: bool },
    Stream { on: bool },
    Billing { provisioned: bool },
    Ttl { on: bool },
    Tag { adds: bool },
    Backups { on: bool },
    Backup,
    Restore { newest: bool },
    RestoreThen { back: u64 },
    DropBackup,
    Kinesis { on: bool },
    Policy { puts: bool },
    Insights { on: bool },
    Encrypt { on: bool },
    Export,
    Read,
    Pass { millis: u64 },
    Restart,
}

fn request() -> impl Strategy<Value = Request> {
    let id = 0_u8..4;
    prop_oneof![
        3 => (any::<bool>(), any::<bool>()).prop_map(|(stream, local)| Request::Create { stream, local }),
        1 => Just(Request::Delete),
        8 => (id.clone(), 0_u8..3, prop::option::of(0_u64..7200)).prop_map(|(id, n, ends)| Request::Put { id, n, ends }),
        2 => id.clone().prop_map(|id| Request::Remove { id }),
        3 => id.clone().prop_map(|id| Request::Update { id }),
        2 => (id, 0_u8..2).prop_map(|(id, token)| Request::Transact { id, token }),
        2 => any::<bool>().prop_map(|adds| Request::Index { adds }),
        2 => any::<bool>().prop_map(|on| Request::Stream { on }),
        1 => any::<bool>().prop_map(|provisioned| Request::Billing { provisioned }),
        2 => any::<bool>().prop_map(|on| Request::Ttl { on }),
        1 => any::<bool>().prop_map(|adds| Request::Tag { adds }),
        2 => any::<bool>().prop_map(|on| Request::Backups { on }),
        2 => Just(Request::Backup),
        2 => any::<bool>().prop_map(|newest| Request::Restore { newest }),
        2 => (0_u64..1000).prop_map(|back| Request::RestoreThen { back }),
        1 => Just(Request::DropBackup),
        2 => any::<bool>().prop_map(|on| Request::Kinesis { on }),
        1 => any::<bool>().prop_map(|puts| Request::Policy { puts }),
        1 => any::<bool>().prop_map(|on| Request::Insights { on }),
        1 => any::<bool>().prop_map(|on| Request::Encrypt { on }),
        1 => Just(Request::Export),
        1 => Just(Request::Read),
        3 => prop_oneof![1_u64..100, 1..6 * HOUR].prop_map(|millis| Request::Pass { millis }),
        1 => Just(Request::Restart),
    ]
}

impl Request {
    /// The verb and body; `None` for what is no request.
    #[expect(clippy::too_many_lines, reason = "one arm for each kind of request")]
    fn body(&self, name: &str, engine: &Engine) -> Option<(&'static str, Value)> {
        let (now, backups) = (engine.now(), engine.archived().backups());
        let table = format!("arn:aws:dynamodb:us-east-1:123456789012:table/{name}");
        let other = if name == "One" { "Two" } else { "One" };
        let key = |id: &u8| json!({"id": {"S": id.to_string()}, "sort": {"N": "1"}});
        Some(match self {
            Self::Create { stream, local } => ("CreateTable", create_both(name, *stream, *local)),
            Self::Delete => ("DeleteTable", json!({"TableName": name})),
            Self::Put { id, n, ends } => {
                let mut item = key(id);
                item["n"] = json!({"N": n.to_string()});
                item["m"] = json!({"N": (n + 1).to_string()});
                if let Some(ends) = ends {
                    item["ends"] = json!({"N": (now.as_secs() + ends).to_string()});
                }
                ("PutItem", json!({"TableName": name, "Item": item}))
            }
            Self::Remove { id } => ("DeleteItem", json!({"TableName": name, "Key": key(id)})),
            Self::Update { id } => (
                "UpdateItem",
                json!({"TableName": name, "Key": key(id), "UpdateExpression": "ADD n :one",
                    "ExpressionAttributeValues": {":one": {"N": "1"}}}),
            ),
            Self::Transact { id, token } => {
                let mut second = key(id);
                second["sort"] = json!({"N": "2"});
                let puts = [key(id), second].map(|item| json!({"Put": {"TableName": name, "Item": item}}));
                ("TransactWriteItems", json!({"TransactItems": puts, "ClientRequestToken": token.to_string()}))
            }
            Self::Index { adds: true } => (
                "UpdateTable",
                json!({"TableName": name, "AttributeDefinitions": [{"AttributeName": "n", "AttributeType": "N"}],
                    "GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "byN",
                        "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]}),
            ),
            Self::Index { adds: false } => (
                "UpdateTable",
                json!({"TableName": name, "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "byN"}}]}),
            ),
            Self::Stream { on } => {
                let mut setting = json!({"StreamEnabled": on});
                if *on {
                    setting["StreamViewType"] = "NEW_IMAGE".into();
                }
                ("UpdateTable", json!({"TableName": name, "StreamSpecification": setting}))
            }
            Self::Billing { provisioned: true } => (
                "UpdateTable",
                json!({"TableName": name, "BillingMode": "PROVISIONED",
                    "ProvisionedThroughput": {"ReadCapacityUnits": 50, "WriteCapacityUnits": 50}}),
            ),
            Self::Billing { provisioned: false } => {
                ("UpdateTable", json!({"TableName": name, "BillingMode": "PAY_PER_REQUEST"}))
            }
            Self::Ttl { on } => (
                "UpdateTimeToLive",
                json!({"TableName": name, "TimeToLiveSpecification": {"Enabled": on, "AttributeName": "ends"}}),
            ),
            Self::Tag { adds } => {
                let arn = format!("arn:aws:dynamodb:us-east-1:123456789012:table/{name}");
                if *adds {
                    ("TagResource", json!({"ResourceArn": arn, "Tags": [{"Key": "k", "Value": "v"}]}))
                } else {
                    ("UntagResource", json!({"ResourceArn": arn, "TagKeys": ["k"]}))
                }
            }
            Self::Backups { on } => (
                "UpdateContinuousBackups",
                json!({"TableName": name, "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": on}}),
            ),
            Self::Backup => ("CreateBackup", json!({"TableName": name, "BackupName": "kept"})),
            Self::Restore { newest } => {
                let backup = if *newest { backups.last() } else { backups.first() };
                ("RestoreTableFromBackup", json!({"TargetTableName": name, "BackupArn": *backup?.arn}))
            }
            Self::RestoreThen { back } => {
                let at = now.as_millis() - back;
                let body = json!({
                    "TargetTableName": name, "SourceTableName": other,
                    "RestoreDateTime": Timestamp::from_millis(at).as_secs_f64(),
                });
                ("RestoreTableToPointInTime", body)
            }
            Self::DropBackup => ("DeleteBackup", json!({"BackupArn": *backups.first()?.arn})),
            Self::Kinesis { on } => {
                let verb = if *on { "EnableKinesisStreamingDestination" } else { "DisableKinesisStreamingDestination" };
                let stream = "arn:aws:kinesis:us-east-1:123456789012:stream/changes";
                (verb, json!({"TableName": name, "StreamArn": stream}))
            }
            Self::Policy { puts: true } => {
                let policy = r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "*",
                    "Resource": "*"}}"#;
                ("PutResourcePolicy", json!({"ResourceArn": table, "Policy": policy}))
            }
            Self::Policy { puts: false } => ("DeleteResourcePolicy", json!({"ResourceArn": table})),
            Self::Insights { on } => {
                let action = if *on { "ENABLE" } else { "DISABLE" };
                ("UpdateContributorInsights", json!({"TableName": name, "ContributorInsightsAction": action}))
            }
            Self::Encrypt { on } => ("UpdateTable", json!({"TableName": name, "SSESpecification": {"Enabled": on}})),
            Self::Export => ("ExportTableToPointInTime", json!({"TableArn": table, "S3Bucket": "nowhere"})),
            Self::Read => ("Scan", json!({"TableName": name})),
            Self::Pass { .. } | Self::Restart => return None,
        })
    }
}

fn create_both(name: &str, stream: bool, local: bool) -> Value {
    let mut create = json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "sort", "KeyType": "RANGE"}],
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "sort", "AttributeType": "N"},
        ],
        "StreamSpecification": {"StreamEnabled": stream},
    });
    if stream {
        create["StreamSpecification"]["StreamViewType"] = "NEW_AND_OLD_IMAGES".into();
    }
    if local {
        create["AttributeDefinitions"]
            .as_array_mut()
            .unwrap()
            .push(json!({"AttributeName": "m", "AttributeType": "N"}));
        create["LocalSecondaryIndexes"] = json!([{
            "IndexName": "byM", "Projection": {"ProjectionType": "ALL"},
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "m", "KeyType": "RANGE"}],
        }]);
    }
    create
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is asked, and whenever the file cannot be written: a refused request changes nothing that can be seen, and
    /// a restart shows what was to be seen before.
    #[test]
    fn the_file_and_the_engine_hold_the_same_at_every_moment(
        script in prop::collection::vec((request(), any::<bool>(), prop::bool::weighted(0.3)), 1..60)
    ) {
        // A stream has room for a few records.
        let mut rig = Rig::with_room(8_000);
        for (request, first, is_blocked) in script {
            let name = if first { "One" } else { "Two" };
            match &request {
                Request::Pass { millis } => {
                    rig.clock.advance_millis(*millis);
                    rig.served().tick(false);
                }
                Request::Restart => {
                    rig.served().tick(false);
                    let before = shown(&rig.served().engine);
                    rig.open();
                    prop_assert_eq!(shown(&rig.served().engine), before);
                }
                _ => {
                    rig.clock.advance_millis(1);
                    rig.served().tick(false);
                    let before = shown(&rig.served().engine);
                    // There may be no backup to restore.
                    let Some((verb, body)) = request.body(name, &rig.served().engine) else { continue };
                    rig.block(is_blocked);
                    let outcome = rig.try_call(verb, body);
                    rig.block(false);
                    if let Err(error) = outcome {
                        prop_assert!(is_blocked || error.kind != ErrorKind::InternalServerError);
                        prop_assert_eq!(shown(&rig.served().engine), before, "{:?}", error);
                    }
                }
            }
        }
        rig.clock.advance_millis(1);
        rig.served().tick(false);
        let before = shown(&rig.served().engine);
        rig.open();
        prop_assert_eq!(shown(&rig.served().engine), before);
        rig.clock.advance_millis(3 * HOUR);
        rig.served().tick(false);
        let due = |engine: &Engine| engine.next_expiry().is_some_and(|due| due <= engine.now());
        prop_assert!(!due(&rig.served().engine), "expired items of any past are deleted");
    }
}
