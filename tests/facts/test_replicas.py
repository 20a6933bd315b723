"""A service has the pods it asks for, and on a standby those that are promised after a failover."""

from __future__ import annotations

from systems import an_environment

from groundplan.facts.replicas import least_replicas, most_replicas, promised_replicas
from groundplan.model.environment import Environment


def side(role: str, **minimum: int) -> Environment:
    return an_environment("dr", recovery={"role": role, "peer": "other", "rto": "4h", "rpo": "30m", "minimum": minimum})


def test_a_promise_raises_the_least_and_the_most() -> None:
    standby = side("standby", web=7)

    assert (least_replicas(standby, "web"), most_replicas(standby, "web")) == (7, 7)


def test_a_promise_lowers_nothing() -> None:
    assert least_replicas(side("standby", web=1), "web") == 2


def test_what_is_promised_nothing_keeps_its_own_number() -> None:
    assert least_replicas(side("standby", web=7), "api") == 2


def test_a_primary_promises_nothing() -> None:
    assert promised_replicas(side("primary", web=7), "web") == 0
