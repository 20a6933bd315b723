"""What other chapters say of an environment on Azure, asked in one place each."""

from __future__ import annotations

from groundplan.model.environment import Environment
from groundplan.platforms.azure.edge_chapter import Edge


def subscription(environment: Environment) -> str:
    """Id of the subscription; empty where the environment is not on Azure."""
    return environment.platform.azure.subscription if environment.platform.azure is not None else ""


def edge_of(environment: Environment) -> Edge:
    """What stands in front of the ingress; an edge without gateway and front door where there is none."""
    azure = environment.platform.azure
    return azure.edge if azure is not None else Edge()


def scaled_by_keda(environment: Environment) -> bool:
    """Whether a service is scaled by the length of queues or by the hour."""
    scalings = (service.scaling for service in environment.services.values())
    return any(scaling is not None and bool(scaling.queues or scaling.hours) for scaling in scalings)


def behind_front_door(environment: Environment) -> bool:
    """Whether requests come by Front Door: its own, or the peer's, which asks a standby's gateway too."""
    peer = environment.peer_environment
    return any(edge_of(item).front_door is not None for item in (environment, peer) if item is not None)
