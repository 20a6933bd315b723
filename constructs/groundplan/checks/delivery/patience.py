"""Pods that may work for longer than whoever removes their node waits for them.

An autoscaler of nodes that scales in asks the pods of a node to end and, after ten minutes where nobody says otherwise,
takes the node away with those that still work.
See https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md .
"""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.effects import effects
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding

PATIENCE = 600
"""Seconds that it waits where nobody says otherwise."""

AUTOSCALER = "cluster-autoscaler"

STAYS = "cluster-autoscaler.kubernetes.io/safe-to-evict"
"""Annotation by which a pod keeps its node."""

WORKLOADS = (("apps", "Deployment"), ("apps", "StatefulSet"), ("argoproj.io", "Rollout"))


def patience(inventory: Inventory, _: Context) -> Iterator[Finding]:
    """Workloads whose pods have longer to end than their cluster's autoscaler of nodes lets them."""
    waits = {
        release.cluster: int((release.values.get("extraArgs") or {}).get("max-graceful-termination-sec", PATIENCE))
        for release in inventory.releases
        if release.chart == AUTOSCALER
    }
    for module in effects("patience"):
        waits |= {cluster: told or PATIENCE for cluster, told in module.node_removers(inventory)}
    for kind in WORKLOADS:
        for item in inventory.by_kind.get(kind, ()):
            template = item.spec.get("template") or {}
            grace = int((template.get("spec") or {}).get("terminationGracePeriodSeconds", 30))
            stays = ((template.get("metadata") or {}).get("annotations") or {}).get(STAYS) == "false"
            if item.cluster in waits and grace > waits[item.cluster] and not stays:
                message = f"its pods have {grace} s to end, and who removes nodes takes theirs away after {waits[item.cluster]} s"
                advice = f"let the autoscaler wait by max-graceful-termination-sec, or annotate the pods with {STAYS}: 'false'"
                field = ("spec", "template", "spec", "terminationGracePeriodSeconds")
                yield inventory.finding(item, field, "delivery.impatient", message, advice)
