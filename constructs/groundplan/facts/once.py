"""Deriving a fact once for each environment, however many objects ask for it."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from groundplan.model.environment import Environment

Fact = TypeVar("Fact")


def once_per_environment(derive: Callable[[Environment], Fact]) -> Callable[[Environment], Fact]:
    """`derive`, whose result is remembered for as long as the environment lives; environments never change.

    Without it, a fact about all services that each service asks for costs the square of their number.
    """
    facts: dict[int, tuple[weakref.ref[Environment], Fact]] = {}

    @wraps(derive)
    def derived(environment: Environment) -> Fact:
        key = id(environment)
        known = facts.get(key)
        if known is None or known[0]() is not environment:
            known = facts[key] = (weakref.ref(environment, lambda _: facts.pop(key, None)), derive(environment))
        return known[1]

    return derived
