//! CreateTable: a new table with its keys and indexes. Only here can a local index come into being.
//!
//! `{"TableName": "Orders", "KeySchema": […], "AttributeDefinitions": […], "BillingMode": "PAY_PER_REQUEST"}` answers
//! `{"TableDescription": {"TableStatus": "CREATING", …}}`. Source: API reference, CreateTable.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::declare::{
    self, AttributeDefinition, Definitions, GlobalSecondaryIndex, KeySchemaElement, LocalSecondaryIndex,
    ProvisionedThroughput, StreamSpecification,
};
use super::describe_table::control_plan;
use super::encryption::{self, SseSpecification};
use super::resource_policy;
use super::tag_resource::{self, Tag};
use super::throughput::{self, OnDemandThroughput, ThroughputSubject, WantedThroughput, WarmThroughput};
use super::{Operation, busy, members};
use crate::clock::Timestamp;
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::tables as text;
use crate::engine::messages::throughput::Owner;
use crate::engine::plan::Plan;
use crate::engine::policy::ResourcePolicy;
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::stream::StreamViewType;
use crate::engine::table::{
    Billing, Encryption, Index, IndexSchema, IndexState, KeySchema, NewTable, Provisioning, Table, Throughput,
};
use crate::engine::{Engine, Trace};

/// The most tables of an account in a Region.
pub(super) const MOST_TABLES: usize = 2_500;

structure! {
    /// Declares a table.
    pub(super) struct CreateTableRequest as "CreateTableInput" {
        /// The types of all key attributes, of the table and its indexes, and of no others.
        "AttributeDefinitions" attribute_definitions: Vec<AttributeDefinition> => required declare::DEFINITIONS;
        /// The table's name.
        "TableName" table_name: Option<String> => optional members::NAME;
        /// The partition key and, optionally, the sort key.
        "KeySchema" key_schema: Vec<KeySchemaElement> => required declare::TABLE_KEY_SCHEMA;
        /// Global indexes: any keys, up to twenty.
        "GlobalSecondaryIndexes" global_secondary_indexes: Option<Vec<GlobalSecondaryIndex>> => optional Shape::List(&ListShape::of(Shape::Structure(GlobalSecondaryIndex::STRUCTURE)));
        /// Local indexes: same partition key, another sort key, up to five.
        "LocalSecondaryIndexes" local_secondary_indexes: Option<Vec<LocalSecondaryIndex>> => optional Shape::List(&ListShape::of(Shape::Structure(LocalSecondaryIndex::STRUCTURE)));
        /// PROVISIONED (the default) or PAY_PER_REQUEST.
        "BillingMode" billing_mode: Option<String> => optional declare::BILLING_MODE;
        /// Units a second, in PROVISIONED mode.
        "ProvisionedThroughput" provisioned_throughput: Option<ProvisionedThroughput> => optional declare::THROUGHPUT;
        /// Whether changes are streamed, and how much of each.
        "StreamSpecification" stream_specification: Option<StreamSpecification> => optional Shape::Structure(StreamSpecification::STRUCTURE);
        /// With which key the table is encrypted.
        "SSESpecification" sse_specification: Option<SseSpecification> => optional encryption::SPECIFICATION;
        /// Tags.
        "Tags" tags: Option<Vec<Tag>> => optional Shape::List(&ListShape::of(Shape::Structure(Tag::STRUCTURE)));
        /// STANDARD or STANDARD_INFREQUENT_ACCESS.
        "TableClass" table_class: Option<String> => optional declare::TABLE_CLASS;
        /// Whether DeleteTable is refused.
        "DeletionProtectionEnabled" deletion_protection_enabled: Option<bool> => optional Shape::BOOLEAN;
        /// The policy that is attached to the table.
        "ResourcePolicy" resource_policy: Option<String> => optional Shape::STRING;
        /// The most the table is to serve, in PAY_PER_REQUEST mode.
        "OnDemandThroughput" on_demand_throughput: Option<OnDemandThroughput> => optional throughput::ON_DEMAND;
        /// What the table is to be ready for at once.
        "WarmThroughput" warm_throughput: Option<WarmThroughput> => optional throughput::WARM;
        /// Vector indexes: not modelled, and refused.
        "VectorIndexes" vector_indexes: Option<Vec<Value>> => optional declare::VECTOR_INDEXES;
    } without {
        /// The table that this one is to be a replica of, in another account; not modelled.
        "GlobalTableSourceArn" => Shape::text(1, 1024);
        /// Whether settings are replicated between accounts; only DISABLED is modelled.
        "GlobalTableSettingsReplicationMode" => declare::SETTINGS_REPLICATION, but ["DISABLED"];
    }
}

/// The verb.
pub(super) struct CreateTable;

/// A table that is ready to be created.
#[derive(Clone)]
pub(super) struct PreparedCreateTable {
    name: String,
    keys: KeySchema,
    definitions: Definitions,
    billing: Billing,
    class: Option<String>,
    deletion_protection: bool,
    indexes: Vec<Index>,
    provisioning: Provisioning,
    encryption: Encryption,
    policy: Option<ResourcePolicy>,
    stream: Option<StreamViewType>,
    tags: Vec<Tag>,
}

impl Operation for CreateTable {
    const NAME: &'static str = "CreateTable";
    const DOC: &'static str = "Creates a table with its keys and indexes.";
    const CHANGES_TABLES: bool = true;
    type Request = CreateTableRequest;
    type Prepared = PreparedCreateTable;

    fn prepare(mut request: CreateTableRequest, engine: &Engine) -> Result<PreparedCreateTable, ApiError> {
        let name = request.table_name.take().ok_or_else(|| ApiError::validation(text::NAME_REQUIRED))?;
        if request.vector_indexes.is_some() {
            return Err(ApiError::validation(text::NO_VECTOR_INDEXES));
        }
        let billing = billing(request.billing_mode.as_deref(), request.provisioned_throughput.as_ref())?;
        declare::check_bounds(request.provisioned_throughput.as_ref())?;
        let DeclaredKeys { definitions, keys, indexes } = declared_keys(&request)?;
        for index in request.global_secondary_indexes.iter().flatten() {
            check_index_throughput(&index.index_name, index.provisioned_throughput.as_ref(), billing)?;
        }
        let stream = declare::stream_view(request.stream_specification.as_ref())?;
        let policy = request.resource_policy.as_deref().map(|text| resource_policy::read(text, engine)).transpose()?;
        let key = request.sse_specification.as_ref().map(|wanted| wanted.key(engine.config())).transpose()?;
        tag_resource::check_tags(request.tags.as_deref().unwrap_or_default())?;
        if let Some(table) = engine.tables.get(name.as_str()) {
            return Err(busy::taken(table));
        }
        if engine.tables.len() >= MOST_TABLES {
            return Err(ApiError::new(ErrorKind::LimitExceededException, text::too_many_tables(MOST_TABLES)));
        }
        let (provisioning, index_units) = declared_units(&name, &request, billing, engine)?;
        let indexes = new_indexes(indexes, index_units, engine);
        Ok(PreparedCreateTable {
            name,
            keys,
            definitions,
            billing,
            class: request.table_class,
            deletion_protection: request.deletion_protection_enabled.unwrap_or_default(),
            indexes,
            provisioning,
            encryption: Encryption { key: key.flatten(), changing: false },
            policy,
            stream,
            tags: request.tags.unwrap_or_default(),
        })
    }

    fn plans(prepared: &PreparedCreateTable) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &prepared.name)]
    }

    fn execute(prepared: PreparedCreateTable, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let (stream, active_at) = (prepared.stream, engine.now().plus_millis(engine.config().timings.create_table));
        let table = made(prepared, engine, active_at);
        let name = Arc::clone(&table.name);
        engine.note_created(&name);
        engine.take_table_in(table);
        if let Some(view) = stream {
            engine.open_stream(&name, view)?;
        }
        Ok(json!({"TableDescription": engine.control_table(&name)?.describe_created()}))
    }
}

/// The keys that a request declares, found to fit each other.
struct DeclaredKeys {
    /// The types of all key attributes.
    definitions: Definitions,
    /// The table's.
    keys: KeySchema,
    /// Those of its indexes, local ones first.
    indexes: Vec<IndexSchema>,
}

fn declared_keys(request: &CreateTableRequest) -> Result<DeclaredKeys, ApiError> {
    let definitions = declare::definitions(&request.attribute_definitions)?;
    if definitions.is_empty() {
        return Err(ApiError::validation(text::NO_DEFINITION));
    }
    declare::check_defined(&request.key_schema, &definitions)?;
    let keys = declare::key_schema(&request.key_schema, &definitions)?;
    let mut indexes = declare::local_indexes(request.local_secondary_indexes.as_deref(), &keys, &definitions)?;
    indexes.extend(declare::global_indexes(request.global_secondary_indexes.as_deref(), &definitions)?);
    declare::check_together(indexes.iter())?;
    declare::check_all_used(&definitions, &keys, &indexes)?;
    Ok(DeclaredKeys { definitions, keys, indexes })
}

/// What each global index is given, by its name: its provisioned units, and what stands beside them.
type IndexUnits<'a> = BTreeMap<&'a str, (Option<Throughput>, Provisioning)>;

/// What the table and its global indexes are given, found to keep the quotas.
fn declared_units<'a>(
    name: &str,
    request: &'a CreateTableRequest,
    billing: Billing,
    engine: &Engine,
) -> Result<(Provisioning, IndexUnits<'a>), ApiError> {
    let units = if let Billing::Provisioned(units) = billing { Some(units) } else { None };
    let asked = ThroughputSubject { owner: Owner::Table, billing, now: None, units };
    let (on_demand, warm) = (request.on_demand_throughput.as_ref(), request.warm_throughput.as_ref());
    let provisioning = WantedThroughput::read(on_demand, warm, asked, engine)?.provisioning();
    let mut index_units = BTreeMap::new();
    for index in request.global_secondary_indexes.iter().flatten() {
        let units = index.provisioned_throughput.as_ref().map(Throughput::from);
        let asked = ThroughputSubject { owner: Owner::Index(&index.index_name), billing, now: None, units };
        let (on_demand, warm) = (index.on_demand_throughput.as_ref(), index.warm_throughput.as_ref());
        let beside = WantedThroughput::read(on_demand, warm, asked, engine)?.provisioning();
        index_units.insert(index.index_name.as_str(), (units, beside));
    }
    let own = units.unwrap_or_default();
    let all = index_units.values().filter_map(|(units, _)| *units).fold(own, throughput::added);
    throughput::check_quotas(name, all, engine)?;
    Ok((provisioning, index_units))
}

/// The indexes as they begin, in name order.
fn new_indexes(schemas: Vec<IndexSchema>, mut index_units: IndexUnits<'_>, engine: &Engine) -> Vec<Index> {
    let active_at = engine.now().plus_millis(engine.config().timings.create_table);
    let state = IndexState::Creating { backfill_at: active_at, active_at, backfilling: false };
    let mut indexes: Vec<Index> = schemas
        .into_iter()
        .map(|schema| {
            let (units, provisioning) = index_units.remove(&*schema.name).unwrap_or_default();
            let mut index = Index::new(schema, units, state);
            index.provisioning = provisioning;
            index
        })
        .collect();
    indexes.sort_by(|left, right| left.schema.name.cmp(&right.schema.name));
    indexes
}

/// The table that a request declares, which is not among the tables yet.
pub(super) fn made(prepared: PreparedCreateTable, engine: &mut Engine, active_at: Timestamp) -> Table {
    let (now, config) = (engine.now(), engine.config());
    let arn = format!("arn:aws:dynamodb:{}:{}:table/{}", config.region, config.account, prepared.name);
    let new = NewTable {
        name: prepared.name.as_str().into(),
        arn,
        id: engine.next_table_id(),
        keys: prepared.keys,
        definitions: prepared.definitions,
        billing: prepared.billing,
        class: prepared.class,
        deletion_protection: prepared.deletion_protection,
        indexes: prepared.indexes,
        provisioning: prepared.provisioning,
        encryption: prepared.encryption,
    };
    let mut table = Table::create(new, now, active_at);
    table.policy = prepared.policy;
    table.tags = prepared.tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    table
}

/// How the table is to be paid for.
fn billing(mode: Option<&str>, throughput: Option<&ProvisionedThroughput>) -> Result<Billing, ApiError> {
    match (mode, throughput) {
        (Some("PAY_PER_REQUEST"), None) => Ok(Billing::OnDemand),
        (Some("PAY_PER_REQUEST"), Some(_)) => Err(ApiError::validation(text::THROUGHPUT_REFUSED)),
        (_, Some(units)) => Ok(Billing::Provisioned(units.into())),
        (_, None) => Err(ApiError::validation(text::THROUGHPUT_REQUIRED)),
    }
}

/// A global index states its units exactly when its table does.
pub(super) fn check_index_throughput(
    index: &str,
    units: Option<&ProvisionedThroughput>,
    table: Billing,
) -> Result<(), ApiError> {
    match (table, units) {
        (Billing::OnDemand, Some(_)) => Err(ApiError::validation(text::index_throughput_refused(index))),
        (Billing::Provisioned(_), None) => Err(ApiError::validation(text::index_throughput_required(index))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::VirtualClock;
    use crate::engine::Config;

    #[test]
    fn an_account_has_so_many_tables() {
        let mut engine = Engine::new(Config::default(), Arc::new(VirtualClock::new(VirtualClock::LAB_START)));
        let create = |name: &str| {
            json!({
                "TableName": name, "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            })
        };
        engine.call("CreateTable", create("Table0")).unwrap();
        let table = engine.tables.values().next().unwrap().clone();
        engine.tables.extend((1..MOST_TABLES - 1).map(|number| (format!("Table{number}").into(), table.clone())));
        engine.call("CreateTable", create("Last")).unwrap();
        let refused = engine.call("CreateTable", create("More")).unwrap_err();
        assert_eq!(refused.kind, ErrorKind::LimitExceededException);
        assert_eq!(refused.message, "Subscriber limit exceeded: There is a limit of 2500 tables per subscriber");
    }
}
