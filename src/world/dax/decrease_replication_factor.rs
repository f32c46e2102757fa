//! DecreaseReplicationFactor: fewer nodes in a cluster.
//!
//! Source: DAX API reference, DecreaseReplicationFactor. The text of a refusal is ours.

use serde_json::Value;

use super::create_cluster::NAME;
use crate::engine::ApiError;
use crate::engine::shape::{ListShape, Shape, structure};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Takes nodes from a cluster.
    pub(in crate::world) struct DecreaseReplicationFactorRequest as "DecreaseReplicationFactorRequest" {
        /// The cluster.
        "ClusterName" cluster_name: String => required NAME;
        /// How many nodes it has then; the first takes the writes.
        "NewReplicationFactor" nodes: u64 => required Shape::integer(1, 11);
    } without {
        /// Where the nodes are; not modelled.
        "AvailabilityZones" => Shape::List(&ListShape::of(Shape::STRING));
        /// Which nodes; not modelled.
        "NodeIdsToRemove" => Shape::List(&ListShape::of(Shape::STRING));
    }
}

/// The request.
pub(in crate::world) struct DecreaseReplicationFactor;

impl ServiceAction for DecreaseReplicationFactor {
    const NAME: &'static str = "DecreaseReplicationFactor";
    const DOC: &'static str = "Takes nodes from a cluster.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = DecreaseReplicationFactorRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        world.dax.resize(&request.cluster_name, request.nodes, false)
    }
}
