"""Alerts about Jobs that a service starts: failed, too slow, too many.

See https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/job-metrics.md .
"""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.jobs import StartedJob
from groundplan.observability.alert import Alert, trial

TOO_SLOW = "Dead[Ll]ineExceeded"
"""Reason of a Job that was stopped by its deadline; releases of kube-state-metrics spell it either way."""


def job_alerts(name: str, job: StartedJob) -> Iterator[Alert]:
    """Every alert about one kind of Job."""
    failed = f'kube_job_status_failed{{namespace="{job.namespace}",reason'
    one = f'kube_job_status_failed{{namespace="{job.namespace}",job_name="{name}-x",reason'
    late, broken = f'{one}="DeadlineExceeded"}}', f'{one}="BackoffLimitExceeded"}}'
    yield Alert(
        name="JobTimedOut",
        expr=f'max by (job_name) ({failed}=~"{TOO_SLOW}"}}) > 0',
        wait="0m",
        summary=f"a Job of {name} was stopped after {job.timeout}",
        action=f"look at its log in {job.started_by}; raise jobs.{name}.resources, or jobs.{name}.timeout if it was busy to the end",
        service=name,
        trial=trial({late: 0, broken: 1}, {late: 1}),
    )
    yield Alert(
        name="JobFailed",
        expr=f'max by (job_name) ({failed}!~"{TOO_SLOW}"}}) > 0',
        wait="0m",
        summary=f"a Job of {name} failed",
        action=f"kubectl -n {job.namespace} logs job/<name>; it is cleared away {job.keep} after its end, the log of {job.started_by} stays",
        service=name,
        trial=trial({late: 1, broken: 0}, {broken: 1}),
    )
    used, hard = (
        f'max(kube_resourcequota{{namespace="{job.namespace}",resource="count/jobs.batch",type="{what}"}})'
        for what in ("used", "hard")
    )
    running, most = (
        f'kube_resourcequota{{namespace="{job.namespace}",resourcequota="jobs",resource="count/jobs.batch",type="{what}"}}'
        for what in ("used", "hard")
    )
    yield Alert(
        name="JobsAtMaximum",
        expr=f"{used} >= {hard}",
        wait="30m",
        summary=f"as many Jobs of {name} as may run have run for half an hour",
        action=f"look whether they end; raise jobs.{name}.at_once and the node pool if it is load",
        service=name,
        trial=trial({running: 4, most: 5}, {running: 5}),
    )
