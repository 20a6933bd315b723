"""How long AKS waits for the pods of a node that it removes."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.inventory import Inventory


def node_removers(inventory: Inventory) -> Iterator[tuple[str, int | None]]:
    """Clusters that remove nodes, with the seconds that their pods get; None where nobody says.

    See https://learn.microsoft.com/azure/aks/cluster-autoscaler#cluster-autoscaler-profile-settings .
    """
    for item in inventory.by_kind.get(("containerservice.azure.com", "ManagedCluster"), ()):
        told = (item.spec.get("autoScalerProfile") or {}).get("max-graceful-termination-sec")
        if any(pool.get("enableAutoScaling") for pool in item.spec.get("agentPoolProfiles") or []):
            yield item.scope, int(told) if told is not None else None
