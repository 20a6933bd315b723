"""A Redis store is one server that only its callers reach."""

from __future__ import annotations

import pytest
from azure_rendering import azure
from rendering import Json, an_environment, rendered, schema_problems, the

CACHE = """
services:
  shop:
    image: shop:v1
    port: 8080
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}
    calls: [cache]
  other:
    image: other:v1
    port: 8081
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}
data:
  cache:
    type: redis
    engine:
      statefulset:
        service: cache-master
        node_pool: db
        preferred_zone: us-east-1a
        resources: {requests: {cpu: 250m, memory: 512Mi}, limits: {cpu: 1, memory: 1Gi}}
"""


@pytest.fixture
def documents() -> list[Json]:
    return rendered(an_environment(CACHE), "cache")


def test_clients_find_it_under_the_named_service(documents: list[Json]) -> None:
    service = the(documents, "Service", "cache-master")["spec"]

    assert service["ports"][0]["port"] == 6379
    assert service["selector"] == {"app": "cache"}


def test_the_stateful_set_is_governed_by_a_headless_service_that_exists(documents: list[Json]) -> None:
    governing = the(documents, "StatefulSet")["spec"]["serviceName"]

    assert the(documents, "Service", governing)["spec"]["clusterIP"] == "None"


def test_a_store_whose_service_has_its_own_name_gets_another_headless_one() -> None:
    plain = rendered(an_environment(CACHE, "data: {cache: {engine: {statefulset: {service: null}}}}"), "cache")

    assert {item["metadata"]["name"] for item in plain if item["kind"] == "Service"} == {"cache", "cache-headless"}


def test_data_is_appended_to_a_file_and_memory_is_bounded(documents: list[Json]) -> None:
    settings = the(documents, "ConfigMap")["data"]["redis.conf"].splitlines()

    assert "appendonly yes" in settings
    assert f"maxmemory {2**30 * 75 // 100}" in settings
    assert "maxmemory-policy noeviction" in settings


def test_a_changed_setting_rolls_the_pod() -> None:
    def config_hash(overlay: str) -> str:
        pod = the(rendered(an_environment(CACHE, overlay), "cache"), "StatefulSet")["spec"]["template"]
        return str(pod["metadata"]["annotations"]["groundplan.dev/config-hash"])

    assert config_hash("") != config_hash("data: {cache: {eviction: allkeys-lru}}")


def test_it_runs_without_root_and_without_a_writable_root(documents: list[Json]) -> None:
    pod = the(documents, "StatefulSet")["spec"]["template"]["spec"]

    assert pod["securityContext"]["runAsUser"] == 999
    assert all(item["securityContext"]["readOnlyRootFilesystem"] for item in pod["containers"])


def test_every_container_asks_for_at_least_the_usual_minimum(documents: list[Json]) -> None:
    pod = the(documents, "StatefulSet")["spec"]["template"]["spec"]

    exporter = next(item for item in pod["containers"] if item["name"] == "exporter")
    assert exporter["resources"]["requests"] == {"cpu": "100m", "memory": "128Mi"}


def test_only_callers_and_prometheus_reach_it(documents: list[Json]) -> None:
    policy = the(documents, "NetworkPolicy")["spec"]

    assert [peer["podSelector"]["matchLabels"] for peer in policy["ingress"][0]["from"]] == [{"app": "shop"}]
    assert policy["ingress"][1]["ports"] == [{"protocol": "TCP", "port": 9121}]
    assert "egress" not in policy


def test_in_a_waiting_standby_it_does_not_run() -> None:
    standby = an_environment(CACHE, "recovery: {role: standby, peer: other, rto: 4h, rpo: 30m}")

    assert the(rendered(standby, "cache"), "StatefulSet")["spec"]["replicas"] == 0


def test_removing_it_from_git_deletes_no_data(documents: list[Json]) -> None:
    stateful_set = the(documents, "StatefulSet")

    assert stateful_set["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"
    assert stateful_set["spec"]["persistentVolumeClaimRetentionPolicy"]["whenDeleted"] == "Retain"


def test_the_service_monitor_is_valid(documents: list[Json]) -> None:
    assert schema_problems(the(documents, "ServiceMonitor")) == []


def test_whoever_scales_by_its_lists_may_ask_for_their_length() -> None:
    queues = "services: {shop: {scaling: {min: 1, max: 3, cpu: 'off', queues: {orders: 10}}}}"
    anywhere = "data: {cache: {engine: {statefulset: {node_pool: null, preferred_zone: null}}}}"
    rules = the(rendered(azure(CACHE, queues, anywhere), "cache"), "NetworkPolicy")["spec"]["ingress"]

    peers = [peer["podSelector"]["matchLabels"] for peer in rules[0]["from"]]
    assert peers == [{"app": "shop"}, {"app.kubernetes.io/name": "keda-operator"}]
