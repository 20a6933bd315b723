"""Alerts about copies of a cluster: one is missing or failed, the place is gone, nobody has restored one."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.backups.names import LOCATION, RESTORE_TEST
from groundplan.facts.standby import waits
from groundplan.kubernetes.namespaces import VELERO
from groundplan.model.environment import Environment
from groundplan.model.samples import GONE
from groundplan.observability.alert import Alert, trial
from groundplan.rules.backups import longest_gap

SERVICE = "cluster-backup"

RUNNING = 2 * 3600
"""Seconds that making a copy or restoring one may take."""


def backup_alerts(environment: Environment) -> Iterator[Alert]:
    """Everything about copies of the cluster; nothing where none are made, or while a standby waits."""
    backups = environment.backups
    if backups is None or waits(environment):
        return
    made = f'kube_namespace_created{{namespace="{VELERO}"}}'
    for name, schedule in backups.schedules.items():
        most = longest_gap(schedule.at) + RUNNING
        last = f'velero_backup_last_successful_timestamp{{schedule="{name}"}}'
        yield Alert(
            name="ClusterBackupMissing",
            expr=f"time() - (max({last}) or max({made})) > {most}",
            severity="critical",
            summary=f"no {name} copy of the cluster has been made when one was due",
            action=f"kubectl -n {VELERO} get backups -l velero.io/schedule-name={name}; describe the newest",
            service=SERVICE,
            trial=trial(
                {made: "1000d ago", last: f"{most - 600}s ago"},
                {last: f"{most + 600}s ago"},
                {last: GONE},
            ),
        )
    yield from _failed()
    yield from _place()
    yield from _restore_test(longest_gap(backups.restore_test) + 2 * RUNNING)


def _failed() -> Iterator[Alert]:
    status = 'velero_backup_last_status{schedule!=""}'
    one = 'velero_backup_last_status{schedule="daily"}'
    yield Alert(
        name="ClusterBackupFailed",
        expr=f"min by (schedule) ({status}) == 0",
        wait="0m",
        summary="the last copy of a row failed, or holds only a part",
        action=f"kubectl -n {VELERO} get backups; kubectl -n {VELERO} logs deployment/velero",
        service=SERVICE,
        trial=trial({one: 1}, {one: 0}),
    )


def _place() -> Iterator[Alert]:
    there = f'velero_backup_location_status_gauge{{backup_location_name="{LOCATION}"}}'
    yield Alert(
        name="ClusterBackupPlaceGone",
        expr=f"min({there}) == 0",
        wait="15m",
        severity="critical",
        summary="copies of the cluster cannot be written, or read back",
        action=f"kubectl -n {VELERO} describe backupstoragelocation {LOCATION}; compare bucket and identity",
        service=SERVICE,
        trial=trial({there: 1}, {there: 0}),
    )


def _restore_test(most: int) -> Iterator[Alert]:
    runs = f'{{namespace="{VELERO}",job_name=~"{RESTORE_TEST}-[0-9]+"}}'
    run = f'{{namespace="{VELERO}",job_name="{RESTORE_TEST}-29000000"'
    last = f'kube_cronjob_status_last_successful_time{{namespace="{VELERO}",cronjob="{RESTORE_TEST}"}}'
    made = f'kube_cronjob_created{{namespace="{VELERO}",cronjob="{RESTORE_TEST}"}}'
    failed = f"kube_job_status_start_time{runs} and on (job_name) kube_job_status_failed{runs} > 0"
    yield Alert(
        name="RestoreTestFailed",
        expr=f"max({failed}) > (max({last}) or vector(0))",
        wait="0m",
        severity="critical",
        summary="the newest copy of the cluster does not restore",
        action=f"kubectl -n {VELERO} logs job/<name>; kubectl -n {VELERO} get restores,datadownloads",
        service=SERVICE,
        trial=trial(
            {
                f"kube_job_status_start_time{run}}}": "15m ago",
                f'kube_job_status_failed{run},reason="BackoffLimitExceeded"}}': 1,
                last: "5m ago",
            },
            {last: "8d ago"},
            {last: GONE},
        ),
    )
    yield Alert(
        name="RestoreTestMissing",
        expr=f"time() - (max({last}) or max({made})) > {most}",
        summary="no copy of the cluster has been restored for longer than its schedule allows",
        action=f"kubectl -n {VELERO} get cronjob {RESTORE_TEST}; look whether it is suspended",
        service=SERVICE,
        trial=trial({made: "1000d ago", last: f"{most - 600}s ago"}, {last: f"{most + 600}s ago"}, {last: GONE}),
    )
