"""What a new version does before it serves: once, in its own environment, and before any new pod starts."""

from __future__ import annotations

import pytest
from tests.support.rendering import Json, an_environment, rendered, the

RESOURCES = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}"
SHOP = f"""
services:
  api:
    image: shop/api:v1.0.0
    port: 8080
    prepare: [alembic, upgrade, head]
    calls: [cache]
    env: {{MODE: live}}
    {RESOURCES}
data: {{cache: {{type: redis, engine: {{statefulset: {{{RESOURCES}}}}}}}}}
"""


@pytest.fixture(scope="module")
def documents() -> list[Json]:
    return rendered(an_environment(SHOP), "api")


def test_the_job_is_run_in_every_sync_and_the_pods_wait_for_it(documents: list[Json]) -> None:
    job = the(documents, "Job", "api-prepare")

    assert job["metadata"]["annotations"]["argocd.argoproj.io/hook"] == "Sync"
    assert job["metadata"]["annotations"]["argocd.argoproj.io/hook-delete-policy"] == "BeforeHookCreation"
    assert the(documents, "Deployment")["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"] == "1"


def test_the_job_runs_the_command_in_the_service_s_image_and_environment(documents: list[Json]) -> None:
    (container,) = the(documents, "Job")["spec"]["template"]["spec"]["containers"]

    assert container["command"] == ["alembic", "upgrade", "head"]
    assert container["image"].endswith("/shop/api:v1.0.0")
    assert container["env"] == [
        {"name": "CACHE_URL", "value": "redis://cache:6379"},
        {"name": "MODE", "value": "live"},
    ]
    assert not {"livenessProbe", "readinessProbe", "ports", "lifecycle"} & set(container)


def test_no_request_reaches_the_job_and_the_job_reaches_what_the_service_calls(documents: list[Json]) -> None:
    labels = the(documents, "Job")["spec"]["template"]["metadata"]["labels"]
    policy = the(documents, "NetworkPolicy", "api-prepare")["spec"]

    assert the(documents, "Service")["spec"]["selector"] == {"app": "api"}
    assert labels["app"] == "api-prepare"
    assert "ingress" not in policy
    assert [rule["ports"][0]["port"] for rule in policy["egress"]] == [53, 6379]


def test_a_store_admits_the_job_like_the_service() -> None:
    rules = the(rendered(an_environment(SHOP), "cache"), "NetworkPolicy")["spec"]["ingress"]

    peers = [peer["podSelector"]["matchLabels"]["app"] for peer in rules[0]["from"]]
    assert peers == ["api", "api-prepare"]


def test_a_standby_prepares_nothing() -> None:
    standby = "recovery: {role: standby, peer: other, rto: 4h, rpo: 30m}"

    assert not [item for item in rendered(an_environment(SHOP, standby), "api") if item["kind"] == "Job"]


def test_a_service_without_preparation_waits_for_nothing() -> None:
    documents = rendered(an_environment(SHOP, "services: {api: {prepare: []}}"), "api")

    assert "annotations" not in the(documents, "Deployment")["metadata"]


def test_a_called_service_admits_the_job_like_the_service() -> None:
    callee = f"services: {{api: {{calls: [cache, mail]}}, mail: {{image: 'shop/mail:v1', port: 8025, {RESOURCES}}}}}"

    rules = the(rendered(an_environment(SHOP, callee), "mail"), "NetworkPolicy", "mail")["spec"]["ingress"]

    peers = [peer["podSelector"]["matchLabels"].get("app") for rule in rules for peer in rule["from"]]
    assert peers[:2] == ["api", "api-prepare"]
