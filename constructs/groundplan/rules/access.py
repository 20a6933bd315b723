"""Roles that accounts name, and autoscalers that a cluster has."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundplan.model.environment import Environment
from groundplan.rules.problem import Problem, unknown


def _roles(environment: Environment) -> Iterator[Problem]:
    for name, account in environment.rbac.accounts.items():
        if account.role not in environment.rbac.roles:
            path = ("rbac", "accounts", name, "role")
            yield unknown(path, "missing-role", "role", account.role, environment.rbac.roles)


def _right_sizing(environment: Environment) -> Iterator[Problem]:
    if environment.cluster.right_sizing and environment.cluster.provider != "azure":
        what = f"needs the vertical pod autoscaler, which a cluster of {environment.cluster.provider} does not bring"
        yield ("cluster", "right_sizing"), "sizing-without-recommender", what, "write false"


def _scaling_by_the_hour(environment: Environment) -> Iterator[Problem]:
    if environment.cluster.provider == "azure":
        return
    for name, service in environment.services.items():
        if service.scaling is not None and service.scaling.hours:
            what = f"needs KEDA, which a cluster of {environment.cluster.provider} does not bring"
            yield ("services", name, "scaling", "hours"), "hours-without-keda", what, "remove it"


ACCESS_RULES: tuple[Callable[[Environment], Iterator[Problem]], ...] = (_roles, _right_sizing, _scaling_by_the_hour)
"""Every rule of this module."""
