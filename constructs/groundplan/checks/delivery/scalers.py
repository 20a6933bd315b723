"""Two controllers that each set how many pods a workload has, how large they are, or how many nodes there are.

Neither is wrong alone: an autoscaler of pods and one of sizes that read the same measure answer each other's answer, and
a count that Git or an operator keeps writing takes back what an autoscaler has just added.
See https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/known-limitations.md .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.effects import effects
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

HORIZONTAL = ("autoscaling", "HorizontalPodAutoscaler")
QUEUES = ("keda.sh", "ScaledObject")
VERTICAL = ("autoscaling.k8s.io", "VerticalPodAutoscaler")

RESOURCES = frozenset({"cpu", "memory"})
"""What an autoscaler of sizes controls where it does not say."""

Target = tuple[str, str, str, str]
"""Cluster, namespace, kind and name of a workload."""


def scalers(inventory: Inventory, _: Context) -> Iterator[Finding]:
    """Workloads and pools of nodes that two controllers set."""
    counted: dict[Target, list[Object]] = {}
    for kind in (HORIZONTAL, QUEUES):
        for item in inventory.by_kind.get(kind, ()):
            counted.setdefault(_target(item, "scaleTargetRef"), []).append(item)
    for items in counted.values():
        for other in items[1:]:
            message = f"sets the replicas that {items[0]} sets too: each takes back what the other does"
            yield _at(inventory, other, ("spec", "scaleTargetRef"), message, "write one of them, with both measures")
    for item in inventory.by_kind.get(VERTICAL, ()):
        yield from _sized(inventory, item, counted.get(_target(item, "targetRef"), []))
    for module in effects("delivery"):
        for item, message, advice in module.pool_writers(inventory):
            yield _at(inventory, item, ("spec",), message, advice)


def _sized(inventory: Inventory, item: Object, counting: list[Object]) -> Iterator[Finding]:
    if str((item.spec.get("updatePolicy") or {}).get("updateMode", "Recreate")) == "Off":
        return
    for one in counting:
        both = sorted(_measured(one) & _controlled(item))
        if both:
            message = (
                f"changes {' and '.join(both)} of pods that {one} counts by {' and '.join(both)}: both chase each other"
            )
            advice = "write updateMode: 'Off', or let one of them read another measure"
            yield _at(inventory, item, ("spec", "updatePolicy"), message, advice)


def _measured(item: Object) -> set[str]:
    """Resources by whose use an autoscaler counts pods."""
    metrics: list[Mapping[str, Any]] = [
        metric.get("resource") or metric.get("containerResource") or {} for metric in item.spec.get("metrics", [])
    ]
    named = {str(metric.get("name", "")) for metric in metrics}
    return (named | {str(trigger.get("type", "")) for trigger in item.spec.get("triggers", [])}) & RESOURCES


def _controlled(item: Object) -> set[str]:
    policies = (item.spec.get("resourcePolicy") or {}).get("containerPolicies") or [{}]
    active = [policy for policy in policies if policy.get("mode") != "Off"]
    return {name for policy in active for name in policy.get("controlledResources", RESOURCES)}


def _target(item: Object, field: str) -> Target:
    told = item.spec.get(field) or {}
    return item.cluster, item.namespace, str(told.get("kind", "")), str(told.get("name", ""))


def _at(inventory: Inventory, item: Object, path: tuple[str, ...], message: str, advice: str) -> Finding:
    return inventory.finding(item, path, "delivery.contention", message, advice)
