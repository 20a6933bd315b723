"""A cluster and a sentinel-watched Redis hold every gate, and a fault that is planted in them is seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.judged import a_system, edited, findings
from tests.support.rendering import Json

RESOURCES = "resources: {requests: {cpu: 250m, memory: 512Mi}, limits: {cpu: 1, memory: 1Gi}}"

STORES = f"""
    calls: [cache, queue]
    secrets: {{CACHE_USERNAME: cache/username, CACHE_PASSWORD: cache/password}}
data:
  cache:
    type: redis
    holds: cache
    eviction: allkeys-lru
    engine: {{redis-cluster: {{credentials: cache, {RESOURCES}}}}}
  queue:
    type: redis
    holds: queue
    engine: {{redis-sentinel: {{credentials: queue, {RESOURCES}}}}}
secrets: {{entries: {{cache: {{generated: true}}, queue: {{generated: true}}}}}}
stage: staging
exemptions:
  passwords: {{rule: CKV_K8S_35, kind: StatefulSet, name: "*", owner: hello, expires: "2099-01-01", reason: "Their shell scripts read passwords from variables."}}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_system(tmp_path_factory.mktemp("shop"), STORES)


def test_every_gate_holds(shop: Path) -> None:
    assert [line for line in findings(shop) if "cache" in line or "queue" in line] == []


def without(direction: str, index: int) -> Any:
    """A change that takes a rule of a policy away."""

    def change(policy: Json) -> None:
        del policy["spec"][direction][index]

    return change


def with_one_name(document: Json) -> None:
    document["spec"]["secretName"] = "another"


def with_a_silent_exporter(document: Json) -> None:
    document["spec"]["endpoints"][0]["port"] = "nowhere"


@pytest.mark.parametrize(
    ("path", "change", "gate", "said"),
    [
        ("cache/hello/NetworkPolicy-cache.yaml", without("ingress", 1), "reachability", "is a member"),
        ("cache/hello/NetworkPolicy-cache.yaml", without("egress", 1), "reachability", "is a member"),
        ("queue/hello/NetworkPolicy-queue.yaml", without("ingress", 0), "reachability", "`queue` is among"),
        ("queue/hello/Certificate.cert-manager.io-queue-ca.yaml", with_one_name, "credentials", "another"),
        ("queue/hello/ServiceMonitor-queue.yaml", with_a_silent_exporter, "observability", "queue"),
    ],
)
def test_a_planted_fault_is_seen(shop: Path, tmp_path: Path, path: str, change: Any, gate: str, said: str) -> None:
    found = findings(edited(shop, tmp_path / "shop", path, change), gate)

    assert any(said in line for line in found), found
