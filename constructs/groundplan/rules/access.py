"""Roles that accounts name, and recommenders that a cluster has."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of
from groundplan.rules.problem import Problem, unknown


def _roles(environment: Environment) -> Iterator[Problem]:
    for name, account in environment.rbac.accounts.items():
        if account.role not in environment.rbac.roles:
            path = ("rbac", "accounts", name, "role")
            yield unknown(path, "missing-role", "role", account.role, environment.rbac.roles)


def _right_sizing(environment: Environment) -> Iterator[Problem]:
    if environment.cluster.right_sizing and "vertical-pod-autoscaler" not in platform_of(environment).built_in:
        what = f"needs the vertical pod autoscaler, which a cluster of {environment.platform_name} does not bring"
        yield ("cluster", "right_sizing"), "sizing-without-recommender", what, "write false"


ACCESS_RULES: tuple[Callable[[Environment], Iterator[Problem]], ...] = (_roles, _right_sizing)
"""Every rule of this module."""
