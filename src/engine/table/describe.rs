//! TableDescription: what DescribeTable, CreateTable, UpdateTable and DeleteTable tell of a table.
//!
//! Source: API reference, TableDescription and its parts.

use serde_json::{Map, Value, json};

use super::index::{Index, IndexState};
use super::provisioning::{Maximum, Provisioning};
use super::{Billing, IndexKind, Restored, Table, TableStatus, Throughput};

/// What DeleteTable does not tell of the table.
const GONE: [&str; 4] = ["AttributeDefinitions", "KeySchema", "CreationDateTime", "WarmThroughput"];

impl Table {
    /// The TableDescription.
    #[must_use]
    pub fn describe(&self) -> Value {
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        put("AttributeDefinitions", self.definitions_json());
        put("TableName", (*self.name).into());
        put("KeySchema", self.keys.to_json());
        put("TableStatus", self.state.status().into());
        put("CreationDateTime", json!(self.created.as_secs_f64()));
        put("ProvisionedThroughput", throughput_json(self.provisioned(), &self.provisioning));
        put("TableSizeBytes", self.items().bytes().into());
        put("ItemCount", self.items().len().into());
        put("TableArn", self.arn.clone().into());
        put("TableId", (*self.id).into());
        if self.billing == Billing::OnDemand {
            let mut summary = json!({"BillingMode": "PAY_PER_REQUEST"});
            if !matches!(self.state, TableStatus::Creating(_)) {
                summary["LastUpdateToPayPerRequestDateTime"] = json!(self.on_demand_since().as_secs_f64());
            }
            put("BillingModeSummary", summary);
        }
        if let Some(maximum) = self.on_demand_maximum() {
            put("OnDemandThroughput", maximum);
        }
        let status = if matches!(self.state, TableStatus::Updating(_)) { "UPDATING" } else { "ACTIVE" };
        put("WarmThroughput", warm_json(self.warm(), status));
        if let Some(restored) = &self.restored {
            put("RestoreSummary", restored.describe());
        }
        if let Some(encryption) = self.encryption.describe() {
            put("SSEDescription", encryption);
        }
        if let Some(class) = &self.class {
            put("TableClassSummary", json!({"TableClass": class}));
        }
        if let Some(stream) = &self.stream {
            if let Some(view) = &stream.view {
                put("StreamSpecification", json!({"StreamEnabled": true, "StreamViewType": view}));
            }
            put("LatestStreamLabel", stream.label.clone().into());
            put("LatestStreamArn", (*stream.arn).into());
        }
        put("DeletionProtectionEnabled", self.deletion_protection.into());
        for (name, kind) in [("LocalSecondaryIndexes", IndexKind::Local), ("GlobalSecondaryIndexes", IndexKind::Global)]
        {
            let indexes: Vec<Value> = self
                .indexes
                .iter()
                .filter(|index| index.schema.kind == kind && !matches!(self.state, TableStatus::Deleting(_)))
                .map(|index| self.describe_index(index))
                .collect();
            if !indexes.is_empty() {
                put(name, indexes.into());
            }
        }
        Value::Object(body)
    }

    /// OnDemandThroughput, if the table is on demand and a maximum is set.
    #[must_use]
    pub fn on_demand_maximum(&self) -> Option<Value> {
        maximum_json(self.provisioning.maximum).filter(|_| self.billing == Billing::OnDemand)
    }

    /// What CreateTable answers with: what is ready at once is not known yet, only what it is to be.
    #[must_use]
    pub fn describe_created(&self) -> Value {
        let mut body = self.describe();
        let wanted = self.provisioning.warm;
        if wanted != Throughput::default() {
            body["WarmThroughput"] = warm_json(wanted, "UPDATING");
        } else if let Some(members) = body.as_object_mut() {
            members.remove("WarmThroughput");
            let indexes = members.get_mut("GlobalSecondaryIndexes").and_then(Value::as_array_mut);
            for index in indexes.into_iter().flatten().filter_map(Value::as_object_mut) {
                index.remove("WarmThroughput");
            }
        }
        body
    }

    /// The shorter description that DeleteTable answers with: no keys, definitions, dates or warm throughput.
    #[must_use]
    pub fn describe_deleting(&self) -> Value {
        let mut body = self.describe();
        if let Some(members) = body.as_object_mut() {
            members.retain(|name, _| !GONE.contains(&name.as_str()));
        }
        body
    }

    /// The units a second the table is provisioned with; zero on demand.
    #[must_use]
    pub const fn provisioned(&self) -> Throughput {
        match self.billing {
            Billing::OnDemand => Throughput { read: 0, write: 0 },
            Billing::Provisioned(throughput) => throughput,
        }
    }

    /// LastUpdateToPayPerRequestDateTime.
    fn on_demand_since(&self) -> crate::clock::Timestamp {
        self.provisioning.switches.last().copied().unwrap_or(self.created)
    }

    fn definitions_json(&self) -> Value {
        let definition = |(name, kind): (&String, &crate::engine::value::Type)| json!({"AttributeName": name, "AttributeType": kind.descriptor()});
        self.definitions.iter().map(definition).collect()
    }

    fn describe_index(&self, index: &Index) -> Value {
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        put("IndexName", (*index.schema.name).into());
        put("KeySchema", index.schema.keys.to_json());
        put("Projection", index.schema.projection.to_json());
        if index.schema.kind == IndexKind::Global {
            put("IndexStatus", index.state.status().into());
            if let IndexState::Creating { backfilling, .. } = index.state
                && !matches!(self.state, TableStatus::Creating(_))
            {
                put("Backfilling", backfilling.into());
            }
            let none = Throughput { read: 0, write: 0 };
            put("ProvisionedThroughput", throughput_json(index.throughput.unwrap_or(none), &index.provisioning));
            if let Some(maximum) =
                maximum_json(index.provisioning.maximum).filter(|_| self.billing == Billing::OnDemand)
            {
                put("OnDemandThroughput", maximum);
            }
            let status = if index.state == IndexState::Active { "ACTIVE" } else { "UPDATING" };
            put("WarmThroughput", warm_json(index.warm(), status));
        }
        put("IndexSizeBytes", index.entries().bytes().into());
        put("ItemCount", index.entries().len().into());
        put("IndexArn", format!("{}/index/{}", self.arn, index.schema.name).into());
        Value::Object(body)
    }
}

impl Restored {
    /// RestoreSummary: it is there while the table is being restored, and not any more afterwards.
    fn describe(&self) -> Value {
        let mut body = Map::new();
        body.extend(self.backup.as_ref().map(|arn| ("SourceBackupArn".to_owned(), Value::from(&**arn))));
        body.insert("SourceTableArn".into(), self.table.as_str().into());
        body.insert("RestoreDateTime".into(), json!(self.at.as_secs_f64()));
        body.insert("RestoreInProgress".into(), true.into());
        Value::Object(body)
    }
}

impl Index {
    /// How a backup describes it: what it was declared to be, without what it is doing.
    #[must_use]
    pub fn describe_source(&self) -> Value {
        let mut body = json!({
            "IndexName": *self.schema.name,
            "KeySchema": self.schema.keys.to_json(),
            "Projection": self.schema.projection.to_json(),
        });
        if self.schema.kind == IndexKind::Global {
            let units = self.throughput.unwrap_or_default();
            body["ProvisionedThroughput"] = json!({"ReadCapacityUnits": units.read, "WriteCapacityUnits": units.write});
            if let Some(maximum) = maximum_json(self.provisioning.maximum) {
                body["OnDemandThroughput"] = maximum;
            }
        }
        body
    }
}

fn throughput_json(throughput: Throughput, history: &Provisioning) -> Value {
    let mut body = Map::new();
    let dates = [("LastIncreaseDateTime", history.last_increase), ("LastDecreaseDateTime", history.last_decrease)];
    for (name, at) in dates {
        body.extend(at.map(|at| (name.to_owned(), json!(at.as_secs_f64()))));
    }
    body.insert("NumberOfDecreasesToday".into(), history.decreases.into());
    body.insert("ReadCapacityUnits".into(), throughput.read.into());
    body.insert("WriteCapacityUnits".into(), throughput.write.into());
    Value::Object(body)
}

/// OnDemandThroughput, if a maximum is set.
fn maximum_json(maximum: Maximum) -> Option<Value> {
    let Maximum { read, write } = maximum;
    let set = [("MaxReadRequestUnits", read), ("MaxWriteRequestUnits", write)];
    let body: Map<String, Value> =
        set.into_iter().filter_map(|(name, units)| Some((name.to_owned(), units?.into()))).collect();
    (!body.is_empty()).then_some(Value::Object(body))
}

fn warm_json(warm: Throughput, status: &str) -> Value {
    json!({"ReadUnitsPerSecond": warm.read, "WriteUnitsPerSecond": warm.write, "Status": status})
}
