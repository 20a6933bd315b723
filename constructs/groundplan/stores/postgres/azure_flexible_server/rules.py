"""A Flexible Server is of a size and kind that is sold, and its copies are where they help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundplan.model.values import quantity, whole_seconds
from groundplan.rules.problem import Problem, unknown

if TYPE_CHECKING:
    from groundplan.stores.postgres.azure_flexible_server.store import FlexibleServerStore

DAY = 86_400
GIB = 2**30
MOST_REPLICAS = 5
BACKUP_DAYS = (7, 35)
VERSIONS = range(13, 17)
SERVER_STORAGE = (32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384)
"""Disks of a Flexible Server in GiB; it takes no other size."""

FAMILIES = {"Burstable": "Standard_B", "GeneralPurpose": "Standard_D", "MemoryOptimized": "Standard_E"}
"""Tier to how the names of its sizes begin."""

DELEGATION = "Microsoft.DBforPostgreSQL/flexibleServers"


def problems(store: FlexibleServerStore) -> Iterator[Problem]:
    """Every one of a server."""
    for rule in (_size, _backup, _burstable, _copies, _availability, _subnet):
        yield from rule(store)


def _size(store: FlexibleServerStore) -> Iterator[Problem]:
    settings = store.settings
    if store.chapter.version not in VERSIONS:
        what = f"{store.chapter.version} is not offered as a Flexible Server"
        yield (*store.path, "version"), "server-version", what, f"write {VERSIONS[0]} to {VERSIONS[-1]}"
    if quantity(settings.storage) / GIB not in SERVER_STORAGE:
        sizes = ", ".join(f"{size}Gi" for size in SERVER_STORAGE)
        what = f"{settings.storage} is not the size of a disk"
        yield store.at("storage"), "server-storage", what, f"write one of {sizes}"
    if not settings.sku.startswith(FAMILIES[settings.tier]):
        what = f"`{settings.sku}` is not a size of the tier {settings.tier}"
        yield store.at("sku"), "server-size", what, f"write one that begins with {FAMILIES[settings.tier]}"


def _backup(store: FlexibleServerStore) -> Iterator[Problem]:
    keep, (low, high) = store.settings.keep_backups, BACKUP_DAYS
    if keep is not None and not low <= whole_seconds(keep) / DAY <= high:
        what = f"{keep} is not what a Flexible Server keeps"
        yield store.at("keep_backups"), "server-backup", what, f"write {low}d to {high}d"


def _burstable(store: FlexibleServerStore) -> Iterator[Problem]:
    settings = store.settings
    if settings.tier != "Burstable":
        return
    for field, used in (
        ("high_availability", settings.high_availability != "none"),
        ("pooler", settings.pooler),
        ("read_replicas", bool(settings.read_replicas)),
    ):
        if used:
            what = "is not offered in the tier Burstable"
            yield store.at(field), "burstable", what, "remove it, or write `tier: GeneralPurpose`"


def _copies(store: FlexibleServerStore) -> Iterator[Problem]:
    settings, here = store.settings, store.environment.region
    if len(settings.read_replicas) > MOST_REPLICAS:
        what = f"{len(settings.read_replicas)} replicas are more than a server may have"
        yield store.at("read_replicas"), "too-many-replicas", what, f"write at most {MOST_REPLICAS}"
    for name, replica in settings.read_replicas.items():
        if not replica.sku.startswith(FAMILIES[settings.tier]):
            what = f"`{replica.sku}` is not a size of the tier {settings.tier}"
            advice = f"write one that begins with {FAMILIES[settings.tier]}"
            yield store.at("read_replicas", name, "sku"), "server-size", what, advice
        if replica.region not in (None, here) and settings.access == "delegated-subnet":
            what = f"{replica.region} cannot hold a copy in a subnet of {here}"
            advice = "remove it, or write `access: private-endpoint`"
            yield store.at("read_replicas", name, "region"), "replica-elsewhere", what, advice


def _availability(store: FlexibleServerStore) -> Iterator[Problem]:
    settings, zones = store.settings, store.environment.zones
    if zones and settings.zone not in zones:
        what = f"`{settings.zone}` is not a zone of the cluster"
        yield store.at("zone"), "missing-zone", what, f"write one of {', '.join(zones)}"
    if settings.high_availability != "zone-redundant":
        return
    if settings.zone == settings.standby_zone:
        what = f"{settings.standby_zone} is the primary's zone too"
        yield store.at("standby_zone"), "same-zone", what, "name another zone"
    if not zones:
        what = f"is zone-redundant, but {store.environment.region} has no zones"
        yield store.at("high_availability"), "no-zones", what, "write same-zone or none"


def _subnet(store: FlexibleServerStore) -> Iterator[Problem]:
    azure, settings = store.environment.platform.azure, store.settings
    subnets = azure.network.subnets if azure is not None and azure.network is not None else {}
    if settings.access != "delegated-subnet":
        return
    if settings.subnet not in subnets:
        yield unknown(store.at("subnet"), "missing-subnet", "subnet", settings.subnet, subnets)
    elif subnets[settings.subnet].delegation != DELEGATION:
        what = f"`{settings.subnet}` is not delegated to PostgreSQL"
        advice = f"write `delegation: {DELEGATION}` at the subnet"
        yield store.at("subnet"), "subnet-without-delegation", what, advice
