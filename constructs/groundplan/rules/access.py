"""Roles that accounts name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundplan.model.environment import Environment
from groundplan.rules.problem import Problem, unknown
from groundplan.yaml.marked import YamlPath


def _roles(environment: Environment) -> Iterator[Problem]:
    for name, account in environment.rbac.accounts.items():
        if account.role not in environment.rbac.roles:
            path = ("rbac", "accounts", name, "role")
            yield unknown(path, "missing-role", "role", account.role, environment.rbac.roles)


def _groups(environment: Environment) -> Iterator[Problem]:
    """Groups have roles of the chapter, and come to the API server by somebody's sign-in."""
    groups, settings = environment.rbac.groups, environment.host_environment.cluster.cluster_api
    for name, group in groups.items():
        if group.role not in environment.rbac.roles:
            yield unknown(("rbac", "groups", name, "role"), "missing-role", "role", group.role, environment.rbac.roles)
    if groups and (settings is None or settings.sign_in is None):
        advice = (
            "write cluster.cluster_api.sign_in, or remove it"
            if settings is not None
            else "give groups their roles where the platform does"
        )
        yield ("rbac", "groups"), "groups-without-sign-in", "has groups, and the API server is told of none", advice


def _sign_in(environment: Environment) -> Iterator[Problem]:
    """A client is one of a provider, and whoever signs in may do something."""
    settings = environment.cluster.cluster_api
    if settings is None or settings.sign_in is None or not environment.has_cluster:
        return
    path: YamlPath = ("cluster", "cluster_api", "sign_in")
    if environment.delivery.sign_in is None:
        yield path, "sign-in-without-provider", "names a client, and no provider is known", "write delivery.sign_in"
    elif not environment.rbac.groups:
        yield path, "sign-in-for-nobody", "lets people in who may do nothing", "write rbac.groups, or remove it"


ACCESS_RULES: tuple[Callable[[Environment], Iterator[Problem]], ...] = (_roles, _groups, _sign_in)
"""Every rule of this module."""
