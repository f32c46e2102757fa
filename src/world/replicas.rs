//! What a request does to a global table: replicas that are added and removed, settings that all of them share, and which of
//! them lets items expire.
//!
//! The life of a replica: an UpdateTable with ReplicaUpdates creates the table in another Region, copies what it holds, and
//! has both keep their changes, which [`GlobalTables`](super::global_tables) carries from one to the other. Each request is
//! sent to the Regions as a request, so that their engines check it as their own.

use serde_json::{Value, json};

use super::{World, global_tables};
use crate::engine::messages::protocol;
use crate::engine::table::Billing;
use crate::engine::{ApiError, ops};

impl World {
    /// Whether a request to a Region is about a table that has replicas elsewhere.
    pub(super) fn is_replica(&self, region: &str, body: &Value) -> bool {
        self.global_tables.regions(global_tables::table_name(body)).any(|other| other == region)
    }

    /// Changes a setting of a table, and in its other replicas what they share.
    pub(super) fn update_everywhere(&mut self, region: &str, verb: &str, body: &Value) -> Result<Value, ApiError> {
        let answer = self.call(region, verb, body.clone())?;
        if let Some(shared) = global_tables::shared_settings(verb, body) {
            let all = self.global_tables.regions(global_tables::table_name(body));
            let others: Vec<String> = all.filter(|other| *other != region).map(str::to_owned).collect();
            for other in others {
                self.call(&other, verb, shared.clone())?;
            }
        }
        Ok(answer)
    }

    /// Lets one Region delete the expired items of a table, whatever replicas it has: the one at home, or the first.
    pub(super) fn settle_expiry(&mut self, name: &str) {
        let home = self.engine.config().region.clone();
        let regions: Vec<String> = self.global_tables.regions(name).map(str::to_owned).collect();
        let deletes = if regions.contains(&home) { Some(home.clone()) } else { regions.first().cloned() };
        self.engine.leave_expiry(name, false);
        self.abroad.values_mut().for_each(|engine| engine.leave_expiry(name, false));
        for region in regions {
            let is_left = deletes.as_ref() != Some(&region);
            self.engine_in(&region).leave_expiry(name, is_left);
        }
    }

    /// Whether an UpdateTable would take the stream away that replication needs.
    pub(super) fn would_unstream(&self, body: &Value) -> bool {
        let name = global_tables::table_name(body);
        body["StreamSpecification"]["StreamEnabled"] == false && self.global_tables.regions(name).count() > 1
    }

    /// Adds replicas of a table in other Regions, or removes them.
    pub(super) fn update_replicas(&mut self, region: &str, body: &Value, updates: &Value) -> Result<Value, ApiError> {
        if let Some(path) = ops::find("UpdateTable").and_then(|verb| verb.input.unmodelled(body)) {
            return Err(ApiError::validation(protocol::not_modelled(&path)));
        }
        let name = global_tables::table_name(body).to_owned();
        self.call(region, "DescribeTable", json!({ "TableName": name }))?;
        for (other, adds) in global_tables::replica_updates(updates)? {
            let has = self.engine_in(&other).table(&name).is_some();
            if adds && has {
                return Err(global_tables::replica_exists(&name, &other));
            }
            if !adds && !self.global_tables.regions(&name).any(|region| region == other) {
                return Err(global_tables::no_replica(&name, &other));
            }
            if adds {
                self.check_write_capacity(region, &name)?;
                // The replica before it may have given the table its stream.
                let described = self.call(region, "DescribeTable", json!({ "TableName": name }))?;
                self.add_replica(region, &other, &name, &described["Table"])?;
            } else {
                self.global_tables.leave(&name, &other);
                self.settle_expiry(&name);
                self.call(&other, "DeleteTable", json!({ "TableName": name }))?;
            }
        }
        let table = self.call(region, "DescribeTable", json!({ "TableName": name }))?["Table"].clone();
        Ok(json!({ "TableDescription": table }))
    }

    /// Refuses a replica of a table whose write units neither follow demand nor are scaled: replication writes as much again.
    fn check_write_capacity(&mut self, region: &str, name: &str) -> Result<(), ApiError> {
        let billing = self.engine_in(region).table(name).map(|table| table.billing);
        let is_fixed = matches!(billing, Some(Billing::Provisioned(_)));
        if is_fixed && !self.autoscaling.scales_writes(name) { Err(global_tables::fixed_writes()) } else { Ok(()) }
    }

    fn add_replica(&mut self, region: &str, other: &str, name: &str, described: &Value) -> Result<(), ApiError> {
        // What is replicated passes through the table's stream.
        let view = described["StreamSpecification"]["StreamViewType"].as_str();
        if view.is_some_and(|view| view != "NEW_AND_OLD_IMAGES") {
            return Err(global_tables::stream_needed());
        }
        if view.is_none() {
            let stream = json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"});
            self.call(region, "UpdateTable", json!({"TableName": name, "StreamSpecification": stream}))?;
        }
        self.call(other, "CreateTable", replica_of(described))?;
        self.engine_in(other).settle();
        for joined in [region, other] {
            self.engine_in(joined).keep_changes();
        }
        let table = self.engine_in(region).table(name);
        let held: Vec<_> = table
            .into_iter()
            .flat_map(|table| {
                table.items().iter().map(|(_, stored)| (table.keys.key_of(&stored.item), stored.item.clone()))
            })
            .collect();
        for (key, item) in held {
            self.engine_in(other).replicate(name, key, Some(item));
        }
        self.engine_in(other).take_changes();
        self.engine_in(region).take_changes();
        self.global_tables.join(&name.into(), [region, other]);
        let described = self.call(region, "DescribeTimeToLive", json!({"TableName": name}))?;
        if let Some(attribute) = described["TimeToLiveDescription"]["AttributeName"].as_str() {
            let specification = json!({"Enabled": true, "AttributeName": attribute});
            self.call(other, "UpdateTimeToLive", json!({"TableName": name, "TimeToLiveSpecification": specification}))?;
        }
        self.settle_expiry(name);
        Ok(())
    }
}

/// The CreateTable of a replica of a described table.
fn replica_of(described: &Value) -> Value {
    let mut create = json!({
        "TableName": described["TableName"],
        "KeySchema": described["KeySchema"],
        "AttributeDefinitions": described["AttributeDefinitions"],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    });
    let is_on_demand = described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST";
    let units = |of: &Value| json!({"ReadCapacityUnits": of["ReadCapacityUnits"], "WriteCapacityUnits": of["WriteCapacityUnits"]});
    if is_on_demand {
        create["BillingMode"] = "PAY_PER_REQUEST".into();
    } else {
        create["ProvisionedThroughput"] = units(&described["ProvisionedThroughput"]);
    }
    for kind in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        let index = |index: &Value| {
            let mut wanted = json!({"IndexName": index["IndexName"], "KeySchema": index["KeySchema"], "Projection": index["Projection"]});
            if kind == "GlobalSecondaryIndexes" && !is_on_demand {
                wanted["ProvisionedThroughput"] = units(&index["ProvisionedThroughput"]);
            }
            wanted
        };
        if let Some(indexes) = described[kind].as_array() {
            create[kind] = indexes.iter().map(index).collect();
        }
    }
    create
}
