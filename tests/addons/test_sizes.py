"""Add-ons are as large as the catalogue says for the size of the cluster, unless the environment says otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.support.rendering import Json, an_environment

from groundplan.addons.catalogue import catalogue, sizes
from groundplan.addons.sizes import Size
from groundplan.addons.values import add_on_values
from groundplan.blueprint import Release
from groundplan.components import plan
from groundplan.delivery.argocd import argocd_values
from groundplan.model.environment import Environment
from groundplan.observability.custom_metrics import adapter_values
from groundplan.observability.stack import stack_values

SMALL = "cluster: {size: small}"
THREE_NODES = "cluster: {node_pools: {app: {instance: m6i.large, cpu: 2, memory: 8Gi, min: 2, max: 3}}}"
WHOLE = """
cluster: {node_pools: {app: {instance: m6i.large, cpu: 2, memory: 8Gi, min: 2, max: 3}}}
observability: {grafana_admin: grafana-admin}
secrets:
  entries:
    grafana-admin: {keys: {admin-user: shop/user, admin-password: shop/password}}
    reports: {keys: {private-key: shop/github-key}}
    shop-tls: {type: kubernetes.io/tls, keys: {tls.crt: shop/crt, tls.key: shop/key}}
ingress: {type: nginx, certificate: shop-tls}
backups: {bucket: shop-backups, schedules: {daily: {at: "0 18 * * *", keep: 30d}}, restore_test: "0 3 * * 0"}
delivery:
  repository: {url: "https://github.com/shop/platform"}
  reports: {app: 1, installation: 1, secret: reports/private-key}
pipelines: {repository: shop/code, services: {web: {folder: web}}}
services:
  web:
    image: shop/web:1.0
    port: 80
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}
data:
  events:
    type: kafka
    version: 4.3.1
    engine: {strimzi: {storage: 1Gi, resources: {requests: {cpu: 100m, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}}}
"""
"""What has every part of every add-on: a service whose releases are reported brings Argo CD's notifications."""
CHARTS: dict[str, Callable[[Environment], Json]] = {
    **add_on_values(an_environment(WHOLE)),
    "argo-cd": argocd_values,
    "kube-prometheus-stack": stack_values,
    "prometheus-adapter": adapter_values,
    "velero": lambda environment: next(
        part.values for part in plan(environment) if part.name == "velero" and isinstance(part, Release)
    ),
}
PARTS = [(name, part) for name, add_on in catalogue().items() for part in add_on.sizes]


def test_a_small_cluster_runs_once_what_runs_in_pairs_elsewhere() -> None:
    usual, small = sizes(an_environment(), "cert-manager"), sizes(an_environment(SMALL), "cert-manager")

    assert (usual["webhook"].replicas, usual["webhook"].cpu) == (3, "50m")
    assert (small["webhook"].replicas, small["webhook"].cpu, small["webhook"].memory) == (1, "25m", "64Mi")


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_no_part_runs_twice_or_asks_for_more_in_a_small_cluster(name: str, part: str) -> None:
    usual = catalogue()[name].sizes[part]
    small = usual.in_small_cluster

    assert small.replicas <= 1
    assert int(small.cpu.removesuffix("m")) < int(usual.cpu.removesuffix("m"))


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_every_size_of_the_catalogue_reaches_the_chart(name: str, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = an_environment(WHOLE)
    before = str(CHARTS[name](environment))

    monkeypatch.setitem(
        catalogue()[name].sizes, part, catalogue()[name].sizes[part].model_copy(update={"cpu": "7777m"})
    )

    assert "7777m" not in before
    assert "7777m" in str(CHARTS[name](environment))


def test_what_runs_once_has_no_budget_that_would_block_every_drain() -> None:
    one, two = (Size(replicas=count, cpu="1m", memory="1Mi", limit="1Mi") for count in (1, 2))

    assert (one.budget(minAvailable=1), one.kept(1)) == ({"enabled": False}, 0)
    assert (two.budget(minAvailable=1), two.kept(1)) == ({"enabled": True, "minAvailable": 1}, 1)


WRITTEN = """
observability:
  replicas: 2
  resources: {requests: {cpu: 150m, memory: 768Mi}, limits: {memory: 2Gi}}
"""


@pytest.mark.parametrize("size", ["", SMALL])
def test_a_size_that_somebody_wrote_is_kept_in_any_cluster(size: str) -> None:
    prometheus = stack_values(an_environment(WRITTEN, size))["prometheus"]

    assert prometheus["prometheusSpec"]["replicas"] == 2
    assert prometheus["prometheusSpec"]["resources"] == {
        "requests": {"cpu": "150m", "memory": "768Mi"},
        "limits": {"memory": "2Gi"},
    }
    assert prometheus["podDisruptionBudget"] == {"enabled": True, "minAvailable": 1}


@pytest.mark.parametrize(("size", "replicas", "cpu"), [("", 2, "500m"), (SMALL, 1, "250m")])
def test_what_nobody_wrote_follows_the_size_of_the_cluster(size: str, replicas: int, cpu: str) -> None:
    spec = stack_values(an_environment(size))["prometheus"]["prometheusSpec"]

    assert (spec["replicas"], spec["resources"]["requests"]["cpu"]) == (replicas, cpu)


def test_a_cache_that_wants_three_nodes_is_not_asked_for_where_there_are_none() -> None:
    assert "redis-ha" not in argocd_values(an_environment(SMALL))
    assert argocd_values(an_environment(THREE_NODES))["redis-ha"]["enabled"] is True


def test_nor_where_too_few_nodes_are_open_to_add_ons() -> None:
    assert "redis-ha" not in argocd_values(an_environment(THREE_NODES.replace("max: 3", "max: 2")))
