"""What AKS writes beside Argo CD."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.inventory import Inventory


def webhook_writers(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Clusters with who adds a condition to the namespaces of every admission webhook there.

    See https://learn.microsoft.com/azure/aks/faq#can-admission-controller-webhooks-impact-kube-system-and-internal-aks-namespaces .
    """
    for item in inventory.by_kind.get(("containerservice.azure.com", "ManagedCluster"), ()):
        yield item.scope, "AKS"
