"""Requests from the Internet end at no security group, and no two networks of one hub share addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import an_object, put

from groundplan.checks.inventory import read_inventory
from groundplan.platforms.azure.effect import ways

Json = dict[str, Any]
HUB = "/subscriptions/0/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub"


def rented(kind: str, group: str, name: str, environment: str = "prod", **spec: Any) -> Json:
    namespace = f"store-{environment}"
    return an_object(kind, name, f"{group}.azure.com/v1", namespace=namespace, spec={"azureName": name, **spec})


def rule(access: str = "Allow", source: str = "Internet", port: str = "443", priority: int = 100) -> Json:
    return rented(
        "NetworkSecurityGroupsSecurityRule",
        "network",
        f"rule-{priority}",
        owner={"name": "nsg"},
        access=access,
        direction="Inbound",
        protocol="Tcp",
        priority=priority,
        sourceAddressPrefix=source,
        destinationAddressPrefix="*",
        destinationPortRange=port,
    )


def refused(root: Path, *rules: Json, **cluster: Any) -> list[str]:
    pools = [{"name": "system", "vnetSubnetReference": {"name": "nodes"}}]
    group = {"reference": {"name": "nsg"}}
    documents = [
        rented("ManagedCluster", "containerservice", "aks", agentPoolProfiles=pools, **cluster),
        rented("VirtualNetworksSubnet", "network", "nodes", addressPrefix="10.0.0.0/22", networkSecurityGroup=group),
        an_object("Ingress", "web", "networking.k8s.io/v1", spec={"rules": [{"host": "shop.com"}]}),
        *rules,
    ]
    for document in documents:
        put(root, document, component=document["metadata"]["name"])
    return [finding.message for finding in ways.refused(read_inventory(root))]


def test_a_group_without_a_rule_refuses_everybody(tmp_path: Path) -> None:
    (found,) = refused(tmp_path)

    assert found == "refuses the Internet on port 443, and Ingress web serves shop.com by a load balancer there"


@pytest.mark.parametrize(
    ("rules", "closed"),
    [
        ([rule()], False),
        ([rule(source="*", port="*")], False),
        ([rule(source="8.8.8.0/24")], False),
        ([rule(port="80")], True),
        ([rule(source="10.0.0.0/8")], True),
        ([rule(source="AzureFrontDoor.Backend")], True),
        ([rule(access="Deny", source="*", priority=90), rule()], True),
        ([rule(access="Deny", source="VirtualNetwork", priority=90), rule()], False),
    ],
)
def test_the_first_rule_that_speaks_of_the_outside_decides(tmp_path: Path, rules: list[Json], closed: bool) -> None:
    assert bool(refused(tmp_path, *rules)) == closed


def test_behind_a_gateway_the_nodes_stay_closed(tmp_path: Path) -> None:
    assert refused(tmp_path, addonProfiles={"ingressApplicationGateway": {"enabled": True}}) == []


def contested(root: Path, other: str) -> list[str]:
    for environment, block in (("dev", "10.0.0.0/16"), ("prod", other)):
        network = rented("VirtualNetwork", "network", "vnet", environment, addressSpace={"addressPrefixes": [block]})
        remote = {"remoteVirtualNetwork": {"reference": {"armId": HUB}}, "owner": {"name": "vnet"}}
        peering = rented("VirtualNetworksVirtualNetworkPeering", "network", "to-hub", environment, **remote)
        for document in (network, peering):
            put(root, document, component=document["metadata"]["name"], scope=f"store/{environment}")
    return [finding.message for finding in ways.contested(read_inventory(root))]


def test_networks_of_one_hub_have_blocks_of_their_own(tmp_path: Path) -> None:
    assert contested(tmp_path, "10.1.0.0/16") == []


def test_two_networks_with_the_same_addresses_are_found(tmp_path: Path) -> None:
    (found,) = contested(tmp_path, "10.0.128.0/17")

    assert "which vnet with the same addresses joins too" in found


@pytest.mark.parametrize(("allowed", "count"), [(True, 0), (False, 1), (None, 1)])
def test_a_peering_that_lets_nothing_through_is_found(tmp_path: Path, allowed: bool | None, count: int) -> None:
    spec = {} if allowed is None else {"allowVirtualNetworkAccess": allowed}
    put(tmp_path, rented("VirtualNetworksVirtualNetworkPeering", "network", "to-dr", **spec))

    assert len(list(ways.closed_peerings(read_inventory(tmp_path)))) == count


@pytest.mark.parametrize(
    ("protocol", "ports", "count"),
    [("Tcp", ["5432"], 0), ("Udp", ["53"], 0), ("Udp", ["443", "8080"], 1), ("Udp", ["*"], 0), ("*", ["5432"], 0)],
)
def test_a_rule_for_packets_where_nothing_speaks_them_is_found(
    tmp_path: Path, protocol: str, ports: list[str], count: int
) -> None:
    spec = {"access": "Allow", "protocol": protocol, "destinationPortRanges": ports}
    put(tmp_path, rented("NetworkSecurityGroupsSecurityRule", "network", "rule", **spec))

    assert len(list(ways.unspoken(read_inventory(tmp_path)))) == count
