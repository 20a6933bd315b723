"""Load balancers that Google makes of Services of type LoadBalancer: they pass packets through, and pods see the client.

See https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters .
"""

from __future__ import annotations

from groundplan.platforms.gcp.dns_records import DNS
from groundplan.platforms.platform import InnerBalancer

TTL = 60
"""Seconds that resolvers keep its record: short, because the standby follows it to another address."""


def inner_balancer(host: str) -> InnerBalancer:
    """What only peered networks reach, from any region; nodes are asked for their health, not the database.

    Args:
        host: name of its record.
    """
    return InnerBalancer(
        annotations={
            "networking.gke.io/load-balancer-type": "Internal",
            "networking.gke.io/internal-load-balancer-allow-global-access": "true",
            f"{DNS}/hostname": host,
            f"{DNS}/ttl": str(TTL),
        }
    )


def public_balancer(address: str) -> dict[str, str]:
    """Annotations of the Service through which the public comes in.

    Args:
        address: name of its address in the project.
    """
    return {
        "cloud.google.com/l4-rbs": "enabled",
        "networking.gke.io/load-balancer-ip-addresses": address,
        "cloud.google.com/network-tier": "Premium",
    }
