"""What every construct of Azure needs to know: where an environment's resources stand, what they are called, whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from groundplan.errors import ConstructError
from groundplan.model.environment import Environment
from groundplan.platforms.azure.naming import AzureKind, Convention, convention_of, object_name


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Where the resources of one environment stand in Azure."""

    subscription: str
    """Id of the subscription that pays."""

    tenant: str
    """Id of the directory."""

    location: str
    """Region."""

    zones: tuple[str, ...] = ()
    """Availability zones to spread over. Default none: Azure chooses."""

    convention: Convention
    """How resources are called."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of every resource. Default none."""

    workspace: str | None = None
    """Azure name of the log workspace that resources write to. Default none: Azure's monitoring is off."""

    def name(self, kind: AzureKind, purpose: str = "") -> str:
        """Name of a resource by the convention."""
        return self.convention.name(kind, purpose)

    @property
    def resource_group(self) -> str:
        """Object name of the resource group."""
        return object_name(self.name(AzureKind.RESOURCE_GROUP))

    def arm_id(self, provider: str, name: str) -> str:
        """Azure's own id of a resource of the resource group, for fields that take no reference.

        Args:
            provider: type of resource, e.g. `Microsoft.Network/virtualNetworks`.
            name: its name in Azure.
        """
        group = self.name(AzureKind.RESOURCE_GROUP)
        return f"/subscriptions/{self.subscription}/resourceGroups/{group}/providers/{provider}/{name}"

    def built_in_role(self, role: str) -> str:
        """Azure's own id of a built-in role."""
        return f"/subscriptions/{self.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"


def site_of(environment: Environment) -> Site:
    """The site of an environment.

    Raises:
        ConstructError: where the environment is not on Azure.
    """
    azure = environment.platform.azure
    if azure is None:
        advice = "write `platform: {azure: ...}` with the subscription"
        raise ConstructError(environment.environment, "needs the chapter of Azure", advice)
    convention = convention_of(environment)
    monitor = azure.monitor
    return Site(
        subscription=azure.subscription,
        tenant=azure.tenant,
        location=environment.region,
        zones=tuple(environment.zones),
        convention=convention,
        tags={
            "environment": environment.environment,
            "managed-by": "groundplan",
            "owner": environment.owner.team,
            "system": environment.system,
            **azure.tags,
        },
        workspace=(monitor.workspace or convention.name(AzureKind.LOG_WORKSPACE)) if monitor is not None else None,
    )


def registry_owner(environment: Environment) -> Environment:
    """The environment whose registry the images of `environment` come from."""
    azure = environment.platform.azure
    named = environment.neighbour(azure.registry_of) if azure is not None and azure.registry_of is not None else None
    return named or environment
