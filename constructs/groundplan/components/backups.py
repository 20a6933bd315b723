"""The copies of a cluster: where they lie, when they are made, and the namespace in which they are restored to be compared."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from groundplan import images
from groundplan.backups.copies import ClusterCopies, ClusterCopiesProps
from groundplan.backups.restore_test import RestoreTest, RestoreTestProps
from groundplan.backups.values import velero_values
from groundplan.blueprint import Blueprint, Release
from groundplan.components.releases import release
from groundplan.facts.standby import waits
from groundplan.kubernetes.namespaces import VELERO
from groundplan.kubernetes.network_policy import internet
from groundplan.model.backups import Backups
from groundplan.model.environment import Environment
from groundplan.networking.service_peers import kubernetes_api
from groundplan.parts import Component, Json
from groundplan.platforms.platform import BackupStorage
from groundplan.platforms.registry import platform_of
from groundplan.rules.backups import longest_gap, most_frequent
from groundplan.waves import SyncWave

OPERATOR = "velero"

RUNNING = 2 * 3600
"""Seconds that making a copy may take beside the time between two."""


def components(environment: Environment) -> Iterator[Blueprint | Release]:
    """What copies the cluster, and one component with what it is told."""
    backups = environment.backups
    if backups is not None and environment.has_cluster:
        yield release(environment, OPERATOR, _values(environment, backups))
        yield Blueprint(
            name="cluster-backup",
            wave=SyncWave.OPERATIONS,
            namespace=VELERO,
            build=partial(_build, environment, backups),
            privileged=True,
            sources=(images.SOURCE,),
        )


def _build(environment: Environment, backups: Backups, component: Component) -> None:
    storage = _storage(environment, backups)
    ClusterCopies(component, "copies", _copies(environment, backups, storage))
    RestoreTest(component, "test", _test(environment, backups, storage))


def _storage(environment: Environment, backups: Backups) -> BackupStorage:
    storage = platform_of(environment).backup_storage(backups.bucket)
    assert storage is not None  # the rules have seen to it
    return storage


def _values(environment: Environment, backups: Backups) -> Json:
    platform = platform_of(environment)
    identity = platform.pod_identity(platform.backups_as, rights=True)
    return velero_values(environment, backups, _storage(environment, backups), identity)


def _canary(environment: Environment) -> dict[str, str]:
    return {"cluster": environment.cluster.name, "environment": environment.environment, "system": environment.system}


def _copies(environment: Environment, backups: Backups, storage: BackupStorage) -> ClusterCopiesProps:
    platform = platform_of(environment)
    return ClusterCopiesProps(
        backups=backups,
        storage=storage,
        services=environment.namespace,
        canary=_canary(environment),
        monitoring=environment.observability.namespace,
        egress=[kubernetes_api(environment), internet(443), *platform.credentials_egress],
        waits=waits(environment),
    )


def _test(environment: Environment, backups: Backups, storage: BackupStorage) -> RestoreTestProps:
    row = most_frequent(backups)
    return RestoreTestProps(
        kubernetes=environment.cluster.kubernetes,
        schedule=backups.restore_test,
        row=row,
        oldest=longest_gap(backups.schedules[row].at) + RUNNING,
        services=environment.namespace,
        canary=_canary(environment),
        driver=storage.snapshots if backups.volumes else "",
        system=environment.system,
        image=environment.upstream_image(backups.image),
        egress=[kubernetes_api(environment)],
        suspend=waits(environment),
    )
