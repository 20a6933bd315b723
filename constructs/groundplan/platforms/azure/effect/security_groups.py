"""What Azure's network security groups permit between two subnets, decided by priority as Azure does.

See https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview .
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.kubernetes.addresses import holds

TAGS_INSIDE = frozenset({"VirtualNetwork"})
"""Service tags that mean every subnet of the network and of its peers."""


class SecurityGroups:
    """The security groups of the subnets that were read, by address block."""

    def __init__(self, objects: Sequence[Object]) -> None:
        rules: dict[tuple[str, str], list[Object]] = {}
        for item in objects:
            if item.kind == "NetworkSecurityGroupsSecurityRule":
                rules.setdefault((item.namespace, item.spec["owner"]["name"]), []).append(item)
        self._rules: dict[str, list[Object]] = {}
        for item in objects:
            group = item.spec.get("networkSecurityGroup", {}).get("reference", {}).get("name")
            if item.kind == "VirtualNetworksSubnet" and group:
                found = rules.get((item.namespace, group), [])
                self._rules[str(item.spec["addressPrefix"])] = sorted(
                    found, key=lambda rule: int(rule.spec["priority"])
                )
        self.nodes = _node_subnets(objects)

    def refusing(self, source: str, target: str, port: int, protocol: str) -> Iterator[Object]:
        """Rules that deny packets from one subnet to the other, the sender's first; by default a network is open inside."""
        for own, direction in ((source, "Outbound"), (target, "Inbound")):
            for rule in self._rules.get(own, ()):
                if _speaks_of(rule.spec, direction, source, target, port, protocol):
                    if rule.spec["access"] == "Deny":
                        yield rule
                    break

    def lets_in(self, target: str, port: int) -> bool:
        """Whether the first rule for a port of a subnet that speaks of somebody outside lets him in; by default nobody is."""
        for rule in self._rules.get(target, ()):
            spec = rule.spec
            outside = any(
                _is_outside(source) for source in _listed(spec, "sourceAddressPrefix", "sourceAddressPrefixes")
            )
            ports = _listed(spec, "destinationPortRange", "destinationPortRanges")
            if (
                spec["direction"] == "Inbound"
                and outside
                and spec["protocol"] in ("*", "Tcp")
                and _has_port(port, ports)
            ):
                return bool(spec["access"] == "Allow")
        return False


def _is_outside(source: str) -> bool:
    """Whether a source is beyond every network of ours."""
    if source in ("*", "Internet"):
        return True
    try:
        return not ipaddress.ip_network(source).is_private
    except ValueError:  # another service tag
        return False


def _speaks_of(rule: Mapping[str, Any], direction: str, source: str, target: str, port: int, protocol: str) -> bool:
    return (
        rule["direction"] == direction
        and rule["protocol"] in ("*", protocol.capitalize())
        and _is_in(source, _listed(rule, "sourceAddressPrefix", "sourceAddressPrefixes"))
        and _is_in(target, _listed(rule, "destinationAddressPrefix", "destinationAddressPrefixes"))
        and _has_port(port, _listed(rule, "destinationPortRange", "destinationPortRanges"))
    )


def _listed(rule: Mapping[str, Any], one: str, many: str) -> list[str]:
    return [*([str(rule[one])] if one in rule else []), *map(str, rule.get(many, []))]


def _is_in(cidr: str, prefixes: Iterable[str]) -> bool:
    return any(prefix == "*" or prefix in TAGS_INSIDE or _contains(prefix, cidr) for prefix in prefixes)


def _contains(prefix: str, cidr: str) -> bool:
    try:
        return holds(prefix, cidr)
    except ValueError:  # another service tag, which means addresses outside
        return False


def _has_port(port: int, ranges: Iterable[str]) -> bool:
    for text in ranges:
        first, _, last = text.partition("-")
        if text == "*" or int(first) <= port <= int(last or first):
            return True
    return False


def _node_subnets(objects: Sequence[Object]) -> Mapping[str, tuple[str, ...]]:
    """`system/environment` of a cluster to the address blocks its nodes stand in."""
    blocks = {
        (item.namespace, item.name): str(item.spec["addressPrefix"])
        for item in objects
        if item.kind == "VirtualNetworksSubnet"
    }
    found: dict[str, set[str]] = {}
    for item in objects:
        profiles = item.spec.get("agentPoolProfiles", []) if item.kind == "ManagedCluster" else []
        for profile in [*profiles, *([item.spec] if item.kind == "ManagedClustersAgentPool" else [])]:
            name = profile.get("vnetSubnetReference", {}).get("name")
            if (item.namespace, name) in blocks:
                found.setdefault(item.scope, set()).add(blocks[item.namespace, name])
    return {scope: tuple(sorted(names)) for scope, names in found.items()}
