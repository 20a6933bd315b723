"""Whether the name of a rented resource resolves to its private endpoint: registered in the zone that resolvers ask."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.reachability.rented import Rentals, Rented
from groundplan.errors import Finding


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
