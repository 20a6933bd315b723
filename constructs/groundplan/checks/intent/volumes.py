"""What a database or a share writes to stays when its claim goes: a person removes it, not a controller."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding


def volumes(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Rendered StorageClasses. See https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming ."""
    for item in inventory.by_kind.get(("storage.k8s.io", "StorageClass"), ()):
        if context.environment_of(item) is not None and item.document.get("reclaimPolicy") != "Retain":
            message = "has volumes removed with their claims, data included"
            yield inventory.finding(item, ("reclaimPolicy",), "intent.volume", message, "write reclaimPolicy: Retain")
