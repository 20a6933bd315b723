"""A message broker as it is written: its queues and topics, and each engine's own settings."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundplan.model.values import Duration, Model, Name, Quantity
from groundplan.stores.engines import Engines


class Queue(Model):
    """A queue."""

    name: str | None = None
    """Name at the broker where it breaks Kubernetes' rules, e.g. with underscores. Default the key."""

    max_size: Quantity = "1Gi"
    """Most it holds. Default 1Gi."""

    detect_duplicates: bool = False
    """Whether repeated message ids are dropped; fixed at creation. Default false."""

    duplicate_window: Duration = "10m"
    """Time in which ids are remembered. Default 10m."""

    sessions: bool = False
    """Whether messages are grouped and ordered by session; fixed at creation. Default false."""

    dead_letter: bool = True
    """Whether expired messages are kept aside instead of lost. Default true."""

    max_deliveries: int = Field(default=10, ge=1)
    """Tries until a message is set aside. Default 10."""

    keep: Duration = "14d"
    """Time after which a message that nobody took expires. Default 14d."""

    delete_idle: Duration | None = None
    """Idle time after which the broker deletes it. Default never."""


class Topic(Model):
    """A topic with its subscriptions."""

    name: str | None = None
    """Name at the broker. Default the key."""

    max_size: Quantity = "1Gi"
    """Most it holds. Default 1Gi."""

    subscriptions: list[str] = []
    """Subscriptions by name. Default none."""

    keep: Duration = "14d"
    """Time after which a message that a subscription's reader did not take expires, and is gone. Default 14d.

    All subscriptions share the topic's size, set-aside messages included: one that nobody reads would fill it, and then
    nobody could send.
    """


class AzureServiceBus(Model):
    """An Azure Service Bus namespace of the Premium tier, the only one that is reached by a private endpoint.

    See https://learn.microsoft.com/azure/service-bus-messaging/ .
    """

    azure_name: str | None = None
    """Global name. Default the naming convention's."""

    units: Literal[1, 2, 4, 8, 16] = 1
    """Messaging units. Default 1."""

    partitions: Literal[1, 2, 4] = 1
    """Partitions of the namespace and all in it; must divide `units`; fixed at creation. Default 1."""

    subnet: Name = "application"
    """Subnet of the private endpoint. Default `application`."""


class BrokerEngines(Engines):
    """Who runs a broker."""

    azure_service_bus: AzureServiceBus | None = Field(default=None, alias="azure-service-bus")
    """A Service Bus namespace that Azure runs."""


class Broker(Model):
    """Queues and topics between services."""

    type: Literal["broker"]
    """Kind of store."""

    queues: dict[Name, Queue] = {}
    """Queues by name. Default none."""

    topics: dict[Name, Topic] = {}
    """Topics by name. Default none."""

    engine: BrokerEngines
    """Who runs it."""
