"""The pods of a service follow from its props alone."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.parts import a_service

from groundplan.errors import ConstructError
from groundplan.model.cluster import Taint
from groundplan.model.containers import Mount
from groundplan.platforms.platform import PodIdentity
from groundplan.workloads.service_pod import CONFIG_HASH, ServicePod, ServicePodProps


def a_pod(service: dict[str, object] | None = None, **props: Any) -> ServicePod:
    given = ServicePodProps(
        service=a_service(**(service or {})), system="shop", kubernetes="1.32", image="registry/shop/web:v1", **props
    )
    return ServicePod("web", given)


def container(pod: ServicePod) -> dict[str, Any]:
    [only] = pod.spec()["containers"]
    found: dict[str, Any] = only
    return found


def test_it_runs_the_image_it_is_given() -> None:
    assert container(a_pod())["image"] == "registry/shop/web:v1"


def test_its_priority_is_one_of_the_system() -> None:
    assert a_pod({"priority": "high"}).spec()["priorityClassName"] == "shop-high"


def test_it_stops_after_its_grace_and_the_drain_before() -> None:
    assert a_pod({"grace": "30s"}, drain=20).spec()["terminationGracePeriodSeconds"] == 50


def test_an_identity_gives_its_labels_to_the_pods() -> None:
    identity = PodIdentity(labels={"identity": "use"})

    assert a_pod(identity=identity).metadata()["labels"]["identity"] == "use"


def test_it_tolerates_the_taint_of_the_pool_it_names() -> None:
    [toleration] = a_pod({"node_pool": "jobs"}, taints={"jobs": [Taint(key="jobs")]}).spec()["tolerations"]

    assert toleration["key"] == "jobs"


def test_it_tolerates_the_taint_that_whoever_made_the_nodes_put_on_them_too() -> None:
    taints = [Taint(key="jobs"), Taint(key="spot", value="yes")]

    pod = a_pod({"node_pool": "jobs"}, taints={"jobs": taints})

    assert [item["key"] for item in pod.spec()["tolerations"]] == ["jobs", "spot"]


def test_it_is_told_the_urls_it_is_given() -> None:
    assert {"name": "API_URL", "value": "http://api:8081"} in container(a_pod(urls={"API_URL": "http://api:8081"}))[
        "env"
    ]


def test_another_setting_is_another_hash_so_that_the_pods_roll() -> None:
    hashes = [a_pod({"config": {"LEVEL": level}}).metadata()["annotations"][CONFIG_HASH] for level in ("info", "debug")]

    assert hashes[0] != hashes[1]


def test_a_mount_of_nothing_is_refused() -> None:
    nowhere = a_service().model_copy(
        update={"mounts": {"data": Mount.model_construct(path="/data", scratch=None, store=None)}}
    )

    with pytest.raises(ConstructError, match=r"mount `data` names no file store; name a store of type files"):
        ServicePod("web", ServicePodProps(service=nowhere, system="shop", kubernetes="1.32", image="web:v1")).spec()
