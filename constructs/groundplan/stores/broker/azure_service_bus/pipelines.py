"""What pairs two Service Bus namespaces, for which Azure's operator has no object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.model.environment import Environment
from groundplan.stores.pipelines import StorePipelines

if TYPE_CHECKING:
    from groundplan.stores.broker.azure_service_bus.store import AzureServiceBusStore


class ServiceBusPipelines(StorePipelines):
    """The pair with the standby's namespace."""

    def __init__(self, store: AzureServiceBusStore) -> None:
        self.store = store

    def pair(self, follows: Environment) -> dict[str, str] | None:
        """Groups, names and the alias."""
        partner = self.store.in_peer(follows)
        if partner is None:
            return None
        return {
            "GROUP": self.store.resource_group,
            "NAMESPACE": self.store.azure_name,
            "ALIAS": self.store.alias,
            "PARTNER_GROUP": partner.resource_group,
            "PARTNER": partner.azure_name,
        }
