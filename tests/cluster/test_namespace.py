"""A namespace comes with its bounds."""

from __future__ import annotations

from typing import Any

from tests.support.rendering import Json, a_network, an_environment, rendered, the

SERVICE = """
services:
  web:
    image: shop/web:v1
    port: 8080
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 256Mi}}
"""
BALANCED = "ingress: {type: alb}\nexpose: {www: {routes: {/: web}}}\nhosts: {www: shop.example}"
GATE = "elbv2.k8s.aws/pod-readiness-gate-inject"


def foundation(namespace: str) -> list[Json]:
    return rendered(an_environment(f"namespaces: {{web: {namespace}}}"), "foundation")


def test_pod_security_is_restricted_at_the_clusters_version() -> None:
    labels: Any = the(foundation("{}"), "Namespace", "web")["metadata"]["labels"]

    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert labels["pod-security.kubernetes.io/enforce-version"] == "v1.32"


def test_a_looser_namespace_is_still_audited_as_restricted() -> None:
    labels: Any = the(foundation("{pod_security: privileged}"), "Namespace", "web")["metadata"]["labels"]

    assert labels["pod-security.kubernetes.io/enforce"] == "privileged"
    assert labels["pod-security.kubernetes.io/audit"] == "restricted"


def test_everything_is_denied_but_name_resolution() -> None:
    spec = the(foundation("{}"), "NetworkPolicy", "default-deny")["spec"]

    assert spec["podSelector"] == {}
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in spec
    assert [port["port"] for rule in spec["egress"] for port in rule["ports"]] == [53, 53]


def test_a_quota_counts_what_is_asked_for_and_what_is_allowed() -> None:
    quota = "{quota: {requests: {cpu: 2, memory: 4Gi}, limits: {cpu: 4, memory: 8Gi}, claims: 3, load_balancers: 0}}"

    hard = the(foundation(quota), "ResourceQuota")["spec"]["hard"]

    assert hard == {
        "requests.cpu": "2",
        "requests.memory": "4Gi",
        "limits.cpu": "4",
        "limits.memory": "8Gi",
        "persistentvolumeclaims": "3",
        "services.loadbalancers": "0",
    }


def test_without_figures_there_is_no_quota_and_no_limit_range() -> None:
    kinds = {document["kind"] for document in foundation("{}")}

    assert not {"ResourceQuota", "LimitRange"} & kinds


def test_containers_are_bounded_and_volumes_too() -> None:
    amount = "{cpu: 100m, memory: 128Mi}"
    limits = f"container_limits: {{max: {{cpu: 1, memory: 1Gi}}, min: {amount}, default: {amount}, default_request: {amount}}}"

    rules = the(foundation(f"{{{limits}, max_volume: 10Gi}}"), "LimitRange")["spec"]["limits"]

    assert rules[0]["type"] == "Container"
    assert rules[0]["max"] == {"cpu": "1", "memory": "1Gi"}
    assert rules[1] == {"type": "PersistentVolumeClaim", "max": {"storage": "10Gi"}}


def test_a_person_is_asked_before_a_namespace_goes_with_all_that_is_in_it() -> None:
    namespace = the(rendered(an_environment(), "foundation"), "Namespace", "web")

    assert namespace["metadata"]["annotations"] == {
        "argocd.argoproj.io/sync-options": "Prune=confirm,Delete=confirm",
    }


def test_pods_behind_a_cloud_load_balancer_are_ready_when_it_says_so() -> None:
    environment = an_environment("namespaces: {tools: {}}", SERVICE, a_network(0), BALANCED)

    objects = rendered(environment, "foundation")

    assert the(objects, "Namespace", "web")["metadata"]["labels"][GATE] == "enabled"
    assert GATE not in the(objects, "Namespace", "tools")["metadata"]["labels"]


def test_without_a_cloud_load_balancer_nothing_waits_for_one() -> None:
    assert GATE not in the(rendered(an_environment(), "foundation"), "Namespace", "web")["metadata"]["labels"]
