"""Everything finds a node at rest, at most, while versions change and with a zone gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from clusters import a_deployment, a_pod, an_autoscaler, apart, judged, messages, put_all, rules, stated
from trees import a_context, inventory

from groundplan.checks import capacity

TWO_CORES = {"cpu": "2", "memory": "4Gi"}


def test_what_fits_is_no_finding(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(replicas=2))

    assert judged(tmp_path, server=TWO_CORES).findings == ()


def test_who_finds_no_room_is_named_with_the_pool_the_largest_and_what_to_write(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(replicas=5))

    [message] = messages(judged(tmp_path, server=TWO_CORES))

    assert "at rest" in message
    assert "2 of Deployment web" in message
    assert "Deployment web (5 x 0.5 CPU and 0.25Gi)" in message
    assert "write platform.existing.nodes.server.count: 2 in environments/store/prod.yaml" in message


def test_room_that_only_sums_up_is_no_room(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(replicas=3, pod=a_pod("1500m"), strategy={"type": "Recreate"}))

    assert rules(judged(tmp_path, server={**TWO_CORES, "count": 2})) == {"capacity.no-room"}


def test_an_autoscaler_s_maximum_must_find_nodes_too(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(), an_autoscaler("web", 1, 9))

    [message] = messages(judged(tmp_path, server=TWO_CORES))

    assert "at their maximum" in message


def test_jobs_count_at_the_maximum_alone(tmp_path: Path) -> None:
    from trees import an_object

    job = {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": a_pod("2")}}}
    put_all(tmp_path, an_object("CronJob", "dump", "batch/v1", spec=job))

    [message] = messages(judged(tmp_path, server=TWO_CORES))

    assert "at their maximum, 1 of CronJob dump" in message


def test_a_new_version_must_find_room_beside_the_old_one(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(pod=a_pod("1")))

    [message] = messages(judged(tmp_path, server=TWO_CORES))

    assert "while a new version comes, 1 of Deployment web" in message


def test_a_version_that_replaces_the_old_one_needs_no_room(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(pod=a_pod("1"), strategy={"type": "Recreate"}))

    assert judged(tmp_path, server=TWO_CORES).findings == ()


@pytest.mark.parametrize(
    ("strategy", "found"),
    [
        ({"blueGreen": {"activeService": "web"}}, {"capacity.no-room"}),
        ({"blueGreen": {"activeService": "web", "previewReplicaCount": 1}}, set()),
        ({"canary": {"trafficRouting": {"istio": {}}}}, {"capacity.no-room"}),
        ({"canary": {"trafficRouting": {"istio": {}}, "dynamicStableScale": True, "maxUnavailable": 1}}, set()),
    ],
)
def test_a_release_in_steps_needs_a_second_set_of_pods(tmp_path: Path, strategy: Any, found: set[str]) -> None:
    rollout = a_deployment(replicas=2)
    rollout |= {"kind": "Rollout", "apiVersion": "argoproj.io/v1alpha1"}
    rollout["spec"]["strategy"] = strategy
    put_all(tmp_path, rollout)

    assert rules(judged(tmp_path, server=TWO_CORES)) == found


def test_with_a_zone_gone_those_at_rest_stand_in_the_others(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(replicas=5))
    environment = stated(("a", "b"), server={**TWO_CORES, "count": 2})

    [message] = messages(capacity.run(inventory(tmp_path), a_context(tmp_path, environment)))

    assert "with a zone gone, 2 of Deployment web" in message


def test_a_pod_whose_disk_is_lost_with_its_zone_is_not_asked_for(tmp_path: Path) -> None:
    claim = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}  # fmt: skip
    store = a_deployment(replicas=2, pod=a_pod("1500m"), volumeClaimTemplates=[claim])
    put_all(tmp_path, {**store, "kind": "StatefulSet"})
    environment = stated(("a", "b"), server={**TWO_CORES, "count": 2})

    assert capacity.run(inventory(tmp_path), a_context(tmp_path, environment)).findings == ()


def test_pods_that_must_stand_apart_need_as_many_nodes(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(replicas=3, pod=a_pod("100m", affinity=apart())))

    [message] = messages(judged(tmp_path, server={**TWO_CORES, "count": 2}))

    assert "1 of 3 pods find no place apart from the others: server has 2 nodes" in message


def test_an_upgrade_of_pods_on_every_node_lets_an_old_one_go_first(tmp_path: Path) -> None:
    pod = a_pod("100m", affinity=apart())
    put_all(tmp_path, a_deployment(replicas=2, pod=pod))

    assert rules(judged(tmp_path, server={**TWO_CORES, "count": 2})) == {"capacity.apart"}


def test_a_spread_that_must_hold_needs_the_zones(tmp_path: Path) -> None:
    spread = [{"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": {"app": "web"}}}]  # fmt: skip
    put_all(
        tmp_path,
        a_deployment(replicas=4, pod=a_pod("900m", topologySpreadConstraints=spread), strategy={"type": "Recreate"}),
    )
    nodes = {"server": {**TWO_CORES, "count": 3}}

    assert rules(capacity.run(inventory(tmp_path), a_context(tmp_path, stated(("a", "b"), **nodes)))) >= {
        "capacity.no-room"
    }


@pytest.mark.parametrize(
    ("taint", "pod", "found"),
    [
        ({"key": "jobs"}, {}, {"capacity.nowhere"}),
        ({"key": "jobs"}, {"tolerations": [{"key": "jobs", "operator": "Exists"}]}, set()),
        ({"key": "jobs"}, {"tolerations": [{"key": "jobs", "value": "false"}]}, {"capacity.nowhere"}),
        ({"key": "jobs", "effect": "PreferNoSchedule"}, {}, set()),
    ],
)
def test_a_taint_keeps_out_who_does_not_stand_it(
    tmp_path: Path, taint: Any, pod: dict[str, Any], found: set[str]
) -> None:
    put_all(tmp_path, a_deployment(pod=a_pod("100m", **pod)))

    verdict = judged(tmp_path, server={**TWO_CORES, "taints": [taint]})

    assert {finding.rule for finding in verdict.findings if "web" in finding.subject} == found


def test_a_label_that_no_node_has_leads_nowhere(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(pod=a_pod("100m", nodeSelector={"disk": "fast"})))

    [message] = messages(judged(tmp_path, server=TWO_CORES))

    assert "no pool has the labels it asks for (disk=fast); name one of the pools server" in message


def test_a_node_takes_so_many_pods_and_no_more(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(replicas=12, pod=a_pod("10m", "16Mi")))

    assert rules(judged(tmp_path, server={**TWO_CORES, "pods": 10})) == {"capacity.no-room"}


def test_what_is_on_each_node_takes_its_part_first(tmp_path: Path) -> None:
    agent = a_deployment("agent", pod=a_pod("1500m"))
    del agent["spec"]["replicas"]
    put_all(tmp_path, {**agent, "kind": "DaemonSet"}, a_deployment())

    assert rules(judged(tmp_path, server=TWO_CORES)) == {"capacity.no-room"}


def test_a_cluster_of_which_nobody_says_the_nodes_is_counted_as_not_judged(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(replicas=500))

    verdict = judged(tmp_path)

    assert (verdict.judged, verdict.not_judged[0].count, verdict.not_judged[0].declared) == (0, 1, True)


def test_what_fits_evenly_and_not_packed_is_no_finding(tmp_path: Path) -> None:
    """Packed, the two large ones take one node's memory, and its cores are idle."""
    large = a_deployment("large", 2, pod=a_pod("100m", "1800Mi"), strategy={"type": "Recreate"})
    small = a_deployment("small", 6, pod=a_pod("500m", "64Mi"), strategy={"type": "Recreate"})
    put_all(tmp_path, large, small)

    assert judged(tmp_path, server={**TWO_CORES, "count": 2}).findings == ()


def test_disks_are_named_where_they_are_what_is_missing(tmp_path: Path) -> None:
    asked = {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"ephemeral-storage": "40Gi"}}
    put_all(tmp_path, a_deployment(replicas=4, pod=a_pod(resources=asked), strategy={"type": "Recreate"}))

    found = messages(judged(tmp_path, server={**TWO_CORES, "disk": "100Gi"}))

    assert any("of their disks" in message for message in found), found
