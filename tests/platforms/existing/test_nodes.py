"""Nodes of a cluster that somebody else made are what its environment says."""

from __future__ import annotations

from decimal import Decimal

from groundplan.platforms.existing.chapter import StatedNodes
from groundplan.platforms.existing.nodes import stated


def test_nothing_stated_is_nothing_known() -> None:
    assert stated({}, []) is None


def test_one_server_is_a_pool_of_one_node() -> None:
    nodes = stated({"server": StatedNodes.model_validate({"cpu": "2", "memory": "4Gi"})}, ["a"])

    assert nodes is not None
    [pool] = nodes.pools
    assert (pool.fewest, pool.most, pool.each.cpu, pool.zones) == (1, 1, Decimal("1.9"), ("a",))


def test_what_any_cluster_runs_is_counted() -> None:
    nodes = stated({"server": StatedNodes.model_validate({"cpu": "2", "memory": "4Gi"})}, [])

    assert nodes is not None
    assert "coredns" in {pods.name for pods in nodes.pods}
