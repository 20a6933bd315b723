"""What AWS called things: the ids of resources that others take by id, because their controllers take no reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.facts.cloud_names import management_namespace
from groundplan.platforms.aws.roles import ROLES
from groundplan.platforms.platform import AssignedId

if TYPE_CHECKING:
    from groundplan.model.environment import Environment

_NUMBER = "[0-9a-f]{8}([0-9a-f]{9})?"


def assigned_ids(environment: Environment) -> dict[str, AssignedId]:
    """The network's id, those of its security groups, and for each peer those of its network and of the connection."""
    network = environment.platform.aws.network if environment.platform.aws is not None else None
    if network is None:
        return {}
    own = management_namespace(environment)
    found = {"network": _network(own)}
    groups = {"app": "app-nodes", **({"bastion": "bastion"} if network.bastion is not None else {})}
    if environment.cluster.cluster_api is None:
        groups["db"] = "db-nodes"
    else:  # Cluster API takes the network it is given by ids alone
        groups |= {name: name for name in ROLES.values()}
        tiers = {"app", "public", *(pool.tier for pool in environment.cluster.node_pools.values())}
        found |= {
            f"subnet.{name}": _subnet(own, name) for name, subnet in network.subnets.items() if subnet.tier in tiers
        }
    for key, name in groups.items():
        found[f"security-group.{key}"] = AssignedId(
            resource="securitygroups.ec2.services.k8s.aws",
            kind="SecurityGroup",
            namespace=own,
            name=name,
            path=("status", "id"),
            form=f"sg-{_NUMBER}",
        )
    for name, peer in network.peers.items():
        theirs = management_namespace(environment, peer.environment)
        if peer.request:
            found[f"peer.{name}"] = _network(theirs)
        # the side that asks makes the connection; the other learns of it there
        namespace, connection = (
            (own, name) if peer.request else (theirs, _name_over_there(environment, peer.environment))
        )
        found[f"peering.{name}"] = AssignedId(
            resource="vpcpeeringconnections.ec2.services.k8s.aws",
            kind="VPCPeeringConnection",
            namespace=namespace,
            name=connection,
            path=("status", "vpcPeeringConnectionID"),
            form=f"pcx-{_NUMBER}",
        )
    return dict(sorted(found.items()))


def _network(namespace: str) -> AssignedId:
    return AssignedId(
        resource="vpcs.ec2.services.k8s.aws",
        kind="VPC",
        namespace=namespace,
        name="network",
        path=("status", "vpcID"),
        form=f"vpc-{_NUMBER}",
    )


def _subnet(namespace: str, name: str) -> AssignedId:
    return AssignedId(
        resource="subnets.ec2.services.k8s.aws",
        kind="Subnet",
        namespace=namespace,
        name=name,
        path=("status", "subnetID"),
        form=f"subnet-{_NUMBER}",
    )


def _name_over_there(environment: Environment, other: str) -> str:
    """What the other side calls its peering with this one; empty where it says nothing of it."""
    neighbour = environment.neighbour(other)
    cloud = neighbour.platform.aws if neighbour is not None else None
    peers = cloud.network.peers if cloud is not None and cloud.network is not None else {}
    return next((name for name, peer in peers.items() if peer.environment == environment.environment), "")
