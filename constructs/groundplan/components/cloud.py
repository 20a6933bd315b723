"""What the platform rents for an environment: network, cluster, and what stands around it."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.blueprint import Blueprint, Release
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of


def components(environment: Environment) -> Iterator[Blueprint | Release]:
    """Whatever the platform says; synced into the management cluster."""
    yield from platform_of(environment).components()
