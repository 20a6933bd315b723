"""Jobs that fail, are stopped by their deadline, or pile up are noticed."""

from __future__ import annotations

from tests.support.azure import AZURE, SHARE
from tests.support.builds import BUILDS
from tests.support.rendering import Json, an_environment, rendered, schema_problems, the


def rules() -> dict[str, Json]:
    rule = the(rendered(an_environment(AZURE, SHARE, BUILDS), "alerts"), "PrometheusRule", "jobs-build")
    return {alert["alert"]: alert for alert in rule["spec"]["groups"][0]["rules"]}


def test_a_job_stopped_by_its_deadline_is_told_from_one_that_failed() -> None:
    found = rules()

    assert 'namespace="builds",reason=~"Dead[Ll]ineExceeded"' in found["JobTimedOut"]["expr"]
    assert 'namespace="builds",reason!~"Dead[Ll]ineExceeded"' in found["JobFailed"]["expr"]


def test_says_which_setting_to_raise() -> None:
    action = rules()["JobTimedOut"]["annotations"]["action"]

    assert "jobs.build.resources" in action
    assert "jobs.build.timeout" in action


def test_jobs_at_their_maximum_for_long_are_told() -> None:
    assert 'resource="count/jobs.batch",type="used"' in rules()["JobsAtMaximum"]["expr"]
    assert rules()["JobsAtMaximum"]["for"] == "30m"


def test_the_rules_are_valid() -> None:
    rule = the(rendered(an_environment(AZURE, SHARE, BUILDS), "alerts"), "PrometheusRule", "jobs-build")

    assert schema_problems(rule) == []
