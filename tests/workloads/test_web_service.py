"""What one service becomes."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.rendering import Json, an_environment, rendered, schema_problems, the

from groundplan.errors import ConstructError, EnvironmentFileError
from groundplan.workloads.service_pod import CONFIG_HASH

RESOURCES = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}"


def a_service(body: str = "port: 8080", *overlays: str) -> list[Json]:
    """What the service `api` renders; `body` is the inside of its flow mapping."""
    text = f"services: {{api: {{image: 'shop/api:v1.2.3', {RESOURCES}, {body}}}}}"
    return rendered(an_environment(text, *overlays), "api")


def pod(documents: list[Json]) -> Any:
    return the(documents, "Deployment")["spec"]["template"]["spec"]


def container(documents: list[Json]) -> Any:
    [only] = pod(documents)["containers"]
    return only


def test_a_minimal_service_is_six_objects() -> None:
    kinds = [document["kind"] for document in a_service()]

    assert kinds == [
        "ServiceAccount",
        "Deployment",
        "Service",
        "PodDisruptionBudget",
        "NetworkPolicy",
        "ServiceMonitor",
    ]


def test_a_worker_without_a_port_has_nothing_to_call() -> None:
    documents = a_service("replicas: 1")

    assert not {"Service", "ServiceMonitor"} & {document["kind"] for document in documents}
    assert "livenessProbe" not in container(documents)
    assert "ports" not in container(documents)


def test_every_object_carries_the_common_labels() -> None:
    for document in a_service():
        labels = document["metadata"]["labels"]
        assert labels["app.kubernetes.io/part-of"] == "shop", document["kind"]
        assert labels["app.kubernetes.io/component"] == "api", document["kind"]
        assert labels["app.kubernetes.io/managed-by"] == "groundplan", document["kind"]


def test_selectors_hold_the_name_alone_and_match_the_pods() -> None:
    documents = a_service("port: 8080, version: v9")

    deployment = the(documents, "Deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    selectors = [
        deployment["spec"]["selector"]["matchLabels"],
        the(documents, "Service")["spec"]["selector"],
        the(documents, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        the(documents, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
    ]
    assert selectors == [{"app": "api"}] * 4
    assert labels["app"] == "api"
    assert labels["version"] == "v9"
    assert labels["app.kubernetes.io/version"] == "v1.2.3"


def test_the_image_comes_from_the_environments_registry() -> None:
    assert container(a_service())["image"] == "111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/api:v1.2.3"


def test_a_pod_is_restricted() -> None:
    documents = a_service()

    assert pod(documents)["securityContext"]["runAsNonRoot"] is True
    assert pod(documents)["securityContext"]["runAsUser"] == 10001
    assert pod(documents)["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod(documents)["automountServiceAccountToken"] is False
    context = container(documents)["securityContext"]
    assert context["readOnlyRootFilesystem"] is True
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}


def test_only_tmp_and_the_mounts_can_be_written() -> None:
    documents = a_service("port: 8080, mounts: {cache: {path: /cache, scratch: 1Gi}}")

    assert container(documents)["volumeMounts"] == [
        {"name": "tmp", "mountPath": "/tmp"},
        {"name": "cache", "mountPath": "/cache"},
    ]
    assert pod(documents)["volumes"][1] == {"name": "cache", "emptyDir": {"sizeLimit": "1Gi"}}


def test_a_mount_of_a_file_store_is_its_claim() -> None:
    overlay = "data: {media: {type: files, size: 10Gi, engine: {csi: {storage_class: shared}}}}"

    documents = a_service("port: 8080, mounts: {media: {path: /media, store: media}}", overlay)

    assert pod(documents)["volumes"][1] == {"name": "media", "persistentVolumeClaim": {"claimName": "media"}}


def test_refuses_a_mount_of_what_is_no_file_store() -> None:
    with pytest.raises((ConstructError, EnvironmentFileError), match="media"):
        a_service("port: 8080, mounts: {media: {path: /media, store: media}}")


def test_configuration_is_sorted_and_a_change_rolls_the_pods() -> None:
    first = a_service("port: 8080, config: {B: 1, A: x}")
    second = a_service("port: 8080, config: {B: 2, A: x}")

    assert list(the(first, "ConfigMap")["data"].items()) == [("A", "x"), ("B", "1")]
    assert container(first)["envFrom"] == [{"configMapRef": {"name": "api-config"}}]
    hashes = {
        the(items, "Deployment")["spec"]["template"]["metadata"]["annotations"][CONFIG_HASH]
        for items in (first, second)
    }
    assert len(hashes) == 2


def test_the_order_of_configuration_does_not_roll_the_pods() -> None:
    first, second = a_service("port: 8080, config: {B: 1, A: x}"), a_service("port: 8080, config: {A: x, B: 1}")

    assert the(first, "Deployment") == the(second, "Deployment")


def test_secrets_are_references() -> None:
    store = "secrets: {entries: {keys: {keys: {token: shop/token}}}}"

    documents = a_service("port: 8080, secrets: {API_TOKEN: keys/token}, secrets_from: [keys]", store)

    assert container(documents)["env"] == [
        {"name": "API_TOKEN", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "token"}}}
    ]
    assert container(documents)["envFrom"] == [{"secretRef": {"name": "keys"}}]


OTHERS = f"""
stage: staging
services:
  other: {{image: "shop/other:v1", {RESOURCES}, port: 9000, aliases: [other-one]}}
data:
  cache: {{type: redis, engine: {{statefulset: {{{RESOURCES}}}}}}}
  orders: {{type: postgres, version: 16, credentials: orders, database: orders, engine: {{cloudnative-pg: {{storage: 1Gi, {RESOURCES}}}}}}}
secrets: {{entries: {{orders: {{type: kubernetes.io/basic-auth, keys: {{username: shop/user, password: shop/pass}}}}}}}}
"""


@pytest.mark.parametrize(
    ("callee", "call", "url"),
    [
        ("other", "other", "http://other:9000"),
        ("other-one", "other", "http://other-one:9000"),
        ("cache", "cache", "redis://cache:6379"),
        ("orders", "orders", "postgresql://orders-rw:5432/orders"),
        ("pay.example.com", "pay.example.com", "https://pay.example.com"),
    ],
)
def test_urls_follow_from_what_is_called(callee: str, call: str, url: str) -> None:
    documents = a_service(f"port: 8080, calls: [{call}], urls: {{TARGET: {callee}}}", OTHERS)

    assert container(documents)["env"] == [{"name": "TARGET", "value": url}]


def test_aliases_lead_to_the_same_pods() -> None:
    documents = a_service("port: 8080, aliases: [api-internal]")

    alias = the(documents, "Service", "api-internal")
    assert alias["spec"] == the(documents, "Service", "api")["spec"]


def test_replicas_are_the_autoscalers_where_there_is_one() -> None:
    scaled, fixed = a_service("port: 8080, scaling: {min: 2, max: 4}"), a_service("port: 8080, replicas: 3")

    assert "replicas" not in the(scaled, "Deployment")["spec"]
    assert the(fixed, "Deployment")["spec"]["replicas"] == 3


STANDBY = "recovery: {role: standby, peer: live, rto: 4h, rpo: 30m, minimum: {api: 5}, active: %s}"


def test_a_waiting_standby_has_everything_and_runs_nothing() -> None:
    documents = a_service("port: 8080, scaling: {min: 2, max: 8}", STANDBY % "false")

    assert the(documents, "Deployment")["spec"]["replicas"] == 0
    assert "HorizontalPodAutoscaler" not in {document["kind"] for document in documents}


def test_an_active_standby_starts_with_its_minimum() -> None:
    documents = a_service("port: 8080, scaling: {min: 2, max: 8}", STANDBY % "true")

    assert the(documents, "HorizontalPodAutoscaler")["spec"]["minReplicas"] == 5


def test_an_active_standby_without_an_autoscaler_runs_its_minimum() -> None:
    documents = a_service("port: 8080, replicas: 1", STANDBY % "true")

    assert the(documents, "Deployment")["spec"]["replicas"] == 5


def test_what_an_active_standby_raises_above_one_keeps_the_budget_of_several() -> None:
    documents = a_service("port: 8080, replicas: 1, budget: {max_unavailable: 2}", STANDBY % "true")

    assert the(documents, "PodDisruptionBudget")["spec"]["maxUnavailable"] == 2


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        ("replicas: 3, budget: {min_available: 2, max_unavailable: null}", {"minAvailable": 2}),
        ("replicas: 3, budget: {max_unavailable: 2}", {"maxUnavailable": 2}),
        ("replicas: 1", {"maxUnavailable": 1}),
    ],
)
def test_a_budget_never_blocks_a_drain(body: str, limit: Json) -> None:
    spec = the(a_service(f"port: 8080, {body}"), "PodDisruptionBudget")["spec"]

    assert {key: value for key, value in spec.items() if key.endswith("vailable")} == limit


def test_pods_end_after_the_load_balancer_knows() -> None:
    documents = a_service("port: 8080, grace: 60s")

    assert pod(documents)["terminationGracePeriodSeconds"] == 65
    assert "preStop" in container(documents)["lifecycle"]


def test_recreate_stops_the_old_before_the_new() -> None:
    assert the(a_service("port: 8080, rollout: recreate"), "Deployment")["spec"]["strategy"] == {"type": "Recreate"}


def test_a_rolling_update_misses_no_pod() -> None:
    strategy = the(a_service(), "Deployment")["spec"]["strategy"]

    assert strategy == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}


def test_access_to_jobs_is_a_role_in_the_namespace_alone() -> None:
    documents = a_service("port: 8080, kubernetes_access: [jobs]")

    assert the(documents, "RoleBinding")["subjects"] == [{"kind": "ServiceAccount", "name": "api", "namespace": "web"}]
    assert {resource for rule in the(documents, "Role")["rules"] for resource in rule["resources"]} == {
        "jobs",
        "pods",
        "pods/log",
    }
    assert pod(documents)["automountServiceAccountToken"] is True


def test_a_node_pool_is_selected_and_its_taint_tolerated() -> None:
    spec = pod(a_service("port: 8080, node_pool: db"))

    assert spec["nodeSelector"] == {"groundplan.dev/pool": "db"}
    assert spec["tolerations"] == [
        {"key": "dedicated", "operator": "Equal", "value": "database", "effect": "NoSchedule"}
    ]


def test_pods_are_spread_over_zones_and_hosts() -> None:
    keys = [rule["topologyKey"] for rule in pod(a_service())["topologySpreadConstraints"]]

    assert keys == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]


def test_probes_ask_the_health_port() -> None:
    documents = a_service("port: 8080, health_port: 9090, probes: {startup: {path: /start}}")

    ports = [container(documents)[f"{kind}Probe"]["httpGet"]["port"] for kind in ("liveness", "readiness", "startup")]
    assert ports == [9090, 9090, 9090]


def test_the_monitor_fits_the_upstream_schema() -> None:
    assert schema_problems(the(a_service("port: 8080, metrics_path: /prom"), "ServiceMonitor")) == []
