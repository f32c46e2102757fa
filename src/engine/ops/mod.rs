//! The API verbs: one file each, with its request beside it, and here their list.
//!
//! A verb declares its request with `structure!`, says in `Operation::prepare` what it will touch (everything that
//! can be refused before an item is read is refused there) and does it in `Operation::execute`. [`VERBS`] is the
//! only list: the endpoint, the AWS CLI language, its help and its completion all read it.
//!
//! Pieces that several verbs share: `admission` (who is let through), `throughput` (what may be declared), `members` (shapes), `encryption` (keys of KMS), `request` (rules between parameters), `legacy` (the parameters
//! that expressions replaced), `write` (one item written under a condition), `transaction` (several, all or nothing),
//! `page` (Query and Scan), `statement` (PartiQL), `restore` (a table out of what
//! there was), `transfer` (exports and imports). Source: the Amazon DynamoDB API reference, Actions.

#![expect(
    refining_impl_trait_internal,
    reason = "what kind of answer a verb gives is its own matter; nobody asks for more of it than that it becomes one"
)]

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::messages::protocol as text;
use super::messages::wording::Wording;
use super::plan::{Effect, Plan};
use super::shape::{self, Fits, Pages, RequestBody, Shaped, Structure};
use super::{ApiError, Engine, ErrorKind, ResponseValue, Trace};

mod absent;
mod admission;
mod batch_execute_statement;
mod batch_get_item;
mod batch_write_item;
mod busy;
mod create_backup;
mod create_table;
mod declare;
mod delete_backup;
mod delete_item;
mod delete_resource_policy;
mod delete_table;
mod describe_backup;
mod describe_continuous_backups;
mod describe_contributor_insights;
mod describe_endpoints;
mod describe_export;
mod describe_import;
mod describe_kinesis_streaming_destination;
mod describe_limits;
mod describe_stream;
mod describe_table;
mod describe_time_to_live;
mod disable_kinesis_streaming_destination;
mod enable_kinesis_streaming_destination;
mod encryption;
mod execute_statement;
mod execute_transaction;
mod export_table_to_point_in_time;
mod get_item;
mod get_records;
mod get_resource_policy;
mod get_shard_iterator;
mod import_table;
mod legacy;
mod list_backups;
mod list_contributor_insights;
mod list_exports;
mod list_imports;
mod list_streams;
mod list_tables;
mod list_tags_of_resource;
mod members;
mod named;
mod page;
mod put_item;
mod put_resource_policy;
mod query;
mod request;
mod resource_policy;
mod restore;
mod restore_table_from_backup;
mod restore_table_to_point_in_time;
mod scan;
mod statement;
mod tag_resource;
mod throughput;
mod transact_get_items;
mod transact_write_items;
mod transaction;
mod transfer;
mod untag_resource;
mod update_continuous_backups;
mod update_contributor_insights;
mod update_item;
mod update_kinesis_streaming_destination;
mod update_table;
mod update_time_to_live;
mod write;

pub use named::{Named, named};
pub(super) use write::replicate;

/// A verb: how its request is read, planned and carried out.
trait Operation {
    /// The operation's name: `GetItem`.
    const NAME: &'static str;
    /// What it does, in one sentence, for the help.
    const DOC: &'static str;
    /// The API it belongs to.
    const SERVICE: Service = Service::DynamoDb;
    /// Whether it may change a table itself rather than items, which a store must know.
    const CHANGES_TABLES: bool = false;
    /// What it does; `None` if that is for its statements to say.
    const EFFECT: Option<Effect> = Some(if Self::CHANGES_TABLES { Effect::Define } else { Effect::Describe });
    /// Whether it has an output at all: without one, the answer of an endpoint has no body.
    const HAS_OUTPUT: bool = true;
    /// Up to how many bytes its body may have for it to be quick: so much so that nobody has to wait for it.
    const QUICK_BYTES: usize = 0;
    /// Whether it answers with the endpoint's address, which only the endpoint knows.
    const NAMES_ENDPOINT: bool = false;
    /// How its answers come in pages that clients join; `None` if no client does, even where there is a token.
    const PAGES: Option<&'static Pages> = None;
    /// In which of the service's wordings it refuses a request.
    const WORDING: Wording = Wording::Older;
    /// The request.
    type Request: Shaped + Fits + DeserializeOwned;
    /// The request with its values read, its expressions compiled and its table known to exist.
    type Prepared: Clone + Send + Sync + 'static;

    /// Everything up to the point where items are touched.
    fn prepare(request: Self::Request, engine: &Engine) -> Result<Self::Prepared, ApiError>;

    /// What the prepared request will touch.
    fn plans(prepared: &Self::Prepared) -> Vec<Plan>;

    /// Does it, and answers with the response body: a [`ResponseValue`], or JSON where it is small or seldom asked for.
    fn execute(
        prepared: Self::Prepared,
        engine: &mut Engine,
        trace: &mut Trace,
    ) -> Result<impl Into<ResponseValue>, ApiError>;
}

/// The [`Operation::QUICK_BYTES`] of a verb that touches one item.
const QUICK_ITEM: usize = 64 << 10;
/// The same of a verb that reads a page: an expression is tested on every item of it, so a long one takes long.
const QUICK_PAGE: usize = 1 << 10;

/// The API that a verb belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// `dynamodb`.
    DynamoDb,
    /// `dynamodbstreams`.
    Streams,
}

/// A verb as the rest of the program sees it.
#[derive(Debug)]
pub struct Verb {
    /// Its name: `GetItem`.
    pub name: &'static str,
    /// The API it belongs to.
    pub service: Service,
    /// Whether it may change a table itself rather than items.
    pub changes_tables: bool,
    /// What it does to what it touches; `None` if that is for its statements to say.
    pub effect: Option<Effect>,
    /// Whether it has an output at all: without one, the answer of an endpoint has no body.
    pub has_output: bool,
    /// Up to how many bytes its body may have for it to be quick: so much so that nobody has to wait for it.
    pub quick_bytes: usize,
    /// Whether it answers with the endpoint's address, which only the endpoint knows: `Endpoints`.
    pub names_endpoint: bool,
    /// How its answers come in pages that clients join; `None` if no client does.
    pub pages: Option<&'static Pages>,
    /// What it does, in one sentence.
    pub doc: &'static str,
    /// The shape of its request.
    pub input: &'static Structure,
    pub(super) run: fn(&mut Engine, RequestBody<'_>, &mut Trace) -> Result<ResponseValue, ApiError>,
    pub(super) plan: fn(&Engine, Value) -> Result<Vec<Plan>, ApiError>,
    pub(super) prepare: fn(&Engine, Value) -> Result<Prepared, ApiError>,
}

/// A prepared request of some verb, shared by the statements that were copied from one.
pub(super) type Prepared = Arc<dyn Ready>;

/// A prepared request, whatever its verb.
pub(super) trait Ready: Send + Sync {
    /// Does it once.
    fn execute(&self, engine: &mut Engine, trace: &mut Trace) -> Result<ResponseValue, ApiError>;
}

/// A prepared request of one verb.
struct ReadyFor<O: Operation>(O::Prepared);

impl<O: Operation> Ready for ReadyFor<O> {
    fn execute(&self, engine: &mut Engine, trace: &mut Trace) -> Result<ResponseValue, ApiError> {
        O::execute(self.0.clone(), engine, trace).map(Into::into)
    }
}

impl Verb {
    const fn of<O: Operation + 'static>() -> Self {
        Self {
            name: O::NAME,
            service: O::SERVICE,
            changes_tables: O::CHANGES_TABLES,
            effect: O::EFFECT,
            has_output: O::HAS_OUTPUT,
            quick_bytes: O::QUICK_BYTES,
            names_endpoint: O::NAMES_ENDPOINT,
            pages: O::PAGES,
            doc: O::DOC,
            input: O::Request::STRUCTURE,
            run: run::<O>,
            plan: plan::<O>,
            prepare: prepare::<O>,
        }
    }
}

/// Every verb, in name order.
pub const VERBS: &[Verb] = &[
    Verb::of::<batch_execute_statement::BatchExecuteStatement>(),
    Verb::of::<batch_get_item::BatchGetItem>(),
    Verb::of::<batch_write_item::BatchWriteItem>(),
    Verb::of::<create_backup::CreateBackup>(),
    Verb::of::<create_table::CreateTable>(),
    Verb::of::<delete_backup::DeleteBackup>(),
    Verb::of::<delete_item::DeleteItem>(),
    Verb::of::<delete_resource_policy::DeleteResourcePolicy>(),
    Verb::of::<delete_table::DeleteTable>(),
    Verb::of::<describe_backup::DescribeBackup>(),
    Verb::of::<describe_continuous_backups::DescribeContinuousBackups>(),
    Verb::of::<describe_contributor_insights::DescribeContributorInsights>(),
    Verb::of::<describe_endpoints::DescribeEndpoints>(),
    Verb::of::<describe_export::DescribeExport>(),
    Verb::of::<describe_import::DescribeImport>(),
    Verb::of::<describe_kinesis_streaming_destination::DescribeKinesisStreamingDestination>(),
    Verb::of::<describe_limits::DescribeLimits>(),
    Verb::of::<describe_stream::DescribeStream>(),
    Verb::of::<describe_table::DescribeTable>(),
    Verb::of::<describe_time_to_live::DescribeTimeToLive>(),
    Verb::of::<disable_kinesis_streaming_destination::DisableKinesisStreamingDestination>(),
    Verb::of::<enable_kinesis_streaming_destination::EnableKinesisStreamingDestination>(),
    Verb::of::<execute_statement::ExecuteStatement>(),
    Verb::of::<execute_transaction::ExecuteTransaction>(),
    Verb::of::<export_table_to_point_in_time::ExportTableToPointInTime>(),
    Verb::of::<get_item::GetItem>(),
    Verb::of::<get_records::GetRecords>(),
    Verb::of::<get_resource_policy::GetResourcePolicy>(),
    Verb::of::<get_shard_iterator::GetShardIterator>(),
    Verb::of::<import_table::ImportTable>(),
    Verb::of::<list_backups::ListBackups>(),
    Verb::of::<list_contributor_insights::ListContributorInsights>(),
    Verb::of::<list_exports::ListExports>(),
    Verb::of::<list_imports::ListImports>(),
    Verb::of::<list_streams::ListStreams>(),
    Verb::of::<list_tables::ListTables>(),
    Verb::of::<list_tags_of_resource::ListTagsOfResource>(),
    Verb::of::<put_item::PutItem>(),
    Verb::of::<put_resource_policy::PutResourcePolicy>(),
    Verb::of::<query::Query>(),
    Verb::of::<restore_table_from_backup::RestoreTableFromBackup>(),
    Verb::of::<restore_table_to_point_in_time::RestoreTableToPointInTime>(),
    Verb::of::<scan::Scan>(),
    Verb::of::<tag_resource::TagResource>(),
    Verb::of::<transact_get_items::TransactGetItems>(),
    Verb::of::<transact_write_items::TransactWriteItems>(),
    Verb::of::<untag_resource::UntagResource>(),
    Verb::of::<update_continuous_backups::UpdateContinuousBackups>(),
    Verb::of::<update_contributor_insights::UpdateContributorInsights>(),
    Verb::of::<update_item::UpdateItem>(),
    Verb::of::<update_kinesis_streaming_destination::UpdateKinesisStreamingDestination>(),
    Verb::of::<update_table::UpdateTable>(),
    Verb::of::<update_time_to_live::UpdateTimeToLive>(),
];

/// The refusal of an operation that is none, or that only the service has.
#[must_use]
pub fn unknown(name: &str) -> ApiError {
    let message = if absent::OPERATIONS.contains(&name) { text::absent(name) } else { String::new() };
    ApiError::new(ErrorKind::UnknownOperationException, message)
}

/// The verb called `name`. They are sought as in a dictionary: each request asks for one, and there are half a hundred.
#[must_use]
pub fn find(name: &str) -> Option<&'static Verb> {
    VERBS.binary_search_by(|verb| verb.name.cmp(name)).ok().map(|place| &VERBS[place])
}

fn run<O: Operation>(engine: &mut Engine, body: RequestBody<'_>, trace: &mut Trace) -> Result<ResponseValue, ApiError> {
    let prepared = O::prepare(shape::read(body, O::WORDING)?, engine)?;
    if engine.journal.is_kept() {
        trace.plans = O::plans(&prepared);
    }
    O::execute(prepared, engine, trace).map(Into::into)
}

fn prepare<O: Operation + 'static>(engine: &Engine, body: Value) -> Result<Prepared, ApiError> {
    Ok(Arc::new(ReadyFor::<O>(O::prepare(shape::decode(body, O::WORDING)?, engine)?)))
}

fn plan<O: Operation>(engine: &Engine, body: Value) -> Result<Vec<Plan>, ApiError> {
    Ok(O::plans(&O::prepare(shape::decode(body, O::WORDING)?, engine)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_verb_is_found_by_its_name() {
        assert!(VERBS.iter().all(|verb| find(verb.name).is_some_and(|found| found.name == verb.name)));
        assert!(["", "GetItems", "Zebra"].iter().all(|name| find(name).is_none()));
    }
}
