"""The backup component: what copies data out, and what proves the copies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from groundplan import images
from groundplan.blueprint import Blueprint
from groundplan.model.environment import Environment
from groundplan.parts import Component
from groundplan.stores.registry import stores_of
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint]:
    """One component where a database is dumped or a file system gets snapshots."""
    if environment.has_workloads and any(store.has_backup_jobs for store in stores_of(environment).values()):
        yield Blueprint(
            name="backup",
            wave=SyncWave.OPERATIONS,
            namespace=environment.namespace,
            build=partial(_build, environment),
            sources=(images.SOURCE,),
        )


def _build(environment: Environment, component: Component) -> None:
    for store in stores_of(environment).values():
        store.build_backup(component)
