"""One component for each data store, by who runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundplan.charts.blueprint import Blueprint
from groundplan.data.postgres_cluster import PostgresCluster
from groundplan.data.redis_server import RedisServer
from groundplan.data.shared_files import SharedFiles
from groundplan.environment.data import DataStore, Files, Postgres, Redis
from groundplan.environment.model import Environment
from groundplan.errors import ConstructError
from groundplan.parts import Component
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


ENGINES: dict[str, Callable[[Component, str, DataStore], None]] = {
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
        yield Blueprint(name=name, wave=SyncWave.DATA, namespace=environment.namespace, build=_builder(name, store))


def _builder(name: str, store: DataStore) -> Callable[[Component], None]:
    def build(component: Component) -> None:
        if store.engine not in ENGINES:
            known = ", ".join(sorted(ENGINES))
            raise ConstructError(
                f"{component.name}", f"engine `{store.engine}` is not rendered", f"write one of {known}"
            )
        ENGINES[store.engine](component, name, store)

    return build
