"""What fits on the nodes, and who is counted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from systems import BASE, an_environment

from groundplan.facts.capacity import (
    Amount,
    declared_pods,
    left_after_loss,
    pools_hold_their_pods,
    rooms,
    usable,
)
from groundplan.model.cluster import NodePool
from groundplan.model.environment import Environment

POOL = {"instance": "m6i.large", "cpu": "2", "memory": "8Gi", "min": 1, "max": 4}
SCALED = {"min": 2, "max": 10}


def _with_pools(pools: dict[str, Any], **services: Any) -> Environment:
    changed = {name: {**BASE["services"]["web"], "calls": [], **service} for name, service in services.items()}
    return an_environment(
        "staging", cluster={**BASE["cluster"], "node_pools": pools}, services=changed, data={}, pipelines=None
    )


@pytest.mark.parametrize(
    ("nodes", "zones", "left"), [(10, 3, 6), (3, 3, 2), (5, 3, 3), (2, 3, 1), (4, 2, 2), (7, 1, 7), (7, 0, 7)]
)
def test_a_lost_zone_takes_the_most_nodes_it_can_have(nodes: int, zones: int, left: int) -> None:
    assert left_after_loss(nodes, zones) == left


def test_a_node_has_less_than_its_size() -> None:
    pool = NodePool.model_validate(POOL)

    assert usable(pool) == Amount(Decimal("1.71"), Decimal("5.76") * 2**30)


def test_a_store_that_the_cloud_runs_takes_no_node() -> None:
    data = {"db": {**BASE["data"]["db"], "engine": {"azure-flexible-server": {"storage": "32Gi"}}}}

    assert [pods.path for pods in declared_pods(an_environment("staging", data=data))] == [
        ("services", "web"),
        ("services", "api"),
    ]


def test_a_standby_counts_as_if_it_had_taken_over() -> None:
    recovery = {"role": "standby", "peer": "production", "rto": "4h", "rpo": "30m", "minimum": {"web": 7}}

    pods = declared_pods(an_environment("dr", recovery=recovery))

    assert {item.path[-1]: item.count for item in pods} == {"web": 7, "api": 2, "db": 2}


def test_a_tainted_pool_holds_only_who_names_it() -> None:
    tainted = {**POOL, "taint": {"key": "dedicated"}}
    environment = _with_pools({"app": POOL, "gpu": tainted}, web={}, model={"node_pool": "gpu"})

    found = {tuple(room.pools): [pods.path[-1] for pods in room.pods] for room in rooms(environment)}

    assert found == {("gpu",): ["model"], ("app",): ["web"]}


def test_who_names_an_open_pool_also_counts_among_those_who_may_stand_in_it() -> None:
    environment = _with_pools({"app": POOL}, web={}, api={"node_pool": "app"})

    named, anywhere = rooms(environment)

    assert [pods.path[-1] for pods in named.pods] == ["api"]
    assert [pods.path[-1] for pods in anywhere.pods] == ["web", "api"]


def test_the_advice_is_just_enough() -> None:
    environment = _with_pools({"app": POOL}, web={"scaling": {"min": 2, "max": 50}})

    ((path, _, _, advice),) = pools_hold_their_pods(environment)

    assert path == ("cluster", "node_pools", "app", "max")
    assert advice.startswith("write 6,")
    assert (
        list(pools_hold_their_pods(_with_pools({"app": {**POOL, "max": 6}}, web={"scaling": {"min": 2, "max": 50}})))
        == []
    )


def test_a_cluster_counts_the_pods_of_its_tenants() -> None:
    tenant = _with_pools({"app": POOL}, web={"scaling": SCALED}).model_copy(update={"role": "tenant", "host": "base"})
    host = an_environment("base", role="cluster", services={}, data={}, pipelines=None)

    (room,) = rooms(host.with_neighbours({"staging": tenant}))

    assert [(pods.environment, pods.count) for pods in room.pods] == [("staging", 10)]


def test_somebody_else_s_nodes_are_not_judged() -> None:
    assert list(pools_hold_their_pods(_with_pools({}, web={"scaling": {"min": 2, "max": 500}}))) == []
