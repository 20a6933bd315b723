"""How a cluster of Azure's comes up from nothing."""

from __future__ import annotations

from groundplan.checks.cold_start.cloud import Cloud


class AzureStart(Cloud):
    """A cluster comes with its first nodes."""

    control_planes = frozenset({("containerservice.azure.com", "ManagedCluster")})
    node_groups = control_planes


READER = AzureStart
