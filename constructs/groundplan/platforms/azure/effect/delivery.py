"""What AKS writes beside Argo CD."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.yaml.marked import YamlPath

CLUSTER = ("containerservice.azure.com", "ManagedCluster")


def webhook_writers(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Clusters with who adds a condition to the namespaces of every admission webhook there.

    See https://learn.microsoft.com/azure/aks/faq#can-admission-controller-webhooks-impact-kube-system-and-internal-aks-namespaces .
    """
    for item in inventory.by_kind.get(CLUSTER, ()):
        yield item.scope, "AKS"


def stays_behind(inventory: Inventory) -> Iterator[Finding]:
    """Nodes that an upgrade of their cluster leaves as they are: a pool without a version keeps the one it was made with.

    See https://learn.microsoft.com/azure/aks/manage-node-pools .
    """
    for item in inventory.by_kind.get(CLUSTER, ()):
        wanted = item.spec.get("kubernetesVersion")
        for index, pool in enumerate(item.spec.get("agentPoolProfiles") or []):
            yield from _behind(inventory, item, ("spec", "agentPoolProfiles", index), pool, wanted)
    for item in inventory.by_kind.get(("containerservice.azure.com", "ManagedClustersAgentPool"), ()):
        owner = inventory.find(item.cluster, *CLUSTER, item.namespace, str((item.spec.get("owner") or {}).get("name")))
        if owner is not None:
            yield from _behind(inventory, item, ("spec",), item.spec, owner.spec.get("kubernetesVersion"))


def _behind(
    inventory: Inventory, item: Object, field: YamlPath, pool: Mapping[str, Any], wanted: Any
) -> Iterator[Finding]:
    own = pool.get("orchestratorVersion")
    if own != wanted:
        says = f"says {own}" if own is not None else "says no version"
        message = f"{says}, and its cluster is to run {wanted}: an upgrade ends at the control plane"
        yield inventory.finding(item, field, "delivery.version", message, f"write orchestratorVersion: {wanted}")


def pool_writers(_: Inventory) -> Iterator[tuple[Object, str, str]]:
    """AKS wants a count beside the bounds of its autoscaler, and leaves the rest to that.

    See https://github.com/Azure/azure-service-operator/issues/3220 .
    """
    yield from ()
