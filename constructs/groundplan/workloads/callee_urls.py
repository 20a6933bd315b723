"""Addresses of what a service calls, so that no file has to spell one."""

from __future__ import annotations

from groundplan.model.environment import Environment
from groundplan.rules.consistency import is_external_host
from groundplan.stores.registry import store_of


def callee_url(environment: Environment, reference: str) -> str | None:
    """The URL of a service, a store or a host outside; None for what has none.

    `reference` is the name, for Redis optionally with the number of a logical database: `redis/1`. A URL carries no
    credentials: drivers read them from variables of their own.
    """
    callee, _, database = reference.partition("/")
    if is_external_host(callee):
        return f"https://{callee}"
    store = store_of(environment, callee)
    if store is not None:
        return store.url(database)
    for name, service in environment.services.items():
        if callee == name or callee in service.aliases:
            return f"http://{callee}:{service.port}"
    return None
