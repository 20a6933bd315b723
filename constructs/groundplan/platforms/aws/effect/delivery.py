"""What EKS and its operator write beside Argo CD and beside each other."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.inventory import Inventory, Object

OWNER = "eks.services.k8s.aws/desired-size-managed-by"
AUTOSCALER = "external-autoscaler"


def webhook_writers(_: Inventory) -> Iterator[tuple[str, str]]:
    """Nobody adds anything to admission webhooks here."""
    yield from ()


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
