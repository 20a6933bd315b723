"""Alerts about a job that the clock starts: it failed, or it stayed away."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.kubernetes.schedules import gaps
from groundplan.model.jobs import ScheduledJob
from groundplan.model.samples import GONE
from groundplan.model.values import whole_seconds
from groundplan.observability.alert import Alert, trial

CLOCK_CHANGE = 3600
"""Seconds that a gap grows by when clocks are put back."""


def longest_silence(job: ScheduledJob) -> int:
    """Seconds between two successes at most: the longest gap of the schedule, with a run that starts late and takes long."""
    _, longest = gaps(job.schedule.at) or (0, 0)
    return longest + whole_seconds(job.schedule.deadline) + whole_seconds(job.timeout) + CLOCK_CHANGE


def scheduled_job_alerts(name: str, job: ScheduledJob, namespace: str, *, waits: bool) -> Iterator[Alert]:
    """That a run failed and none has succeeded since, and that none succeeded for longer than the schedule allows.

    Nothing is missed where the job `waits`, as in a standby.
    """
    runs = f'{{namespace="{namespace}",job_name=~"{name}-[0-9]+"}}'
    last = f'kube_cronjob_status_last_successful_time{{namespace="{namespace}",cronjob="{name}"}}'
    run = f'{{namespace="{namespace}",job_name="{name}-29000000"'
    failed = f"kube_job_status_start_time{runs} and on (job_name) kube_job_status_failed{runs} > 0"
    yield Alert(
        name="ScheduledJobFailed",
        expr=f"max({failed}) > (max({last}) or vector(0))",
        wait="0m",
        summary=f"a run of {name} failed, and none has succeeded since",
        action=f"kubectl -n {namespace} logs job/<name>; start another with kubectl create job --from=cronjob/{name}",
        service=name,
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
    if waits:
        return
    made = f'kube_cronjob_created{{namespace="{namespace}",cronjob="{name}"}}'
    yield Alert(
        name="ScheduledJobMissing",
        expr=f"time() - (max({last}) or max({made})) > {longest_silence(job)}",
        summary=f"{name} has not succeeded for longer than its schedule allows",
        action=f"kubectl -n {namespace} get cronjob {name}; look whether it is suspended or still runs",
        service=name,
        trial=trial(
            {made: "400d ago", last: f"{longest_silence(job) - 60}s ago"},
            {last: f"{longest_silence(job) + 3600}s ago"},  # the clock of the trial runs on until the wait is over
            {last: GONE},
        ),
    )
