"""How objects of Azure Service Operator refer to one another."""

from __future__ import annotations

from groundplan.platforms.azure.references import references


def test_an_owner_may_say_its_name_alone() -> None:
    [found] = references("owner", {"name": "rg"}, ("spec", "owner"))

    assert (found.group, found.kind, found.name) == ("*.azure.com", "*", "rg")


def test_a_reference_says_group_and_kind() -> None:
    value = {"group": "network.azure.com", "kind": "VirtualNetworksSubnet", "name": "snet"}

    [found] = references("vnetSubnetReference", value, ("spec", "vnetSubnetReference"))

    assert (found.group, found.kind) == ("network.azure.com", "VirtualNetworksSubnet")


def test_a_value_from_a_config_map_needs_its_key() -> None:
    [found] = references("principalIdFromConfig", {"name": "web", "key": "principalId"}, ("spec",))

    assert (found.kind, found.part) == ("ConfigMap", "principalId")


def test_what_the_operator_writes_is_no_need() -> None:
    path = ("spec", "operatorSpec", "configMaps", "principalId")

    assert list(references("principalId", {"name": "web", "key": "principalId"}, path)) == []
