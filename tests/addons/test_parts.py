"""What a cluster can be left without: the parts of the platform, and everything that only they understand."""

from __future__ import annotations

from typing import Any

from rendering import an_environment, rendered, the

from groundplan.addons.catalogue import catalogue
from groundplan.addons.selection import needed
from groundplan.components import Release, plan
from groundplan.model.cluster import Parts

SHOP = """
stage: development
services:
  web:
    image: shop/web:v1.0.0
    port: 8080
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}
    calls: [cache]
data: {cache: {type: redis, engine: {statefulset: {resources: {requests: {cpu: 50m, memory: 64Mi}, limits: {cpu: 200m, memory: 128Mi}}}}}}
"""
EXISTING = """
system: shop
environment: live
title: Shop
owner: {team: platform, oncall: shop}
namespace: web
namespaces: {web: {}}
delivery: {repository: {url: "https://example.com/shop"}}
cluster: {name: shop, kubernetes: "1.32"}
"""
"""A cluster that somebody else made, and nothing on it."""

WITHOUT = "cluster: {parts: {monitoring: false, policy: false, resource_metrics: false}}"


def test_every_part_that_can_be_left_out_has_add_ons() -> None:
    assert set(Parts.model_fields) <= {add_on.part for add_on in catalogue().values()}


def test_what_is_left_out_is_not_installed() -> None:
    gone = set(needed(an_environment(SHOP))) - set(needed(an_environment(SHOP, WITHOUT)))

    assert gone == {"gatekeeper", "kube-prometheus-stack", "metrics-server", "prometheus-operator-crds"}


def test_without_monitoring_nothing_asks_for_it() -> None:
    environment = an_environment(SHOP, WITHOUT)
    names = {part.name for part in plan(environment)}
    documents = [item for name in ("web", "cache") for item in rendered(environment, name)]

    assert names.isdisjoint({"alerts", "monitoring", "policy"})
    assert documents
    assert "monitoring" not in str(documents)


def test_with_monitoring_a_store_and_a_service_are_scraped() -> None:
    environment = an_environment(SHOP)

    the(rendered(environment, "web"), "ServiceMonitor")
    the(rendered(environment, "cache"), "ServiceMonitor")


def test_charts_bring_no_monitors_to_a_cluster_that_knows_none() -> None:
    releases = [part for part in plan(an_environment(SHOP, WITHOUT)) if isinstance(part, Release)]

    switched_on = [(release.name, path) for release in releases for path in _monitors(release.values)]

    assert releases
    assert switched_on == []


def _monitors(values: Any, path: str = "") -> list[str]:
    if not isinstance(values, dict):
        return []
    here = [path] if path.lower().endswith("servicemonitor") and values.get("enabled") else []
    here += [path] if values.get("podMonitorEnabled") else []
    return here + [found for key, value in values.items() for found in _monitors(value, f"{path}.{key}")]


def test_a_stack_that_runs_once_has_one_alertmanager() -> None:
    once = an_environment(SHOP, "observability: {replicas: 1}")
    usual = an_environment(SHOP)

    counts = [
        part.values["alertmanager"]["alertmanagerSpec"]["replicas"]
        for environment in (once, usual)
        for part in plan(environment)
        if isinstance(part, Release) and part.name == "kube-prometheus-stack"
    ]

    assert counts == [1, 3]


def test_a_way_in_stands_on_ports_of_the_nodes_where_no_load_balancer_would_come() -> None:
    overlay = "platform: {existing: {load_balancers: %s}}\ningress: {type: nginx, self_signed: true}\n"
    services = {
        given: part.values["controller"]["service"]
        for given in ("true", "false")
        for part in plan(an_environment(overlay % given, base=EXISTING))
        if isinstance(part, Release) and part.name == "ingress-nginx"
    }

    assert "type" not in services["true"]
    assert services["false"]["type"] == "NodePort"
    assert services["false"]["nodePorts"] == {"http": 30080, "https": 30443}
