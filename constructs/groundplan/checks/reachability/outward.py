"""The way from a cluster's nodes to what stands in another subnet: security groups, private endpoints and their zones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.reachability.ec2_groups import Ec2Groups
from groundplan.checks.reachability.flows import Flow
from groundplan.checks.reachability.network import End
from groundplan.checks.reachability.pods import Pods
from groundplan.checks.reachability.rented import Rentals, Rented
from groundplan.checks.reachability.security_groups import SecurityGroups
from groundplan.errors import Finding


def denied(inventory: Inventory, groups: SecurityGroups, cluster: str, flows: Iterable[Flow]) -> Iterator[Finding]:
    """Flows that network policies admit and a security group does not."""
    seen: set[tuple[str, str, int]] = set()
    for flow in flows:
        if not flow.required or flow.port is None:
            continue
        for source in _blocks(flow.source, groups.nodes.get(cluster, ())):
            for target in _blocks(flow.target, groups.nodes.get(cluster, ())):
                for rule in groups.refusing(source, target, flow.port, flow.protocol):
                    key = (rule.path, target, flow.port)
                    if key not in seen and source != target:
                        seen.add(key)
                        message = f"denies {source} the way to {target} on port {flow.port}, but {flow.why}"
                        advice = "let a rule with a lower priority number allow it"
                        yield inventory.finding(rule, ("spec",), "reachability.security-group", message, advice)


def unadmitted(inventory: Inventory, groups: Ec2Groups, flows: Iterable[Flow]) -> Iterator[Finding]:
    """Flows that no security group of the nodes, load balancers or API servers they lead to admits."""
    seen: set[tuple[str, str, str, int]] = set()
    for flow in flows:
        if not flow.required or flow.port is None:
            continue
        for group, source, target in groups.refusing(flow):
            key = (group.path, source.name, target.name, flow.port)
            if key not in seen:
                seen.add(key)
                message = f"does not admit {source.name} to {target.name} on port {flow.port}, but {flow.why}"
                advice = "let one of its rules admit them"
                yield inventory.finding(group, ("spec", "ingressRules"), "reachability.security-group", message, advice)


def _blocks(end: End, nodes: tuple[str, ...]) -> tuple[str, ...]:
    """Address blocks that packets of one end carry outside the cluster."""
    if isinstance(end, Pods):
        return nodes
    return (end.cidr,) if end.is_subnet else ()


def unresolved(inventory: Inventory, rentals: Rentals) -> Iterator[Finding]:
    """Private endpoints whose name does not resolve to them: no zone group, another zone, or a zone no network asks."""
    objects = inventory.manifests
    groups = {
        (item.namespace, item.spec["owner"]["name"]): item
        for item in objects
        if item.kind == "PrivateEndpointsPrivateDnsZoneGroup"
    }
    linked = {
        (item.namespace, item.spec["owner"]["name"])
        for item in objects
        if item.kind == "PrivateDnsZonesVirtualNetworkLink"
    }
    zones = {(item.namespace, item.name): item for item in objects if item.kind == "PrivateDnsZone"}
    for rented in rentals.all:
        if rented.endpoint is not None:
            place = (rented.endpoint.namespace, rented.endpoint.name)
            yield from _zone(inventory, rented, rented.endpoint, groups.get(place), zones, linked)


def _zone(
    inventory: Inventory,
    rented: Rented,
    endpoint: Object,
    group: Object | None,
    zones: dict[tuple[str, str], Object],
    linked: set[tuple[str, str]],
) -> Iterator[Finding]:
    rule = "reachability.private-zone"
    if group is None:
        message = f"is not registered in {rented.zone}: {rented.host} resolves to a public address"
        yield inventory.finding(endpoint, (), rule, message, "add a PrivateEndpointsPrivateDnsZoneGroup")
        return
    for index, config in enumerate(group.spec.get("privateDnsZoneConfigs", [])):
        field = ("spec", "privateDnsZoneConfigs", index)
        name = config["privateDnsZoneReference"]["name"]
        zone = zones.get((group.namespace, name))
        azure_name = zone.spec.get("azureName", name.replace("-", ".")) if zone is not None else None
        if azure_name != rented.zone:
            message = f"registers {rented.host} in {azure_name or name}; resolvers look for it in {rented.zone}"
            yield inventory.finding(group, field, rule, message, f"name the zone {rented.zone}")
        elif (group.namespace, name) not in linked:
            message = f"registers {rented.host} in a zone that no network asks"
            yield inventory.finding(group, field, rule, message, "link the zone to the cluster's network")
