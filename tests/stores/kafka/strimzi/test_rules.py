"""What only two environments, or another Kubernetes, can get wrong; the rest stands among the invalid files."""

from __future__ import annotations

import pytest
from tests.support.rendering import an_environment

from groundplan.addons import catalogue as add_ons
from groundplan.model.environment import Environment
from groundplan.stores.kafka.strimzi.store import StrimziStore
from groundplan.stores.registry import store_of

KAFKA = """
services: {web: {image: "shop/web:v1", port: 8080, calls: [events],
  resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 256Mi}}}}
data:
  events:
    type: kafka
    version: 4.3.1
    topics: {orders: {writers: [web]}, prices: {writers: [web]}}
    engine: {strimzi: {storage: 20Gi, resources: {requests: {cpu: 100m, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}}}
"""


def store(environment: Environment) -> StrimziStore:
    found = store_of(environment, "events")
    assert isinstance(found, StrimziStore)
    return found


def rules(here: Environment, peer: Environment) -> list[str]:
    return [rule for _, rule, _, _ in store(here).disagreements(peer)]


def test_a_peer_without_it_would_take_over_without_it() -> None:
    here = an_environment(KAFKA)

    assert rules(here, an_environment()) == ["not-replicated"]


def test_both_sides_have_the_same_topics() -> None:
    here = an_environment(KAFKA)
    other = an_environment(KAFKA, "data: {events: {topics: {orders: {partitions: 12}, prices: null}}}")

    assert rules(here, an_environment(KAFKA)) == []
    assert rules(here, other) == ["topic-differs", "topic-differs"]


def test_a_kubernetes_that_no_operator_runs_on_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = an_environment(KAFKA)
    known = add_ons.catalogue()
    strimzi = known["strimzi"].model_copy(update={"versions": {"1.28": "0.50.1"}})
    monkeypatch.setattr("groundplan.stores.kafka.strimzi.versions.catalogue", lambda: {**known, "strimzi": strimzi})

    assert [rule for _, rule, _, _ in store(environment).problems()] == ["kafka-operator"]
