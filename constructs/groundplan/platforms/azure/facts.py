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


def origin(host: str, *, standby: bool = False) -> str:
    """Name by which Front Door reaches a gateway that serves `host`: beside it, so that a wildcard is good for both."""
    return f"{'standby-' if standby else ''}origin-{host}"


def gateway_names(environment: Environment) -> list[str]:
    """Names that the gateway's certificate is asked for: public hosts, and the one that Front Door knows it by.

    Front Door compares the certificate with the name that it connects to, and not with the host that was asked for.
    """
    hosts = list(environment.public_hosts)
    if not hosts:
        return []
    peer = environment.peer_environment
    own = [origin(hosts[0])] if edge_of(environment).front_door is not None else []
    theirs = [origin(hosts[0], standby=True)] if peer is not None and edge_of(peer).front_door is not None else []
    return [*hosts, *own, *theirs]
