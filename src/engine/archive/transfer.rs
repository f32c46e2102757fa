//! A transfer to or from Amazon S3: an export of a table, or an import into a new one.
//!
//! What becomes of it is decided when it begins, and told when its time has come: until then it is IN_PROGRESS.
//! Source: API reference, ExportDescription, ImportTableDescription.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::clock::Timestamp;

/// Which way it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum TransferKind {
    /// To S3.
    Export,
    /// From S3.
    Import,
}

/// A transfer.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Transfer {
    /// ExportArn or ImportArn.
    pub arn: Arc<str>,
    /// Which way it goes.
    pub direction: TransferKind,
    /// ClientToken.
    pub token: Option<String>,
    /// The request, without its token: what makes another one the same.
    pub request: Value,
    /// TableArn.
    pub table: String,
    /// TableId.
    pub table_id: Arc<str>,
    /// StartTime.
    pub started: Timestamp,
    /// EndTime.
    pub ends: Timestamp,
    /// The members that describe it from the beginning on.
    pub begun: Map<String, Value>,
    /// Those that it gets in the end, its status among them.
    pub ended: Map<String, Value>,
}

impl Transfer {
    /// The member that holds its status.
    const fn status_member(&self) -> &'static str {
        match self.direction {
            TransferKind::Export => "ExportStatus",
            TransferKind::Import => "ImportStatus",
        }
    }

    /// How the request that begins it describes it.
    #[must_use]
    pub fn in_progress(&self) -> Value {
        let mut body = self.begun.clone();
        body.insert(self.status_member().to_owned(), "IN_PROGRESS".into());
        body.into()
    }

    /// ExportDescription or ImportTableDescription.
    #[must_use]
    pub fn describe(&self, now: Timestamp) -> Value {
        let mut body = self.in_progress();
        if let Some(members) = body.as_object_mut().filter(|_| self.ends <= now) {
            members.extend(self.ended.clone());
            members.insert("EndTime".to_owned(), self.ends.as_secs_f64().into());
        }
        body
    }

    /// ExportSummary or ImportSummary: those members of the description that it has.
    #[must_use]
    pub fn summary(&self, now: Timestamp, members: &[&str]) -> Value {
        let mut body = self.describe(now);
        if let Some(body) = body.as_object_mut() {
            body.retain(|name, _| members.contains(&name.as_str()));
        }
        body
    }
}
