"""On nodes too few for pairs, add-ons run once, ask for half, and block no drain."""

from __future__ import annotations

import pytest
from tests.support.rendering import Json, an_environment

from groundplan.addons.thrift import once
from groundplan.components.releases import release
from groundplan.delivery.argocd import argocd_values

THRIFTY = "cluster: {thrifty: true}"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"replicaCount": 3}, {"replicaCount": 1}),
        ({"server": {"replicas": 2}}, {"server": {"replicas": 1}}),
        ({"applicationSet": {"replicas": 0}}, {"applicationSet": {"replicas": 0}}),
        ({"podDisruptionBudget": {"enabled": True, "minAvailable": 2}}, {"podDisruptionBudget": {"enabled": False}}),
        ({"pdb": {"manager": {"minAvailable": 1}}}, {"pdb": {"manager": {"minAvailable": 0}}}),
        (
            {"resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "1Gi"}}},
            {"resources": {"requests": {"cpu": "25m", "memory": "64Mi"}, "limits": {"memory": "1Gi"}}},
        ),
        ({"autoscaling": {"minReplicas": 2}}, {"autoscaling": {"minReplicas": 2}}),
    ],
)
def test_counts_become_one_budgets_go_and_cpu_is_halved(values: Json, expected: Json) -> None:
    assert once(values) == expected


def test_only_a_thrifty_cluster_is_given_less() -> None:
    values = {"replicaCount": 2}

    assert release(an_environment(THRIFTY), "cert-manager", values).values == {"replicaCount": 1}
    assert release(an_environment(), "cert-manager", values).values == {"replicaCount": 2}


def test_a_cache_that_wants_three_nodes_is_not_asked_for_there() -> None:
    assert "redis-ha" not in argocd_values(an_environment(THRIFTY))
    assert argocd_values(an_environment())["redis-ha"]["enabled"] is True
