//! Texts of DAX.

/// A request to a cluster where there is none.
pub(super) const NO_CLUSTER: &str = "There is no DAX cluster to send this to; aws dax create-cluster makes one";

/// A request that DAX does not take.
pub(super) fn unsupported(verb: &str) -> String {
    format!("DAX takes reads and writes of items only, not {verb}: send it to the DynamoDB endpoint")
}

/// A cluster of a name that is taken.
pub(super) fn already_exists(name: &str) -> String {
    format!("Cluster already exists: {name}")
}

/// A cluster that does not exist.
pub(super) fn not_found(name: &str) -> String {
    format!("Cluster not found: {name}")
}

/// A number of nodes that is not more, or not less, than there are.
pub(super) fn no_resize(name: &str, nodes: u64, is_more: bool) -> String {
    let than = if is_more { "greater" } else { "smaller" };
    format!("The new replication factor must be {than} than that of the cluster {name}, which is {nodes}")
}

/// A parameter group that does not exist.
pub(super) fn no_group(name: &str) -> String {
    format!("ParameterGroup not found: {name}")
}

/// A parameter group of a name that is taken.
pub(super) fn group_exists(name: &str) -> String {
    format!("ParameterGroup {name} already exists")
}

/// The group that comes with the service.
pub(super) const DEFAULT_GROUP_FIXED: &str = "The default parameter group cannot be modified: create one of your own";

/// A parameter that does not exist, or a value that is none.
pub(super) fn invalid_parameter(name: &str, value: &str) -> String {
    format!("Invalid parameter {name}={value}: expected record-ttl-millis or query-ttl-millis and milliseconds")
}
