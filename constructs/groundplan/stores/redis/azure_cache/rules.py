"""What only the Premium tier of an Azure Cache for Redis offers, and what persistence needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundplan.rules.problem import Problem, unknown

if TYPE_CHECKING:
    from groundplan.stores.redis.azure_cache.store import AzureCacheStore


def problems(store: AzureCacheStore) -> Iterator[Problem]:
    """Every one of a cache."""
    yield from _tier(store)
    yield from _persistence(store)


def _tier(store: AzureCacheStore) -> Iterator[Problem]:
    settings = store.settings
    if settings.tier == "Premium":
        if not 1 <= settings.capacity <= 5:
            yield store.at("capacity"), "cache-size", f"P{settings.capacity} is not sold", "write 1 to 5"
        return
    for field, used in (
        ("persistence", settings.persistence != "none"),
        ("zones", bool(settings.zones)),
        ("shards", settings.shards is not None),
        ("replicas_per_primary", settings.replicas_per_primary > 1),
        ("maintenance", settings.maintenance is not None),
    ):
        if used:
            what = f"is not offered in the tier {settings.tier}"
            yield store.at(field), "premium-only", what, "remove it, or write `tier: Premium`"


def _persistence(store: AzureCacheStore) -> Iterator[Problem]:
    settings, azure = store.settings, store.environment.platform.azure
    if settings.persistence == "none":
        return
    accounts = azure.storage if azure is not None else {}
    if settings.storage is None:
        what = f"is {settings.persistence}, but no storage account is named to write to"
        advice = "write storage: <account of platform.azure.storage>"
        yield store.at("persistence"), "persistence-without-storage", what, advice
    elif settings.storage not in accounts:
        yield unknown(store.at("storage"), "missing-storage", "storage account", settings.storage, accounts)
