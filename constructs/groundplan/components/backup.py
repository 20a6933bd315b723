"""The backup component: what copies data out, and what proves the copies."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.blueprint import Blueprint
from groundplan.model.data import DatabaseBackup, FileBackup, Files, Postgres
from groundplan.model.environment import Environment
from groundplan.parts import Component
from groundplan.stores.files.azure_files.snapshots import FileSnapshots
from groundplan.stores.postgres.dump import PostgresDump
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint]:
    """One component where a database is dumped or a file system gets snapshots."""
    if environment.has_workloads and any(True for find in (_dumped, _snapshots) for _ in find(environment)):
        yield Blueprint(name="backup", wave=SyncWave.OPERATIONS, namespace=environment.namespace, build=_build)


def _dumped(environment: Environment) -> Iterator[tuple[str, Postgres, DatabaseBackup]]:
    for name, store in environment.data.items():
        if isinstance(store, Postgres) and store.backup is not None:
            backup = store.backup
            if backup.dump_schedule is not None or backup.restore_test is not None:
                yield name, store, backup


def _snapshots(environment: Environment) -> Iterator[tuple[str, FileBackup]]:
    for name, store in environment.data.items():
        if isinstance(store, Files) and store.backup is not None:
            yield name, store.backup


def _build(component: Component) -> None:
    for name, snapshots in _snapshots(component.environment):
        FileSnapshots(component, f"{name}-snapshots", name, snapshots)
    for name, store, backup in _dumped(component.environment):
        PostgresDump(component, name, store, backup)
