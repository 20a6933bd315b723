"""The load balancer of AWS through which requests come to a controller in a cluster of machines.

Its pods have addresses that only the cluster knows, so the balancer sends to ports of the machines, and to those alone on
which a pod of the controller stands.
See https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/nlb/ .
"""

from __future__ import annotations

from groundplan.platforms.aws.inner_balancer import LB


def public_balancer(security_group: str) -> dict[str, str]:
    """The annotations by which the load balancer controller makes it.

    It wears the network's own security group, which machines admit: rules that its controller added would be revoked again.

    Args:
        security_group: name tag of the group it wears.
    """
    return {
        f"{LB}-type": "external",
        f"{LB}-scheme": "internet-facing",
        f"{LB}-nlb-target-type": "instance",
        f"{LB}-attributes": "load_balancing.cross_zone.enabled=true",
        f"{LB}-security-groups": security_group,
        f"{LB}-manage-backend-security-group-rules": "false",
    }
