"""One component for each service of the team."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundplan.blueprint import Blueprint
from groundplan.model.environment import Environment
from groundplan.model.services import Service
from groundplan.parts import Component
from groundplan.waves import SyncWave
from groundplan.workloads.web_service import WebService


def components(environment: Environment) -> Iterator[Blueprint]:
    """A component per service, all in one wave: services must start in any order."""
    if not environment.has_workloads:
        return
    for name, service in environment.services.items():
        yield Blueprint(
            name=name, wave=SyncWave.SERVICES, namespace=environment.namespace, build=_builder(name, service)
        )


def _builder(name: str, service: Service) -> Callable[[Component], None]:
    def build(component: Component) -> None:
        WebService(component, name, service)

    return build
