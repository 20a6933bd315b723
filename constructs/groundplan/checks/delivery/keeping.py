"""Nothing that holds data or an identity goes because one file is gone: Argo CD asks a person first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from groundplan.checks.effects import table
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

SYNC_OPTIONS = "argocd.argoproj.io/sync-options"
SAFE = frozenset({"Prune=confirm", "Prune=false"})

HOLDS: Mapping[str, str] = {
    "/Namespace": "everything in it",
    "/PersistentVolumeClaim": "data",
    "apps/StatefulSet": "the claims of its pods",
    "apiextensions.k8s.io/CustomResourceDefinition": "every object of its kind",
}
"""Kinds of every cluster that hold something no sync brings back, and what that is; others stand in `kept.yaml` of their
platform or store."""


@cache
def _kept() -> Mapping[str, str]:
    return {**HOLDS, **table("kept.yaml")}


def holds(item: Object) -> str:
    """What is lost with an object; empty where a sync brings all of it back."""
    return _kept().get(f"{item.group}/{item.kind}", "")


def keeping(inventory: Inventory, _: Context) -> Iterator[Finding]:
    """Objects that a prune would take although something is lost with them."""
    for item in inventory.manifests:
        lost = holds(item)
        options = {option.strip() for option in item.annotations.get(SYNC_OPTIONS, "").split(",")}
        if lost and not options & SAFE:
            message = f"holds {lost} and goes without a question when its file does"
            advice = f"annotate it `{SYNC_OPTIONS}: Prune=confirm,Delete=confirm`"
            yield inventory.finding(item, ("metadata", "annotations"), "delivery.prune", message, advice)
