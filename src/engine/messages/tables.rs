//! Texts of the control plane: tables, indexes, their declarations and states.

use std::collections::BTreeMap;

use crate::engine::table::Throughput;

/// A data request on a table that does not exist (or not yet).
pub const NOT_FOUND: &str = "Requested resource not found";
/// What cannot be the name of a table.
pub const NOT_A_NAME: &str = "TableName must be at least 3 characters long and at most 255 characters long, of a-z, A-Z, \
     0-9, '_', '-' and '.'";
/// An UpdateTable that asks for nothing.
pub const NOTHING_TO_UPDATE: &str = "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, \
     GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required";
/// An entry of GlobalSecondaryIndexUpdates with none of the three changes.
pub const NO_CHANGE_OF_INDEX: &str = "One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate.Update, \
     GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null";
/// An entry of GlobalSecondaryIndexUpdates with several of the three changes.
pub const ONE_CHANGE_OF_INDEX: &str = "One or more parameter values were invalid: Each GlobalSecondaryIndexUpdate must \
     hold exactly one of Create, Update and Delete";
/// A second index creation or deletion at the same time.
pub const ONE_ONLINE_INDEX: &str =
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";
/// A DeleteTable of a protected table.
pub const DELETION_PROTECTED: &str =
    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.";
/// A CreateTable without a name.
pub const NAME_REQUIRED: &str = "The parameter 'TableName' is required but was not present in the request";

const INVALID: &str = "One or more parameter values were invalid: ";

/// A control request on a table that does not exist.
#[must_use]
pub fn table_not_found(name: &str) -> String {
    format!("Requested resource not found: Table: {name} not found")
}

/// A CreateTable of a table that exists.
#[must_use]
pub fn already_exists(name: &str) -> String {
    format!("Table already exists: {name}")
}

/// A CreateTable of more tables than an account may have.
#[must_use]
pub fn too_many_tables(most: usize) -> String {
    format!("Subscriber limit exceeded: There is a limit of {most} tables per subscriber")
}

/// The deletion of an index that does not exist.
#[must_use]
pub fn index_not_found(name: &str) -> String {
    format!("Requested resource not found: Index: {name} not found")
}

/// A read of an index that does not exist.
#[must_use]
pub fn no_such_index(name: &str) -> String {
    format!("The table does not have the specified index: {name}")
}

/// A read of an index that is still filled.
#[must_use]
pub fn backfilling(name: &str) -> String {
    format!("Cannot read from backfilling global secondary index: {name}")
}

/// Provisioned without units.
pub const THROUGHPUT_REQUIRED: &str = "One or more parameter values were invalid: ReadCapacityUnits and \
     WriteCapacityUnits must both be specified when BillingMode is PROVISIONED";
/// On demand with units.
pub const THROUGHPUT_REFUSED: &str = "One or more parameter values were invalid: Neither ReadCapacityUnits nor \
     WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST";
/// A switch to provisioned without units.
pub const THROUGHPUT_REQUIRED_ON_SWITCH: &str = "One or more parameter values were invalid: ProvisionedThroughput must be specified when BillingMode is PROVISIONED";

/// A provisioned table's global index without units.
#[must_use]
pub fn index_throughput_required(index: &str) -> String {
    format!("{INVALID}ProvisionedThroughput must be specified for index: {index}")
}

/// An on-demand table's global index with units.
#[must_use]
pub fn index_throughput_refused(index: &str) -> String {
    format!(
        "{INVALID}ProvisionedThroughput should not be specified for index: {index} when BillingMode is PAY_PER_REQUEST"
    )
}

/// More key attributes than definitions.
pub const NO_DEFINITION: &str = "Invalid KeySchema: Some index key attribute have no definition";

/// Key attributes that are not among the definitions.
#[must_use]
pub fn keys_not_defined(keys: &[&str], definitions: &[&str]) -> String {
    format!(
        "{INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], \
         AttributeDefinitions: [{}]",
        keys.join(", "),
        definitions.join(", ")
    )
}

/// Definitions that no key uses, in a table without indexes.
pub const DEFINITIONS_DO_NOT_MATCH: &str = "One or more parameter values were invalid: Number of attributes in \
     KeySchema does not exactly match number of attributes defined in AttributeDefinitions";

/// Definitions that no key uses, in a table with indexes.
#[must_use]
pub fn unused_definitions(definitions: &[&str], keys: &[&str]) -> String {
    format!(
        "{INVALID}Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]",
        definitions.join(", "),
        keys.join(", ")
    )
}

/// One attribute as partition and sort key.
pub const SAME_NAME: &str = "Both the Hash Key and the Range Key element in the KeySchema have the same name";
/// A key schema that does not begin with the partition key.
pub const FIRST_NOT_HASH: &str = "Invalid KeySchema: The first KeySchemaElement is not a HASH key type";
/// A partition key attribute behind a sort key attribute, in an index with several.
pub const HASH_BEFORE_RANGE: &str =
    "Invalid KeySchema: All HASH key attributes must precede RANGE key attributes in the KeySchema";
/// A key schema whose second element is no sort key.
pub const SECOND_NOT_RANGE: &str = "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type";

/// A table or local index with more than two key attributes.
pub const TOO_MANY_KEYS: &str = "1 validation error detected: Value at 'keySchema' failed to satisfy constraint: \
     Member must have length less than or equal to 2";

/// More attributes of one kind than the key of an index may have.
#[must_use]
pub fn too_many_of_kind(index: &str, kind: &str, most: usize) -> String {
    format!("{INVALID}KeySchema of index {index} has more than {most} {kind} key attributes")
}

/// An index of the name of another one that the table has.
#[must_use]
pub fn index_exists(index: &str) -> String {
    format!("{INVALID}Index already exists: {index}")
}

/// Vector indexes, which are not modelled here; on a provisioned table the service has none either.
pub const NO_VECTOR_INDEXES: &str = "One or more parameter values were invalid: VectorIndexes are not modelled here (the \
     service has them, on tables in PAY_PER_REQUEST mode)";

/// A stream that replication needs, switched off.
pub const REPLICA_STREAM: &str = "Disabling Stream is not allowed for a Global Table replica";

/// An attribute defined twice.
#[must_use]
pub fn duplicate_definition(name: &str) -> String {
    format!("{INVALID}Duplicate AttributeName in AttributeDefinitions: {name}")
}

/// Local indexes given as an empty list.
pub const NO_LOCAL_INDEXES: &str = "One or more parameter values were invalid: List of LocalSecondaryIndexes is empty";
/// Global indexes given as an empty list.
pub const NO_GLOBAL_INDEXES: &str =
    "One or more parameter values were invalid: List of GlobalSecondaryIndexes is empty";
/// A local index on a table without a sort key.
pub const LOCAL_INDEX_NEEDS_SORT_KEY: &str = "One or more parameter values were invalid: Table KeySchema does not \
     have a range key, which is required when specifying a LocalSecondaryIndex";
/// More than five local indexes.
pub const TOO_MANY_LOCAL_INDEXES: &str =
    "One or more parameter values were invalid: Number of LocalSecondaryIndexes exceeds per-table limit of 5";
/// More than twenty global indexes.
pub const TOO_MANY_GLOBAL_INDEXES: &str =
    "One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table limit of 20";

/// A local index without a sort key.
#[must_use]
pub fn index_without_sort_key(index: &str) -> String {
    format!("{INVALID}Index KeySchema does not have a range key for index: {index}")
}

/// A local index with another partition key than the table's.
#[must_use]
pub fn other_partition_key(index: &str, index_key: &str, table_key: &str) -> String {
    format!(
        "{INVALID}Index KeySchema does not have the same leading hash key as table KeySchema for index: {index}. \
         index hash key: {index_key}, table hash key: {table_key}"
    )
}

/// Two indexes of one name.
#[must_use]
pub fn duplicate_index(index: &str) -> String {
    format!("{INVALID}Duplicate index name: {index}")
}

/// A projection without a type.
pub const NO_PROJECTION_TYPE: &str = "One or more parameter values were invalid: Unknown ProjectionType: null";

/// Names beside ALL or KEYS_ONLY.
#[must_use]
pub fn names_not_allowed(kind: &str) -> String {
    format!("{INVALID}ProjectionType is {kind}, but NonKeyAttributes is specified")
}

/// INCLUDE without names.
pub const NAMES_REQUIRED: &str =
    "One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified";

/// An attribute listed twice in a projection.
#[must_use]
pub fn duplicate_projected(name: &str) -> String {
    format!("{INVALID}Duplicate Attribute: {name} in NonKeyAttributes")
}

/// More than a hundred projected names over all indexes.
#[must_use]
pub fn too_many_projected(count: usize) -> String {
    format!("{INVALID}NonKeyAttributes exceeds the limit of 100 attributes: {count}")
}

/// An UpdateTable that gives an attribute another type.
#[must_use]
pub fn redefined(existing: &BTreeMap<String, &str>, new: &BTreeMap<String, &str>) -> String {
    format!(
        "{INVALID}Attributes cannot be redefined. Please check that your attribute has the same type as previously \
         defined. Existing schema: Schema:[{}] New schema: Schema:[{}]",
        schema_elements(existing),
        schema_elements(new)
    )
}

fn schema_elements(schema: &BTreeMap<String, &str>) -> String {
    let element = |(name, kind): (&String, &&str)| format!("SchemaElement: key{{{name}:{kind}:HASH}}");
    schema.iter().map(element).collect::<Vec<_>>().join(", ")
}

/// An UpdateTable to the throughput there already is.
#[must_use]
pub fn unchanged_throughput(current: Throughput) -> String {
    format!(
        "The provisioned throughput for the table will not change. The requested value equals the current value. \
         Current ReadCapacityUnits provisioned for the table: {read}. Requested ReadCapacityUnits: {read}. Current \
         WriteCapacityUnits provisioned for the table: {write}. Requested WriteCapacityUnits: {write}. Refer to the \
         Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
        read = current.read,
        write = current.write
    )
}

/// Two changes of one index in one request.
#[must_use]
pub fn one_change_per_index(index: &str) -> String {
    format!("{INVALID}Only one global secondary index update per index is allowed simultaneously. Index: {index}")
}

/// Units a second beyond what the service reads at all.
#[must_use]
pub fn units_out_of_bounds(units: u64, member: &str) -> String {
    format!("Given value {units} for {member} is out of bounds")
}

/// Replicas, where one engine is all there is.
#[must_use]
pub fn no_other_regions(region: &str) -> String {
    format!("{INVALID}ReplicaUpdates cannot reach Region {region}: this endpoint has no other Regions")
}

/// Time to live switched on where it is on.
pub const TTL_ENABLED: &str = "TimeToLive is already enabled";
/// Time to live switched off where it is off.
pub const TTL_DISABLED: &str = "TimeToLive is already disabled";
/// Time to live changed again within the hour.
pub const TTL_TOO_SOON: &str = "Time to live has been modified multiple times within a fixed interval";

/// Time to live on another attribute than the one it is on.
#[must_use]
pub fn ttl_on_other_attribute(current: &str) -> String {
    format!("TimeToLive is active on a different AttributeName: current AttributeName is {current}")
}

/// No tags to give; the spelling is the service's.
pub const TAGS_REQUIRED: &str = "Atleast one Tag needs to be provided as Input.";
/// No tags to take.
pub const TAG_KEYS_REQUIRED: &str = "Atleast one Tag Key needs to be provided as Input.";
/// More than fifty tags.
pub const TOO_MANY_TAGS: &str = "One or more parameter values were invalid: Too many tags: the limit is 50 per table";
/// A NextToken that no page handed out.
pub const INVALID_NEXT_TOKEN: &str = "Invalid NextToken";

/// A tag whose key or value has other characters than tags may have.
#[must_use]
pub fn tag_characters(part: &str) -> String {
    format!("{INVALID}Tag {part}s consist of letters, digits, white space and the characters _.:/=+-@")
}

/// A tag that only the service itself gives.
pub const SYSTEM_TAG: &str =
    "One or more parameter values were invalid: Tag keys that begin with aws: are reserved for the service";

/// What is no ARN at all.
#[must_use]
pub fn not_an_arn(text: &str) -> String {
    format!("Invalid TableArn: ARNs must start with 'arn:': {text}")
}

/// What is no table's ARN.
#[must_use]
pub fn invalid_arn(arn: &str) -> String {
    format!("Invalid TableArn: Invalid ResourceArn provided as input {arn}")
}

/// An ARN of another account.
#[must_use]
pub fn other_account(arn: &str) -> String {
    format!("User is not authorized to perform this action on resource: {arn}")
}

/// An ARN of no table; the spelling is the service's.
#[must_use]
pub fn resource_not_found(arn: &str) -> String {
    format!("Requested resource not found: ResourcArn: {arn} not found")
}

/// A table without backups because there is no such table.
#[must_use]
pub fn backup_table_not_found(name: &str) -> String {
    format!("Table not found: {name}")
}
