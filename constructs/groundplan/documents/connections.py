"""How many connections each store takes, and how many that leaves to one pod when every pod runs."""

from __future__ import annotations

from groundplan.model.data import DataStore, Postgres, Redis
from groundplan.model.environment import Environment
from groundplan.platforms.azure.chapter import AzurePostgres, AzureRedis
from groundplan.stores.postgres.cloudnative_pg.settings import parameters

POSTGRES_SKUS = {
    "Standard_B1ms": 50, "Standard_B2s": 429, "Standard_B2ms": 859, "Standard_D2s_v3": 859, "Standard_D4s_v3": 1718,
    "Standard_D8s_v3": 3437, "Standard_D16s_v3": 5000,
}  # fmt: skip
"""Flexible Server size to its default max_connections. See
https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-limits ."""

POSTGRES_RESERVED = 15
"""Connections a server keeps for replication and for its operator."""

REDIS_SKUS = {
    "C0": 256, "C1": 1000, "C2": 2000, "C3": 5000, "C4": 10_000, "C5": 15_000, "C6": 20_000,
    "P1": 7500, "P2": 15_000, "P3": 30_000, "P4": 40_000, "P5": 40_000,
}  # fmt: skip
"""Size of an Azure Cache for Redis to its most clients, for each shard. See
https://learn.microsoft.com/azure/azure-cache-for-redis/cache-planning-faq ."""

REDIS_CLIENTS = 10_000
"""A Redis server's own default of maxclients."""


def connections(environment: Environment) -> list[tuple[str, int, int, int]]:
    """Store, connections it takes, pods that call it at their most, connections each may open."""
    rows = []
    for name, store in environment.data.items():
        taken = limit(store)
        pods = sum(service.most_replicas for service in environment.services.values() if name in service.calls)
        if taken is not None and pods:
            rows.append((name, taken, pods, taken // pods))
    return rows


def limit(store: DataStore) -> int | None:
    """Connections a store takes from services; None where nobody says."""
    if isinstance(store, Postgres):
        most = _postgres(store)
        return None if most is None else most - POSTGRES_RESERVED
    if not isinstance(store, Redis):
        return None
    if store.engine == "statefulset":
        return REDIS_CLIENTS
    settings = store.azure or AzureRedis()
    return REDIS_SKUS.get(f"{'P' if settings.tier == 'Premium' else 'C'}{settings.capacity}")


def _postgres(store: Postgres) -> int | None:
    if store.engine == "cloudnative-pg":
        return int(parameters(store)["max_connections"])
    settings = store.azure or AzurePostgres()
    stated = settings.parameters.get("max_connections")
    return int(stated) if stated is not None else POSTGRES_SKUS.get(settings.sku)
