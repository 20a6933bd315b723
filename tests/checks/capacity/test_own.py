"""What rendered objects make pods of, and how many."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from clusters import a_deployment, a_pod, put_all
from trees import an_object, inventory

from groundplan.checks.capacity.demand import Bounds, Defaults, Demand, limited, requested, share
from groundplan.checks.capacity.own import own_demands
from groundplan.yaml.text import to_yaml

GIBI = 2**30


def demands(root: Path, *documents: dict[str, Any]) -> dict[str, Demand]:
    put_all(root, *documents)
    return {demand.name: demand for demand in own_demands(inventory(root).manifests, {})}


def test_a_pod_asks_for_its_containers_together_or_for_the_largest_before_them() -> None:
    containers = [
        Bounds({"cpu": "2"}, {}, initial=True),
        Bounds({"cpu": "500m"}, {}),
        Bounds({"cpu": "250m"}, {}),
    ]

    assert requested(containers).cpu == 2


def test_a_limit_without_a_request_is_the_request() -> None:
    assert requested([Bounds({}, {"memory": "1Gi"})]).memory == GIBI


def test_a_namespace_gives_what_a_container_does_not_say() -> None:
    given = Defaults({"cpu": "250m"}, {"cpu": "500m"})

    assert (requested([Bounds({}, {})], given).cpu, limited([Bounds({}, {})], given)["cpu"]) == (
        Decimal("0.25"),
        Decimal("0.5"),
    )


def test_what_a_container_takes_of_a_node_s_disk_is_requested() -> None:
    assert requested([Bounds({}, {"ephemeral-storage": "20Gi"})]).disk == 20 * GIBI


@pytest.mark.parametrize(
    ("value", "up", "count"), [("25%", True, 1), ("25%", False, 0), (2, True, 2), ("100%", False, 3)]
)
def test_a_share_of_pods_is_rounded_as_kubernetes_does(value: Any, up: bool, count: int) -> None:
    assert share(value, 3, up=up) == count


def test_a_database_s_instances_stand_apart_where_it_says_so(tmp_path: Path) -> None:
    spec = {
        "instances": 3,
        "resources": {"requests": {"cpu": "1", "memory": "4Gi"}},
        "storage": {"size": "10Gi"},
        "walStorage": {"size": "2Gi"},
        "affinity": {"podAntiAffinityType": "required", "topologyKey": "topology.kubernetes.io/zone"},
    }
    database = an_object("Cluster", "db", "postgresql.cnpg.io/v1", spec=spec)

    demand = demands(tmp_path, database)["Cluster db"]

    assert (demand.most, demand.volumes, [rule.key for rule in demand.apart]) == (
        3,
        ("10Gi", "2Gi"),
        ["topology.kubernetes.io/zone"],
    )


def test_jobs_that_somebody_starts_from_a_template_are_as_many_as_their_quota_lets_in(tmp_path: Path) -> None:
    job = {"kind": "Job", "apiVersion": "batch/v1", "metadata": {"namespace": "builds"}, "spec": {"template": a_pod()}}
    quota = an_object("ResourceQuota", "jobs", namespace="builds", spec={"hard": {"count/jobs.batch": "5"}})
    template = an_object("ConfigMap", "template", data={"job.yaml": to_yaml(job)})

    demand = demands(tmp_path, template, quota)["Job of ConfigMap template"]

    assert (demand.least, demand.most, demand.namespace) == (0, 5, "builds")


def test_a_scaled_object_says_how_many(tmp_path: Path) -> None:
    scaler = an_object(
        "ScaledObject",
        "web",
        "keda.sh/v1alpha1",
        spec={"scaleTargetRef": {"name": "web"}, "minReplicaCount": 2, "maxReplicaCount": 7},
    )

    demand = demands(tmp_path, a_deployment(), scaler)["Deployment web"]

    assert (demand.least, demand.most) == (2, 7)


def test_a_controller_that_answers_an_authority_makes_a_pod(tmp_path: Path) -> None:
    issuer = an_object(
        "Issuer", "acme", "cert-manager.io/v1", spec={"acme": {"solvers": [{"http01": {"ingress": {}}}]}}
    )

    [demand] = demands(tmp_path, issuer).values()

    assert (demand.least, demand.each.cpu) == (0, Decimal("0.01"))
