"""How long the slowest pod of a cluster may take to end, where whoever removes nodes has to wait for it."""

from __future__ import annotations

from groundplan.model.environment import Environment
from groundplan.model.values import whole_seconds

PATIENCE = 600
"""Seconds that the autoscaler of nodes gives the pods of a node it removes, unless it is told otherwise.

See https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#what-are-the-parameters-to-ca .
"""

MARGIN = 60
"""Seconds beyond what services ask for, in which the kubelet stops what is left."""


def patience(environment: Environment) -> int | None:
    """Seconds that whoever removes nodes of the cluster must wait for pods; None where its own wait is enough.

    Args:
        environment: whose cluster it is; tenants count.
    """
    users = (environment, *environment.tenants)
    longest = max((whole_seconds(service.grace) for user in users for service in user.services.values()), default=0)
    return longest + MARGIN if longest + MARGIN > PATIENCE else None
