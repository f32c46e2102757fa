//! ExportTableToPointInTime: a table's items at a moment, or what changed in a period, as objects in Amazon S3.
//!
//! `{"TableArn": …, "S3Bucket": "archive"}` answers `{"ExportDescription": {"ExportStatus": "IN_PROGRESS", …}}`. It needs
//! point-in-time recovery and takes no throughput. The objects are written when it begins; it is COMPLETED when its time
//! has come. Left out: Amazon Ion, FilterSpecification; an encryption of the bucket is only repeated.
//! Source: API reference, ExportTableToPointInTime; AWS documentation, "DynamoDB table export output format".

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Operation;
use super::describe_continuous_backups::backed_up_table;
use super::describe_table::control_plan;
use super::transfer::{self, BUCKET, OWNER, PREFIX, TOKEN};
use crate::clock::Timestamp;
use crate::engine::archive::{Transfer, TransferKind};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::{backups as backup_text, protocol, transfers as text};
use crate::engine::objects::Objects;
use crate::engine::plan::Plan;
use crate::engine::shape::{Shape, structure};
use crate::engine::stream::Stream;
use crate::engine::table::{Table, Tree};
use crate::engine::value::Item;
use crate::engine::value::json::encode_item;
use crate::engine::value::key::{KeyScalar, partition_hash};
use crate::engine::{Engine, Trace};

/// The shortest and the longest period of an incremental export, in milliseconds.
const PERIOD_MILLIS: std::ops::RangeInclusive<u64> = 15 * 60_000..=24 * 3_600_000;
/// How many data files an export has.
const DATA_FILES: u64 = 4;
/// The least that an incremental export is billed for, in bytes: 10 MB.
const LEAST_BILLED: u64 = 10_000_000;

structure! {
    /// The period of an incremental export.
    pub(super) struct IncrementalExportSpecification as "IncrementalExportSpecification" {
        /// Where it begins.
        "ExportFromTime" from: Option<f64> => optional Shape::Timestamp;
        /// Where it ends; now, if it is left out.
        "ExportToTime" to: Option<f64> => optional Shape::Timestamp;
        /// NEW_IMAGE, or NEW_AND_OLD_IMAGES (the default).
        "ExportViewType" view: Option<String> => optional Shape::one_of(&["NEW_IMAGE", "NEW_AND_OLD_IMAGES"]);
    }
}

structure! {
    /// What to export, and where to.
    pub(super) struct ExportTableToPointInTimeRequest as "ExportTableToPointInTimeInput" {
        /// The table's ARN.
        "TableArn" table_arn: String => required Shape::text(1, 1024);
        /// The moment; now, if it is left out.
        "ExportTime" at: Option<f64> => optional Shape::Timestamp;
        /// A token that makes a repeated request the same one.
        "ClientToken" token: Option<String> => optional TOKEN;
        /// The bucket.
        "S3Bucket" bucket: String => required BUCKET;
        /// The account that the bucket belongs to.
        "S3BucketOwner" owner: Option<String> => optional OWNER;
        /// What the objects' keys begin with.
        "S3Prefix" prefix: Option<String> => optional PREFIX;
        /// AES256 or KMS.
        "S3SseAlgorithm" algorithm: Option<String> => optional Shape::one_of(&["AES256", "KMS"]);
        /// The key of KMS.
        "S3SseKmsKeyId" key: Option<String> => optional Shape::text(1, 2048);
        /// DYNAMODB_JSON (the default); ION is not modelled.
        "ExportFormat" format: Option<String> => optional Shape::one_of(&["DYNAMODB_JSON", "ION"]);
        /// FULL_EXPORT (the default) or INCREMENTAL_EXPORT.
        "ExportType" kind: Option<String> => optional Shape::one_of(&["FULL_EXPORT", "INCREMENTAL_EXPORT"]);
        /// The period of an incremental export.
        "IncrementalExportSpecification" period: Option<IncrementalExportSpecification> => optional Shape::Structure(IncrementalExportSpecification::STRUCTURE);
    } without {
        /// Which items to export; not modelled.
        "FilterSpecification" => Shape::OPAQUE;
    }
}

/// The verb.
pub(super) struct ExportTableToPointInTime;

/// What an export holds.
#[derive(Clone, Copy, Debug)]
enum ExportScope {
    /// The items of a moment.
    At(Timestamp),
    /// What changed in a period, with or without the items before.
    Between(Timestamp, Timestamp, bool),
}

/// An export that is ready, or one that was begun before.
#[derive(Clone)]
pub(super) enum PreparedExport {
    Begun(Value),
    New(Box<NewExport>),
}

#[derive(Clone)]
pub(super) struct NewExport {
    table: Arc<str>,
    token: Option<String>,
    bucket: String,
    prefix: String,
    extent: ExportScope,
    request: Value,
    begun: Map<String, Value>,
}

impl Operation for ExportTableToPointInTime {
    const NAME: &'static str = "ExportTableToPointInTime";
    const DOC: &'static str = "Exports a table's items at a moment, or its changes of a period, to Amazon S3.";
    const CHANGES_TABLES: bool = true;
    type Request = ExportTableToPointInTimeRequest;
    type Prepared = PreparedExport;

    fn prepare(request: ExportTableToPointInTimeRequest, engine: &Engine) -> Result<PreparedExport, ApiError> {
        check(&request, engine)?;
        let given = given(&request);
        if let Some(same) = transfer::begun_under(engine, TransferKind::Export, request.token.as_deref(), |begun| {
            begun.request == given
        })? {
            return Ok(PreparedExport::Begun(same.describe(engine.now())));
        }
        let table = backed_up_table(engine, &request.table_arn)?;
        let extent = extent(&request, table, engine)?;
        transfer::check_number(engine, TransferKind::Export)?;
        let mut begun = Map::new();
        let mut put = |name: &str, value: Value| begun.insert(name.to_owned(), value);
        put("TableArn", table.arn.as_str().into());
        put("TableId", (*table.id).into());
        match extent {
            ExportScope::At(at) => drop(put("ExportTime", json!(at.as_secs_f64()))),
            ExportScope::Between(from, to, old) => {
                let view = if old { "NEW_AND_OLD_IMAGES" } else { "NEW_IMAGE" };
                let period = json!({
                    "ExportFromTime": from.as_secs_f64(), "ExportToTime": to.as_secs_f64(), "ExportViewType": view,
                });
                put("IncrementalExportSpecification", period);
            }
        }
        for (name, value) in [
            ("ClientToken", &request.token),
            ("S3BucketOwner", &request.owner),
            ("S3Prefix", &request.prefix),
            ("S3SseKmsKeyId", &request.key),
        ] {
            if let Some(value) = value {
                put(name, value.as_str().into());
            }
        }
        put("S3Bucket", request.bucket.as_str().into());
        put("S3SseAlgorithm", request.algorithm.as_deref().unwrap_or("AES256").into());
        put("ExportFormat", "DYNAMODB_JSON".into());
        put("ExportType", request.kind.as_deref().unwrap_or("FULL_EXPORT").into());
        Ok(PreparedExport::New(Box::new(NewExport {
            table: Arc::clone(&table.name),
            token: request.token,
            bucket: request.bucket,
            prefix: request.prefix.unwrap_or_default().trim_end_matches('/').to_owned(),
            extent,
            request: given,
            begun,
        })))
    }

    fn plans(prepared: &PreparedExport) -> Vec<Plan> {
        match prepared {
            PreparedExport::Begun(_) => Vec::new(),
            PreparedExport::New(new) => vec![control_plan(Self::NAME, &new.table)],
        }
    }

    fn execute(prepared: PreparedExport, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let new = match prepared {
            PreparedExport::Begun(described) => return Ok(json!({"ExportDescription": described})),
            PreparedExport::New(new) => *new,
        };
        let now = engine.now();
        let table = engine.control_table(&new.table)?;
        let arn = engine.archive.next_arn(&table.arn, "export", now);
        let ends = now.plus_millis(engine.config.timings.transfer);
        let id = arn.rsplit('/').next().unwrap_or_default();
        let folder = if new.prefix.is_empty() { String::new() } else { format!("{}/", new.prefix) };
        let mut begun = Map::new();
        begun.insert("ExportArn".into(), (*arn).into());
        begun.insert("StartTime".into(), json!(now.as_secs_f64()));
        begun.extend(new.begun.clone());
        let job =
            RunningExport { root: format!("{folder}AWSDynamoDB/{id}"), started: now, ends, begun: &begun, new: &new };
        let ended = match engine.config.objects.as_deref().filter(|objects| objects.has_bucket(&new.bucket)) {
            None => transfer::failure("ExportStatus", text::NO_BUCKET_CODE, text::no_bucket(&new.bucket)),
            Some(objects) => job.write(engine, table, objects).unwrap_or_else(|cause| {
                transfer::failure("ExportStatus", text::NO_ACCESS_CODE, text::no_access(&cause))
            }),
        };
        let transfer = Transfer {
            direction: TransferKind::Export,
            token: new.token,
            request: new.request,
            table: table.arn.clone(),
            table_id: Arc::clone(&table.id),
            started: now,
            ends,
            arn,
            begun,
            ended,
        };
        Ok(json!({"ExportDescription": transfer::begin(engine, transfer)}))
    }
}

/// Refuses what contradicts itself, is another account's, or is not modelled.
fn check(request: &ExportTableToPointInTimeRequest, engine: &Engine) -> Result<(), ApiError> {
    let refused = |message: &str| Err(ApiError::validation(message));
    if !request.table_arn.starts_with("arn:") {
        return refused(text::TABLE_ARN);
    }
    if request.table_arn.split(':').nth(4) != Some(engine.config().account.as_str()) {
        return Err(ApiError::new(ErrorKind::AccessDeniedException, backup_text::ACCESS_DENIED));
    }
    if request.key.is_some() && request.algorithm.as_deref() != Some("KMS") {
        return refused(text::KEY_NEEDS_KMS);
    }
    if request.format.as_deref() == Some("ION") {
        return refused(&protocol::not_modelled("ExportFormat ION"));
    }
    match (request.kind.as_deref(), &request.period) {
        (None, Some(_)) => refused(text::TYPE_REQUIRED),
        (Some("FULL_EXPORT"), Some(_)) => refused(text::FULL_WITH_PERIOD),
        (Some("INCREMENTAL_EXPORT"), None) => refused(text::PERIOD_REQUIRED),
        (_, Some(period)) if period.from.is_none() => refused(text::FROM_REQUIRED),
        _ => Ok(()),
    }
}

/// What makes another request the same.
fn given(request: &ExportTableToPointInTimeRequest) -> Value {
    let period = request.period.as_ref().map(|period| json!([period.from, period.to, period.view]));
    json!([
        request.table_arn,
        request.at,
        request.bucket,
        request.owner,
        request.prefix,
        request.algorithm,
        request.key,
        request.kind,
        period
    ])
}

/// What is to be exported, within what recovery reaches.
fn extent(request: &ExportTableToPointInTimeRequest, table: &Table, engine: &Engine) -> Result<ExportScope, ApiError> {
    let now = engine.now();
    let refused = |message: String| Err(ApiError::new(ErrorKind::InvalidExportTimeException, message));
    let window = engine.recovery_window(table);
    if let Some(period) = &request.period {
        let from = Timestamp::from_secs_f64(period.from.unwrap_or_default());
        let to = period.to.map_or(now, Timestamp::from_secs_f64);
        return match window {
            Some((earliest, _)) if from >= earliest && from <= to => {
                let millis = to.millis_since(from);
                if to > now {
                    refused(text::to_too_late(to))
                } else if millis < *PERIOD_MILLIS.start() {
                    refused(text::TOO_SHORT.to_owned())
                } else if millis > *PERIOD_MILLIS.end() {
                    refused(text::TOO_LONG.to_owned())
                } else {
                    Ok(ExportScope::Between(from, to, period.view.as_deref() != Some("NEW_IMAGE")))
                }
            }
            _ => refused(text::from_too_early(from)),
        };
    }
    let Some((earliest, latest)) = window else {
        let message = backup_text::recovery_off(&table.name);
        return Err(ApiError::new(ErrorKind::PointInTimeRecoveryUnavailableException, message));
    };
    match request.at.map(Timestamp::from_secs_f64) {
        None => Ok(ExportScope::At(now)),
        Some(at) if at < earliest || at > now => refused(text::EXPORT_TIME.to_owned()),
        Some(at) if at > latest => refused(text::EXPORT_TIME_TOO_NEAR.to_owned()),
        Some(at) => Ok(ExportScope::At(at)),
    }
}

/// An export that is being written.
struct RunningExport<'a> {
    root: String,
    started: Timestamp,
    ends: Timestamp,
    begun: &'a Map<String, Value>,
    new: &'a NewExport,
}

/// The lines of one data file.
type DataLines<'a> = Box<dyn Iterator<Item = String> + 'a>;

impl RunningExport<'_> {
    /// Writes everything, and returns the members of an export that is COMPLETED.
    fn write(&self, engine: &Engine, table: &Table, objects: &dyn Objects) -> Result<Map<String, Value>, String> {
        self.put(objects, "_started", &mut std::iter::empty())?;
        let (count, bytes) = match self.new.extent {
            ExportScope::At(at) => {
                let items = engine.items_at(table, at);
                let line = |item: &Item| json!({"Item": encode_item(item)}).to_string();
                let file = |number| -> DataLines<'_> {
                    let its = items.iter().filter(move |(position, _)| position.hash % DATA_FILES == number);
                    Box::new(its.map(move |(_, stored)| line(&stored.item)))
                };
                (self.write_data(objects, file)?, items.bytes())
            }
            ExportScope::Between(from, to, with_old) => {
                let changes = net_changes(engine, table, from, to);
                let file = |number| -> DataLines<'_> {
                    let its = changes.values().filter(move |change| change.hash % DATA_FILES == number);
                    Box::new(its.map(move |change| change.line(with_old)))
                };
                let bytes = table.items().bytes();
                (self.write_data(objects, file)?, bytes.max(LEAST_BILLED))
            }
        };
        let manifest = self.write_summary(objects, count, bytes)?;
        let members = [
            ("ExportStatus", "COMPLETED".into()),
            ("ExportManifest", manifest.into()),
            ("BilledSizeBytes", bytes.into()),
            ("ItemCount", count.into()),
        ];
        Ok(members.into_iter().map(|(name, value): (&str, Value)| (name.to_owned(), value)).collect())
    }

    /// Writes the data files and their list, and returns how many lines they have together.
    fn write_data<'l>(&self, objects: &dyn Objects, lines: impl Fn(u64) -> DataLines<'l>) -> Result<u64, String> {
        let (mut all, mut list) = (0, Vec::new());
        for number in 0..DATA_FILES {
            let key = format!("{}/data/{}.json.gz", self.root, file_name(&self.root, number));
            let mut count = 0_u64;
            let mut counted = lines(number).inspect(|_| count += 1);
            let put = objects.put(&self.new.bucket, &key, &mut counted, true)?;
            drop(counted);
            all += count;
            let entry = json!({
                "itemCount": count, "md5Checksum": put.md5, "etag": format!("{}-1", put.etag), "dataFileS3Key": key,
            });
            list.push(entry.to_string());
        }
        let put = self.put(objects, "manifest-files.json", &mut list.into_iter())?;
        self.put(objects, "manifest-files.md5", &mut std::iter::once(put))?;
        Ok(all)
    }

    /// Writes the summary, and returns its key.
    fn write_summary(&self, objects: &dyn Objects, count: u64, bytes: u64) -> Result<String, String> {
        let moment = |at: Timestamp| Value::from(format!("{at}Z"));
        let member = |name: &str| self.begun.get(name).cloned().unwrap_or_default();
        let mut summary = json!({
            "version": "2020-06-30",
            "exportArn": member("ExportArn"),
            "startTime": moment(self.started),
            "endTime": moment(self.ends),
            "tableArn": member("TableArn"),
            "tableId": member("TableId"),
            "exportTime": null,
            "s3Bucket": member("S3Bucket"),
            "s3Prefix": member("S3Prefix"),
            "s3SseAlgorithm": member("S3SseAlgorithm"),
            "s3SseKmsKeyId": member("S3SseKmsKeyId"),
            "manifestFilesS3Key": format!("{}/manifest-files.json", self.root),
            "billedSizeBytes": bytes,
            "itemCount": count,
            "outputFormat": "DYNAMODB_JSON",
            "exportType": member("ExportType"),
        });
        match self.new.extent {
            ExportScope::At(at) => summary["exportTime"] = moment(at),
            ExportScope::Between(from, to, with_old) => {
                if let Some(members) = summary.as_object_mut() {
                    members.shift_remove("exportTime");
                }
                summary["version"] = "2023-08-01".into();
                summary["exportFromTime"] = moment(from);
                summary["exportToTime"] = moment(to);
                summary["outputView"] = if with_old { "NEW_AND_OLD_IMAGES" } else { "NEW_IMAGE" }.into();
            }
        }
        let put = self.put(objects, "manifest-summary.json", &mut std::iter::once(summary.to_string()))?;
        self.put(objects, "manifest-summary.md5", &mut std::iter::once(put))?;
        Ok(format!("{}/manifest-summary.json", self.root))
    }

    /// Writes a plain object beside the data, and returns its MD5.
    fn put(
        &self,
        objects: &dyn Objects,
        name: &str,
        lines: &mut dyn Iterator<Item = String>,
    ) -> Result<String, String> {
        objects.put(&self.new.bucket, &format!("{}/{name}", self.root), lines, false).map(|put| put.md5)
    }
}

/// What a period made of one item.
struct NetChange {
    hash: u64,
    key: Item,
    /// When it was last changed.
    at: Timestamp,
    old: Option<Item>,
    new: Option<Item>,
}

impl NetChange {
    /// As an incremental export has it.
    fn line(&self, with_old: bool) -> String {
        let micros = self.at.as_millis() * 1000;
        let mut body = json!({
            "Metadata": {"WriteTimestampMicros": micros.to_string()}, "Keys": encode_item(&self.key),
        });
        let images = [("OldImage", self.old.as_ref().filter(|_| with_old)), ("NewImage", self.new.as_ref())];
        for (name, image) in images {
            if let Some(item) = image {
                body[name] = Value::Object(encode_item(item));
            }
        }
        body.to_string()
    }
}

/// The items that a period changed, by key: each as it was before and as it was after.
fn net_changes(engine: &Engine, table: &Table, from: Timestamp, to: Timestamp) -> BTreeMap<String, NetChange> {
    let records = table.recovery_records.as_ref().and_then(|name| engine.streams.get(name));
    let (before, after): (Tree, Tree) = (engine.items_at(table, from), engine.items_at(table, to));
    let mut changes = BTreeMap::new();
    let within = records.into_iter().flat_map(Stream::newest_first).skip_while(|change| change.at > to);
    for change in within.take_while(|change| change.at > from) {
        let Some(position) = table.keys.position_if_complete(&change.key) else { continue };
        let item = |tree: &Tree| tree.get(&position).map(|stored| stored.item.clone());
        let text = Value::Object(encode_item(&change.key)).to_string();
        changes.entry(text).or_insert_with(|| NetChange {
            hash: position.hash,
            key: change.key.clone(),
            at: change.at,
            old: item(&before),
            new: item(&after),
        });
    }
    changes
}

/// A name for a data file, the same for the same export.
fn file_name(root: &str, number: u64) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    (0..26_u64)
        .map(|place| {
            let hash = partition_hash(&[KeyScalar::S(format!("{root} {number} {place}").into())]);
            char::from(LETTERS[usize::try_from(hash % 32).unwrap_or(0)])
        })
        .collect()
}
