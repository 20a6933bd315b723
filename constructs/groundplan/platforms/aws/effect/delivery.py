"""What EKS and its operator write beside Argo CD and beside each other."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

OWNER = "eks.services.k8s.aws/desired-size-managed-by"
AUTOSCALER = "external-autoscaler"


def webhook_writers(_: Inventory) -> Iterator[tuple[str, str]]:
    """Nobody adds anything to admission webhooks here."""
    yield from ()


def stays_behind(inventory: Inventory) -> Iterator[Finding]:
    """Groups of nodes that an upgrade of their cluster leaves as they are: one without a version keeps its first.

    See https://docs.aws.amazon.com/eks/latest/userguide/update-managed-node-group.html .
    """
    clusters = {
        (item.cluster, item.namespace, item.name): item.spec.get("version")
        for item in inventory.by_kind.get(("eks.services.k8s.aws", "Cluster"), ())
    }
    for item in inventory.by_kind.get(("eks.services.k8s.aws", "Nodegroup"), ()):
        owner = ((item.spec.get("clusterRef") or {}).get("from") or {}).get("name")
        wanted, own = clusters.get((item.cluster, item.namespace, str(owner))), item.spec.get("version")
        if wanted is not None and own != wanted:
            says = f"says {own}" if own is not None else "says no version"
            message = f"{says}, and its cluster is to run {wanted}: an upgrade ends at the control plane"
            yield inventory.finding(item, ("spec",), "delivery.version", message, f"write version: {wanted}")


def pool_writers(inventory: Inventory) -> Iterator[tuple[Object, str, str]]:
    """Groups of nodes whose size the operator would set back after the autoscaler changed it.

    See https://github.com/aws-controllers-k8s/eks-controller#annotations .
    """
    for item in inventory.by_kind.get(("eks.services.k8s.aws", "Nodegroup"), ()):
        sizes = item.spec.get("scalingConfig") or {}
        owner = (item.document["metadata"].get("annotations") or {}).get(OWNER)
        if sizes.get("minSize") != sizes.get("maxSize") and owner != AUTOSCALER:
            message = "goes back to desiredSize whenever the autoscaler has changed it"
            yield item, message, f"annotate it with {OWNER}: {AUTOSCALER}"
