"""What people type on Azure: a cluster's context and the resource group of an environment."""

from __future__ import annotations

from groundplan.model.environment import Environment
from groundplan.platforms.azure.naming import AzureKind, azure_name


def context(environment: Environment) -> str:
    """Context of the environment's cluster: its name in Azure, which is what `az` writes."""
    return azure_name(environment.host_environment, AzureKind.CLUSTER)


def resource_group(environment: Environment) -> str:
    """Azure resource group of the environment."""
    return azure_name(environment, AzureKind.RESOURCE_GROUP)
