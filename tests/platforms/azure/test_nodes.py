"""What a node of AKS leaves to pods, and what AKS runs on it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from groundplan.platforms.azure.nodes import kept_memory, kept_millicores, nodes_of

MEBI, GIBI = Decimal(2**20), Decimal(2**30)


def a_cluster(profile: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    pool = {"name": "system", "mode": "System", "vmSize": "Standard_D2s_v3", "count": 1, "osDiskSizeGB": 50}
    return {
        "apiVersion": "containerservice.azure.com/v1api20240901",
        "kind": "ManagedCluster",
        "metadata": {"name": "aks"},
        "spec": {
            "kubernetesVersion": "1.32",
            "agentPoolProfiles": [{**pool, **(profile or {})}],
            "networkProfile": {"networkPluginMode": "overlay"},
            **spec,
        },
    }


def pool_of(profile: dict[str, Any] | None = None, **spec: Any) -> Any:
    nodes = nodes_of([a_cluster(profile, **spec)])
    assert nodes is not None
    return nodes.pools[0]


@pytest.mark.parametrize(("cores", "kept"), [(1, 60), (2, 100), (3, 140), (4, 140), (16, 260), (96, 740)])
def test_cores_are_kept_by_the_row_of_the_host(cores: int, kept: int) -> None:
    assert kept_millicores(cores) == kept


def test_memory_is_kept_by_the_pods_a_node_takes() -> None:
    assert kept_memory(8 * GIBI, 30, "1.32") == (650 + 100) * MEBI


def test_of_a_small_machine_no_more_than_a_quarter_is_kept() -> None:
    assert kept_memory(4 * GIBI, 70, "1.29") == GIBI + 100 * MEBI


def test_an_older_kubernetes_keeps_a_falling_share() -> None:
    assert kept_memory(7 * GIBI, 30, "1.28") == Decimal("1.6") * GIBI + 750 * MEBI


def test_a_pool_that_is_scaled_is_counted_at_its_maximum() -> None:
    pool = pool_of({"enableAutoScaling": True, "minCount": 1, "maxCount": 5, "upgradeSettings": {"maxSurge": "33%"}})

    assert (pool.fewest, pool.most, pool.surge) == (1, 5, 2)


def test_a_node_of_an_overlay_takes_what_is_written_or_250() -> None:
    assert (pool_of().pods, pool_of({"maxPods": 60}).pods) == (250, 60)


def test_a_spot_pool_has_the_taint_that_aks_puts_there() -> None:
    [taint] = pool_of({"scaleSetPriority": "Spot"}).taints

    assert taint == {"key": "kubernetes.azure.com/scalesetpriority", "value": "spot", "effect": "NoSchedule"}


def test_a_written_taint_is_read() -> None:
    assert pool_of({"nodeTaints": ["jobs=true:NoExecute"]}).taints == (
        {"key": "jobs", "value": "true", "effect": "NoExecute"},
    )


def test_a_machine_that_no_row_describes_is_told() -> None:
    nodes = nodes_of([a_cluster({"vmSize": "Standard_Z1"})])

    assert nodes is not None
    assert (nodes.pools, nodes.unknown) == ((), (("ManagedCluster aks", "Standard_Z1"),))


def test_what_is_switched_on_runs_on_each_node() -> None:
    logs = {"addonProfiles": {"omsagent": {"enabled": True}}}

    named = [{pods.name for pods in found.pods} for item in ({}, logs) if (found := nodes_of([a_cluster(**item)]))]

    assert ["ama-logs" in names for names in named] == [False, True]


def test_without_a_cluster_there_are_no_nodes() -> None:
    assert nodes_of([]) is None
