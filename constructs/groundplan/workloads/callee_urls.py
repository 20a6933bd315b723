"""Addresses of what a service calls, so that no file has to spell one."""

from __future__ import annotations

from groundplan.model.data import Postgres, Redis
from groundplan.model.environment import Environment
from groundplan.networking.service_policy import AZURE_REDIS_TLS_PORT
from groundplan.rules.consistency import is_external_host
from groundplan.stores.postgres.azure_flexible_server.server import server_host
from groundplan.stores.redis.azure_cache.cache import cache_host


def callee_url(environment: Environment, reference: str) -> str | None:
    """The URL of a service, a store or a host outside; None for what has none.

    `reference` is the name, for Redis optionally with the number of a logical database: `redis/1`. A URL carries no
    credentials: drivers read them from variables of their own.
    """
    callee, _, database = reference.partition("/")
    if is_external_host(callee):
        return f"https://{callee}"
    store = environment.data.get(callee)
    if isinstance(store, Redis):
        return _redis(environment, callee, store) + (f"/{database}" if database else "")
    if isinstance(store, Postgres):
        return _postgres(environment, callee, store)
    for name, service in environment.services.items():
        if callee == name or callee in service.aliases:
            return f"http://{callee}:{service.port}"
    return None


def _redis(environment: Environment, name: str, store: Redis) -> str:
    if store.engine == "azure-cache":
        return f"rediss://{cache_host(environment, name)}:{AZURE_REDIS_TLS_PORT}"
    return f"redis://{store.service or name}:{store.port}"


def _postgres(environment: Environment, name: str, store: Postgres) -> str:
    """A rented server stands outside the cluster and accepts TLS alone, so its URL asks for it."""
    if store.engine == "azure-flexible-server":
        return f"postgresql://{server_host(environment, name)}:{store.port}/{store.database}?sslmode=require"
    return f"postgresql://{store.service or f'{name}-rw'}:{store.port}/{store.database}"
