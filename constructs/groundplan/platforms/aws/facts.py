"""What several constructs ask of an environment on AWS, answered in one place each."""

from __future__ import annotations

from groundplan.model.environment import Environment
from groundplan.platforms.aws.chapter import Network


def network_of(environment: Environment) -> Network | None:
    """The network the cluster stands in, be it described here or with the host; None where somebody else owns it."""
    for side in (environment, environment.host_environment):
        if side.platform.aws is not None and side.platform.aws.network is not None:
            return side.platform.aws.network
    return None


def load_balancer_group(environment: Environment) -> str:
    """Name tag of the security group that public load balancers of the cluster wear."""
    return f"{environment.cluster.name}-alb"


def replication_group(environment: Environment) -> str:
    """Name tag of the security group of the load balancers through which a standby reaches databases of the cluster."""
    return f"{environment.cluster.name}-replication"
