//! UpdateTable: another way of paying, one global index more or less, a stream on or off. A local index cannot be added: there is no
//! parameter for it.
//!
//! `{"TableName": "Orders", "AttributeDefinitions": […], "GlobalSecondaryIndexUpdates": [{"Create": {…}}]}` answers
//! `{"TableDescription": {"TableStatus": "UPDATING", …}}`. Source: API reference, UpdateTable.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::busy::{self, IndexOperation, TouchedSettings};
use super::create_table::check_index_throughput;
use super::declare::{
    self, AttributeDefinition, Definitions, GlobalSecondaryIndex, ProvisionedThroughput, StreamSpecification,
};
use super::describe_table::control_plan;
use super::encryption::{self, SseSpecification};
use super::throughput::{self, OnDemandThroughput, ThroughputSubject, WantedThroughput, WarmThroughput};
use super::{Operation, members};
use crate::clock::Timestamp;
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::throughput::Owner;
use crate::engine::messages::{encryption as encryption_text, streams as stream_text, tables as text};
use crate::engine::plan::Plan;
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::stream::StreamViewType;
use crate::engine::table::provisioning::Maximum;
use crate::engine::table::{
    Billing, Encryption, Index, IndexKind, IndexSchema, IndexState, Table, TableStatus, Throughput,
};
use crate::engine::value::Type;
use crate::engine::{Engine, Trace};

structure! {
    /// A global index to remove.
    pub(super) struct DeleteGlobalSecondaryIndex as "DeleteGlobalSecondaryIndexAction" {
        /// Its name.
        "IndexName" index_name: String => required members::NAME;
    }
}

structure! {
    /// A global index to give other units a second.
    pub(super) struct UpdateGlobalSecondaryIndex as "UpdateGlobalSecondaryIndexAction" {
        /// Its name.
        "IndexName" index_name: String => required members::NAME;
        /// Its units a second.
        "ProvisionedThroughput" provisioned_throughput: Option<ProvisionedThroughput> => optional declare::THROUGHPUT;
        /// The most it is to serve, on an on-demand table.
        "OnDemandThroughput" on_demand_throughput: Option<OnDemandThroughput> => optional throughput::ON_DEMAND;
        /// What it is to be ready for at once.
        "WarmThroughput" warm_throughput: Option<WarmThroughput> => optional throughput::WARM;
    }
}

structure! {
    /// One change of a global index.
    pub(super) struct GlobalSecondaryIndexUpdate as "GlobalSecondaryIndexUpdate" {
        /// Change its units a second.
        "Update" update: Option<UpdateGlobalSecondaryIndex> => optional Shape::Structure(UpdateGlobalSecondaryIndex::STRUCTURE);
        /// Add it.
        "Create" create: Option<GlobalSecondaryIndex> => optional Shape::Structure(GlobalSecondaryIndex::STRUCTURE);
        /// Remove it.
        "Delete" delete: Option<DeleteGlobalSecondaryIndex> => optional Shape::Structure(DeleteGlobalSecondaryIndex::STRUCTURE);
    }
}

impl GlobalSecondaryIndexUpdate {
    /// What is to become of which index.
    fn named(&self) -> Result<(IndexOperation, &str), ApiError> {
        match (&self.create, &self.update, &self.delete) {
            (Some(create), None, None) => Ok((IndexOperation::Create, &create.index_name)),
            (None, Some(update), None) => Ok((IndexOperation::Update, &update.index_name)),
            (None, None, Some(delete)) => Ok((IndexOperation::Delete, &delete.index_name)),
            (None, None, None) => Err(ApiError::validation(text::NO_CHANGE_OF_INDEX)),
            _ => Err(ApiError::validation(text::ONE_CHANGE_OF_INDEX)),
        }
    }
}

/// What is to become of which indexes; of each one thing.
fn named(updates: &[GlobalSecondaryIndexUpdate]) -> Result<Vec<(IndexOperation, &str)>, ApiError> {
    let mut seen = BTreeSet::new();
    let named: Vec<(IndexOperation, &str)> =
        updates.iter().map(GlobalSecondaryIndexUpdate::named).collect::<Result<_, ApiError>>()?;
    match named.iter().find(|(_, name)| !seen.insert(*name)) {
        Some((_, name)) => Err(ApiError::validation(text::one_change_per_index(name))),
        None => Ok(named),
    }
}

structure! {
    /// A Region.
    pub(super) struct ReplicaRegion as "ReplicaAction" {
        /// The Region.
        "RegionName" region_name: String => required Shape::text(1, 64);
    } without {
        /// The replica's own key; not modelled.
        "KMSMasterKeyId" => Shape::STRING;
        /// The replica's own read capacity; not modelled.
        "ProvisionedThroughputOverride" => Shape::OPAQUE;
        /// The replica's own maximum; not modelled.
        "OnDemandThroughputOverride" => Shape::OPAQUE;
        /// Settings of the replica's own indexes; not modelled.
        "GlobalSecondaryIndexes" => Shape::List(&ListShape::of(Shape::OPAQUE));
        /// The replica's own table class; not modelled.
        "TableClassOverride" => declare::TABLE_CLASS;
    }
}

structure! {
    /// One replica more or less.
    pub(super) struct ReplicationGroupUpdate as "ReplicationGroupUpdate" {
        /// Add it.
        "Create" create: Option<ReplicaRegion> => optional Shape::Structure(ReplicaRegion::STRUCTURE);
        /// Remove it.
        "Delete" delete: Option<ReplicaRegion> => optional Shape::Structure(ReplicaRegion::STRUCTURE);
    } without {
        /// Settings of a replica that exists; not modelled: they are the table's.
        "Update" => Shape::OPAQUE;
    }
}

structure! {
    /// Changes a table.
    pub(super) struct UpdateTableRequest as "UpdateTableInput" {
        /// The types of the new index's key attributes.
        "AttributeDefinitions" attribute_definitions: Option<Vec<AttributeDefinition>> => optional declare::DEFINITIONS;
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// PROVISIONED or PAY_PER_REQUEST.
        "BillingMode" billing_mode: Option<String> => optional declare::BILLING_MODE;
        /// Units a second, in PROVISIONED mode.
        "ProvisionedThroughput" provisioned_throughput: Option<ProvisionedThroughput> => optional declare::THROUGHPUT;
        /// Global indexes to add, remove or change; one may be added or removed at a time.
        "GlobalSecondaryIndexUpdates" global_secondary_index_updates: Option<Vec<GlobalSecondaryIndexUpdate>> => optional Shape::List(&ListShape::of(Shape::Structure(GlobalSecondaryIndexUpdate::STRUCTURE)));
        /// Replicas in other Regions to add or remove.
        "ReplicaUpdates" replica_updates: Option<Vec<ReplicationGroupUpdate>> => optional Shape::List(&ListShape::sized(Shape::Structure(ReplicationGroupUpdate::STRUCTURE), 1, usize::MAX));
        /// Switches a stream on or off.
        "StreamSpecification" stream_specification: Option<StreamSpecification> => optional Shape::Structure(StreamSpecification::STRUCTURE);
        /// With which key the table is encrypted; this alone.
        "SSESpecification" sse_specification: Option<SseSpecification> => optional encryption::SPECIFICATION;
        /// STANDARD or STANDARD_INFREQUENT_ACCESS.
        "TableClass" table_class: Option<String> => optional declare::TABLE_CLASS;
        /// Whether DeleteTable is refused.
        "DeletionProtectionEnabled" deletion_protection_enabled: Option<bool> => optional Shape::BOOLEAN;
        /// The most the table is to serve, in PAY_PER_REQUEST mode.
        "OnDemandThroughput" on_demand_throughput: Option<OnDemandThroughput> => optional throughput::ON_DEMAND;
        /// What the table is to be ready for at once.
        "WarmThroughput" warm_throughput: Option<WarmThroughput> => optional throughput::WARM;
        /// Vector indexes: not modelled, and refused.
        "VectorIndexUpdates" vector_index_updates: Option<Vec<Value>> => optional declare::VECTOR_INDEXES;
    } without {
        /// How replicas agree: STRONG, with three Regions chosen together for an empty table, is not modelled.
        "MultiRegionConsistency" => Shape::one_of(&["EVENTUAL", "STRONG"]), but ["EVENTUAL"];
        /// Witnesses of a table with multi-Region strong consistency; not modelled.
        "GlobalTableWitnessUpdates" => declare::WITNESSES;
        /// Whether settings are replicated between accounts; only DISABLED is modelled.
        "GlobalTableSettingsReplicationMode" => declare::SETTINGS_REPLICATION, but ["DISABLED"];
    }
}

/// The verb.
pub(super) struct UpdateTable;

/// Changes that are ready to be made.
#[derive(Clone)]
pub(super) struct PreparedUpdateTable {
    table: String,
    billing: Option<Billing>,
    beside: WantedThroughput,
    index_changes: Vec<IndexChange>,
    stream: StreamChange,
    encryption: Option<Encryption>,
    class: Option<String>,
    deletion_protection: Option<bool>,
}

/// What happens to the table's stream.
#[derive(Clone)]
enum StreamChange {
    None,
    Open(StreamViewType),
    Close,
}

#[derive(Clone)]
enum IndexChange {
    Create(IndexSchema, Option<Throughput>, WantedThroughput, Definitions),
    Delete(String),
    Provision(String, Option<Throughput>, WantedThroughput),
}

impl Operation for UpdateTable {
    const NAME: &'static str = "UpdateTable";
    const DOC: &'static str = "Changes a table's billing or capacity, or adds or removes a global secondary index.";
    const CHANGES_TABLES: bool = true;
    type Request = UpdateTableRequest;
    type Prepared = PreparedUpdateTable;

    fn prepare(mut request: UpdateTableRequest, engine: &Engine) -> Result<PreparedUpdateTable, ApiError> {
        if let Some(update) = request.replica_updates.take().into_iter().flatten().next() {
            let region = update.create.or(update.delete).map(|region| region.region_name).unwrap_or_default();
            return Err(ApiError::validation(text::no_other_regions(&region)));
        }
        let updates = request.global_secondary_index_updates.take().unwrap_or_default();
        let nothing = updates.is_empty() && !changes_settings(&request);
        if request.vector_index_updates.is_some() {
            return Err(ApiError::validation(text::NO_VECTOR_INDEXES));
        }
        if nothing && request.sse_specification.is_none() {
            return Err(ApiError::validation(text::NOTHING_TO_UPDATE));
        }
        declare::check_bounds(request.provisioned_throughput.as_ref())?;
        let indexes = named(&updates)?;
        let table = engine.control_table(&request.table_name)?;
        let touched = TouchedSettings {
            throughput: changes_throughput(&request),
            stream: request.stream_specification.is_some(),
            indexes,
        };
        busy::check_update(table, &touched)?;
        check_one_at_a_time(&touched.indexes, table)?;
        let billing = billing(request.billing_mode.as_deref(), request.provisioned_throughput.as_ref(), table)?;
        let (on_demand, warm) = (request.on_demand_throughput.as_ref(), request.warm_throughput.as_ref());
        let after = billing.unwrap_or(table.billing);
        let now = Some((&table.provisioning, table.warm()));
        let asked = ThroughputSubject { owner: Owner::Table, billing: after, now, units: None };
        let beside = WantedThroughput::read(on_demand, warm, asked, engine)?;
        let given = declare::definitions(request.attribute_definitions.as_deref().unwrap_or_default())?;
        let changes: Vec<IndexChange> = updates
            .into_iter()
            .map(|update| index_change(update, table, after, &given, engine))
            .collect::<Result<_, _>>()?;
        check_index_units_on_switch(&changes, billing, table)?;
        check_history(&changes, billing, table, engine)?;
        let stream = stream_change(request.stream_specification.as_ref(), table)?;
        let encryption = match &request.sse_specification {
            Some(_) if !nothing => return Err(ApiError::validation(encryption_text::ALONE)),
            Some(wanted) => Some(other_key(wanted, table, engine)?),
            None => None,
        };
        Ok(PreparedUpdateTable {
            table: request.table_name,
            billing,
            beside,
            index_changes: changes,
            stream,
            encryption,
            class: request.table_class,
            deletion_protection: request.deletion_protection_enabled,
        })
    }

    fn plans(prepared: &PreparedUpdateTable) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &prepared.table)]
    }

    fn execute(prepared: PreparedUpdateTable, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let (now, timings) = (engine.now(), engine.config.timings);
        let table = engine.control_table_mut(&prepared.table)?;
        if let Some(billing) = prepared.billing {
            set_billing(table, billing, now);
        }
        prepared.beside.apply(&mut table.provisioning);
        for change in prepared.index_changes {
            match change {
                IndexChange::Create(schema, units, beside, definitions) => {
                    table.definitions.extend(definitions);
                    let backfill_at = now.plus_millis(timings.allocate_index);
                    let active_at = backfill_at.plus_millis(timings.backfill_index);
                    let name = schema.name.to_string();
                    table.add_index(schema, units, IndexState::Creating { backfill_at, active_at, backfilling: false });
                    set_index(table, &name, |index| beside.apply(&mut index.provisioning));
                }
                IndexChange::Delete(name) => {
                    let gone_at = now.plus_millis(timings.delete_table);
                    set_index(table, &name, |index| index.state = IndexState::Deleting(gone_at));
                    prune_definitions(table, &name);
                }
                IndexChange::Provision(name, units, beside) => set_index(table, &name, |index| {
                    if let (Some(from), Some(to)) = (index.throughput, units) {
                        index.provisioning.note_change(from, to, now);
                    }
                    index.throughput = units.or(index.throughput);
                    beside.apply(&mut index.provisioning);
                }),
            }
        }
        table.encryption = prepared.encryption.unwrap_or_else(|| table.encryption.clone());
        table.class = prepared.class.or(table.class.take());
        table.deletion_protection = prepared.deletion_protection.unwrap_or(table.deletion_protection);
        let busy_for = |index: &Index| match index.state {
            IndexState::Creating { backfill_at: until, backfilling: false, .. } | IndexState::Deleting(until) => {
                Some(until)
            }
            _ => None,
        };
        let until = table.indexes.iter().filter_map(busy_for).max();
        table.state = TableStatus::Updating(now.plus_millis(timings.update_table).max(until.unwrap_or(now)));
        match prepared.stream {
            StreamChange::Open(view) => engine.open_stream(&prepared.table, view)?,
            StreamChange::Close => engine.close_stream(&prepared.table)?,
            StreamChange::None => {}
        }
        let mut description = engine.control_table(&prepared.table)?.describe();
        for member in prepared.beside.lifted {
            description["OnDemandThroughput"][member] = json!(-1);
        }
        Ok(json!({"TableDescription": description}))
    }
}

/// Whether the request changes how the table is paid for, or its units a second.
const fn changes_throughput(request: &UpdateTableRequest) -> bool {
    request.billing_mode.is_some()
        || request.provisioned_throughput.is_some()
        || request.on_demand_throughput.is_some()
        || request.warm_throughput.is_some()
}

/// Whether the request changes a setting of the table other than its key of KMS, which is changed alone.
const fn changes_settings(request: &UpdateTableRequest) -> bool {
    changes_throughput(request)
        || request.stream_specification.is_some()
        || request.table_class.is_some()
        || request.deletion_protection_enabled.is_some()
}

/// Enters another way of paying, or other units.
fn set_billing(table: &mut Table, billing: Billing, now: Timestamp) {
    match (table.billing, billing) {
        (Billing::Provisioned(from), Billing::Provisioned(to)) => table.provisioning.note_change(from, to, now),
        (Billing::Provisioned(_), Billing::OnDemand) => {
            table.provisioning.note_switch(now);
            table.indexes.iter_mut().for_each(|index| index.throughput = None);
        }
        (Billing::OnDemand, Billing::Provisioned(_)) => {
            table.provisioning.maximum = Maximum::default();
            table.indexes.iter_mut().for_each(|index| index.provisioning.maximum = Maximum::default());
        }
        (Billing::OnDemand, Billing::OnDemand) => {}
    }
    table.billing = billing;
}

/// Refuses what the day has no room left for, or the quotas.
fn check_history(
    changes: &[IndexChange],
    billing: Option<Billing>,
    table: &Table,
    engine: &Engine,
) -> Result<(), ApiError> {
    let now = engine.now();
    match (table.billing, billing) {
        (Billing::Provisioned(from), Some(Billing::Provisioned(to))) => {
            throughput::check_decrease(from, to, &table.provisioning, now)?;
        }
        (Billing::Provisioned(_), Some(Billing::OnDemand)) => throughput::check_switch(&table.provisioning, now)?,
        _ => {}
    }
    let mut units = BTreeMap::new();
    for index in &table.indexes {
        units.insert(index.schema.name.to_string(), index.throughput);
    }
    for change in changes {
        match change {
            IndexChange::Create(schema, given, ..) => drop(units.insert(schema.name.to_string(), *given)),
            IndexChange::Delete(_) => {}
            IndexChange::Provision(name, given, _) => {
                if let (Some(index), Some(to)) = (table.index(name), given) {
                    let from = index.throughput.unwrap_or_default();
                    throughput::check_decrease(from, *to, &index.provisioning, now)?;
                    units.insert(name.clone(), Some(*to));
                }
            }
        }
    }
    let Billing::Provisioned(own) = billing.unwrap_or(table.billing) else { return Ok(()) };
    throughput::check_quotas(&table.name, units.into_values().flatten().fold(own, throughput::added), engine)
}

/// The encryption with the key that is asked for, which must be another than the table has.
fn other_key(wanted: &SseSpecification, table: &Table, engine: &Engine) -> Result<Encryption, ApiError> {
    let key = wanted.key(engine.config())?;
    match (&table.encryption.key, &key) {
        (None, None) => Err(ApiError::validation(encryption_text::BY_DEFAULT)),
        (before, after) if before == after => Err(ApiError::validation(encryption_text::SAME_KEY)),
        _ => Ok(Encryption { key, changing: true }),
    }
}

/// Whether a stream is switched on (with which view) or off; one that is on cannot be changed.
fn stream_change(wanted: Option<&StreamSpecification>, table: &Table) -> Result<StreamChange, ApiError> {
    let Some(specification) = wanted else { return Ok(StreamChange::None) };
    let view = declare::stream_view(wanted)?;
    let is_on = table.stream.as_ref().is_some_and(|stream| stream.view.is_some());
    let refusal = match (specification.stream_enabled, is_on) {
        (true, true) => stream_text::already_enabled(&table.name),
        (false, false) => stream_text::nothing_to_disable(&table.name),
        _ => return Ok(view.map_or(StreamChange::Close, StreamChange::Open)),
    };
    Err(ApiError::validation(refusal))
}

/// The billing that the request leads to; `None` if it stays as it is.
fn billing(
    mode: Option<&str>,
    units: Option<&ProvisionedThroughput>,
    table: &Table,
) -> Result<Option<Billing>, ApiError> {
    let units = units.map(Throughput::from);
    match (mode, units, table.billing) {
        (Some("PAY_PER_REQUEST"), Some(_), _) | (None, Some(_), Billing::OnDemand) => {
            Err(ApiError::validation(text::THROUGHPUT_REFUSED))
        }
        (Some("PAY_PER_REQUEST"), None, _) => Ok(Some(Billing::OnDemand)),
        (Some(_), None, Billing::OnDemand) => Err(ApiError::validation(text::THROUGHPUT_REQUIRED_ON_SWITCH)),
        (_, Some(units), Billing::Provisioned(current)) if units == current => {
            Err(ApiError::validation(text::unchanged_throughput(current)))
        }
        (_, Some(units), _) => Ok(Some(Billing::Provisioned(units))),
        (_, None, _) => Ok(None),
    }
}

/// Refuses a key of a new index that is defined as something else than the table knows it as. Definitions that no key of
/// the index uses are passed over, whatever they say.
fn check_not_redefined(schema: &IndexSchema, table: &Table) -> Result<(), ApiError> {
    let conflict = schema.keys.attributes().find_map(|key| {
        table.definitions.get(&key.name).filter(|known| **known != key.kind).map(|known| (key, *known))
    });
    let Some((key, known)) = conflict else { return Ok(()) };
    let words = |kind: Type| BTreeMap::from([(key.name.clone(), kind.descriptor())]);
    Err(ApiError::validation(text::redefined(&words(known), &words(key.kind))))
}

fn index_change(
    update: GlobalSecondaryIndexUpdate,
    table: &Table,
    billing: Billing,
    definitions: &Definitions,
    engine: &Engine,
) -> Result<IndexChange, ApiError> {
    let existing = |name: &str| {
        table
            .index(name)
            .filter(|index| index.schema.kind == IndexKind::Global)
            .ok_or_else(|| ApiError::new(ErrorKind::ResourceNotFoundException, text::index_not_found(name)))
    };
    if let Some(create) = update.create {
        let schema = declare::global_index(&create, definitions)?;
        if table.index(&create.index_name).is_some() {
            return Err(ApiError::validation(text::index_exists(&create.index_name)));
        }
        check_not_redefined(&schema, table)?;
        check_index_throughput(&create.index_name, create.provisioned_throughput.as_ref(), billing)?;
        let present = table.indexes.iter().map(|index| &index.schema);
        declare::check_together(present.chain([&schema]))?;
        let used: BTreeSet<&str> = schema.keys.attributes().map(|attribute| attribute.name.as_str()).collect();
        let new = definitions.iter().filter(|(name, _)| used.contains(name.as_str()));
        let new = new.map(|(name, kind)| (name.clone(), *kind)).collect();
        let units = create.provisioned_throughput.as_ref().map(Throughput::from);
        let (on_demand, warm) = (create.on_demand_throughput.as_ref(), create.warm_throughput.as_ref());
        let asked = ThroughputSubject { owner: Owner::Index(&create.index_name), billing, now: None, units };
        let beside = WantedThroughput::read(on_demand, warm, asked, engine)?;
        return Ok(IndexChange::Create(schema, units, beside, new));
    }
    if let Some(delete) = update.delete {
        existing(&delete.index_name)?;
        return Ok(IndexChange::Delete(delete.index_name));
    }
    let Some(change) = update.update else { return Err(ApiError::validation(text::NOTHING_TO_UPDATE)) };
    let units = change.provisioned_throughput.as_ref();
    let (on_demand, warm) = (change.on_demand_throughput.as_ref(), change.warm_throughput.as_ref());
    if units.is_none() && on_demand.is_none() && warm.is_none() {
        return Err(ApiError::validation(text::NOTHING_TO_UPDATE));
    }
    let index = existing(&change.index_name)?;
    if units.is_some() {
        check_index_throughput(&change.index_name, units, billing)?;
    }
    let now = Some((&index.provisioning, index.warm()));
    let asked = ThroughputSubject { owner: Owner::Index(&change.index_name), billing, now, units: None };
    let beside = WantedThroughput::read(on_demand, warm, asked, engine)?;
    Ok(IndexChange::Provision(change.index_name, units.map(Throughput::from), beside))
}

/// Only one index can be created or deleted at a time, counting those still under way; one that is being filled may go.
fn check_one_at_a_time(changes: &[(IndexOperation, &str)], table: &Table) -> Result<(), ApiError> {
    let asked: Vec<&str> =
        changes.iter().filter(|(change, _)| *change != IndexOperation::Update).map(|(_, name)| *name).collect();
    let is_under_way = |index: &&Index| matches!(index.state, IndexState::Creating { .. } | IndexState::Deleting(_));
    let other = table.indexes.iter().filter(is_under_way).any(|index| !asked.contains(&&*index.schema.name));
    if asked.len() > 1 || (!asked.is_empty() && other) {
        return Err(ApiError::new(ErrorKind::LimitExceededException, text::ONE_ONLINE_INDEX));
    }
    Ok(())
}

/// A switch to provisioned must state the units of every global index.
fn check_index_units_on_switch(
    changes: &[IndexChange],
    billing: Option<Billing>,
    table: &Table,
) -> Result<(), ApiError> {
    if !matches!((table.billing, billing), (Billing::OnDemand, Some(Billing::Provisioned(_)))) {
        return Ok(());
    }
    let stated =
        |name: &str| changes.iter().any(|change| matches!(change, IndexChange::Provision(n, Some(_), _) if n == name));
    let missing =
        table.indexes.iter().find(|index| index.schema.kind == IndexKind::Global && !stated(&index.schema.name));
    match missing {
        Some(index) => Err(ApiError::validation(text::index_throughput_required(&index.schema.name))),
        None => Ok(()),
    }
}

fn set_index(table: &mut Table, name: &str, change: impl FnOnce(&mut Index)) {
    if let Some(index) = table.indexes.iter_mut().find(|index| &*index.schema.name == name) {
        change(index);
    }
}

/// Drops the definitions that only the index called `leaving` used.
fn prune_definitions(table: &mut Table, leaving: &str) {
    let staying = table.indexes.iter().filter(|index| &*index.schema.name != leaving);
    let keys = staying.flat_map(|index| index.schema.keys.attributes()).chain(table.keys.attributes());
    let used: BTreeSet<String> = keys.map(|attribute| attribute.name.clone()).collect();
    table.definitions.retain(|name, _| used.contains(name));
}
