"""Components: which constructs an environment is made of, and in which order they reach the cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from groundplan.blueprint import Blueprint, Release
from groundplan.components import (
    argocd,
    backup,
    backups,
    charts,
    cloud,
    cluster_api,
    data,
    foundation,
    ingress,
    jobs,
    logging,
    manifests,
    mesh,
    observability,
    operators,
    own,
    policy,
    secrets,
    services,
)
from groundplan.model.environment import Environment

SOURCES: tuple[Callable[[Environment], Iterable[Blueprint | Release]], ...] = (
    argocd.components,
    ingress.components,
    cloud.components,
    cluster_api.components,
    foundation.components,
    observability.components,
    logging.components,
    operators.components,
    policy.components,
    mesh.components,
    secrets.components,
    data.components,
    jobs.components,
    services.components,
    backup.components,
    backups.components,
    charts.components,
    manifests.components,
    own.components,
)
"""Every module that contributes components; each yields nothing where the environment does not use it."""


def plan(environment: Environment) -> list[Blueprint | Release]:
    """The components of `environment`, by wave, then by name."""
    parts = [part for source in SOURCES for part in source(environment)]
    return sorted(parts, key=lambda part: (part.wave, part.name))


__all__ = ["Blueprint", "Release", "plan"]
