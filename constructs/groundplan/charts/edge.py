"""The ingress component: what of the environment the outside can reach."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.charts.blueprint import Blueprint
from groundplan.environment.model import Environment
from groundplan.networking.ingress import PublicHosts
from groundplan.parts import Component
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint]:
    """One component where the environment has services and hosts."""
    if environment.has_workloads and environment.ingress is not None:
        yield Blueprint(name="ingress", wave=SyncWave.EDGE, namespace=environment.namespace, build=_build)


def _build(component: Component) -> None:
    ingress = component.environment.ingress
    if ingress is not None:
        PublicHosts(component, "hosts", ingress)
