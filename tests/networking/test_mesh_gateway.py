"""The way in on Azure: the gateway's rules, and the mesh's gateway where two versions share requests."""

from __future__ import annotations

from tests.support.azure_rendering import GUID, RESOURCES, azure, operator_problems
from tests.support.rendering import Json, rendered, the

GATEWAY = """
platform: {azure: {vault: {certificates: [shop-tls]}, edge: {gateway: {certificate: shop-tls}}}}
"""
HOSTS = """
ingress:
  type: application-gateway
expose: {www: {routes: {/: web, /api: api}, health: /alive}}
hosts: {www: www.shop.example}
"""
PLAIN = f"""
services:
  web: {{image: 'web:1.0', port: 8080, {RESOURCES}}}
  api: {{image: 'api:1.0', port: 9090, {RESOURCES}}}
"""
CANARY = "services: {web: {rollout: canary}}"
ANNOTATION = "appgw.ingress.kubernetes.io"


def ingress(*overlays: str) -> Json:
    return the(rendered(azure(GATEWAY, PLAIN, HOSTS, *overlays), "ingress"), "Ingress", "www-shop-example")


def backends(document: Json) -> dict[str, tuple[str, int]]:
    paths = document["spec"]["rules"][0]["http"]["paths"]
    services = {path["path"]: path["backend"]["service"] for path in paths}
    return {path: (service["name"], service["port"]["number"]) for path, service in services.items()}


def test_longer_paths_come_first() -> None:
    paths = [path["path"] for path in ingress()["spec"]["rules"][0]["http"]["paths"]]

    assert paths == ["/api", "/"]


def test_without_a_canary_the_rules_lead_to_the_services() -> None:
    assert backends(ingress()) == {"/": ("web", 8080), "/api": ("api", 9090)}


def test_with_a_canary_every_rule_leads_through_the_mesh() -> None:
    document = ingress(CANARY)

    assert set(backends(document).values()) == {("istio-gateway", 80)}
    assert document["metadata"]["namespace"] == "istio-ingress"


def test_a_service_is_probed_on_the_hosts_own_path() -> None:
    annotations = ingress()["metadata"]["annotations"]

    assert annotations[f"{ANNOTATION}/health-probe-path"] == "/alive"
    assert f"{ANNOTATION}/health-probe-port" not in annotations


def test_the_mesh_is_probed_where_it_says_whether_it_is_ready() -> None:
    annotations = ingress(CANARY)["metadata"]["annotations"]

    assert annotations[f"{ANNOTATION}/health-probe-path"] == "/healthz/ready"
    assert annotations[f"{ANNOTATION}/health-probe-port"] == "15021"


def test_the_certificate_is_the_gateways() -> None:
    assert ingress()["metadata"]["annotations"][f"{ANNOTATION}/appgw-ssl-certificate"] == "shop-tls"


def test_the_mesh_listens_for_every_public_host() -> None:
    gateway = the(rendered(azure(GATEWAY, PLAIN, HOSTS, CANARY), "mesh"), "Gateway")

    assert gateway["spec"]["servers"][0]["hosts"] == ["www.shop.example"]


def test_there_is_no_mesh_without_a_canary() -> None:
    assert rendered(azure(GATEWAY, PLAIN, HOSTS), "mesh") == []


def test_the_figures_that_decide_a_release_are_collected() -> None:
    monitor = the(rendered(azure(GATEWAY, PLAIN, HOSTS, CANARY), "mesh"), "PodMonitor")

    assert monitor["metadata"]["namespace"] == "istio-ingress"
    assert monitor["spec"]["podMetricsEndpoints"][0]["path"] == "/stats/prometheus"


def test_the_controller_that_decides_may_ask_prometheus() -> None:
    documents = rendered(azure(GATEWAY, PLAIN, HOSTS, CANARY), "monitoring")

    policy = the(documents, "NetworkPolicy", "prometheus")

    namespace = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "argo-rollouts"}}}
    assert {"from": [namespace], "ports": [{"protocol": "TCP", "port": 9090}]} in policy["spec"]["ingress"]


def test_objects_of_the_mesh_fit_their_schemas() -> None:
    documents = rendered(azure(GATEWAY, PLAIN, HOSTS, CANARY), "mesh")

    assert operator_problems(documents, of="") == []


def test_the_gateway_is_the_subscriptions_own() -> None:
    cluster = the(rendered(azure(GATEWAY, PLAIN, HOSTS), "cluster"), "ManagedCluster")

    profile = cluster["spec"]["addonProfiles"]["ingressApplicationGateway"]
    assert profile["config"]["applicationGatewayId"] == (
        f"/subscriptions/{GUID}/resourceGroups/rg-shop-live"
        "/providers/Microsoft.Network/applicationGateways/agw-shop-live"
    )
