"""What follows from shared files: their StorageClass, the namespaces that claim them, and their snapshots."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.data import Files
from groundplan.model.environment import Environment

SNAPSHOT_CLASS = "azure-files"
"""VolumeSnapshotClass of Azure's file shares."""


def azure_shares(environment: Environment, account: str | None = None) -> Iterator[tuple[str, Files]]:
    """Stores that are shares of a storage account, by name; of any account unless one is named."""
    for name, store in environment.data.items():
        if isinstance(store, Files) and store.azure is not None and account in (None, store.azure.account):
            yield name, store


def storage_class(environment: Environment, name: str, store: Files) -> str:
    """StorageClass of a store: the one it names, or its own, which carries the namespace as classes are the cluster's."""
    return store.storage_class or f"{environment.namespace}-{name}"


def claim_namespaces(environment: Environment, name: str) -> list[str]:
    """Namespaces whose pods mount the store: a claim serves its own namespace alone."""
    jobs = (job for job in environment.jobs.values() if any(mount.store == name for mount in job.mounts.values()))
    return [environment.namespace, *(job.namespace for job in jobs)]


def snapshot_job(name: str) -> str:
    """Name of the CronJob that takes snapshots of the store."""
    return f"{name}-snapshot"
