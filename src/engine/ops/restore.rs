//! A new table out of what there was: what RestoreTableFromBackup and RestoreTableToPointInTime have in common.
//!
//! A restored table has the keys, indexes, throughput and encryption of its source, unless the request overrides them; it
//! has none of its stream, time to live, recovery, tags, class, policies and protection. While it is CREATING it is
//! described with what it is restored from. Source: API reference, RestoreTableFromBackup; AWS documentation, "Restoring a
//! DynamoDB table".

use serde_json::Value;

use super::declare::{self, GlobalSecondaryIndex, LocalSecondaryIndex, ProjectionRequest, ProvisionedThroughput};
use super::encryption::SseSpecification;
use super::throughput::{self, OnDemandThroughput};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::engine::capacity::supply::TABLE_QUOTA;
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::{backups as text, tables as table_text};
use crate::engine::table::provisioning::Maximum;
use crate::engine::table::{
    Billing, Encryption, Index, IndexKind, IndexSchema, IndexState, NewTable, Provisioning, Restored, Table,
    TableStatus, Throughput, Tree,
};

/// The most restores at a time.
const MOST_RESTORES: usize = 50;

/// What a restore is asked to do otherwise than the source says.
pub(super) struct Overrides<'a> {
    pub(super) billing: Option<&'a str>,
    pub(super) units: Option<&'a ProvisionedThroughput>,
    pub(super) on_demand: Option<&'a OnDemandThroughput>,
    pub(super) global: Option<&'a [GlobalSecondaryIndex]>,
    pub(super) local: Option<&'a [LocalSecondaryIndex]>,
    pub(super) encryption: Option<&'a SseSpecification>,
    pub(super) vectors: Option<&'a [Value]>,
}

/// What a restored table is to be.
#[derive(Clone)]
pub(super) struct RestoredSettings {
    billing: Billing,
    maximum: Maximum,
    indexes: Vec<(IndexSchema, Option<Throughput>, Maximum)>,
    encryption: Encryption,
}

/// Whether a table is being restored from the backup of an ARN.
pub(super) fn is_restoring(engine: &Engine, backup: &str) -> bool {
    let source = |table: &Table| table.restored.as_ref().and_then(|restored| restored.backup.clone());
    engine.tables().any(|table| source(table).is_some_and(|arn| *arn == *backup))
}

/// Refuses a restore to the name of a table there is, and one too many at a time.
pub(super) fn check_target(target: &str, engine: &Engine) -> Result<(), ApiError> {
    if let Some(table) = engine.table(target) {
        let restored = table.restored.as_ref().filter(|_| matches!(table.state, TableStatus::Creating(_)));
        return Err(match restored {
            Some(Restored { backup, table, .. }) => {
                let source = backup.as_deref().unwrap_or(table);
                ApiError::new(ErrorKind::TableInUseException, text::already_restoring(target, source))
            }
            None => ApiError::new(ErrorKind::TableAlreadyExistsException, table_text::already_exists(target)),
        });
    }
    if engine.tables().filter(|table| table.restored.is_some()).count() >= MOST_RESTORES {
        return Err(limit(text::too_many_restores(MOST_RESTORES)));
    }
    if engine.tables.len() >= super::create_table::MOST_TABLES {
        return Err(limit(table_text::too_many_tables(super::create_table::MOST_TABLES)));
    }
    Ok(())
}

fn limit(message: String) -> ApiError {
    ApiError::new(ErrorKind::LimitExceededException, message)
}

/// What becomes of a source under the overrides of a request.
pub(super) fn plan(
    source: &Table,
    wanted: &Overrides<'_>,
    target: &str,
    engine: &Engine,
) -> Result<RestoredSettings, ApiError> {
    if wanted.vectors.is_some() {
        return Err(ApiError::validation(table_text::NO_VECTOR_INDEXES));
    }
    let billing = billing(source, wanted)?;
    let maximum = match wanted.on_demand {
        Some(given) => maximum(given, billing)?,
        None if billing == Billing::OnDemand => source.provisioning.maximum,
        None => Maximum::default(),
    };
    let indexes = indexes(source, wanted, billing)?;
    let key = wanted.encryption.map(|wanted| wanted.key(engine.config())).transpose()?;
    let encryption = Encryption { key: key.unwrap_or_else(|| source.encryption.key.clone()), changing: false };
    if let Billing::Provisioned(own) = billing {
        let all = indexes.iter().filter_map(|(_, units, _)| *units).fold(own, throughput::added);
        throughput::check_quotas(target, all, engine)?;
    }
    Ok(RestoredSettings { billing, maximum, indexes, encryption })
}

fn billing(source: &Table, wanted: &Overrides<'_>) -> Result<Billing, ApiError> {
    let refused = match (wanted.billing, wanted.units.map(Throughput::from), source.billing) {
        (Some("PAY_PER_REQUEST"), None, _) => return Ok(Billing::OnDemand),
        (Some("PAY_PER_REQUEST"), Some(_), _) => text::UNITS_OF_ON_DEMAND,
        (Some(_), None, Billing::OnDemand) => text::UNITS_REQUIRED,
        (None, Some(_), Billing::OnDemand) => text::UNITS_WITHOUT_MODE,
        (_, Some(units), _) => return Ok(Billing::Provisioned(units)),
        (_, None, billing) => return Ok(billing),
    };
    Err(ApiError::validation(refused))
}

fn maximum(given: &OnDemandThroughput, billing: Billing) -> Result<Maximum, ApiError> {
    let one = |member: &str, units: Option<i64>| {
        let Some(units) = units else { return Ok(None) };
        if billing != Billing::OnDemand {
            return Err(ApiError::validation(text::maximum_of_provisioned(member)));
        }
        match u64::try_from(units) {
            Ok(units @ 1..=TABLE_QUOTA) => Ok(Some(units)),
            _ => Err(ApiError::validation(text::maximum_range(member))),
        }
    };
    let read = one("MaxReadRequestUnits", given.max_read_request_units)?;
    Ok(Maximum { read, write: one("MaxWriteRequestUnits", given.max_write_request_units)? })
}

type RestoredIndex = (IndexSchema, Option<Throughput>, Maximum);

/// The indexes of the restored table: those of the source, or those that a request lists, each of which must be one of the
/// source's, under whatever name.
fn indexes(source: &Table, wanted: &Overrides<'_>, billing: Billing) -> Result<Vec<RestoredIndex>, ApiError> {
    let of = |kind: IndexKind| source.indexes.iter().filter(move |index| index.schema.kind == kind);
    let matching = |kind: IndexKind, name: &str, keys: &[declare::KeySchemaElement], projection: &ProjectionRequest| {
        let found = of(kind).find(|index| declare::is_declared(&index.schema, keys, projection));
        let found = found.ok_or_else(|| ApiError::validation(text::new_index(name)))?;
        Ok((IndexSchema { name: name.into(), ..found.schema.clone() }, found))
    };
    let same = |index: &Index| -> Result<RestoredIndex, ApiError> {
        let units = if matches!(billing, Billing::Provisioned(_)) { index.throughput } else { None };
        if index.schema.kind == IndexKind::Global && matches!(billing, Billing::Provisioned(_)) && units.is_none() {
            return Err(ApiError::validation(text::index_units_required(&index.schema.name)));
        }
        Ok((index.schema.clone(), units, index.provisioning.maximum))
    };
    let mut indexes = Vec::new();
    match wanted.local {
        None => indexes.extend(of(IndexKind::Local).map(same).collect::<Result<Vec<_>, _>>()?),
        Some(listed) => {
            for index in listed {
                let (schema, _) = matching(IndexKind::Local, &index.index_name, &index.key_schema, &index.projection)?;
                indexes.push((schema, None, Maximum::default()));
            }
        }
    }
    match wanted.global {
        None => indexes.extend(of(IndexKind::Global).map(same).collect::<Result<Vec<_>, _>>()?),
        Some(listed) => {
            for index in listed {
                let (schema, found) =
                    matching(IndexKind::Global, &index.index_name, &index.key_schema, &index.projection)?;
                let units = index.provisioned_throughput.as_ref().map(Throughput::from);
                let units = match (billing, units) {
                    (Billing::OnDemand, Some(_)) => {
                        return Err(ApiError::validation(text::index_units_refused(&index.index_name)));
                    }
                    (Billing::OnDemand, None) => None,
                    (Billing::Provisioned(_), units) => Some(
                        units
                            .or(found.throughput)
                            .ok_or_else(|| ApiError::validation(text::index_units_required(&index.index_name)))?,
                    ),
                };
                let maximum = index.on_demand_throughput.as_ref().map(|given| maximum(given, billing)).transpose()?;
                indexes.push((schema, units, maximum.unwrap_or(found.provisioning.maximum)));
            }
        }
    }
    declare::check_together(indexes.iter().map(|(schema, ..)| schema))?;
    Ok(indexes)
}

/// Creates the restored table with its items, and returns its description.
pub(super) fn create(
    engine: &mut Engine,
    (target, plan): (&str, RestoredSettings),
    source: &Table,
    items: Tree,
    restored: Restored,
) -> Result<Value, ApiError> {
    let (now, config) = (engine.now(), engine.config());
    let arn = format!("arn:aws:dynamodb:{}:{}:table/{target}", config.region, config.account);
    let active_at: Timestamp = now.plus_millis(config.timings.restore);
    let state = IndexState::Creating { backfill_at: active_at, active_at, backfilling: false };
    let billing = plan.billing;
    let made = |(schema, units, maximum): RestoredIndex| {
        let mut index = Index::new(schema, units, state);
        index.provisioning.maximum = if billing == Billing::OnDemand { maximum } else { Maximum::default() };
        index
    };
    let mut indexes: Vec<Index> = plan.indexes.into_iter().map(made).collect();
    indexes.sort_by(|left, right| left.schema.name.cmp(&right.schema.name));
    let is_used =
        |name: &str| source.keys.contains(name) || indexes.iter().any(|index| index.schema.keys.contains(name));
    let definitions = source.definitions.iter().filter(|(name, _)| is_used(name));
    let new = NewTable {
        name: target.into(),
        arn,
        keys: source.keys.clone(),
        definitions: definitions.map(|(name, kind)| (name.clone(), *kind)).collect(),
        billing,
        class: None,
        deletion_protection: false,
        provisioning: Provisioning { maximum: plan.maximum, ..Provisioning::default() },
        encryption: plan.encryption,
        indexes,
        id: engine.next_table_id(),
    };
    let mut table = Table::create(new, now, active_at);
    table.restored = Some(restored);
    engine.create_filled(table, items);
    Ok(engine.control_table(target)?.describe_created())
}
