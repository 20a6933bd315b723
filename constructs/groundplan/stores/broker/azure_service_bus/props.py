"""What a Service Bus namespace takes from its environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.platforms.azure.roles import roles_at_broker
from groundplan.stores.broker.azure_service_bus.namespace import ServiceBusNamespaceProps

if TYPE_CHECKING:
    from groundplan.stores.broker.azure_service_bus.store import AzureServiceBusStore


def namespace_props(store: AzureServiceBusStore) -> ServiceBusNamespaceProps:
    """Its name, and who sends and receives."""
    return ServiceBusNamespaceProps(
        chapter=store.chapter,
        settings=store.settings,
        azure_name=store.azure_name,
        purpose=store.purpose,
        roles=roles_at_broker(store.environment, store.name),
        is_second_half=store.is_second_half,
    )
