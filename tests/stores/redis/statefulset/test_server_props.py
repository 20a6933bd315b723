"""A server follows from its props alone."""

from __future__ import annotations

from typing import Any

from tests.support.parts import emitted
from tests.support.rendering import Json, the

from groundplan.stores.redis.model import Redis
from groundplan.stores.redis.statefulset.server import RedisServer, RedisServerProps

AMOUNTS = {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "1", "memory": "1Gi"}}
CHAPTER = Redis.model_validate({"type": "redis", "engine": {"statefulset": {"resources": AMOUNTS}}})


def a_server(**props: Any) -> list[Json]:
    settings = CHAPTER.engine.statefulset
    assert settings is not None
    given = RedisServerProps(
        chapter=CHAPTER,
        settings=settings,
        system="shop",
        image="mirror/redis:7.2",
        exporter_image="mirror/exporter:1",
        storage_class="ssd",
        **props,
    )
    return emitted(lambda component: RedisServer(component, "cache", given))


def test_it_waits_for_a_failover_without_a_pod() -> None:
    assert the(a_server(standby=True), "StatefulSet")["spec"]["replicas"] == 0


def test_its_volume_is_of_the_class_it_is_given() -> None:
    [claim] = the(a_server(), "StatefulSet")["spec"]["volumeClaimTemplates"]

    assert claim["spec"]["storageClassName"] == "ssd"


def test_nobody_asks_what_nobody_is_said_to_ask() -> None:
    assert the(a_server(), "NetworkPolicy")["spec"]["ingress"] == []


def test_whoever_scrapes_reads_the_metrics_alone() -> None:
    prometheus = {"podSelector": {"matchLabels": {"app": "prometheus"}}}

    [rule] = the(a_server(watchers=[prometheus]), "NetworkPolicy")["spec"]["ingress"]

    assert (rule["from"], [port["port"] for port in rule["ports"]]) == ([prometheus], [9121])
