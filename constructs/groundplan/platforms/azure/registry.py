"""The container registry. See https://learn.microsoft.com/azure/container-registry/ ."""

from __future__ import annotations

from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.parts import Component, Part
from groundplan.platforms.azure.diagnostics import diagnose
from groundplan.platforms.azure.naming import AzureKind, object_name
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site, registry_owner, site_of

GROUP = "containerregistry.azure.com"

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
"""Built-in role AcrPull."""


def scope_of(environment: Environment) -> Json | None:
    """The registry that images come from, as the scope of a role; None where the chapter names somebody else's."""
    azure, owner = environment.platform.azure, registry_owner(environment)
    if azure is None or azure.registry is not None:
        return None
    site = site_of(owner)
    name = site.name(AzureKind.REGISTRY)
    if owner.environment == environment.environment:
        return reference(GROUP, "Registry", object_name(name))
    return {"armId": site.arm_id("Microsoft.ContainerRegistry/registries", name)}


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
        target = reference(GROUP, "Registry", self.object_name)
        diagnose(self, target, "ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents")
