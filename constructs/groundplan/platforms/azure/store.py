"""What stores that Azure runs have in common: names by the convention, and a subnet of the environment's network."""

from __future__ import annotations

from typing import ClassVar

from groundplan.kubernetes.network_policy import blocks
from groundplan.model.environment import Environment
from groundplan.platforms.azure.naming import AzureKind, azure_name, object_name
from groundplan.platforms.azure.references import reference
from groundplan.stores.answers import Json
from groundplan.stores.store import ChapterT, SettingsT, Store


class AzureStore(Store[ChapterT, SettingsT]):
    """A store that Azure runs; its objects are Azure Service Operator's, on the management cluster."""

    needs_platform = "azure"
    rented = True

    kind: ClassVar[AzureKind]
    """What the convention calls it."""

    resource: ClassVar[tuple[str, str]]
    """Group and kind of its main object."""

    @property
    def purpose(self) -> str:
        """The purpose segment of its name: none for the only store of its engine, otherwise the store's name."""
        alike = [item for item in self.environment.data.values() if item.engine.name == self.engine]
        return self.name if len(alike) > 1 else ""

    @property
    def azure_name(self) -> str:
        """Name in Azure."""
        return azure_name(self.environment, self.kind, self.purpose)

    @property
    def convention(self) -> tuple[AzureKind, str] | None:
        """Kind and purpose that its name follows from; none where the name is written."""
        return self.kind, self.purpose

    @property
    def reference(self) -> Json:
        """Its main object, for other objects of its environment."""
        return reference(*self.resource, object_name(self.azure_name))

    @property
    def resource_group(self) -> str:
        """Resource group of the environment."""
        return azure_name(self.environment, AzureKind.RESOURCE_GROUP)

    def into(self, subnet: str, ports: list[Json]) -> Json | None:
        """Egress to a subnet of the environment's network; none where no network is described."""
        network = network_of(self.environment)
        return None if network is None or subnet not in network else {"to": blocks([network[subnet]]), "ports": ports}


def network_of(environment: Environment) -> dict[str, str] | None:
    """Subnets of the environment's own network by name, with their blocks; none where none is described."""
    network = environment.platform.azure.network if environment.platform.azure is not None else None
    return None if network is None else {name: subnet.cidr for name, subnet in network.subnets.items()}
