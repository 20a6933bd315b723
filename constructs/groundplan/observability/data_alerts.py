"""Alerts about databases, caches, their backups and their standby."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.facts.file_shares import snapshot_job
from groundplan.model.data import DatabaseBackup, DataStore, Files, Postgres, Redis
from groundplan.model.environment import Environment
from groundplan.model.values import whole_seconds
from groundplan.observability.alert import Alert
from groundplan.observability.prober import rented_stores

LOCAL_LAG = 300
"""Seconds a standby in the same region may lag where no recovery point is promised."""

BACKUP_AGE = 26 * 3600
"""Seconds after which a daily backup counts as missing: a day, and two hours to run."""

LATE_SEGMENTS = 3
"""How many archive timeouts may pass without a segment: one is normal, one may be slow, three are trouble."""


def data_alerts(environment: Environment, name: str, store: DataStore) -> Iterator[Alert]:
    """Every alert of a store; what only the cloud can measure about one it runs is its own alert there."""
    if isinstance(store, Postgres) and store.engine == "cloudnative-pg":
        yield from _postgres(environment, name)
        if store.backup is not None:
            yield from _archive(environment, name, store.backup)
            yield from _dump(environment, name, store.backup)
    elif isinstance(store, Redis) and store.engine == "statefulset" and not environment.is_standby:
        yield from _redis(environment.namespace, name)
    elif name in rented_stores(environment):
        yield _rented(environment, name, store)
        if isinstance(store, Postgres) and store.backup is not None:
            yield from _dump(environment, name, store.backup)
    elif isinstance(store, Files) and store.backup is not None and not environment.is_standby:
        yield from _job(environment.namespace, name, snapshot_job(name), daily=True)


def _reachable(namespace: str, name: str) -> str:
    probe = f'probe_success{{namespace="{namespace}",store="{name}"}}'
    return f"absent({probe}) or min({probe}) == 0"


def _rented(environment: Environment, name: str, store: DataStore) -> Alert:
    """A store the cloud runs is watched from where its callers stand; what is inside it, the cloud watches."""
    cache = isinstance(store, Redis)
    kind = "az redis show" if cache else "az postgres flexible-server show"
    return Alert(
        name="CacheDown" if cache else "DatabaseDown",
        expr=_reachable(environment.namespace, name),
        severity="critical",
        summary=f"{name} cannot be reached from the cluster",
        action=f"{kind}; look at its private endpoint and at the service's health in its region",
        service=name,
    )


def _pods(namespace: str, name: str) -> str:
    return f'namespace="{namespace}",pod=~"{name}-[0-9]+"'


def _postgres(environment: Environment, name: str) -> Iterator[Alert]:
    pods = _pods(environment.namespace, name)
    yield Alert(
        name="DatabaseDown",
        expr=f"absent(cnpg_collector_up{{{pods}}}) or min(cnpg_collector_up{{{pods}}}) == 0",
        severity="critical",
        summary=f"an instance of {name} does not answer",
        action=f"kubectl -n {environment.namespace} get cluster {name}; the operator promotes a standby by itself",
        service=name,
    )
    recovery = environment.recovery
    limit = whole_seconds(recovery.rpo) if recovery is not None else LOCAL_LAG
    steps: tuple[tuple[str, int], ...] = (("warning", limit // 2), ("critical", limit))
    for severity, bound in steps:
        yield Alert(
            name="ReplicationLag",
            expr=f"max(cnpg_pg_replication_lag{{{pods}}}) > {bound}",
            wait="2m",
            severity="critical" if severity == "critical" else "warning",
            summary=f"a standby of {name} is {bound} s or more behind; {limit} s may be lost at most",
            action="look at network and disk of the standby; do not fail over while it lags",
            service=name,
        )
    yield Alert(
        name="ReplicationStopped",
        expr=f"max(cnpg_pg_replication_in_recovery{{{pods}}} > cnpg_pg_replication_is_wal_receiver_up{{{pods}}}) > 0",
        severity="critical",
        summary=f"a standby of {name} receives nothing from its primary",
        action="look at the standby's log; from here on it falls behind by a second each second",
        service=name,
    )


def _archive(environment: Environment, name: str, backup: DatabaseBackup) -> Iterator[Alert]:
    if environment.is_standby:
        return
    pods = _pods(environment.namespace, name)
    bound = LATE_SEGMENTS * whole_seconds(backup.archive_timeout)
    # Only the primary archives; where nothing was written, nothing waits, and the last segment may be old.
    primary = f"cnpg_pg_replication_in_recovery{{{pods}}} == 0"
    late = f"max(cnpg_pg_stat_archiver_seconds_since_last_archival{{{pods}}} and on (pod) {primary}) > {bound}"
    waiting = f'max(cnpg_collector_pg_wal_archive_status{{{pods},value="ready"}}) > 0'
    yield Alert(
        name="LogArchiveLate",
        expr=f"{late} and {waiting}",
        severity="critical",
        summary=f"no log segment of {name} has been archived for {bound} s",
        action=f"look at the plugin's log; check that bucket {backup.bucket} can be written",
        service=name,
    )
    stamp = f"barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{{{pods}}}"
    yield Alert(
        name="BaseBackupMissing",
        expr=f"absent({stamp}) or time() - max({stamp}) > {BACKUP_AGE}",
        wait="15m",
        severity="critical",
        summary=f"the newest base backup of {name} is older than 26 hours",
        action=f"kubectl -n {environment.namespace} get backups; take one by hand",
        service=name,
    )


def _dump(environment: Environment, name: str, backup: DatabaseBackup) -> Iterator[Alert]:
    """In a standby dumps are suspended and the restore test is not: it proves the copies."""
    jobs = [backup.dump_name] if backup.dump_schedule is not None and not environment.is_standby else []
    if backup.restore_test is not None:
        jobs.append(backup.restore_test_name)
    for job in jobs:
        yield from _job(environment.namespace, name, job, daily=job == backup.dump_name)


def _job(namespace: str, store: str, job: str, *, daily: bool) -> Iterator[Alert]:
    runs = f'{{namespace="{namespace}",job_name=~"{job}-[0-9]+"}}'
    last = f'kube_cronjob_status_last_successful_time{{namespace="{namespace}",cronjob="{job}"}}'
    failed = f"kube_job_status_start_time{runs} and on (job_name) kube_job_status_failed{runs} > 0"
    yield Alert(
        name="BackupJobFailed",
        # a failed run is kept for a week; a success after it ends the alert
        expr=f"max({failed}) > (max({last}) or vector(0))",
        wait="0m",
        severity="critical",
        summary=f"a run of {job} failed, which keeps {store} restorable",
        action=f"kubectl -n {namespace} logs job/<name>; start another with kubectl create job --from=cronjob/{job}",
        service=store,
    )
    if daily:
        made = f'kube_cronjob_created{{namespace="{namespace}",cronjob="{job}"}}'
        yield Alert(
            name="BackupMissing",
            expr=f"time() - (max({last}) or max({made})) > {BACKUP_AGE}",
            severity="critical",
            summary=f"{job} has not succeeded for 26 hours",
            action=f"kubectl -n {namespace} get cronjob {job}; look whether it is suspended",
            service=store,
        )


def _redis(namespace: str, name: str) -> Iterator[Alert]:
    pods = _pods(namespace, name)
    yield Alert(
        name="CacheDown",
        expr=f"absent(redis_up{{{pods}}}) or min(redis_up{{{pods}}}) == 0",
        severity="critical",
        summary=f"{name} does not answer",
        action=f"kubectl -n {namespace} describe pod {name}-0",
        service=name,
    )
    yield Alert(
        name="CacheNearlyFull",
        expr=f"max(redis_memory_used_bytes{{{pods}}} / (redis_memory_max_bytes{{{pods}}} > 0)) > 0.9",
        wait="10m",
        summary=f"{name} has used nine tenths of its memory",
        action="look which keys grow; raise the memory limit in the environment file",
        service=name,
    )
