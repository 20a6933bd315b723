"""The container registry. See https://learn.microsoft.com/azure/container-registry/ ."""

from __future__ import annotations

from groundplan.parts import Component, Part
from groundplan.platforms.azure.diagnostics import diagnose
from groundplan.platforms.azure.naming import AzureKind, object_name
from groundplan.platforms.azure.resources import AzurePart, reference
from groundplan.platforms.azure.site import Site

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
"""Built-in role AcrPull."""


class Registry(AzurePart):
    """A registry without an administrator's password; anonymous pull is off in every tier.

    Args:
        scope: scope.
        id_: construct id.
        site: where it stands.
        tier: Basic, Standard or Premium.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, *, tier: str) -> None:
        super().__init__(scope, id_, site)
        name = self.azure_name(AzureKind.REGISTRY)
        self.object_name = object_name(name)
        self.add(
            "containerregistry.azure.com/v1api20230701",
            "Registry",
            name,
            {"location": self.location, "sku": {"name": tier}, "adminUserEnabled": False},
            keep=True,
        )
        target = reference("containerregistry.azure.com", "Registry", self.object_name)
        diagnose(self, target, "ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents")
