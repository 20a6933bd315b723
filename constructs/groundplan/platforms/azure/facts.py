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
