"""Which environments one names, and those of them that are not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of
from groundplan.rules.problem import Problem, unknown
from groundplan.yaml.marked import YamlPath


def named_neighbours(environment: Environment) -> list[str]:
    """Environments of its system that it refers to: host, recovery peer, and whom its platform names."""
    return [name for _, name in _neighbour_paths(environment)]


def _neighbour_paths(environment: Environment) -> list[tuple[YamlPath, str]]:
    """Where the environment names others of its system."""
    named: list[tuple[YamlPath, str]] = []
    if environment.host is not None:
        named.append((("host",), environment.host))
    if environment.recovery is not None:
        named.append((("recovery", "peer"), environment.recovery.peer))
    return [*named, *platform_of(environment).neighbours()]


def unknown_neighbours(environment: Environment, known: Mapping[str, list[str]]) -> Iterator[Problem]:
    """Environments of its system that are named and not there, and a management cluster that is nobody's."""
    names = known[environment.system]
    for path, name in _neighbour_paths(environment):
        if name not in names:
            advice = f"write one of {', '.join(names)}, or add {name}.yaml"
            yield path, "missing-environment", f"there is no environment `{name}`", advice
    named = environment.delivery.management_cluster
    scopes = [f"{system}/{name}" for system, listed in known.items() for name in listed]
    if named is not None and named not in scopes:
        yield unknown(("delivery", "management_cluster"), "missing-environment", "environment", named, scopes)
