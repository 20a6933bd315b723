"""What several constructs ask of an environment on Google Cloud, answered in one place each."""

from __future__ import annotations

from groundplan.facts.standby import is_replaced, stands_in
from groundplan.model.environment import Environment
from groundplan.platforms.gcp.chapter import Network

PRIVATE_TIERS = ("app", "db")
"""Tiers whose machines have no addresses of their own."""


def network_of(environment: Environment) -> Network | None:
    """The network the cluster stands in, be it described here or with the host; None where somebody else owns it."""
    for side in (environment, environment.host_environment):
        if side.platform.gcp is not None and side.platform.gcp.network is not None:
            return side.platform.gcp.network
    return None


def tier_blocks(network: Network, *tiers: str) -> list[str]:
    """Address blocks of the subnets of some tiers."""
    return [subnet.cidr for subnet in network.subnets.values() if subnet.tier in tiers]


def takes_public_requests(environment: Environment) -> bool:
    """Whether a load balancer in front of the cluster's own ingress controller lets the public in."""
    return any(member.ingress is not None for member in (environment, *environment.tenants))


def keeps_public_names(environment: Environment) -> bool:
    """Whether its public hosts are records of its own, because another side may take them over.

    External-dns leaves a record to whoever made it, and in a failover that is a cluster which is gone.
    """
    return environment.recovery is not None and environment.ingress is not None


def owns_zone(environment: Environment) -> bool:
    """Whether the zone and its records are rendered with it: once for both sides of a failover."""
    settings = environment.platform.gcp
    return settings is not None and settings.dns is not None and environment.has_cluster and not stands_in(environment)


def serving_side(environment: Environment) -> Environment:
    """The environment that requests are led to: its peer, once that has taken over."""
    peer = environment.peer_environment
    return peer if peer is not None and is_replaced(environment) else environment
