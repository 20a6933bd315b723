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

PREMIUM = "Premium"
"""Tier of registries that may have copies in other regions."""


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


def copied_to(environment: Environment) -> str | None:
    """The region that needs a copy of the registry's images: the recovery peer's, where it pulls from the same registry."""
    peer = environment.peer_environment
    if peer is None or peer.region == environment.region or scope_of(peer) is None:
        return None
    return peer.region if registry_owner(peer).environment == environment.environment else None


class Registry(AzurePart):
    """A registry without an administrator's password; anonymous pull is off in every tier.

    A copy in another region serves pulls while this one is lost; pushes wait until it is back. Only Premium has copies.
    See https://learn.microsoft.com/azure/container-registry/container-registry-geo-replication .

    Args:
        scope: scope.
        id_: construct id.
        site: where it stands.
        tier: Basic, Standard or Premium.
        copied_to: another region that has a copy. Default none.
    """

    def __init__(
        self, scope: Component | Part, id_: str, site: Site, *, tier: str, copied_to: str | None = None
    ) -> None:
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
        if copied_to is not None and tier == PREMIUM:
            self._add_copy(copied_to)
        target = reference(GROUP, "Registry", self.object_name)
        diagnose(self, target, "ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents")

    def _add_copy(self, region: str) -> None:
        """Azure calls a copy as the region it is in."""
        self.add(
            "containerregistry.azure.com/v1api20230701",
            "RegistryReplication",
            f"{self.object_name}-{region}",
            {"azureName": region, "location": region, "regionEndpointEnabled": True},
            owner=self.object_name,
        )
