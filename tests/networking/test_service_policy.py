"""Who may talk to whom follows from everybody's `calls:`."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.rendering import a_network, an_environment, rendered, the

from groundplan.errors import ConstructError
from groundplan.kubernetes.network_policy import PRIVATE_BLOCKS, name_resolution

RESOURCES = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}"
SERVICES = f"""
stage: staging
services:
  web: {{image: "shop/web:v1", port: 8080, {RESOURCES}, calls: [api, pay.example.com, mail.example.com, smtp.example.com:587]}}
  api: {{image: "shop/api:v1", port: 8081, {RESOURCES}, calls: [orders, cache]}}
  worker: {{image: "shop/worker:v1", {RESOURCES}, calls: [api]}}
data:
  cache: {{type: redis, engine: {{statefulset: {{{RESOURCES}}}}}}}
  orders: {{type: postgres, version: 16, credentials: orders, engine: {{cloudnative-pg: {{storage: 1Gi, {RESOURCES}}}}}}}
secrets:
  entries: {{orders: {{type: kubernetes.io/basic-auth, keys: {{username: shop/user, password: shop/password}}}}}}
"""


def policy(service: str, *overlays: str) -> Any:
    return the(rendered(an_environment(SERVICES, *overlays), service), "NetworkPolicy", service)["spec"]


def test_both_directions_are_closed_but_for_the_rules() -> None:
    assert policy("worker")["policyTypes"] == ["Ingress", "Egress"]


def test_callers_reach_the_port_and_nobody_else_does() -> None:
    rules = policy("api")["ingress"]

    callers = [
        peer["podSelector"]["matchLabels"] for rule in rules for peer in rule["from"] if "namespaceSelector" not in peer
    ]
    assert callers == [{"app": "web"}, {"app": "worker"}]
    assert {port["port"] for rule in rules for port in rule["ports"]} == {8081}


def test_prometheus_reaches_the_port() -> None:
    [rule] = [rule for rule in policy("web")["ingress"] if "namespaceSelector" in rule["from"][0]]

    assert rule["from"][0]["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "monitoring"}


def test_a_worker_lets_nobody_in() -> None:
    assert "Ingress" in policy("worker")["policyTypes"]
    assert "ingress" not in policy("worker")


def test_names_are_resolved_whatever_is_called() -> None:
    assert policy("worker")["egress"][0] == name_resolution()


def test_internal_callees_are_reached_on_their_own_port() -> None:
    _, database, cache = policy("api")["egress"]

    assert database["to"] == [{"podSelector": {"matchLabels": {"cnpg.io/cluster": "orders"}}}]
    assert [port["port"] for port in database["ports"]] == [5432]
    assert cache["to"] == [{"podSelector": {"matchLabels": {"app": "cache"}}}]
    assert [port["port"] for port in cache["ports"]] == [6379]


def test_hosts_outside_are_reached_on_their_port_and_never_private_addresses() -> None:
    outside = [rule for rule in policy("web")["egress"] if "ipBlock" in rule["to"][0]]

    assert [rule["ports"][0]["port"] for rule in outside] == [443, 587]
    assert all(rule["to"][0]["ipBlock"]["except"] == list(PRIVATE_BLOCKS) for rule in outside)
    assert "169.254.169.254/32" in PRIVATE_BLOCKS


ROUTED = "ingress: {type: %s}\nexpose: {www: {routes: {/: web}}}\nhosts: {www: shop.example}"


def test_a_routed_service_is_reached_from_the_ingress_controller() -> None:
    rules = policy("web", ROUTED % "nginx, certificate: shop-tls")["ingress"]

    assert {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}} in [
        peer for rule in rules for peer in rule["from"]
    ]


def test_a_routed_service_is_reached_from_the_public_subnets() -> None:
    rules = policy("web", ROUTED % "alb", a_network(0))["ingress"]

    blocks = [peer["ipBlock"]["cidr"] for rule in rules for peer in rule["from"] if "ipBlock" in peer]
    assert blocks == ["10.0.1.0/24", "10.0.2.0/24"]


def test_a_service_that_is_not_routed_is_not_reached_from_outside() -> None:
    rules = policy("api", ROUTED % "alb", a_network(0))["ingress"]

    assert not any("ipBlock" in peer for rule in rules for peer in rule["from"])


def test_a_load_balancer_needs_a_known_network() -> None:
    with pytest.raises(ConstructError, match=r"web: is behind a cloud load balancer, but the network is not known"):
        policy("web", ROUTED % "alb")
