//! DescribeClusters: the clusters there are, with what their caches did.
//!
//! Source: DAX API reference, DescribeClusters.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::create_cluster::NAME;
use super::{CacheTtls, Cluster};
use crate::engine::ApiError;
use crate::engine::shape::{ListShape, Pages, Shape, structure};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Shows the clusters, and how their caches fared.
    pub(in crate::world) struct DescribeClustersRequest as "DescribeClustersRequest" {
        /// Only these.
        "ClusterNames" cluster_names: Option<Vec<String>> => optional Shape::List(&ListShape::of(NAME));
    }
}

/// The request.
pub(in crate::world) struct DescribeClusters;

impl ServiceAction for DescribeClusters {
    const NAME: &'static str = "DescribeClusters";
    const DOC: &'static str = "Shows the clusters, and how their caches fared.";
    const SERVICE: &'static str = super::SERVICE;
    const PAGES: Option<&'static Pages> =
        Some(&Pages { start: "NextToken", next: "NextToken", limit: Some("MaxResults"), results: &["Clusters"] });
    type Request = DescribeClustersRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let wanted = |name: &String| request.cluster_names.as_ref().is_none_or(|names| names.contains(name));
        let clusters = world.dax.clusters.iter().filter(|(name, _)| wanted(name));
        let described: Vec<Value> = clusters.map(|(_, cluster)| cluster.describe(&world.dax.groups)).collect();
        Ok(json!({"Clusters": described}))
    }
}

impl Cluster {
    /// The cluster as descriptions show it. `Statistics` is ours: the service has such figures among its metrics.
    pub(super) fn describe(&self, groups: &BTreeMap<String, CacheTtls>) -> Value {
        let CacheTtls { item_ttl, query_ttl } = groups.get(&self.group).copied().unwrap_or_default();
        let mut statistics = json!({
            "Items": self.items.len(), "Queries": self.queries.len(), "Hits": self.hits, "Misses": self.misses,
        });
        let evicted = self.items.evicted() + self.queries.evicted();
        if evicted > 0 {
            statistics["Evicted"] = evicted.into();
        }
        let mut described = json!({
            "ClusterName": self.name,
            "Status": "available",
            "NodeType": self.node_type,
            "TotalNodes": self.nodes,
            "ActiveNodes": self.nodes,
            "IamRoleArn": self.role,
            "ClusterDiscoveryEndpoint": {"Address": format!("{}.dax-clusters.us-east-1.amazonaws.com", self.name), "Port": 8111},
            "ParameterGroup": {
                "ParameterGroupName": self.group,
                "record-ttl-millis": item_ttl,
                "query-ttl-millis": query_ttl,
            },
            "Statistics": statistics,
        });
        if let Some(description) = &self.description {
            described["Description"] = description.as_str().into();
        }
        described
    }
}
