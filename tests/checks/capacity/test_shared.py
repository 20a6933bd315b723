"""A cluster that production shares with staging: staging gives way, and takes no more than its part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import an_environment, an_object, inventory, put

from groundplan.checks.capacity.shared import shared_findings
from groundplan.checks.capacity.world import Setting
from groundplan.model.environment import Environment

Json = dict[str, Any]
SMALL = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}}
WEB = {"image": "store/web:v1", "port": 8080, "replicas": 1, "resources": SMALL}


def a_priority(name: str, value: int, policy: str = "PreemptLowerPriority") -> Json:
    return an_object(
        "PriorityClass", name, "scheduling.k8s.io/v1", namespace=None, value=value, preemptionPolicy=policy
    )


def a_workload(priority: str, namespace: str) -> Json:
    spec = {"template": {"spec": {"priorityClassName": priority, "containers": []}}}
    return an_object("Deployment", "web", "apps/v1", namespace=namespace, spec=spec)


def a_tenant(name: str, stage: str) -> Environment:
    return an_environment(
        f"store/{name}", role="tenant", host="shared", stage=stage, namespace=name, services={"web": WEB}
    )


def found(root: Path, priority: str, hard: Json | None, *, stage: str = "staging") -> list[str]:
    for one in (a_priority("high", 10_000), a_priority("normal", 1_000, "Never"), a_priority("low", 10, "Never")):
        put(root, one, component="foundation", scope="store/shared")
    put(root, a_workload("normal", "live"), scope="store/live")
    put(root, a_workload(priority, "trial"), scope="store/trial")
    put(root, an_object("Namespace", "trial", namespace=None), component="foundation", scope="store/trial")
    if hard is not None:
        quota = an_object("ResourceQuota", "trial-quota", namespace="trial", spec={"hard": hard})
        put(root, quota, component="foundation", scope="store/trial")
    tenants = {item.environment: item for item in (a_tenant("live", "production"), a_tenant("trial", stage))}
    host = an_environment("store/shared", role="cluster").with_neighbours(tenants)
    tree = inventory(root, store_live="shared", store_trial="shared")
    setting = Setting(host, tuple(tree), None, (), (), ())
    return sorted(finding.rule for finding in shared_findings(tree, setting))


QUOTA = {"requests.cpu": "4", "requests.memory": "8Gi"}


@pytest.mark.parametrize("priority", ["low", "normal"])
def test_a_stage_that_gives_way_and_is_bounded_is_no_finding(tmp_path: Path, priority: str) -> None:
    assert found(tmp_path, priority, QUOTA) == []


def test_a_stage_that_pushes_production_out_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, "high", QUOTA) == ["capacity.preempts"]


@pytest.mark.parametrize("hard", [None, {"pods": "10"}, {"requests.cpu": "4"}])
def test_a_stage_that_may_fill_the_nodes_is_found(tmp_path: Path, hard: Json | None) -> None:
    assert found(tmp_path, "low", hard) == ["capacity.unbounded"]


def test_production_beside_production_is_not_asked(tmp_path: Path) -> None:
    assert found(tmp_path, "high", None, stage="production") == []
