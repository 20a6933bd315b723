"""An Azure Service Bus namespace, as the rest of the house asks of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from groundplan.facts.standby import copies
from groundplan.kubernetes.network_policy import ports
from groundplan.model.values import quantity
from groundplan.platforms.azure.naming import AzureKind
from groundplan.platforms.azure.store import AzureStore
from groundplan.rules.problem import Problem
from groundplan.stores.answers import Json, Reference
from groundplan.stores.broker.azure_service_bus.words import ZONE
from groundplan.stores.broker.model import AzureServiceBus, Broker
from groundplan.waves import SyncWave

if TYPE_CHECKING:
    from groundplan.parts import Component
    from groundplan.stores.broker.azure_service_bus.pages import ServiceBusPages
    from groundplan.stores.broker.azure_service_bus.pipelines import ServiceBusPipelines

PORTS = (5671, 443)
"""AMQP over TLS, and AMQP over web sockets."""

SIZES_GIB = (1, 2, 3, 4, 5, 10, 20, 40, 80)
"""Sizes of a queue or topic in GiB; it takes no other."""


class AzureServiceBusStore(AzureStore[Broker, AzureServiceBus]):
    """A namespace of queues and topics that Azure runs, reached by its private endpoint."""

    engine = "azure-service-bus"
    kind = AzureKind.SERVICE_BUS
    resource = ("servicebus.azure.com", "Namespace")
    wave = SyncWave.MESSAGING
    asks_as_caller = True

    @property
    def is_second_half(self) -> bool:
        """Whether a namespace of the recovery peer is copied into this one, entities and all."""
        peer = self.environment.peer_environment
        return copies(self.environment) and (peer is None or self.name in peer.data)

    @property
    def azure_name(self) -> str:
        """The global name that is written, or the convention's."""
        return self.settings.azure_name or super().azure_name

    @property
    def convention(self) -> tuple[AzureKind, str] | None:
        """Nothing where the name is written."""
        return super().convention if self.settings.azure_name is None else None

    @property
    def alias(self) -> str:
        """The name clients reach a pair of namespaces by, whichever of the two serves."""
        return f"{self.environment.system}-{self.name}"

    def url(self, database: str = "") -> str | None:
        """The namespace's endpoint, as Azure's clients take it."""
        return f"sb://{self.azure_name}.servicebus.windows.net/"

    def addresses(self) -> list[tuple[str, int]]:
        """The namespace, on each of its ports."""
        return [(f"{self.azure_name}.servicebus.windows.net", port) for port in PORTS]

    def egress(self) -> Json | None:
        """To its subnet."""
        return self.into(self.settings.subnet, ports(*PORTS))

    def queues(self) -> Mapping[str, str]:
        """What is declared."""
        return {key: queue.name or key for key, queue in self.chapter.queues.items()}

    def queue_trigger(self, queue: str, length: int) -> Json | None:
        """The number of messages that wait."""
        if queue not in self.chapter.queues:
            return None
        metadata = {"namespace": self.azure_name, "queueName": self.queues()[queue], "messageCount": str(length)}
        return {"type": "azure-servicebus", "metadata": metadata}

    @property
    def private_zone(self) -> str | None:
        """Azure's zone of private endpoints to namespaces."""
        return ZONE

    def subnets(self) -> Iterator[Reference]:
        """Its endpoint's."""
        yield self.at("subnet"), self.settings.subnet

    def problems(self) -> Iterator[Problem]:
        """Its parts add up, and queues are of a size that is sold."""
        settings = self.settings
        if settings.azure_name is not None and settings.azure_name == super().azure_name:
            what = f"`{settings.azure_name}` is the convention's name"
            yield self.at("azure_name"), "restated-name", what, "leave it out"
        if settings.units % settings.partitions:
            what = f"{settings.partitions} partitions do not divide {settings.units} units"
            yield self.at("partitions"), "partitions-and-units", what, "write units as a multiple of partitions"
        sizes = ", ".join(f"{size}Gi" for size in SIZES_GIB)
        for kind, entities in (("queues", self.chapter.queues), ("topics", self.chapter.topics)):
            for entity, item in entities.items():
                if quantity(item.max_size) / 2**30 not in SIZES_GIB:
                    what = f"{item.max_size} is not a size that is sold"
                    yield (*self.path, kind, entity, "max_size"), "queue-size", what, f"write one of {sizes}"

    def build(self, component: Component) -> None:
        """The namespace with everything in it."""
        from groundplan.platforms.azure.site import site_of
        from groundplan.platforms.azure.workflow_identities import add_changes
        from groundplan.stores.broker.azure_service_bus.namespace import ServiceBusNamespace
        from groundplan.stores.broker.azure_service_bus.props import namespace_props

        ServiceBusNamespace(component, self.name, site_of(self.environment), namespace_props(self))
        add_changes(component, self)

    def pages(self) -> ServiceBusPages:
        """What the documents say of it."""
        from groundplan.stores.broker.azure_service_bus.pages import ServiceBusPages

        return ServiceBusPages(self)

    def pipelines(self) -> ServiceBusPipelines:
        """A workflow pairs it with the standby's."""
        from groundplan.stores.broker.azure_service_bus.pipelines import ServiceBusPipelines

        return ServiceBusPipelines(self)
