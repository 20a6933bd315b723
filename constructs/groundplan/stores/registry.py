"""Every engine of every kind of store, by name: the one list that a new one is added to.

Engines are imported when they are asked for, so that low layers may ask a store without importing what it is built of.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module

from groundplan.model.environment import Environment
from groundplan.stores.answers import Handed
from groundplan.stores.store import AnyStore

ENGINES = {
    ("broker", "azure-service-bus"): "groundplan.stores.broker.azure_service_bus.store:AzureServiceBusStore",
    ("files", "azure-files"): "groundplan.stores.files.azure_files.store:AzureFilesStore",
    ("files", "csi"): "groundplan.stores.files.csi:CsiStore",
    ("kafka", "strimzi"): "groundplan.stores.kafka.strimzi.store:StrimziStore",
    ("postgres", "azure-flexible-server"): "groundplan.stores.postgres.azure_flexible_server.store:FlexibleServerStore",
    ("postgres", "cloudnative-pg"): "groundplan.stores.postgres.cloudnative_pg.store:CloudNativePgStore",
    ("redis", "azure-cache"): "groundplan.stores.redis.azure_cache.store:AzureCacheStore",
    ("redis", "redis-cluster"): "groundplan.stores.redis.replicated.cluster:ClusterStore",
    ("redis", "redis-sentinel"): "groundplan.stores.redis.replicated.sentinel:SentinelStore",
    ("redis", "statefulset"): "groundplan.stores.redis.statefulset.store:StatefulSetStore",
}
"""Type and engine to the class that answers for it, as `module:class`."""


def stores_of(environment: Environment) -> dict[str, AnyStore]:
    """Every store of an environment by name, in the order they are written."""
    return {name: _store(environment, name) for name in environment.data}


def store_of(environment: Environment, name: str) -> AnyStore | None:
    """One store by name; none where nothing is called so."""
    return _store(environment, name) if name in environment.data else None


def handed_to(environment: Environment, caller: str, calls: Iterable[str]) -> list[Handed]:
    """What the stores among `calls` give the pods of a service or job that calls them."""
    called = (store_of(environment, callee) for callee in calls)
    found = (store.handed(caller) for store in called if store is not None)
    return [each for each in found if each is not None]


def _store(environment: Environment, name: str) -> AnyStore:
    chapter = environment.data[name]
    return _engine(chapter.type, chapter.engine.name)(environment, name, chapter, chapter.engine.settings)


@cache
def _engine(kind: str, engine: str) -> type[AnyStore]:
    module, _, name = ENGINES[kind, engine].partition(":")
    found: type[AnyStore] = getattr(import_module(module), name)
    return found
