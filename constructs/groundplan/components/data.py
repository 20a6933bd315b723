"""One component for each data store, by who runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundplan.blueprint import Blueprint
from groundplan.errors import ConstructError
from groundplan.model.data import RENTED, DataStore, Files, Postgres, Redis
from groundplan.model.environment import Environment
from groundplan.parts import Component
from groundplan.stores.files.shared_files import SharedFiles
from groundplan.stores.postgres.azure_flexible_server.server import FlexibleServer
from groundplan.stores.postgres.cloudnative_pg.cluster import PostgresCluster
from groundplan.stores.redis.azure_cache.cache import RedisCache
from groundplan.stores.redis.statefulset.server import RedisServer
from groundplan.waves import SyncWave


def _cloudnative_pg(component: Component, name: str, store: DataStore) -> None:
    if isinstance(store, Postgres):
        PostgresCluster(component, name, store)


def _redis_server(component: Component, name: str, store: DataStore) -> None:
    if isinstance(store, Redis):
        RedisServer(component, name, store)


def _shared_files(component: Component, name: str, store: DataStore) -> None:
    if isinstance(store, Files):
        SharedFiles(component, name, store)


def _flexible_server(component: Component, name: str, store: DataStore) -> None:
    if isinstance(store, Postgres):
        FlexibleServer(component, name, store)


def _azure_cache(component: Component, name: str, store: DataStore) -> None:
    if isinstance(store, Redis):
        RedisCache(component, name, store)


ENGINES: dict[str, Callable[[Component, str, DataStore], None]] = {
    "azure-cache": _azure_cache,
    "azure-flexible-server": _flexible_server,
    "cloudnative-pg": _cloudnative_pg,
    "csi": _shared_files,
    "statefulset": _redis_server,
}
"""Engine to what renders it. An engine gives its store the Service name that `calls:` and `urls:` lead to."""


def components(environment: Environment) -> Iterator[Blueprint]:
    """A component per store, in one wave: services start when all of them are healthy."""
    if not environment.has_workloads:
        return
    for name, store in environment.data.items():
        rented = store.engine in RENTED
        yield Blueprint(
            name=name,
            wave=SyncWave.DATA,
            namespace=f"{environment.system}-{environment.environment}" if rented else environment.namespace,
            build=_builder(name, store),
            management=rented,
        )


def _builder(name: str, store: DataStore) -> Callable[[Component], None]:
    def build(component: Component) -> None:
        if store.engine not in ENGINES:
            known = ", ".join(sorted(ENGINES))
            raise ConstructError(
                f"{component.name}", f"engine `{store.engine}` is not rendered", f"write one of {known}"
            )
        ENGINES[store.engine](component, name, store)

    return build
