"""What is removed from Git goes from the cluster, unless something is lost with it."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.delivery.applications import applications, brought, has_chart, is_root
from groundplan.checks.delivery.keeping import holds
from groundplan.checks.gate import Context
from groundplan.checks.inventory import MANAGEMENT_FOLDERS, Inventory, Object
from groundplan.errors import Finding

FINALIZER = "resources-finalizer.argocd.argoproj.io/foreground"
FINALIZERS = frozenset(
    {FINALIZER, "resources-finalizer.argocd.argoproj.io", "resources-finalizer.argocd.argoproj.io/background"}
)
"""By which Argo CD knows that what an Application brought goes with it."""


def removal(inventory: Inventory, _: Context) -> Iterator[Finding]:
    """Applications that leave everything running when they go, and ones that take data with them."""
    bring = brought(inventory)
    for item in applications(inventory):
        cascades = bool(FINALIZERS & {*(item.document["metadata"].get("finalizers") or ())})
        lasting = _lasting(item, bring[item.path])
        if cascades and lasting:
            message = f"takes everything with it when it goes, {lasting} included"
            yield inventory.finding(
                item, ("metadata",), "delivery.cascade", message, f"remove the finalizer {FINALIZER}"
            )
        if not cascades and not lasting:
            message = "leaves everything it brought running when it is removed"
            yield inventory.finding(item, ("metadata",), "delivery.leftover", message, f"add the finalizer {FINALIZER}")


def _lasting(application: Object, objects: list[Object]) -> str:
    """What must outlive an Application; empty for nothing."""
    if is_root(application):
        return "every other Application"
    if application.component in MANAGEMENT_FOLDERS:
        return "what the cloud holds"
    if has_chart(application):
        return "the kinds its operator defines, with every object of theirs"
    found = [item for item in objects if holds(item)]
    return f"{found[0]}" if found else ""
