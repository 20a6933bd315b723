"""A job on a schedule that fails or stays away is noticed."""

from __future__ import annotations

from tests.support.nightly import NIGHTLY
from tests.support.rendering import Json, an_environment, rendered, schema_problems, the

from groundplan.observability.scheduled_job_alerts import longest_silence, scheduled_job_alerts


def rule(*overlays: str) -> Json:
    return the(rendered(an_environment(NIGHTLY, *overlays), "alerts"), "PrometheusRule", "jobs-nightly")


def alerts(*overlays: str) -> dict[str, Json]:
    return {alert["alert"]: alert for alert in rule(*overlays)["spec"]["groups"][0]["rules"]}


def test_a_failed_run_is_told_until_one_succeeds() -> None:
    assert 'job_name=~"nightly-[0-9]+"' in alerts()["ScheduledJobFailed"]["expr"]
    assert "kube_cronjob_status_last_successful_time" in alerts()["ScheduledJobFailed"]["expr"]


def test_is_missed_after_the_longest_gap_a_late_start_and_a_long_run() -> None:
    job = an_environment(NIGHTLY).scheduled_jobs["nightly"]

    assert longest_silence(job) == 24 * 3600 + 30 * 60 + 2 * 3600 + 3600
    assert f"> {longest_silence(job)}" in alerts()["ScheduledJobMissing"]["expr"]


def test_the_trial_of_a_missed_run_outlasts_the_wait() -> None:
    job = an_environment(NIGHTLY).scheduled_jobs["nightly"]
    (missed,) = (
        one for one in scheduled_job_alerts("nightly", job, "web", waits=False) if one.name == "ScheduledJobMissing"
    )

    assert missed.trial is not None
    ago = [str(value) for trouble in missed.trial.fires for value in trouble.values() if str(value).endswith("s ago")]
    assert [int(value.removesuffix("s ago")) - longest_silence(job) >= 8 * 300 for value in ago] == [True]


def test_one_that_is_due_on_weekdays_is_not_missed_on_a_sunday() -> None:
    weekdays = alerts('jobs: {nightly: {schedule: {at: "0 3 * * MON-FRI"}}}')

    assert f"> {72 * 3600 + 30 * 60 + 2 * 3600 + 3600}" in weekdays["ScheduledJobMissing"]["expr"]


def test_nothing_is_missed_where_it_waits() -> None:
    job = an_environment(NIGHTLY).scheduled_jobs["nightly"]

    names = [alert.name for alert in scheduled_job_alerts("nightly", job, "web", waits=True)]

    assert names == ["ScheduledJobFailed"]


def test_the_rules_are_valid() -> None:
    assert schema_problems(rule()) == []
