"""An Azure Service Bus namespace with its queues and topics. See https://learn.microsoft.com/azure/service-bus-messaging/ ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from groundplan.model.values import quantity
from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.diagnostics import diagnose
from groundplan.platforms.azure.durations import iso_duration
from groundplan.platforms.azure.ids import config_map
from groundplan.platforms.azure.metric_alerts import Measure, MetricAlerts
from groundplan.platforms.azure.naming import object_name
from groundplan.platforms.azure.network import PrivateEndpoint
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site
from groundplan.stores.broker.azure_service_bus.words import ZONE
from groundplan.stores.broker.model import AzureServiceBus, Broker, Queue, Topic

SERVICE_BUS = "servicebus.azure.com/v1api20240101"
TIER = "Premium"
DATA_SENDER = "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39"
DATA_RECEIVER = "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0"
"""Built-in roles Azure Service Bus Data Sender and Data Receiver."""


MEASURES = (
    Measure(
        alert="MessagesSetAside",
        metric="DeadletteredMessages",
        namespace="Microsoft.ServiceBus/namespaces",
        above=0,
        summary="messages were tried too often or expired, and wait aside: somebody decides what becomes of them",
    ),
)
"""What is watched in every namespace."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceBusNamespaceProps:
    """A broker as it is written, and what its environment makes of it."""

    chapter: Broker
    """What is written of it, whoever runs it."""

    settings: AzureServiceBus
    """What is written of its engine."""

    azure_name: str
    """Name in Azure."""

    purpose: str = ""
    """Purpose segment of its endpoint's name. Default none: it is the only one."""

    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Identity to its roles here, `bus-send` and `bus-receive`. Default none."""

    is_second_half: bool = False
    """Whether pairing copies the entities of another into it. Default false."""


class ServiceBusNamespace(AzurePart):
    """A namespace that is reached by its private endpoint and takes no keys, with everything in it.

    A namespace that is the second half of a pair gets no entities: pairing copies them.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: ServiceBusNamespaceProps) -> None:
        super().__init__(scope, id_, site)
        self._props, self._settings = props, props.settings
        self._name = props.azure_name
        self._add_namespace()
        self._add_endpoint()
        self._add_grants()
        target = reference("servicebus.azure.com", "Namespace", object_name(self._name))
        diagnose(self, target, "OperationalLogs", "RuntimeAuditLogs", "VNetAndIPFilteringLogs")
        MetricAlerts(self, "alerts", self.site, target=target, resource=self._name, measures=MEASURES)
        if props.is_second_half:
            return
        for name, queue in props.chapter.queues.items():
            self._add_queue(name, queue)
        for name, topic in props.chapter.topics.items():
            self._add_topic(name, topic)

    def _add_namespace(self) -> None:
        settings = self._settings
        spec: Json = {
            "location": self.location,
            "sku": {"name": TIER, "tier": TIER, "capacity": settings.units},
            "identity": {"type": "SystemAssigned"},
            "disableLocalAuth": True,
            "minimumTlsVersion": "1.2",
            "publicNetworkAccess": "Disabled",
            "premiumMessagingPartitions": settings.partitions,
            "zoneRedundant": bool(self.site.zones),
        }
        self.add(SERVICE_BUS, "Namespace", self._name, spec, keep=True)

    def _add_endpoint(self) -> None:
        PrivateEndpoint(
            self,
            "endpoint",
            self.site,
            purpose="-".join(filter(None, ("bus", self._props.purpose))),
            subnet=self._settings.subnet,
            target=reference("servicebus.azure.com", "Namespace", object_name(self._name)),
            sub_resource="namespace",
            zone=ZONE,
        )

    def _add_grants(self) -> None:
        """Identities of the platform's chapter that send and receive here: those of the callers."""
        roles = {"bus-send": DATA_SENDER, "bus-receive": DATA_RECEIVER}
        scope = reference("servicebus.azure.com", "Namespace", object_name(self._name))
        for name, granted in self._props.roles.items():
            for role in granted:
                self.grant(
                    object_name(f"{self._name}-{name}-{role}"), to=config_map(name), role=roles[role], scope=scope
                )

    def _add_queue(self, name: str, queue: Queue) -> None:
        spec: Json = {
            "azureName": queue.name or name,
            "owner": {"name": object_name(self._name)},
            "maxSizeInMegabytes": int(quantity(queue.max_size) / 2**20),
            "requiresDuplicateDetection": queue.detect_duplicates,
            "requiresSession": queue.sessions,
            "deadLetteringOnMessageExpiration": queue.dead_letter,
            "maxDeliveryCount": queue.max_deliveries,
            "defaultMessageTimeToLive": iso_duration(queue.keep),
        }
        if queue.detect_duplicates:
            spec["duplicateDetectionHistoryTimeWindow"] = iso_duration(queue.duplicate_window)
        if queue.delete_idle is not None:
            spec["autoDeleteOnIdle"] = iso_duration(queue.delete_idle)
        # the namespace is partitioned as a whole; its entities follow
        spec["enablePartitioning"] = self._settings.partitions > 1
        self._emit("NamespacesQueue", f"{self._name}-{name}", spec)

    def _add_topic(self, name: str, topic: Topic) -> None:
        topic_object = object_name(f"{self._name}-{name}")
        self._emit(
            "NamespacesTopic",
            topic_object,
            {
                "azureName": topic.name or name,
                "owner": {"name": object_name(self._name)},
                "maxSizeInMegabytes": int(quantity(topic.max_size) / 2**20),
                "enablePartitioning": self._settings.partitions > 1,
                "defaultMessageTimeToLive": iso_duration(topic.keep),
            },
        )
        for subscription in topic.subscriptions:
            self._emit(
                "NamespacesTopicsSubscription",
                f"{topic_object}-{subscription}",
                {
                    "azureName": subscription,
                    "owner": {"name": topic_object},
                    "deadLetteringOnMessageExpiration": False,
                    "maxDeliveryCount": 10,
                    "defaultMessageTimeToLive": iso_duration(topic.keep),
                },
            )

    def _emit(self, kind: str, name: str, spec: Json) -> None:
        self.emit({"apiVersion": SERVICE_BUS, "kind": kind, "metadata": {"name": object_name(name)}, "spec": spec})
