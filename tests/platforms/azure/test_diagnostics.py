"""What a resource of Azure writes about itself goes to the log workspace."""

from __future__ import annotations

import pytest
from tests.support.azure_shop import AZURE_SHOP
from tests.support.rendering import Json, an_environment, rendered, schema_problems, the

EDGE = """
services:
  web:
    image: "web:1.0"
    port: 80
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}
platform:
  azure:
    vault: {certificates: [wildcard]}
    edge: {gateway: {certificate: wildcard}, front_door: {}}
ingress: {type: application-gateway}
expose: {www: {routes: {/: web}}}
hosts: {www: shop.example.com}
"""


def setting(component: str, name: str, *overlays: str) -> Json:
    return the(rendered(an_environment(*overlays, base=AZURE_SHOP), component), "DiagnosticSetting", f"{name}-logs")


@pytest.mark.parametrize(
    ("component", "name", "category"),
    [
        ("cluster", "aks-shop-live", "kube-audit-admin"),
        ("cloud", "kv-shop-live", "AuditEvent"),
        ("cloud", "crshoplive", "ContainerRegistryLoginEvents"),
        ("orders", "pgdb-shop-live", "PostgreSQLLogs"),
        ("cache", "redis-shop-live", "MSEntraAuthenticationAuditLog"),
        ("bus", "sb-shop-live", "OperationalLogs"),
    ],
)
def test_every_resource_sends_its_logs_and_metrics(component: str, name: str, category: str) -> None:
    spec = setting(component, name)["spec"]

    assert {"category": category, "enabled": True} in spec["logs"]
    assert spec["metrics"] == [{"category": "AllMetrics", "enabled": True}]
    assert spec["workspaceReference"]["name"] == "law-shop-live"


def test_the_edge_sends_what_its_firewalls_did() -> None:
    gateway = setting("edge", "agw-shop-live", EDGE)
    door = setting("edge", "afd-shop-live", EDGE)

    assert "ApplicationGatewayFirewallLog" in {log["category"] for log in gateway["spec"]["logs"]}
    assert "FrontDoorWebApplicationFirewallLog" in {log["category"] for log in door["spec"]["logs"]}


def test_without_a_workspace_nothing_is_sent() -> None:
    documents = rendered(an_environment("platform: {azure: {monitor: null}}", base=AZURE_SHOP), "cluster")

    assert "DiagnosticSetting" not in {document["kind"] for document in documents}


def test_the_setting_is_valid() -> None:
    assert schema_problems(setting("cluster", "aks-shop-live")) == []
