"""Quotas let in everything at its maximum, and every container says what they count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from clusters import a_deployment, a_pod, an_autoscaler, judged, messages, put_all, rules
from trees import an_object

LARGE = {"cpu": "64", "memory": "256Gi"}


def a_quota(**hard: str) -> dict[str, Any]:
    return an_object(
        "ResourceQuota", "quota", spec={"hard": {name.replace("_", "."): value for name, value in hard.items()}}
    )


def test_a_quota_that_lets_everything_in_is_no_finding(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(replicas=2), a_quota(requests_cpu="2", limits_memory="3Gi", pods="3"))

    assert judged(tmp_path, server=LARGE).findings == ()


def test_a_new_version_counts_beside_the_old_one(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(replicas=2), a_quota(requests_cpu="1"))

    [message] = messages(judged(tmp_path, server=LARGE))

    assert "ResourceQuota quota: spec.hard.requests.cpu" in message
    assert "take 1.5; most take Deployment web 1.5" in message


@pytest.mark.parametrize(
    ("hard", "documents"),
    [
        ({"limits_memory": "2Gi"}, [a_deployment(replicas=2)]),
        ({"pods": "10"}, [a_deployment(), an_autoscaler("web", 1, 10)]),
        ({"services_loadbalancers": "0"}, [an_object("Service", "web", spec={"type": "LoadBalancer"})]),
        (
            {"persistentvolumeclaims": "0"},
            [an_object("PersistentVolumeClaim", "web", spec={"resources": {"requests": {"storage": "1Gi"}}})],
        ),
    ],
)
def test_what_a_quota_refuses_is_found(tmp_path: Path, hard: Any, documents: list[Any]) -> None:
    put_all(tmp_path, a_quota(**hard), *documents)

    assert rules(judged(tmp_path, server=LARGE)) == {"capacity.quota"}


def test_a_container_that_says_nothing_is_refused_where_a_quota_counts(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(pod=a_pod(resources={})), a_quota(limits_cpu="10"))

    [message] = messages(judged(tmp_path, server=LARGE))

    assert "has a container without limits.cpu" in message


def test_a_namespace_that_gives_defaults_says_it_for_them(tmp_path: Path) -> None:
    limits = [{"type": "Container", "default": {"cpu": "1"}, "defaultRequest": {"cpu": "1"}}]
    put_all(
        tmp_path,
        a_deployment(pod=a_pod(resources={})),
        a_quota(limits_cpu="10"),
        an_object("LimitRange", "bounds", spec={"limits": limits}),
    )

    assert judged(tmp_path, server=LARGE).findings == ()


def test_a_quota_of_another_namespace_counts_nothing_here(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(), {**a_quota(pods="0"), "metadata": {"name": "quota", "namespace": "other"}})

    assert judged(tmp_path, server=LARGE).findings == ()
