"""One component for each message broker."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundplan.blueprint import Blueprint
from groundplan.model.environment import Environment
from groundplan.model.messaging import ServiceBus
from groundplan.parts import Component
from groundplan.stores.broker.azure_service_bus.namespace import ServiceBusNamespace
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint]:
    """A component per broker; the cloud runs them, so they are synced into the management cluster."""
    if not environment.has_workloads:
        return
    for name, bus in environment.messaging.items():
        yield Blueprint(
            name=name,
            wave=SyncWave.MESSAGING,
            namespace=f"{environment.system}-{environment.environment}",
            build=_builder(name, bus),
            management=True,
        )


def _builder(name: str, bus: ServiceBus) -> Callable[[Component], None]:
    def build(component: Component) -> None:
        ServiceBusNamespace(component, name, bus)

    return build
