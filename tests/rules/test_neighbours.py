"""Environments know the host they live on and the peer that takes over."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from groundplan.loading.load import load_environments
from groundplan.platforms.registry import platform_of

SYSTEM = """
system: shop
title: Shop
owner: {team: platform, oncall: shop}
namespace: web
namespaces: {web: {}}
delivery: {repository: {url: "https://example.com/shop"}}
cluster: {name: shop, kubernetes: "1.32", node_pools: {}}
platform: {aws: {account: "111122223333", region: us-east-1, zones: [us-east-1a, us-east-1b]}}
"""
SUBNETS = ", ".join(
    f"{tier}-{zone}: {{cidr: 10.0.{block}{zone}.0/24, zone: {zone}, tier: {tier}}}"
    for block, tier in enumerate(("public", "app"), start=1)
    for zone in (1, 2)
)
NETWORK = f"network: {{cidr: 10.0.0.0/16, subnets: {{{SUBNETS}}}}}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "environments" / "shop"
    folder.mkdir(parents=True)
    (folder / "system.yaml").write_text(SYSTEM)
    (folder / "base.yaml").write_text(f"role: cluster\nplatform: {{aws: {{{NETWORK}}}}}\n")
    (folder / "live.yaml").write_text(
        "role: tenant\nhost: base\nrecovery: {role: primary, peer: spare, rto: 4h, rpo: 30m}\n"
    )
    (folder / "spare.yaml").write_text(
        "platform: {aws: {region: us-west-2, zones: [us-west-2a]}}\nrecovery: {role: standby, peer: live, rto: 4h, rpo: 30m}\n"
    )
    return tmp_path


def test_a_tenant_sees_the_network_of_its_host(root: Path) -> None:
    live = load_environments(root, [("shop", "live")])[0].environment

    assert platform_of(live).network_block == "10.0.0.0/16"


def test_a_standby_sees_its_peer_and_the_host_its_peer_lives_on(root: Path) -> None:
    peer = load_environments(root, [("shop", "spare")])[0].environment.peer_environment

    assert peer is not None
    assert (peer.environment, peer.host_environment.environment) == ("live", "base")


def test_an_environment_without_host_is_its_own_host(root: Path) -> None:
    base = load_environments(root, [("shop", "base")])[0].environment

    assert base.host_environment is base
    assert base.peer_environment is None


def test_neighbours_survive_the_way_to_a_worker_process(root: Path) -> None:
    live = load_environments(root, [("shop", "live")])[0].environment

    again = pickle.loads(pickle.dumps(live))

    assert again.host_environment.environment == "base"


def test_a_cluster_knows_its_tenants_and_they_know_it(root: Path) -> None:
    base = load_environments(root, [("shop", "base")])[0].environment

    tenants = base.tenants

    assert [tenant.environment for tenant in tenants] == ["live"]
    assert tenants[0].host_environment.environment == "base"
