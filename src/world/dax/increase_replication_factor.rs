//! IncreaseReplicationFactor: more nodes in a cluster.
//!
//! Source: DAX API reference, IncreaseReplicationFactor. The text of a refusal is ours.

use serde_json::Value;

use super::create_cluster::NAME;
use crate::engine::ApiError;
use crate::engine::shape::{ListShape, Shape, structure};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Adds nodes to a cluster.
    pub(in crate::world) struct IncreaseReplicationFactorRequest as "IncreaseReplicationFactorRequest" {
        /// The cluster.
        "ClusterName" cluster_name: String => required NAME;
        /// How many nodes it has then; the first takes the writes.
        "NewReplicationFactor" nodes: u64 => required Shape::integer(1, 11);
    } without {
        /// Where the nodes are; not modelled.
        "AvailabilityZones" => Shape::List(&ListShape::of(Shape::STRING));
    }
}

/// The request.
pub(in crate::world) struct IncreaseReplicationFactor;

impl ServiceAction for IncreaseReplicationFactor {
    const NAME: &'static str = "IncreaseReplicationFactor";
    const DOC: &'static str = "Adds nodes to a cluster.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = IncreaseReplicationFactorRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        world.dax.resize(&request.cluster_name, request.nodes, true)
    }
}
