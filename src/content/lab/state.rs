//! What must be so now: of tables, indexes, items, policies, event source mappings and what else stands around them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::requirement::{Attributes, Bound, Request};

/// What must be so now. Exactly one of its members is given.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// A table.
    #[serde(default)]
    pub table: Option<TableState>,
    /// A secondary index.
    #[serde(default)]
    pub index: Option<IndexWanted>,
    /// One item.
    #[serde(default)]
    pub item: Option<ItemState>,
    /// Several items.
    #[serde(default)]
    pub items: Option<ItemsState>,
    /// What a role may do and may not.
    #[serde(default)]
    pub policy: Option<PolicyState>,
    /// An event source mapping.
    #[serde(default)]
    pub mapping: Option<MappingState>,
    /// The replicas of a global table.
    #[serde(default)]
    pub replicas: Option<ReplicasState>,
    /// An entry of the cache beside the tables (`:cache`).
    #[serde(default)]
    pub cache: Option<CacheState>,
    /// A DAX cluster.
    #[serde(default)]
    pub cluster: Option<ClusterState>,
    /// The lab's clock.
    #[serde(default)]
    pub clock: Option<ClockState>,
    /// Application Auto Scaling of a table or index.
    #[serde(default)]
    pub scaling: Option<ScalingState>,
    /// A queue.
    #[serde(default)]
    pub queue: Option<QueueState>,
    /// What would come of some lines, tried on a copy: for everything that the others cannot say.
    #[serde(default)]
    pub would: Option<Would>,
}

impl State {
    /// How many of its members are given.
    #[must_use]
    pub fn kinds(&self) -> usize {
        [
            self.table.is_some(),
            self.index.is_some(),
            self.item.is_some(),
            self.items.is_some(),
            self.policy.is_some(),
            self.mapping.is_some(),
            self.replicas.is_some(),
            self.cache.is_some(),
            self.cluster.is_some(),
            self.clock.is_some(),
            self.scaling.is_some(),
            self.queue.is_some(),
            self.would.is_some(),
        ]
        .into_iter()
        .filter(|given| *given)
        .count()
    }
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableState {
    /// Its name.
    pub name: String,
    /// The Region; the one at home if not given.
    #[serde(default)]
    pub region: Option<String>,
    /// Whether it must exist; what else is given asks for it.
    #[serde(default)]
    pub exists: Option<bool>,
    /// Its partition key, with its type if that matters: `customerId`, `customerId (S)`.
    #[serde(default)]
    pub partition_key: Option<String>,
    /// Its sort key; `none` for none.
    #[serde(default)]
    pub sort_key: Option<String>,
    /// `ACTIVE`, `UPDATING`, ….
    #[serde(default)]
    pub status: Option<String>,
    /// `PAY_PER_REQUEST` or `PROVISIONED`.
    #[serde(default)]
    pub billing: Option<String>,
    /// Provisioned read units.
    #[serde(default)]
    pub read: Option<Bound>,
    /// Provisioned write units.
    #[serde(default)]
    pub write: Option<Bound>,
    /// How many indexes it has.
    #[serde(default)]
    pub indexes: Option<Bound>,
    /// How many items it has.
    #[serde(default)]
    pub items: Option<Bound>,
    /// Its time-to-live attribute; `none` if that is off.
    #[serde(default)]
    pub ttl: Option<String>,
    /// What its stream holds, such as `NEW_AND_OLD_IMAGES`; `none` if it is off.
    #[serde(default)]
    pub stream: Option<String>,
    /// Whether it is protected from deletion.
    #[serde(default)]
    pub deletion_protection: Option<bool>,
    /// Whether point-in-time recovery is on.
    #[serde(default)]
    pub recovery: Option<bool>,
}

/// A secondary index.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "struct IndexState")]
#[schemars(rename = "IndexState")]
pub struct IndexWanted {
    /// The table.
    pub table: String,
    /// Its name; if not given, any index of the table that fits will do.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether it must exist; what else is given asks for it.
    #[serde(default)]
    pub exists: Option<bool>,
    /// `global` or `local`.
    #[serde(default)]
    pub kind: Option<IndexKindWanted>,
    /// Its partition key, with its type if that matters: `email`, `email (S)`.
    #[serde(default)]
    pub partition_key: Option<String>,
    /// Its sort key; `none` for none.
    #[serde(default)]
    pub sort_key: Option<String>,
    /// `ACTIVE`, `CREATING`, ….
    #[serde(default)]
    pub status: Option<String>,
    /// `ALL`, `KEYS_ONLY`, or the attributes that it includes, no others.
    #[serde(default)]
    pub projection: Option<ProjectionWanted>,
    /// An attribute that it must hold, however it is projected.
    #[serde(default)]
    pub holds: Vec<String>,
    /// Provisioned read units.
    #[serde(default)]
    pub read: Option<Bound>,
    /// Provisioned write units.
    #[serde(default)]
    pub write: Option<Bound>,
    /// How many entries it has.
    #[serde(default)]
    pub entries: Option<Bound>,
}

/// The kind of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", expecting = "enum IndexKind")]
#[schemars(rename = "IndexKind")]
pub enum IndexKindWanted {
    /// A global secondary index.
    Global,
    /// A local secondary index.
    Local,
}

/// What an index projects.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ProjectionWanted {
    /// `ALL` or `KEYS_ONLY`.
    Whole(String),
    /// The attributes that it includes beside the keys.
    Include(Vec<String>),
}

/// One item.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemState {
    /// The table.
    pub table: String,
    /// Its key.
    pub key: Attributes,
    /// The Region; the one at home if not given.
    #[serde(default)]
    pub region: Option<String>,
    /// Everything that it is, its key left out: no other attributes.
    #[serde(default)]
    pub is: Option<Attributes>,
    /// What it has among others.
    #[serde(default)]
    pub has: Attributes,
    /// Whether it must not exist.
    #[serde(default)]
    pub absent: bool,
}

/// Several items.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemsState {
    /// The table.
    pub table: String,
    /// The index, if its entries are meant.
    #[serde(default)]
    pub index: Option<String>,
    /// The Region; the one at home if not given.
    #[serde(default)]
    pub region: Option<String>,
    /// Which items: those that are so.
    #[serde(default, rename = "where")]
    pub those: Attributes,
    /// How many there must be.
    #[serde(default)]
    pub count: Option<Bound>,
    /// What each of them must be.
    #[serde(default)]
    pub each: Attributes,
    /// Whether they must be those that there were when the step began, each as it was.
    #[serde(default)]
    pub as_before: bool,
}

/// What a role may do, asked of the policies.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyState {
    /// The role.
    pub role: String,
    /// The user behind it; named as the role if not given.
    #[serde(default)]
    pub user: Option<String>,
    /// Commands that it may run.
    #[serde(default)]
    pub may: Vec<String>,
    /// Commands that it may not run.
    #[serde(default)]
    pub may_not: Vec<String>,
    /// Actions that its policies allow in themselves, where no command shows it, each as an action, a resource and the leading
    /// keys of the request, if it has any: `dynamodb:Scan table/Diary ana`.
    #[serde(default)]
    pub allows: Vec<String>,
    /// Actions that they do not allow, in the same words.
    #[serde(default)]
    pub denies: Vec<String>,
    /// All that its policies may allow, on whatever condition.
    #[serde(default)]
    pub only: Option<AllowedOnly>,
}

/// Actions that policies may allow on resources, and nothing beside.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowedOnly {
    /// The actions: `dynamodb:Query`.
    pub actions: Vec<String>,
    /// The resources: `table/Diary`, `table/Scores/index/byPoints`.
    pub resources: Vec<String>,
}

/// An event source mapping, as its settings are now, however many requests led there.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingState {
    /// The function.
    pub function: String,
    /// The table whose stream it reads.
    #[serde(default)]
    pub table: Option<String>,
    /// Whether it must exist; what else is given asks for it.
    #[serde(default)]
    pub exists: Option<bool>,
    /// Whether it is enabled.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// BatchSize.
    #[serde(default)]
    pub batch_size: Option<Bound>,
    /// BisectBatchOnFunctionError.
    #[serde(default)]
    pub bisects: Option<bool>,
    /// Whether FunctionResponseTypes holds ReportBatchItemFailures.
    #[serde(default)]
    pub reports_failures: Option<bool>,
    /// MaximumRetryAttempts; -1 for no limit.
    #[serde(default)]
    pub retries: Option<Bound>,
    /// MaximumRecordAgeInSeconds; -1 for no limit.
    #[serde(default)]
    pub max_age: Option<Bound>,
    /// ParallelizationFactor.
    #[serde(default)]
    pub parallelization: Option<Bound>,
    /// MaximumBatchingWindowInSeconds.
    #[serde(default)]
    pub window: Option<Bound>,
    /// Whether it has filters.
    #[serde(default)]
    pub filters: Option<bool>,
    /// The queue or topic that failed batches go to, by its name; `none` for none.
    #[serde(default)]
    pub destination: Option<String>,
    /// StartingPosition.
    #[serde(default)]
    pub starting_position: Option<String>,
}

/// The replicas of a global table.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplicasState {
    /// The table.
    pub table: String,
    /// The Regions that must have one, and no others.
    #[serde(default)]
    pub regions: Option<Vec<String>>,
    /// Whether all of them hold the same items now.
    #[serde(default)]
    pub agree: Option<bool>,
    /// How many conflicts there were: writes of one item in two Regions that did not know of each other.
    #[serde(default)]
    pub conflicts: Option<Bound>,
    /// The Region whose write was lost in the newest of them.
    #[serde(default)]
    pub loser: Option<String>,
}

/// An entry of the cache beside the tables.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CacheState {
    /// Its key.
    pub key: String,
    /// A piece of the text that it must hold.
    #[serde(default)]
    pub holds: Option<String>,
    /// Whether it must not be there.
    #[serde(default)]
    pub absent: bool,
}

/// A DAX cluster.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClusterState {
    /// Its name; left out: any that fits.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether it must exist; what else is given asks for it.
    #[serde(default)]
    pub exists: Option<bool>,
    /// How many nodes it has, the primary one included.
    #[serde(default)]
    pub nodes: Option<Bound>,
    /// The type of its nodes: `dax.t3.small`.
    #[serde(default)]
    pub node_type: Option<String>,
}

/// What time it must be on the lab's clock, in UTC.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockState {
    /// No later than this: `2026-06-03T12:00`.
    #[serde(default)]
    pub until: Option<String>,
    /// No earlier than this.
    #[serde(default)]
    pub from: Option<String>,
}

/// Application Auto Scaling of a table or index.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScalingState {
    /// The table.
    pub table: String,
    /// The index, if it is about one.
    #[serde(default)]
    pub index: Option<String>,
    /// `read` or `write`.
    pub direction: ScalableDimension,
    /// MinCapacity.
    #[serde(default)]
    pub min: Option<Bound>,
    /// MaxCapacity.
    #[serde(default)]
    pub max: Option<Bound>,
    /// The target value of its tracking policy, in percent.
    #[serde(default)]
    pub target: Option<Bound>,
    /// How often it has changed the units so far.
    #[serde(default)]
    pub activities: Option<Bound>,
}

/// Reads or writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", expecting = "enum Direction")]
#[schemars(rename = "Direction")]
pub enum ScalableDimension {
    /// Read units.
    #[default]
    Read,
    /// Write units.
    Write,
}

/// A queue.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QueueState {
    /// Its name.
    pub name: String,
    /// How many messages are in it.
    #[serde(default)]
    pub messages: Option<Bound>,
    /// How many stream records they are about in all.
    #[serde(default)]
    pub records: Option<Bound>,
    /// A piece of text that one of them holds.
    #[serde(default)]
    pub holds: Option<String>,
}

/// What would come of some lines, tried on a copy.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Would {
    /// The lines: commands, and the prompt's own (`:as app ana`, `:clock +1m`).
    #[serde(rename = "do")]
    pub lines: Vec<String>,
    /// What the last of them must bring back.
    pub returned: Box<Request>,
}
