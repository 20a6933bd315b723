"""What is stated and what is rendered, one wrong value at a time: tables, budgets, priorities, quotas, receivers, schedules."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, inventory, put

from groundplan.checks.intent import run
from groundplan.checks.intent.stated import COMPARED, rows

Json = dict[str, Any]
SMALL = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}}
SERVICE = {
    "image": "store/web:v1",
    "port": 8080,
    "resources": SMALL,
    "priority": "high",
    "config": {"POOL": "3"},
    "scaling": {
        "min": 2,
        "max": 8,
        "cpu": 70,
        "metrics": {"waiting": {"average": "300ms", "gauge": "waiting_seconds"}},
    },
}
ENVIRONMENT = an_environment(
    namespaces={
        "shop": {"quota": {"requests": {"cpu": "2", "memory": "2Gi"}, "limits": {"cpu": "4", "memory": "4Gi"}}}
    },
    services={"web": SERVICE},
    jobs={"nightly": {"schedule": {"at": "0 3 * * *"}, "image": "store/web:v1", "resources": SMALL}},
    observability={
        "receivers": {
            "chat": {"type": "slack", "secret": "told/key", "to": "#shop"},
            "pager": {"type": "pagerduty", "secret": "told/key", "severities": ["critical"]},
        }
    },
    secrets={"entries": {"told": {"keys": {"key": "store/key"}}}},
)


def of_web(kind: str, name: str, version: str, **fields: Any) -> Json:
    return an_object(kind, name, version, metadata={"labels": {"app.kubernetes.io/component": "web"}}, **fields)


POD: Json = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {
        "priorityClassName": "store-high",
        "terminationGracePeriodSeconds": 35,
        "topologySpreadConstraints": [{"labelSelector": {"matchLabels": {"app": "web"}}}],
        "containers": [
            {
                "name": "web",
                "image": "registry.example.com/store/web:v1",
                "resources": SMALL,
                "livenessProbe": {"httpGet": {"path": "/health"}, "failureThreshold": 3, "periodSeconds": 10},
                "readinessProbe": {"httpGet": {"path": "/ready"}, "failureThreshold": 2},
            }
        ],
    },
}
PAIR = ("critical", 100), ("high", 10)
ROUTES = [
    {
        "receiver": "chat",
        "continue": True,
        "matchers": [{"name": "severity", "matchType": "=~", "value": "critical|warning"}],
    },
    {"receiver": "pager", "matchers": [{"name": "severity", "value": "critical"}]},
]
TREE: dict[str, Json] = {
    "deployment": of_web("Deployment", "web", "apps/v1", spec={"strategy": {"type": "RollingUpdate"}, "template": POD}),
    "settings": of_web("ConfigMap", "web-config", "v1", data={"POOL": "3"}),
    "budget": of_web(
        "PodDisruptionBudget", "web", "policy/v1", spec={"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    ),
    "autoscaler": of_web(
        "HorizontalPodAutoscaler",
        "web-hpa",
        "autoscaling/v2",
        spec={
            "scaleTargetRef": {"name": "web"},
            "minReplicas": 2,
            "maxReplicas": 8,
            "metrics": [
                {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 70}}},
                {"type": "Pods", "pods": {"metric": {"name": "waiting"}, "target": {"averageValue": "300m"}}},
            ],
        },
    ),
    "namespace": an_object(
        "Namespace", "shop", namespace=None, metadata={"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}
    ),
    "quota": an_object(
        "ResourceQuota",
        "quota",
        spec={"hard": {"requests.cpu": "2", "requests.memory": "2Gi", "limits.cpu": "4000m", "limits.memory": "4Gi"}},
    ),
    "job": an_object("CronJob", "nightly", "batch/v1", spec={"schedule": "0 3 * * *"}),
    "routes": an_object(
        "AlertmanagerConfig",
        "alerts",
        "monitoring.coreos.com/v1alpha1",
        spec={"route": {"receiver": "nobody", "routes": ROUTES}},
    ),
    **{
        word: an_object("PriorityClass", f"store-{word}", "scheduling.k8s.io/v1", namespace=None, value=value)
        for word, value in PAIR
    },
}


def judged(root: Path, **changed: Json | None) -> set[str]:
    for key, document in (TREE | changed).items():
        if document is not None:
            put(root, document, component=key)
    return {finding.rule for finding in run(inventory(root), a_context(root, ENVIRONMENT)).findings}


def changed(key: str, *path: str | int, value: Any) -> dict[str, Json]:
    document = copy.deepcopy(TREE[key])
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return {key: document}


CONTAINER = ("spec", "template", "spec", "containers", 0)


def test_what_says_what_is_stated_is_right(tmp_path: Path) -> None:
    assert judged(tmp_path) == set()


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (changed("deployment", *CONTAINER, "image", value="registry.example.com/store/other:v1"), "stated"),
        (changed("deployment", *CONTAINER, "image", value="registry.example.com/store/web:v2"), "stated"),
        (changed("deployment", *CONTAINER, "resources", "limits", "memory", value="16Mi"), "stated"),
        (changed("deployment", *CONTAINER, "readinessProbe", "httpGet", "path", value="/other"), "stated"),
        (changed("deployment", "spec", "template", "spec", "terminationGracePeriodSeconds", value=0), "stated"),
        (changed("deployment", "spec", "template", "spec", "priorityClassName", value="store-low"), "stated"),
        (changed("deployment", "spec", "strategy", "type", value="Recreate"), "stated"),
        (
            changed(
                "deployment", "spec", "template", "spec", "topologySpreadConstraints", 0, "labelSelector",
                value={"matchLabels": {"app": "other"}},
            ),
            "spread",
        ),
        (changed("settings", "data", "POOL", value="30"), "stated"),
        (changed("autoscaler", "spec", "maxReplicas", value=4), "stated"),
        (changed("autoscaler", "spec", "metrics", 0, "resource", "target", "averageUtilization", value=99), "stated"),
        (changed("autoscaler", "spec", "metrics", 1, "pods", "target", "averageValue", value="3"), "scaling"),
        ({"budget": None}, "budget"),
        (changed("budget", "spec", "minAvailable", value=0), "budget"),
        ({"quota": None}, "quota"),
        (changed("quota", "spec", "hard", "requests.cpu", value="200"), "quota"),
        (changed("job", "spec", "schedule", value="0 0 1 1 *"), "schedule"),
        (changed("routes", "spec", "route", "routes", 0, "continue", value=False), "receiver"),
        (changed("routes", "spec", "route", "routes", 1, "matchers", 0, "value", value="info"), "receiver"),
        (changed("critical", "value", value=1), "priority"),
    ],
)  # fmt: skip
def test_another_value_than_the_one_that_is_stated_is_found(
    tmp_path: Path, edit: dict[str, Json | None], rule: str
) -> None:
    assert f"intent.{rule}" in judged(tmp_path, **edit)


def test_a_table_compares_in_known_ways_and_says_what_is_right() -> None:
    assert {row.as_ for row in rows()} <= set(COMPARED)
    assert [row for row in rows() if bool(row.says) == bool(row.is_)] == []
    assert {row.by for row in rows()} <= {"any", "component", "name", "namespace"}
