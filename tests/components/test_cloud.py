"""Which cloud components an environment has, and where they go."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundplan.components.cloud import components
from groundplan.loading.load import load_environments
from groundplan.model.environment import Environment
from groundplan.waves import SyncWave

SYSTEM = """
system: shop
title: Shop
owner: {team: platform, oncall: shop}
namespace: web
namespaces: {web: {}}
delivery: {repository: {url: "https://example.com/shop"}}
cluster: {name: shop, kubernetes: "1.32", node_pools: {}}
platform: {aws: {region: us-east-1, zones: [us-east-1a, us-east-1b], account: "111122223333"}}
"""
NETWORK = """
role: cluster
platform:
  aws:
    network:
      cidr: 10.0.0.0/16
      subnets:
        public-1: {cidr: 10.0.1.0/24, zone: 1, tier: public}
        public-2: {cidr: 10.0.2.0/24, zone: 2, tier: public}
        app-1: {cidr: 10.0.3.0/24, zone: 1, tier: app}
        app-2: {cidr: 10.0.4.0/24, zone: 2, tier: app}
"""


@pytest.fixture
def loaded(tmp_path: Path) -> dict[str, Environment]:
    folder = tmp_path / "environments" / "shop"
    folder.mkdir(parents=True)
    (folder / "system.yaml").write_text(SYSTEM)
    (folder / "base.yaml").write_text(NETWORK)
    (folder / "live.yaml").write_text("role: tenant\nhost: base\n")
    (folder / "bare.yaml").write_text("platform: {aws: null, existing: {}}\n")
    names = ("base", "live", "bare")
    return {
        name: item.environment
        for name, item in zip(names, load_environments(tmp_path, [("shop", name) for name in names]), strict=True)
    }


def test_network_and_cluster_are_where_the_cluster_is_and_the_rest_everywhere(loaded: dict[str, Environment]) -> None:
    names = {name: [item.name for item in components(environment)] for name, environment in loaded.items()}

    assert names == {"base": ["network", "cluster", "cloud"], "live": ["cloud"], "bare": []}


def test_they_go_to_the_management_cluster_first_of_all(loaded: dict[str, Environment]) -> None:
    for component in components(loaded["base"]):
        assert (component.management, component.namespace, component.wave) == (True, "shop-base", SyncWave.CLUSTER)
