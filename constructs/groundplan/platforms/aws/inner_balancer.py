"""A load balancer of AWS that only peered networks reach.

See https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/nlb/ .
"""

from __future__ import annotations

from groundplan.platforms.aws.dns_records import DNS
from groundplan.platforms.platform import InnerBalancer

LB = "service.beta.kubernetes.io/aws-load-balancer"
TTL = 60
"""Seconds that resolvers keep its record: short, because the standby follows it to another address."""


def inner_balancer(host: str, *, security_group: str, health_port: int) -> InnerBalancer:
    """The annotations its controllers read.

    It keeps the client's address, so that the network policy can tell the follower from everybody else. It wears the
    network's own security group: rules that its controller added to the nodes' group would be revoked again.

    Args:
        host: name of its record.
        security_group: name of the group it wears.
        health_port: port it asks, because it may not ask the database itself.
    """
    return InnerBalancer(
        annotations={
            f"{LB}-scheme": "internal",
            f"{LB}-nlb-target-type": "ip",
            f"{LB}-target-group-attributes": "preserve_client_ip.enabled=true",
            f"{LB}-attributes": "load_balancing.cross_zone.enabled=true",
            f"{LB}-security-groups": security_group,
            f"{LB}-manage-backend-security-group-rules": "false",
            f"{LB}-healthcheck-protocol": "TCP",
            f"{LB}-healthcheck-port": str(health_port),
            f"{DNS}/hostname": host,
            f"{DNS}/ttl": str(TTL),
        },
        balancer_class="service.k8s.aws/nlb",
    )
