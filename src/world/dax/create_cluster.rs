//! CreateCluster: a cache in front of the tables.
//!
//! Source: DAX API reference, CreateCluster.

use serde_json::{Value, json};

use super::{Cluster, DEFAULT_GROUP, ROOM, Recent, messages as text};
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::{ApiError, ErrorKind};
use crate::world::World;
use crate::world::api::ServiceAction;

/// ClusterName and other names.
pub(super) const NAME: Shape = Shape::text(1, 255);

structure! {
    /// Makes a cluster; --endpoint dax sends a command through it.
    pub(in crate::world) struct CreateClusterRequest as "CreateClusterRequest" {
        /// Its name.
        "ClusterName" cluster_name: String => required NAME;
        /// The kind of its nodes, such as dax.t3.small.
        "NodeType" node_type: String => required NAME;
        /// How many nodes; the first takes the writes.
        "ReplicationFactor" replication_factor: u64 => required Shape::integer(1, 11);
        /// The role it reads tables in.
        "IamRoleArn" iam_role_arn: String => required Shape::text(1, 2048);
        /// How long its entries are kept.
        "ParameterGroupName" parameter_group_name: Option<String> => optional NAME;
        /// What it is for.
        "Description" description: Option<String> => optional Shape::STRING;
    } without {
        /// Where its nodes are; not modelled.
        "AvailabilityZones" => Shape::List(&ListShape::of(Shape::STRING));
        /// Its network; not modelled.
        "SubnetGroupName" => Shape::STRING;
        /// Who reaches it; not modelled.
        "SecurityGroupIds" => Shape::List(&ListShape::of(Shape::STRING));
        /// When it may be out; not modelled.
        "PreferredMaintenanceWindow" => Shape::STRING;
        /// Who is told of its changes; not modelled.
        "NotificationTopicArn" => Shape::STRING;
        /// Its tags; not modelled.
        "Tags" => Shape::List(&ListShape::of(Shape::OPAQUE));
        /// Whether it is encrypted at rest; not modelled.
        "SSESpecification" => Shape::OPAQUE;
        /// Whether it is spoken to over TLS; not modelled.
        "ClusterEndpointEncryptionType" => Shape::one_of(&["NONE", "TLS"]), but ["NONE"];
        /// The kind of its addresses; not modelled.
        "NetworkType" => Shape::one_of(&["ipv4", "ipv6", "dual_stack"]), but ["ipv4"];
    }
}

/// The request.
pub(in crate::world) struct CreateCluster;

impl ServiceAction for CreateCluster {
    const NAME: &'static str = "CreateCluster";
    const DOC: &'static str = "Makes a cluster; --endpoint dax sends a command through it.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = CreateClusterRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let name = request.cluster_name;
        if world.dax.clusters.contains_key(&name) {
            return Err(ApiError::new(ErrorKind::ClusterAlreadyExistsFault, text::already_exists(&name)));
        }
        let group = request.parameter_group_name.unwrap_or_else(|| DEFAULT_GROUP.to_owned());
        if !world.dax.groups.contains_key(&group) {
            return Err(ApiError::new(ErrorKind::ParameterGroupNotFoundFault, text::no_group(&group)));
        }
        let cluster = Cluster {
            name: name.clone(),
            node_type: request.node_type,
            nodes: request.replication_factor,
            role: request.iam_role_arn,
            description: request.description,
            group,
            items: Recent::with_room(ROOM),
            queries: Recent::with_room(ROOM),
            hits: 0,
            misses: 0,
        };
        let described = json!({"Cluster": cluster.describe(&world.dax.groups)});
        world.dax.clusters.insert(name, cluster);
        Ok(described)
    }
}
