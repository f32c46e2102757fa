//! Declarations of tables and indexes: the shapes CreateTable and UpdateTable share, and the checks between them.
//!
//! The order of the checks is the service's: keys, then local indexes, then global ones.
//! Source: API reference, CreateTable; AWS documentation, "Secondary indexes", quotas.

use std::collections::{BTreeMap, BTreeSet};

use super::members;
use super::throughput::{self, OnDemandThroughput, WarmThroughput};
use crate::engine::error::ApiError;
use crate::engine::messages::{streams as stream_text, tables as text};
use crate::engine::shape::{ListShape, Member, Shape, Shaped, Structure, structure};
use crate::engine::stream::StreamViewType;
use crate::engine::table::{IndexKind, IndexSchema, KeySchema, Projection, Throughput};
use crate::engine::value::Type;
use crate::engine::value::key::KeyAttribute;

/// The most local indexes of a table.
const MAX_LOCAL_INDEXES: usize = 5;
/// The most global indexes of a table.
const MAX_GLOBAL_INDEXES: usize = 20;
/// The most partition key attributes of a global index, and the most sort key attributes.
const MAX_OF_KIND: usize = 4;
/// The most names in NonKeyAttributes, over all indexes of a table.
const MAX_PROJECTED_NAMES: usize = 100;

structure! {
    /// A key attribute's type.
    pub(super) struct AttributeDefinition as "AttributeDefinition" {
        /// The attribute.
        "AttributeName" attribute_name: String => required members::KEY_NAME;
        /// S, N or B.
        "AttributeType" attribute_type: String => required Shape::one_of(&["B", "N", "S"]);
    }
}

structure! {
    /// A part of a key.
    pub(super) struct KeySchemaElement as "KeySchemaElement" {
        /// The attribute.
        "AttributeName" attribute_name: String => required members::KEY_NAME;
        /// HASH for the partition key, RANGE for the sort key.
        "KeyType" key_type: String => required Shape::one_of(&["HASH", "RANGE"]);
    }
}

structure! {
    /// What an index holds.
    pub(super) struct ProjectionRequest as "Projection" {
        /// ALL, KEYS_ONLY or INCLUDE.
        "ProjectionType" projection_type: Option<String> => optional Shape::one_of(&["ALL", "INCLUDE", "KEYS_ONLY"]);
        /// The further attributes of INCLUDE.
        "NonKeyAttributes" non_key_attributes: Option<Vec<String>> => optional Shape::List(&ListShape::sized(members::KEY_NAME, 1, 20));
    }
}

structure! {
    /// Whether changes are streamed, and how much of each.
    pub(super) struct StreamSpecification as "StreamSpecification" {
        /// Whether there is a stream.
        "StreamEnabled" stream_enabled: bool => required Shape::BOOLEAN;
        /// KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES.
        "StreamViewType" stream_view_type: Option<StreamViewType> => optional Shape::one_of(StreamViewType::NAMES);
    }
}

/// The view of the stream that a specification asks for; `None` if it asks for none.
pub(super) fn stream_view(specification: Option<&StreamSpecification>) -> Result<Option<StreamViewType>, ApiError> {
    match specification.map(|wanted| (wanted.stream_enabled, wanted.stream_view_type)) {
        None | Some((false, None)) => Ok(None),
        Some((true, Some(view))) => Ok(Some(view)),
        Some((true, None)) => Err(ApiError::validation(stream_text::VIEW_REQUIRED)),
        Some((false, Some(_))) => Err(ApiError::validation(stream_text::VIEW_REFUSED)),
    }
}

structure! {
    /// Provisioned units a second.
    pub(super) struct ProvisionedThroughput as "ProvisionedThroughput" {
        /// Read units a second.
        "ReadCapacityUnits" read_capacity_units: u64 => required Shape::long(1);
        /// Write units a second.
        "WriteCapacityUnits" write_capacity_units: u64 => required Shape::long(1);
    }
}

structure! {
    /// A local index to create with the table.
    pub(super) struct LocalSecondaryIndex as "LocalSecondaryIndex" {
        /// Its name.
        "IndexName" index_name: String => required members::NAME;
        /// The table's partition key and another sort key.
        "KeySchema" key_schema: Vec<KeySchemaElement> => required KEY_SCHEMA;
        /// What it holds.
        "Projection" projection: ProjectionRequest => required Shape::Structure(ProjectionRequest::STRUCTURE);
    }
}

structure! {
    /// A global index to create.
    pub(super) struct GlobalSecondaryIndex as "GlobalSecondaryIndex" {
        /// Its name.
        "IndexName" index_name: String => required members::NAME;
        /// Its keys.
        "KeySchema" key_schema: Vec<KeySchemaElement> => required KEY_SCHEMA;
        /// What it holds.
        "Projection" projection: ProjectionRequest => required Shape::Structure(ProjectionRequest::STRUCTURE);
        /// Its own units a second, on a provisioned table.
        "ProvisionedThroughput" provisioned_throughput: Option<ProvisionedThroughput> => optional Shape::Structure(ProvisionedThroughput::STRUCTURE);
        /// The most it is to serve, on an on-demand table.
        "OnDemandThroughput" on_demand_throughput: Option<OnDemandThroughput> => optional throughput::ON_DEMAND;
        /// What it is to be ready for at once.
        "WarmThroughput" warm_throughput: Option<WarmThroughput> => optional throughput::WARM;
    }
}

/// A table's or index's KeySchema; a global index may have up to four attributes of each kind.
pub(super) const TABLE_KEY_SCHEMA: Shape =
    Shape::List(&ListShape::sized(Shape::Structure(KeySchemaElement::STRUCTURE), 1, 2));
/// The key of an index.
pub(super) const KEY_SCHEMA: Shape =
    Shape::List(&ListShape::sized(Shape::Structure(KeySchemaElement::STRUCTURE), 1, 2 * MAX_OF_KIND));
/// AttributeDefinitions.
pub(super) const DEFINITIONS: Shape = Shape::List(&ListShape::of(Shape::Structure(AttributeDefinition::STRUCTURE)));
/// VectorIndexes, of which nothing is read: they are refused.
pub(super) const VECTOR_INDEXES: Shape = Shape::List(&ListShape::of(Shape::Structure(&Structure {
    name: "VectorIndex",
    members: &[
        Member::optional("IndexName", Shape::STRING, &["Its name."]),
        Member::optional("VectorAttribute", VECTOR_ATTRIBUTE, &["The attribute with the vector."]),
        Member::optional("Projection", Shape::Structure(ProjectionRequest::STRUCTURE), &["What it holds."]),
        Member::optional("Dimensions", Shape::long(1), &["How long the vectors are."]),
        Member::optional("DistanceFunction", Shape::STRING, &["COSINE, DOT_PRODUCT or EUCLIDEAN."]),
    ],
})));
/// GlobalTableWitnessUpdates, of which nothing is read: they are refused.
pub(super) const WITNESSES: Shape = Shape::List(&ListShape::of(Shape::Structure(&Structure {
    name: "GlobalTableWitnessGroupUpdate",
    members: &[Member::optional("Create", WITNESS, &["Add it."]), Member::optional("Delete", WITNESS, &["Remove it."])],
})));
const WITNESS: Shape = Shape::Structure(&Structure {
    name: "GlobalTableWitnessAction",
    members: &[Member::required("RegionName", Shape::STRING, &["The Region."])],
});
const VECTOR_ATTRIBUTE: Shape = Shape::Structure(&Structure {
    name: "VectorAttributeDefinition",
    members: &[Member::optional("AttributeName", Shape::STRING, &["Its name."])],
});
/// BillingMode.
pub(super) const BILLING_MODE: Shape = Shape::one_of(&["PROVISIONED", "PAY_PER_REQUEST"]);
/// Whether replicas in other accounts take over settings.
pub(super) const SETTINGS_REPLICATION: Shape = Shape::one_of(&["ENABLED", "DISABLED", "ENABLED_WITH_OVERRIDES"]);
/// TableClass.
pub(super) const TABLE_CLASS: Shape = Shape::one_of(&["STANDARD", "STANDARD_INFREQUENT_ACCESS"]);
/// ProvisionedThroughput.
pub(super) const THROUGHPUT: Shape = Shape::Structure(ProvisionedThroughput::STRUCTURE);

/// Attribute types by name.
pub(super) type Definitions = BTreeMap<String, Type>;

impl From<&ProvisionedThroughput> for Throughput {
    fn from(units: &ProvisionedThroughput) -> Self {
        Self { read: units.read_capacity_units, write: units.write_capacity_units }
    }
}

/// The most units a second that are read as a number of units at all; how many a table may have is a quota.
const MOST_UNITS: u64 = 1_000_000_000_000;

/// Refuses units a second that are out of all bounds.
pub(super) fn check_bounds(units: Option<&ProvisionedThroughput>) -> Result<(), ApiError> {
    let given = units.map(|units| {
        [("ReadCapacityUnits", units.read_capacity_units), ("WriteCapacityUnits", units.write_capacity_units)]
    });
    match given.into_iter().flatten().find(|(_, units)| *units > MOST_UNITS) {
        Some((member, units)) => refuse(text::units_out_of_bounds(units, member)),
        None => Ok(()),
    }
}

fn refuse<T>(message: impl Into<String>) -> Result<T, ApiError> {
    Err(ApiError::validation(message))
}

/// AttributeDefinitions by name; each attribute once.
pub(super) fn definitions(given: &[AttributeDefinition]) -> Result<Definitions, ApiError> {
    let mut definitions = Definitions::new();
    for definition in given {
        let kind = Type::from_descriptor(&definition.attribute_type).unwrap_or(Type::S);
        if definitions.insert(definition.attribute_name.clone(), kind).is_some() {
            return refuse(text::duplicate_definition(&definition.attribute_name));
        }
    }
    Ok(definitions)
}

/// Checks that every key attribute has a definition.
pub(super) fn check_defined(schema: &[KeySchemaElement], definitions: &Definitions) -> Result<(), ApiError> {
    let keys: Vec<&str> = schema.iter().map(|element| element.attribute_name.as_str()).collect();
    let names: Vec<&str> = definitions.keys().map(String::as_str).collect();
    // Without any definition at all, as UpdateTable may come, there is nothing to count.
    if keys.len() > names.len() && !names.is_empty() {
        return refuse(text::NO_DEFINITION);
    }
    if keys.iter().all(|key| definitions.contains_key(*key)) {
        return Ok(());
    }
    refuse(text::keys_not_defined(&keys, &names))
}

/// The keys of a table or local index: a partition key and at most one sort key.
pub(super) fn key_schema(schema: &[KeySchemaElement], definitions: &Definitions) -> Result<KeySchema, ApiError> {
    let role = |place: usize| schema.get(place).map(|element| element.key_type.as_str());
    if schema.len() == 2 && schema[0].attribute_name == schema[1].attribute_name {
        return refuse(text::SAME_NAME);
    }
    if role(0) != Some("HASH") {
        return refuse(text::FIRST_NOT_HASH);
    }
    if role(1).is_some_and(|role| role != "RANGE") {
        return refuse(text::SECOND_NOT_RANGE);
    }
    if schema.len() > 2 {
        return refuse(text::TOO_MANY_KEYS);
    }
    Ok(split_keys(schema, definitions))
}

/// The keys of a global index: up to four partition key attributes, then up to four sort key attributes.
fn global_key_schema(
    index: &str,
    schema: &[KeySchemaElement],
    definitions: &Definitions,
) -> Result<KeySchema, ApiError> {
    if schema.len() <= 2 && schema.get(1).is_none_or(|element| element.key_type == "RANGE") {
        return key_schema(schema, definitions);
    }
    let hashes = schema.iter().take_while(|element| element.key_type == "HASH").count();
    if hashes == 0 {
        return refuse(text::FIRST_NOT_HASH);
    }
    let distinct: BTreeSet<&str> = schema.iter().map(|element| element.attribute_name.as_str()).collect();
    if distinct.len() < schema.len() {
        return refuse(text::SAME_NAME);
    }
    if schema[hashes..].iter().any(|element| element.key_type == "HASH") {
        return refuse(text::HASH_BEFORE_RANGE);
    }
    for (kind, count) in [("HASH", hashes), ("RANGE", schema.len() - hashes)] {
        if count > MAX_OF_KIND {
            return refuse(text::too_many_of_kind(index, kind, MAX_OF_KIND));
        }
    }
    Ok(split_keys(schema, definitions))
}

fn split_keys(schema: &[KeySchemaElement], definitions: &Definitions) -> KeySchema {
    let of_role = |role: &str| {
        let elements = schema.iter().filter(|element| element.key_type == role);
        elements
            .map(|element| KeyAttribute {
                name: element.attribute_name.clone(),
                kind: definitions.get(&element.attribute_name).copied().unwrap_or(Type::S),
            })
            .collect()
    };
    KeySchema { partition: of_role("HASH"), sort: of_role("RANGE") }
}

fn projection(given: &ProjectionRequest) -> Result<Projection, ApiError> {
    let names = given.non_key_attributes.as_ref();
    match (given.projection_type.as_deref(), names) {
        (None, _) => refuse(text::NO_PROJECTION_TYPE),
        (Some("INCLUDE"), None) => refuse(text::NAMES_REQUIRED),
        (Some("INCLUDE"), Some(names)) => {
            let mut seen = BTreeSet::new();
            match names.iter().find(|name| !seen.insert(*name)) {
                Some(name) => refuse(text::duplicate_projected(name)),
                None => Ok(Projection::Include(names.clone())),
            }
        }
        (Some(kind), Some(_)) => refuse(text::names_not_allowed(kind)),
        (Some("ALL"), None) => Ok(Projection::All),
        (Some(_), None) => Ok(Projection::KeysOnly),
    }
}

/// The local indexes of a new table.
pub(super) fn local_indexes(
    given: Option<&[LocalSecondaryIndex]>,
    table: &KeySchema,
    definitions: &Definitions,
) -> Result<Vec<IndexSchema>, ApiError> {
    let Some(given) = given else { return Ok(Vec::new()) };
    if given.is_empty() {
        return refuse(text::NO_LOCAL_INDEXES);
    }
    if table.sort.is_empty() {
        return refuse(text::LOCAL_INDEX_NEEDS_SORT_KEY);
    }
    let mut schemas = Vec::new();
    for index in given {
        check_defined(&index.key_schema, definitions)?;
        let keys = key_schema(&index.key_schema, definitions)?;
        let (name, leading) = (&index.index_name, &keys.partition[0].name);
        if keys.sort.is_empty() {
            return refuse(text::index_without_sort_key(name));
        }
        if keys.partition != table.partition {
            return refuse(text::other_partition_key(name, leading, &table.partition[0].name));
        }
        let projection = projection(&index.projection)?;
        schemas.push(IndexSchema { name: name.as_str().into(), kind: IndexKind::Local, keys, projection });
    }
    if schemas.len() > MAX_LOCAL_INDEXES {
        return refuse(text::TOO_MANY_LOCAL_INDEXES);
    }
    Ok(schemas)
}

/// One global index.
pub(super) fn global_index(given: &GlobalSecondaryIndex, definitions: &Definitions) -> Result<IndexSchema, ApiError> {
    check_defined(&given.key_schema, definitions)?;
    let keys = global_key_schema(&given.index_name, &given.key_schema, definitions)?;
    let projection = projection(&given.projection)?;
    Ok(IndexSchema { name: given.index_name.as_str().into(), kind: IndexKind::Global, keys, projection })
}

/// The global indexes of a new table.
pub(super) fn global_indexes(
    given: Option<&[GlobalSecondaryIndex]>,
    definitions: &Definitions,
) -> Result<Vec<IndexSchema>, ApiError> {
    match given {
        None => Ok(Vec::new()),
        Some([]) => refuse(text::NO_GLOBAL_INDEXES),
        Some(given) if given.len() > MAX_GLOBAL_INDEXES => refuse(text::TOO_MANY_GLOBAL_INDEXES),
        Some(given) => given.iter().map(|index| global_index(index, definitions)).collect(),
    }
}

/// Whether an index is the one that is declared so, but for its name: the same keys and the same projection.
pub(super) fn is_declared(index: &IndexSchema, keys: &[KeySchemaElement], projected: &ProjectionRequest) -> bool {
    let wanted = |element: &KeySchemaElement| (element.attribute_name.clone(), element.key_type == "HASH");
    let partition = index.keys.partition.iter().map(|key| (key.name.clone(), true));
    let has: BTreeSet<_> = partition.chain(index.keys.sort.iter().map(|key| (key.name.clone(), false))).collect();
    let sorted = |projection: &Projection| match projection {
        Projection::Include(names) => names.iter().cloned().collect(),
        _ => BTreeSet::new(),
    };
    has == keys.iter().map(wanted).collect()
        && projection(projected).is_ok_and(|projected| {
            std::mem::discriminant(&projected) == std::mem::discriminant(&index.projection)
                && sorted(&projected) == sorted(&index.projection)
        })
}

/// Checks all indexes of a table together: names and the number of projected attributes.
pub(super) fn check_together<'a>(indexes: impl Iterator<Item = &'a IndexSchema>) -> Result<(), ApiError> {
    let (mut names, mut projected) = (BTreeSet::new(), 0);
    for index in indexes {
        if !names.insert(&index.name) {
            return refuse(text::duplicate_index(&index.name));
        }
        if let Projection::Include(included) = &index.projection {
            projected += included.len();
        }
    }
    if projected > MAX_PROJECTED_NAMES {
        return refuse(text::too_many_projected(projected));
    }
    Ok(())
}

/// Refuses definitions that no key of the table or its indexes uses.
pub(super) fn check_all_used(
    definitions: &Definitions,
    table: &KeySchema,
    indexes: &[IndexSchema],
) -> Result<(), ApiError> {
    let keys = indexes.iter().flat_map(|index| index.keys.attributes()).chain(table.attributes());
    let used: BTreeSet<&str> = keys.map(|attribute| attribute.name.as_str()).collect();
    if definitions.keys().all(|name| used.contains(name.as_str())) {
        return Ok(());
    }
    if indexes.is_empty() {
        return refuse(text::DEFINITIONS_DO_NOT_MATCH);
    }
    let names: Vec<&str> = definitions.keys().map(String::as_str).collect();
    refuse(text::unused_definitions(&names, &used.into_iter().collect::<Vec<_>>()))
}
