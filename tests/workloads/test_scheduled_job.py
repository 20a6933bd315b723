"""Work that the clock starts: when, as whom, with what, and how long it is kept."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from tests.support.azure import AZURE
from tests.support.nightly import NIGHTLY
from tests.support.rendering import Json, an_environment, rendered, the

from groundplan.checks.core_schemas import core_schemas
from groundplan.checks.policy import compile_rule
from groundplan.components import jobs
from groundplan.policies.catalogue import RULES
from groundplan.policies.rule import parameters


@pytest.fixture(scope="module")
def documents() -> list[Json]:
    return rendered(an_environment(NIGHTLY), "jobs-nightly")


@pytest.fixture(scope="module")
def cron_job(documents: list[Json]) -> Json:
    return the(documents, "CronJob", "nightly")


def job(cron_job: Json) -> Any:
    return cron_job["spec"]["jobTemplate"]["spec"]


def pod(cron_job: Json) -> Any:
    return job(cron_job)["template"]["spec"]


def test_starts_at_its_time_in_its_zone(cron_job: Json) -> None:
    assert (cron_job["spec"]["schedule"], cron_job["spec"]["timeZone"]) == ("0 3 * * *", "Asia/Seoul")


def test_says_how_late_a_run_may_start_and_what_becomes_of_one_that_still_goes_on(cron_job: Json) -> None:
    assert cron_job["spec"]["startingDeadlineSeconds"] == 1800
    assert cron_job["spec"]["concurrencyPolicy"] == "Replace"


def test_keeps_as_many_runs_as_it_says_and_no_longer(cron_job: Json) -> None:
    assert cron_job["spec"]["successfulJobsHistoryLimit"] == 1
    assert cron_job["spec"]["failedJobsHistoryLimit"] == 5
    assert job(cron_job)["ttlSecondsAfterFinished"] == 3 * 86400


def test_tries_again_and_is_stopped_in_the_end(cron_job: Json) -> None:
    assert job(cron_job)["backoffLimit"] == 2
    assert job(cron_job)["activeDeadlineSeconds"] == 7200
    assert pod(cron_job)["restartPolicy"] == "Never"


def test_runs_what_it_is_told_to(cron_job: Json) -> None:
    (container,) = pod(cron_job)["containers"]

    assert container["image"].endswith("shop/nightly:v2.0.0")
    assert (container["command"], container["args"]) == (["/nightly"], ["--day", "yesterday"])


def test_is_told_where_everything_is_that_it_calls_inside(cron_job: Json) -> None:
    values = {item["name"]: item.get("value") for item in pod(cron_job)["containers"][0]["env"]}

    assert values["API_URL"] == "http://api:8080"
    assert values["QUEUE"].endswith(":6379/1")
    assert values["LEVEL"] == "info"


def test_reads_its_secrets_from_the_namespace_of_the_services(cron_job: Json) -> None:
    secrets = rendered(an_environment(NIGHTLY), "secrets")
    token = next(item for item in pod(cron_job)["containers"][0]["env"] if item["name"] == "TOKEN")

    assert token["valueFrom"]["secretKeyRef"] == {"name": "feed", "key": "token"}
    assert the(secrets, "ExternalSecret", "feed")["metadata"]["namespace"] == "web"


def test_its_files_and_directories_are_mounted(cron_job: Json, documents: list[Json]) -> None:
    mounts = {item["mountPath"] for item in pod(cron_job)["containers"][0]["volumeMounts"]}

    assert mounts == {"/tmp", "/work", "/etc/nightly"}
    assert the(documents, "ConfigMap", "nightly-files")["data"] == {"settings.yaml": "level: info"}


def test_has_an_account_of_its_own_without_a_token(cron_job: Json, documents: list[Json]) -> None:
    assert pod(cron_job)["serviceAccountName"] == "nightly"
    assert the(documents, "ServiceAccount", "nightly")["automountServiceAccountToken"] is False


def test_reaches_what_it_calls_and_is_reached_by_nobody(documents: list[Json]) -> None:
    spec = the(documents, "NetworkPolicy", "nightly")["spec"]
    ports = {port["port"] for rule in spec["egress"] for port in rule["ports"]}

    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in spec
    assert ports == {53, 443, 6379, 8080}


@pytest.mark.parametrize("callee", ["api", "cache"])
def test_whoever_it_calls_admits_it(callee: str) -> None:
    policy = the(rendered(an_environment(NIGHTLY), callee), "NetworkPolicy", callee)

    peers = [peer for rule in policy["spec"]["ingress"] for peer in rule["from"]]
    assert {"podSelector": {"matchLabels": {"app": "nightly"}}} in peers


def test_takes_on_the_identity_it_names() -> None:
    own = "platform: {azure: {identities: {reports: {roles: [blob-write]}}}}\njobs: {nightly: {identity: reports}}"
    vault = "secrets: {entries: {feed: {keys: {token: feed-token}}}}"
    environment = an_environment(AZURE, NIGHTLY, own, vault)
    documents = rendered(environment, "jobs-nightly")

    labels = job(the(documents, "CronJob", "nightly"))["template"]["metadata"]["labels"]
    assert labels["azure.workload.identity/use"] == "true"
    assert "azure.workload.identity/client-id" in the(documents, "ServiceAccount", "nightly")["metadata"]["annotations"]


def test_starts_where_nothing_waits(cron_job: Json) -> None:
    assert cron_job["spec"]["suspend"] is False


def test_a_standby_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "waits", lambda environment: True)

    suspended = the(rendered(an_environment(NIGHTLY), "jobs-nightly"), "CronJob", "nightly")

    assert suspended["spec"]["suspend"] is True


def test_is_a_cron_job_the_api_server_takes(cron_job: Json) -> None:
    schemas = core_schemas("1.32")
    assert schemas is not None
    schema = schemas.schema("batch", "v1", "CronJob")
    assert schema is not None

    validator = jsonschema_rs.Draft202012Validator(schema, registry=schemas.registry, offline=True)

    assert [error.message for error in validator.iter_errors(cron_job)] == []


def test_breaks_no_rule_that_holds_for_workloads(cron_job: Json) -> None:
    rules = [rule for rule in RULES.values() if ("batch", "CronJob") in rule.kinds]

    refusals = [compile_rule(rule).refusal(cron_job, parameters(rule, an_environment(NIGHTLY), {})) for rule in rules]

    assert len(refusals) > 10
    assert [refusal for refusal in refusals if refusal] == []
