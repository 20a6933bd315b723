"""Alerts about jobs that keep a store restorable."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.samples import GONE
from groundplan.observability.alert import Alert, trial

BACKUP_AGE = 26 * 3600
"""Seconds after which a daily backup counts as missing: a day, and two hours to run."""


def job_alerts(namespace: str, store: str, job: str, *, daily: bool) -> Iterator[Alert]:
    """That a run failed, and for a daily one that none has succeeded."""
    runs = f'{{namespace="{namespace}",job_name=~"{job}-[0-9]+"}}'
    last = f'kube_cronjob_status_last_successful_time{{namespace="{namespace}",cronjob="{job}"}}'
    run = f'{{namespace="{namespace}",job_name="{job}-29000000"'
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
        trial=trial(
            {
                f"kube_job_status_start_time{run}}}": "15m ago",
                f'kube_job_status_failed{run},reason="DeadlineExceeded"}}': 1,
                last: "5m ago",
            },
            {last: "26h ago"},
            {last: GONE},
        ),
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
            trial=trial({made: "90d ago", last: "25h ago"}, {last: "27h ago"}, {last: GONE}),
        )
