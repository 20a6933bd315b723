"""Snapshots of shared files: taken every day by a job that can do nothing else."""

from __future__ import annotations

import pytest
from tests.support.azure import AZURE, SHARE
from tests.support.rendering import Json, an_environment, rendered, the

JOB = "uploads-snapshot"


@pytest.fixture
def documents() -> list[Json]:
    return rendered(an_environment(AZURE, SHARE), "backup")


def test_a_snapshot_is_taken_every_day(documents: list[Json]) -> None:
    job = the(documents, "CronJob", JOB)

    assert job["spec"]["schedule"] == "0 3 * * *"
    assert job["spec"]["concurrencyPolicy"] == "Forbid"


def test_seven_days_of_snapshots_are_kept(documents: list[Json]) -> None:
    container = the(documents, "CronJob", JOB)["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]

    values = {item["name"]: item["value"] for item in container["env"]}
    assert values["KEEP_SECONDS"] == str(7 * 86400)
    assert values["CLAIM"] == "uploads"


def test_the_job_may_touch_snapshots_of_its_namespace_alone(documents: list[Json]) -> None:
    rules = the(documents, "Role", JOB)["rules"]

    assert rules == [
        {
            "apiGroups": ["snapshot.storage.k8s.io"],
            "resources": ["volumesnapshots"],
            "verbs": ["create", "delete", "get", "list"],
        }
    ]


def test_the_job_reaches_the_api_server_alone(documents: list[Json]) -> None:
    policy = the(documents, "NetworkPolicy", JOB)["spec"]

    assert "ingress" not in policy
    assert [rule["ports"] for rule in policy["egress"]] == [[{"protocol": "TCP", "port": 443}]]


def test_a_registry_with_copies_is_asked_for_the_image_too() -> None:
    documents = rendered(an_environment(AZURE, SHARE, "platform: {azure: {mirror: true}}"), "backup")
    pod = the(documents, "CronJob", JOB)["spec"]["jobTemplate"]["spec"]["template"]["spec"]

    assert pod["containers"][0]["image"].startswith("craz01prdsh01.azurecr.io/library/python:3.12")


def test_a_store_without_backup_has_no_job() -> None:
    assert (
        rendered(an_environment(AZURE, SHARE, "data: {uploads: {engine: {azure-files: {snapshots: null}}}}"), "backup")
        == []
    )
