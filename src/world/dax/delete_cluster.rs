//! DeleteCluster: the end of a cluster; the tables keep everything.
//!
//! Source: DAX API reference, DeleteCluster.

use serde_json::{Value, json};

use super::create_cluster::NAME;
use super::messages as text;
use crate::engine::shape::structure;
use crate::engine::{ApiError, ErrorKind};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Removes a cluster.
    pub(in crate::world) struct DeleteClusterRequest as "DeleteClusterRequest" {
        /// The cluster.
        "ClusterName" cluster_name: String => required NAME;
    }
}

/// The request.
pub(in crate::world) struct DeleteCluster;

impl ServiceAction for DeleteCluster {
    const NAME: &'static str = "DeleteCluster";
    const DOC: &'static str = "Removes a cluster.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = DeleteClusterRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let cluster =
            world.dax.clusters.remove(&request.cluster_name).ok_or_else(|| {
                ApiError::new(ErrorKind::ClusterNotFoundFault, text::not_found(&request.cluster_name))
            })?;
        let mut described = cluster.describe(&world.dax.groups);
        described["Status"] = "deleting".into();
        Ok(json!({ "Cluster": described }))
    }
}
