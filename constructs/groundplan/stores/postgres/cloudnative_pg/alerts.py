"""What is watched and drawn of a database run by CloudNativePG: instances, replication, archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundplan.facts.standby import waits
from groundplan.model.samples import GONE
from groundplan.model.values import whole_seconds
from groundplan.observability.alert import Alert, Severity, trial
from groundplan.observability.panel import Panel
from groundplan.observability.shapes import falls_silent, silent
from groundplan.stores.backup_alerts import BACKUP_AGE
from groundplan.stores.postgres.model import Archive
from groundplan.stores.volumes import pods_of, volumes_panel

if TYPE_CHECKING:
    from groundplan.stores.postgres.cloudnative_pg.store import CloudNativePgStore

LOCAL_LAG = 300
"""Seconds a standby in the same region may lag where no recovery point is promised."""

LATE_SEGMENTS = 3
"""How many archive timeouts may pass without a segment: one is normal, one may be slow, three are trouble."""


def alerts(store: CloudNativePgStore) -> Iterator[Alert]:
    """Instances and replication, and the archive where there is one."""
    yield from _instances(store)
    if store.settings.archive is not None and not waits(store.environment):
        yield from _archive(store, store.settings.archive)


def _instances(store: CloudNativePgStore) -> Iterator[Alert]:
    name, environment = store.name, store.environment
    pods = pods_of(environment.namespace, name)
    first, second = (_pod(environment.namespace, name, number) for number in (1, 2))
    yield Alert(
        name="DatabaseDown",
        expr=silent(f"cnpg_collector_up{{{pods}}}"),
        severity="critical",
        summary=f"an instance of {name} does not answer",
        action=f"kubectl -n {environment.namespace} get cluster {name}; the operator promotes a standby by itself",
        service=name,
        trial=falls_silent(f"cnpg_collector_up{first}", f"cnpg_collector_up{second}"),
    )
    recovery = environment.recovery
    limit = whole_seconds(recovery.rpo) if recovery is not None else LOCAL_LAG
    steps: tuple[tuple[Severity, int], ...] = (("warning", limit // 2), ("critical", limit))
    for severity, bound in steps:
        yield Alert(
            name="ReplicationLag",
            expr=f"max(cnpg_pg_replication_lag{{{pods}}}) > {bound}",
            wait="2m",
            severity=severity,
            summary=f"a standby of {name} is {bound} s or more behind; {limit} s may be lost at most",
            action="look at network and disk of the standby; do not fail over while it lags",
            service=name,
            trial=trial(
                {f"cnpg_pg_replication_lag{first}": 0, f"cnpg_pg_replication_lag{second}": bound - 1},
                {f"cnpg_pg_replication_lag{second}": bound + 1},
            ),
        )
    if (store.archive_of_peer is not None or store.settings.follow == "archive") and waits(environment):
        return  # it follows the other side's archive, and no sender
    yield Alert(
        name="ReplicationStopped",
        expr=f"max(cnpg_pg_replication_in_recovery{{{pods}}} > cnpg_pg_replication_is_wal_receiver_up{{{pods}}}) > 0",
        severity="critical",
        summary=f"a standby of {name} receives nothing from its primary",
        action="look at the standby's log; from here on it falls behind by a second each second",
        service=name,
        trial=trial(
            {
                f"cnpg_pg_replication_in_recovery{first}": 0,
                f"cnpg_pg_replication_in_recovery{second}": 1,
                f"cnpg_pg_replication_is_wal_receiver_up{first}": 0,
                f"cnpg_pg_replication_is_wal_receiver_up{second}": 1,
            },
            {f"cnpg_pg_replication_is_wal_receiver_up{second}": 0},
        ),
    )


def _archive(store: CloudNativePgStore, archive: Archive) -> Iterator[Alert]:
    name, namespace = store.name, store.environment.namespace
    pods = pods_of(namespace, name)
    bound = LATE_SEGMENTS * whole_seconds(archive.timeout)
    # Only the primary archives; where nothing was written, nothing waits, and the last segment may be old.
    primary = f"cnpg_pg_replication_in_recovery{{{pods}}} == 0"
    late = f"max(cnpg_pg_stat_archiver_seconds_since_last_archival{{{pods}}} and on (pod) {primary}) > {bound}"
    waiting = f'max(cnpg_collector_pg_wal_archive_status{{{pods},value="ready"}}) > 0'
    first, second = (_pod(namespace, name, number) for number in (1, 2))
    ready = "cnpg_collector_pg_wal_archive_status" + first.replace("}", ',value="ready"}')
    since = "cnpg_pg_stat_archiver_seconds_since_last_archival"
    yield Alert(
        name="LogArchiveLate",
        expr=f"{late} and {waiting}",
        severity="critical",
        summary=f"no log segment of {name} has been archived for {bound} s",
        action=f"look at the plugin's log; check that bucket {archive.bucket} can be written",
        service=name,
        trial=trial(
            {
                f"cnpg_pg_replication_in_recovery{first}": 0,
                f"cnpg_pg_replication_in_recovery{second}": 1,
                f"{since}{first}": bound - 1,
                f"{since}{second}": 10 * bound,
                ready: 1,
            },
            {f"{since}{first}": bound + 1},
        ),
    )
    newest = "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{}".format
    stamp = newest(f"{{{pods}}}")
    yield Alert(
        name="BaseBackupMissing",
        expr=f"absent({stamp}) or time() - max({stamp}) > {BACKUP_AGE}",
        wait="15m",
        severity="critical",
        summary=f"the newest base backup of {name} is older than 26 hours",
        action=f"kubectl -n {namespace} get backups; take one by hand",
        service=name,
        trial=trial(
            dict.fromkeys((newest(first), newest(second)), "25h ago"),
            dict.fromkeys((newest(first), newest(second)), "27h ago"),
            dict.fromkeys((newest(first), newest(second)), GONE),
        ),
    )


def _pod(namespace: str, name: str, number: int) -> str:
    return f'{{namespace="{namespace}",pod="{name}-{number}"}}'


def panels(store: CloudNativePgStore) -> Iterator[Panel]:
    """Replication, connections, size, and the volumes."""
    pods = pods_of(store.environment.namespace, store.name)
    yield Panel(title="Replication lag", queries={"{{pod}}": f"cnpg_pg_replication_lag{{{pods}}}"}, unit="s")
    yield Panel(title="Connections", queries={"{{pod}}": f"sum by (pod) (cnpg_backends_total{{{pods}}})"})
    yield Panel(
        title="Size",
        queries={"{{datname}}": f"max by (datname) (cnpg_pg_database_size_bytes{{{pods}}})"},
        unit="bytes",
    )
    yield volumes_panel(store.environment.namespace, store.name)
