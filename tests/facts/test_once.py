"""A fact is derived once for each environment, and forgotten with it."""

from __future__ import annotations

import gc
import weakref

from tests.support.rendering import an_environment

from groundplan.facts.once import once_per_environment
from groundplan.model.environment import Environment


def test_a_fact_is_derived_once_for_each_environment() -> None:
    asked: list[str] = []

    @once_per_environment
    def fact(environment: Environment) -> int:
        asked.append(environment.environment)
        return len(asked)

    one, other = an_environment(""), an_environment("")

    assert [fact(one), fact(other), fact(one), fact(other)] == [1, 2, 1, 2]


def test_a_fact_holds_no_environment() -> None:
    fact = once_per_environment(lambda environment: environment.system)
    environment = an_environment("")
    fact(environment)
    alive = weakref.ref(environment)

    del environment
    gc.collect()

    assert alive() is None
