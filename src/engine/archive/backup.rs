//! A backup of a table: its items and what of its settings a restore brings back.
//!
//! It takes no throughput and no time that anybody waits for: the items are the table's own, shared until the table
//! changes. Source: API reference, BackupDetails, SourceTableDetails, SourceTableFeatureDetails.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::engine::table::{Billing, Index, IndexKind, Table, Tree};

/// BackupType.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum BackupKind {
    /// One that was asked for.
    User,
    /// One that the service made of a table with point-in-time recovery that was deleted.
    System,
}

impl BackupKind {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::System => "SYSTEM",
        }
    }
}

/// A backup.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Backup {
    /// BackupArn.
    pub arn: Arc<str>,
    /// BackupName.
    pub name: String,
    /// BackupType.
    pub kind: BackupKind,
    /// BackupCreationDateTime.
    pub created: Timestamp,
    /// From when on it can be restored.
    pub available: Timestamp,
    /// BackupExpiryDateTime.
    pub expires: Option<Timestamp>,
    /// The table as it was, without its items.
    pub table: Table,
    /// The attribute of time to live, if it was on.
    pub ttl: Option<String>,
    /// The items.
    #[serde(skip)]
    pub items: Tree,
}

impl Backup {
    /// Whether it can be restored by now.
    #[must_use]
    pub fn is_available(&self, now: Timestamp) -> bool {
        self.available <= now
    }

    /// BackupDetails.
    #[must_use]
    pub fn details(&self, now: Timestamp) -> Value {
        let status = if self.is_available(now) { "AVAILABLE" } else { "CREATING" };
        let mut details = json!({
            "BackupArn": *self.arn,
            "BackupName": self.name,
            "BackupSizeBytes": self.items.bytes(),
            "BackupStatus": status,
            "BackupType": self.kind.name(),
            "BackupCreationDateTime": self.created.as_secs_f64(),
        });
        if let Some(expires) = self.expires {
            details["BackupExpiryDateTime"] = json!(expires.as_secs_f64());
        }
        details
    }

    /// BackupDescription.
    #[must_use]
    pub fn describe(&self, now: Timestamp) -> Value {
        json!({
            "BackupDetails": self.details(now),
            "SourceTableDetails": self.source(),
            "SourceTableFeatureDetails": self.features(),
        })
    }

    /// BackupSummary, as ListBackups has it.
    #[must_use]
    pub fn summary(&self, now: Timestamp) -> Value {
        let mut summary = json!({
            "TableName": *self.table.name, "TableId": *self.table.id, "TableArn": self.table.arn,
        });
        if let (Some(summary), Value::Object(details)) = (summary.as_object_mut(), self.details(now)) {
            summary.extend(details);
        }
        summary
    }

    /// SourceTableDetails.
    fn source(&self) -> Value {
        let units = self.table.provisioned();
        let mode = if self.table.billing == Billing::OnDemand { "PAY_PER_REQUEST" } else { "PROVISIONED" };
        let mut source = json!({
            "TableName": *self.table.name,
            "TableId": *self.table.id,
            "TableArn": self.table.arn,
            "TableSizeBytes": self.items.bytes(),
            "KeySchema": self.table.keys.to_json(),
            "TableCreationDateTime": self.table.created.as_secs_f64(),
            "ProvisionedThroughput": {"ReadCapacityUnits": units.read, "WriteCapacityUnits": units.write},
            "ItemCount": self.items.len(),
            "BillingMode": mode,
        });
        if let Some(maximum) = self.table.on_demand_maximum() {
            source["OnDemandThroughput"] = maximum;
        }
        source
    }

    /// SourceTableFeatureDetails: what the table had beside its items, and nothing of what it had not. The service says
    /// nothing of it for a backup of its own.
    fn features(&self) -> Value {
        let mut features = Map::new();
        if self.kind == BackupKind::System {
            return features.into();
        }
        for (name, kind) in [("LocalSecondaryIndexes", IndexKind::Local), ("GlobalSecondaryIndexes", IndexKind::Global)]
        {
            let indexes = self.table.indexes.iter().filter(|index| index.schema.kind == kind);
            let described: Vec<Value> = indexes.map(Index::describe_source).collect();
            if !described.is_empty() {
                features.insert(name.to_owned(), described.into());
            }
        }
        if let Some(view) = self.table.stream.as_ref().and_then(|stream| stream.view.as_ref()) {
            features.insert("StreamDescription".into(), json!({"StreamEnabled": true, "StreamViewType": view}));
        }
        if let Some(attribute) = &self.ttl {
            let described = json!({"TimeToLiveStatus": "ENABLED", "AttributeName": attribute});
            features.insert("TimeToLiveDescription".into(), described);
        }
        features.extend(self.table.encryption.describe().map(|described| ("SSEDescription".to_owned(), described)));
        features.into()
    }
}
