"""Peerings between the networks of two environments."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from groundplan.model.environment import Environment

Json = dict[str, Any]
Build = Callable[..., dict[tuple[str, str], Json]]
CONNECTION = "pcx-0123456789abcdef0"
NETWORK = "vpc-0123456789abcdef0"


def twin(environments: Callable[..., Environment]) -> dict[str, Environment]:
    subnets = {
        f"{tier}-{zone}": {"cidr": f"10.1.{block}{zone}.0/24", "zone": zone, "tier": tier}
        for block, tier in enumerate(("public", "app", "db"), start=1)
        for zone in (1, 2)
    }
    return {
        "twin": environments(
            environment="twin",
            aws={
                "region": "us-west-2",
                "zones": ["us-west-2a", "us-west-2b"],
                "network": {"cidr": "10.1.0.0/16", "subnets": subnets},
            },
        )
    }


def test_the_side_that_asks_names_the_other_network_and_region(
    rendered: Build, environments: Callable[..., Environment]
) -> None:
    objects = rendered(
        twin(environments),
        aws={"network": {"peers": {"twin": {"environment": "twin", "request": True}}}},
        ids={"peer.twin": NETWORK},
    )

    spec = objects["VPCPeeringConnection", "twin"]["spec"]
    assert (spec["peerVPCID"], spec["peerRegion"], spec["acceptRequest"]) == (NETWORK, "us-west-2", True)


def test_the_side_that_accepts_takes_the_connection_over(
    rendered: Build, environments: Callable[..., Environment]
) -> None:
    objects = rendered(
        twin(environments),
        aws={"network": {"peers": {"twin": {"environment": "twin"}}}},
        ids={"peering.twin": CONNECTION},
    )

    document = objects["VPCPeeringConnection", "twin"]
    notes = document["metadata"]["annotations"]
    assert notes["services.k8s.aws/adoption-policy"] == "adopt"
    assert json.loads(notes["services.k8s.aws/adoption-fields"]) == {"vpcPeeringConnectionID": CONNECTION}
    assert document["spec"]["acceptRequest"] is True


def test_routes_to_a_peer_come_with_the_id_and_never_hold_the_network_up(
    rendered: Build, environments: Callable[..., Environment]
) -> None:
    peers = {"peers": {"twin": {"environment": "twin"}}}

    before = rendered(twin(environments), aws={"network": peers})
    after = rendered(twin(environments), aws={"network": peers}, ids={"peering.twin": CONNECTION})

    assert len(before["RouteTable", "db-1"]["spec"]["routes"]) == 1
    assert {"destinationCIDRBlock": "10.1.0.0/16", "vpcPeeringConnectionID": CONNECTION} in after["RouteTable", "db-1"][
        "spec"
    ]["routes"]
    assert "vpcPeeringConnectionRef" not in str(after)


def test_replication_is_admitted_from_the_peers_network(
    rendered: Build, environments: Callable[..., Environment]
) -> None:
    objects = rendered(twin(environments), aws={"network": {"peers": {"twin": {"environment": "twin"}}}})

    rules = objects["SecurityGroup", "db-nodes"]["spec"]["ingressRules"]
    sources = [rule["ipRanges"][0]["cidrIP"] for rule in rules if rule.get("fromPort") == 5432 and "ipRanges" in rule]
    assert sources == ["10.1.0.0/16"]


def test_replications_load_balancers_wear_a_group_of_ours_that_the_nodes_admit(
    rendered: Build, environments: Callable[..., Environment]
) -> None:
    objects = rendered(twin(environments), aws={"network": {"peers": {"twin": {"environment": "twin"}}}})

    worn = objects["SecurityGroup", "replication"]["spec"]
    admitted = [
        rule["fromPort"]
        for rule in objects["SecurityGroup", "db-nodes"]["spec"]["ingressRules"]
        if rule.get("userIDGroupPairs", [{}])[0].get("groupRef") == {"from": {"name": "replication"}}
    ]
    assert {"key": "Name", "value": "shop-replication"} in worn["tags"]
    assert worn["ingressRules"][0]["ipRanges"][0]["cidrIP"] == "10.1.0.0/16"
    assert admitted == [5432, 8000]


def test_without_a_peer_nothing_is_replicated_and_no_group_is_made(rendered: Build) -> None:
    assert ("SecurityGroup", "replication") not in rendered()
