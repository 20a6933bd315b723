"""Jobs that a service starts, and the queue it follows: as many, as large and as called as the environment states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, inventory, put

from groundplan.checks.intent import run
from groundplan.model.environment import Environment

Json = dict[str, Any]
SMALL = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}}
HARD = {
    "count/jobs.batch": "3",
    "requests.cpu": "300m",
    "requests.memory": "192Mi",
    "limits.cpu": "600m",
    "limits.memory": "192Mi",
}
QUERY = "sum(waiting) + sum(running)"


def a_shop() -> Environment:
    scaling = {"min": 1, "max": 4, "cpu": "off", "queues": {"orders": 2}, "backlog": {"orders": QUERY}}
    worker = {"image": "store/worker:v1", "resources": SMALL, "scaling": scaling}
    build = {
        "started_by": "worker",
        "namespace": "builds",
        "at_once": 3,
        "images": {"maven": "build/maven:3"},
        "resources": SMALL,
    }
    return an_environment(namespaces={"shop": {}, "builds": {}}, services={"worker": worker}, jobs={"build": build})


def found(root: Path, document: Json) -> list[str]:
    put(root, document)
    findings = run(inventory(root), a_context(root, a_shop())).findings
    return [finding.rule.removeprefix("intent.") for finding in findings]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"count/jobs.batch": "30"}, ["quota"]),
        ({"limits.memory": "1Ti"}, ["quota"]),
        ({"requests.cpu": None}, ["quota"]),
    ],
)
def test_a_quota_that_lets_in_more_than_is_stated_is_found(tmp_path: Path, change: Json, said: list[str]) -> None:
    hard = {key: value for key, value in {**HARD, **change}.items() if value is not None}

    assert found(tmp_path, an_object("ResourceQuota", "jobs", namespace="builds", spec={"hard": hard})) == said


@pytest.mark.parametrize(("told", "said"), [("3", []), ("9", ["jobs"]), (None, ["jobs"])])
def test_a_starter_that_is_told_another_number_is_found(tmp_path: Path, told: str | None, said: list[str]) -> None:
    env = [{"name": "MAX_CONCURRENT_BUILD_JOBS", "value": told}] if told is not None else []
    spec = {"template": {"spec": {"containers": [{"name": "worker", "env": env}]}}}

    rules = found(tmp_path, an_object("Deployment", "worker", "apps/v1", spec=spec))

    assert [rule for rule in rules if rule == "jobs"] == said


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        ({"type": "redis", "metadata": {"listName": "orders", "listLength": "2"}}, []),
        ({"type": "redis", "metadata": {"listName": "other", "listLength": "2"}}, ["queue"]),
        ({"type": "redis", "metadata": {"listName": "orders", "listLength": "200"}}, ["queue"]),
        ({"type": "redis", "metadata": {"listName": "orders", "listLength": "2", "databaseIndex": "1"}}, ["queue"]),
        ({"type": "prometheus", "metadata": {"query": QUERY}}, []),
        ({"type": "prometheus", "metadata": {"query": "sum(waiting)"}}, ["queue"]),
    ],
)
def test_an_autoscaler_that_follows_something_else_is_found(tmp_path: Path, trigger: Json, said: list[str]) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "worker"}
    spec = {"scaleTargetRef": target, "minReplicaCount": 1, "maxReplicaCount": 4, "triggers": [trigger]}

    rules = found(tmp_path, an_object("ScaledObject", "worker", "keda.sh/v1alpha1", spec=spec))

    assert [rule for rule in rules if rule == "queue"] == said
