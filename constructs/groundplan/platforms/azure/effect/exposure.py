"""What Azure's own objects open to the Internet: API servers, security groups of subnets, and addresses."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.exposure.cloud import ANYWHERE, dangling, opened
from groundplan.checks.exposure.reader import Doors
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding
from groundplan.platforms.azure.effect.ways import node_subnets, open_clusters

NETWORK = "network.azure.com"
CLUSTER = ("containerservice.azure.com", "ManagedCluster")


def clusters(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """API servers that anybody may knock at."""
    for item in inventory.by_kind.get(CLUSTER, ()):
        access = item.spec.get("apiServerAccessProfile") or {}
        if not access.get("enablePrivateCluster") and not access.get("authorizedIPRanges"):
            field = ("spec", "apiServerAccessProfile")
            message = "its API server is reached from anywhere"
            yield inventory.finding(item, field, "exposure.public", message, "make it private, or list who may")


def firewalls(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Rules that let the whole Internet in where nothing public stands, or on other ports than the web's."""
    gates = _gateway_groups(inventory)
    for item in inventory.by_kind.get((NETWORK, "NetworkSecurityGroupsSecurityRule"), ()):
        spec = item.spec
        sources = {str(spec.get("sourceAddressPrefix", "")), *map(str, spec.get("sourceAddressPrefixes") or [])}
        if (spec.get("access"), spec.get("direction")) == ("Allow", "Inbound") and sources & {*ANYWHERE, "Internet"}:
            public = (item.namespace, str((spec.get("owner") or {}).get("name"))) in gates
            for text in [
                *([spec["destinationPortRange"]] if "destinationPortRange" in spec else []),
                *(spec.get("destinationPortRanges") or []),
            ]:
                first, _, last = ("0", "-", "65535") if text == "*" else str(text).partition("-")
                ports = range(int(first), int(last or first) + 1)
                yield from opened(inventory, item, ("spec",), ports, public=public)


def _gateway_groups(inventory: Inventory) -> set[tuple[str, str]]:
    """Security groups of the subnets that gateways stand in, or nodes behind a load balancer."""
    subnets = {
        (item.namespace, str(((entry.get("subnet") or {}).get("reference") or {}).get("name")))
        for item in inventory.by_kind.get((NETWORK, "ApplicationGateway"), ())
        for entry in item.spec.get("gatewayIPConfigurations") or []
    }
    subnets |= {
        (subnet.namespace, subnet.name)
        for cluster, _ in open_clusters(inventory)
        for subnet in node_subnets(inventory, cluster)
    }
    return {
        (item.namespace, str((item.spec["networkSecurityGroup"].get("reference") or {}).get("name")))
        for item in inventory.by_kind.get((NETWORK, "VirtualNetworksSubnet"), ())
        if (item.namespace, item.name) in subnets and "networkSecurityGroup" in item.spec
    }


def addresses(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Public addresses that no gateway and no cluster has."""
    users = [(NETWORK, "ApplicationGateway"), (NETWORK, "NatGateway"), CLUSTER]
    return dangling(inventory, (NETWORK, "PublicIPAddress"), users)


class AzureDoors(Doors):
    """API servers, security groups and addresses."""

    kinds = (f"{NETWORK}/NetworkSecurityGroupsSecurityRule", f"{NETWORK}/PublicIPAddress")
    judges = (clusters, firewalls, addresses)


READER = AzureDoors
