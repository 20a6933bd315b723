"""What people type: a cluster's context, the namespace of its cloud resources, a service's workload."""

from __future__ import annotations

from groundplan.model.environment import Environment
from groundplan.model.services import Service
from groundplan.platforms.azure.naming import AzureKind, azure_name
from groundplan.workloads.progressive import is_progressive

MANAGEMENT = "management"
"""Context of the management cluster."""


def context(environment: Environment) -> str:
    """Context of the environment's cluster: its name with the provider, which is what the provider's tool writes."""
    if environment.cluster.provider == "azure":
        return azure_name(environment.host_environment, AzureKind.CLUSTER)
    return environment.cluster.name


def management_namespace(environment: Environment) -> str:
    """Namespace of the management cluster that holds the environment's cloud resources."""
    return f"{environment.system}-{environment.environment}"


def resource_group(environment: Environment) -> str:
    """Azure resource group of the environment."""
    return azure_name(environment, AzureKind.RESOURCE_GROUP)


def workload(name: str, service: Service) -> str:
    """What `kubectl` calls the object that runs a service's pods."""
    return f"rollout.argoproj.io/{name}" if is_progressive(service) else f"deployment/{name}"


def undo(name: str, service: Service) -> str:
    """What takes a service back to the version before, without Git."""
    return f"argo rollouts undo {name}" if is_progressive(service) else f"rollout undo deployment/{name}"
