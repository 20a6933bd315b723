"""Ways that end in a virtual network: requests that the nodes' subnet refuses, and networks that a hub cannot tell apart.

AKS writes its rules into a security group of its own; one on the subnet stands before it, and refuses the Internet unless a
rule lets it in. See https://learn.microsoft.com/azure/aks/concepts-network-ingress and
https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-peering#requirements-and-constraints .
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from itertools import combinations

from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.platforms.azure.effect.security_groups import SecurityGroups

NETWORK = "network.azure.com"
CLUSTER = ("containerservice.azure.com", "ManagedCluster")
GATEWAY = "ingressApplicationGateway"
"""The add-on by which requests come through a gateway, and not by a load balancer before the nodes."""

HTTPS = 443


def open_clusters(inventory: Inventory) -> Iterator[tuple[Object, Object]]:
    """Clusters whose nodes take requests from the Internet, each with an Ingress that they come in by."""
    for cluster in inventory.by_kind.get(CLUSTER, ()):
        if GATEWAY in (cluster.spec.get("addonProfiles") or {}):
            continue
        for item in inventory.by_kind.get(("networking.k8s.io", "Ingress"), ()):
            if item.scope == cluster.scope:
                yield cluster, item
                break


def node_subnets(inventory: Inventory, cluster: Object) -> Iterator[Object]:
    """Subnets that the nodes of a cluster stand in."""
    names = {
        str((profile.get("vnetSubnetReference") or {}).get("name"))
        for profile in cluster.spec.get("agentPoolProfiles") or []
    }
    for item in inventory.by_kind.get((NETWORK, "VirtualNetworksSubnet"), ()):
        if (item.namespace, item.scope) == (cluster.namespace, cluster.scope) and item.name in names:
            yield item


def refused(inventory: Inventory) -> Iterator[Finding]:
    """Subnets of nodes whose security group lets nobody in from the Internet, though hosts are served there."""
    groups = SecurityGroups(inventory.manifests)
    for cluster, ingress in open_clusters(inventory):
        hosts = ", ".join(str(rule.get("host", "")) for rule in ingress.spec.get("rules") or [])
        for subnet in node_subnets(inventory, cluster):
            if "networkSecurityGroup" in subnet.spec and not groups.lets_in(str(subnet.spec["addressPrefix"]), HTTPS):
                message = f"refuses the Internet on port {HTTPS}, and {ingress} serves {hosts} by a load balancer there"
                advice = "let a rule of its security group allow it"
                field = ("spec", "networkSecurityGroup")
                yield inventory.finding(subnet, field, "reachability.internet", message, advice)


def contested(inventory: Inventory) -> Iterator[Finding]:
    """Networks that are peered with the same one and share addresses: the second peering fails."""
    peered: dict[str, list[tuple[Object, Object]]] = {}
    for item in inventory.by_kind.get((NETWORK, "VirtualNetworksVirtualNetworkPeering"), ()):
        remote = str(((item.spec.get("remoteVirtualNetwork") or {}).get("reference") or {}).get("armId", ""))
        name = str((item.spec.get("owner") or {}).get("name", ""))
        network = inventory.find(item.cluster, NETWORK, "VirtualNetwork", item.namespace, name)
        if remote and network is not None:
            peered.setdefault(remote, []).append((item, network))
    for remote, found in peered.items():
        for (_, one), (peering, other) in combinations(found, 2):
            if _overlap(one, other):
                what = f"joins {other.name} to {remote.rpartition('/')[2]}, which {one.name} with the same addresses joins too"
                advice = "give each network a block of its own"
                yield inventory.finding(peering, ("spec", "owner"), "reachability.same-addresses", what, advice)


def _overlap(one: Object, other: Object) -> bool:
    blocks = [
        [ipaddress.ip_network(str(text)) for text in (item.spec.get("addressSpace") or {}).get("addressPrefixes") or []]
        for item in (one, other)
    ]
    return any(mine.version == theirs.version and mine.overlaps(theirs) for mine in blocks[0] for theirs in blocks[1])


def closed_peerings(inventory: Inventory) -> Iterator[Finding]:
    """Peerings of two networks that let nothing through, or that only one side made.

    See https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview .
    """
    for item in inventory.by_kind.get((NETWORK, "VirtualNetworksVirtualNetworkPeering"), ()):
        if item.spec.get("allowVirtualNetworkAccess") is not True:
            message = "joins two networks and lets nothing through between them"
            field = ("spec", "allowVirtualNetworkAccess")
            yield inventory.finding(
                item, field, "reachability.peering", message, "write allowVirtualNetworkAccess: true"
            )


BY_PACKETS = frozenset({"*", "53", "123", "443", "4789"})
"""Ports that something speaks UDP on: names, time, QUIC, and the overlay of pods."""


def unspoken(inventory: Inventory) -> Iterator[Finding]:
    """Rules that let in a protocol which nothing speaks on their ports; what is meant then stays outside."""
    for item in inventory.by_kind.get((NETWORK, "NetworkSecurityGroupsSecurityRule"), ()):
        spec = item.spec
        named = (spec.get("destinationPortRange"), *(spec.get("destinationPortRanges") or ()))
        idle = sorted({str(port) for port in named if port} - BY_PACKETS)
        if spec.get("access") == "Allow" and spec.get("protocol") == "Udp" and idle:
            message = f"lets in UDP on {', '.join(idle)}, where everything speaks TCP"
            yield inventory.finding(item, ("spec", "protocol"), "reachability.protocol", message, "write protocol: Tcp")
