"""How a cluster of Google's comes up from nothing."""

from __future__ import annotations

from groundplan.checks.cold_start.cloud import Cloud

CONTAINER = "container.cnrm.cloud.google.com"


class GcpStart(Cloud):
    """Control plane and node pools are objects of their own; the cluster's first pool goes as soon as it is there."""

    control_planes = frozenset({(CONTAINER, "ContainerCluster")})
    node_groups = frozenset({(CONTAINER, "ContainerNodePool")})


READER = GcpStart
