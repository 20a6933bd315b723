"""What keeps a service standing while nodes are drained or full: a budget for its pods, and priorities in their order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.selections import matches
from groundplan.errors import Finding
from groundplan.facts.replicas import least_replicas
from groundplan.facts.standby import waits
from groundplan.kubernetes.priorities import PRIORITIES

BUDGET = ("policy", "PodDisruptionBudget")
WORKLOADS = (("apps", "Deployment"), ("argoproj.io", "Rollout"))


def budgets(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Services with several pods of which a drain may take all at once."""
    for kind in WORKLOADS:
        for item in inventory.by_kind.get(kind, ()):
            environment = context.environment_of(item)
            if environment is None or waits(environment) or item.namespace != environment.namespace:
                continue
            if item.name in environment.services and least_replicas(environment, item.name) > 1:
                yield from _unkept(inventory, item, least_replicas(environment, item.name))


def _unkept(inventory: Inventory, item: Object, replicas: int) -> Iterator[Finding]:
    labels = ((item.spec.get("template") or {}).get("metadata") or {}).get("labels")
    if not labels:
        return
    selecting = [
        one
        for one in inventory.by_kind.get(BUDGET, ())
        if (one.scope, one.namespace) == (item.scope, item.namespace)
        and matches(labels, one.spec.get("selector", {}).get("matchLabels") or {}, ())
    ]
    if not any(_keeps(one, replicas) for one in selecting):
        message = f"runs {replicas} pods or more, and no PodDisruptionBudget keeps one while nodes are drained"
        yield inventory.finding(item, ("spec",), "intent.budget", message, "write a budget that selects its pods")


def _keeps(item: Object, replicas: int) -> bool:
    """A share in percent is believed to keep some."""
    least, gone = item.spec.get("minAvailable"), item.spec.get("maxUnavailable")
    if isinstance(least, int):
        return least > 0
    return gone < replicas if isinstance(gone, int) else str(least or gone) not in ("0%", "100%", "None")


def priorities(inventory: Inventory, _: Context) -> Iterator[Finding]:
    """Classes of which the more important one is worth less: it would make room for the other."""
    worths: dict[tuple[str, str], dict[str, Object]] = {}
    for item in inventory.by_kind.get(("scheduling.k8s.io", "PriorityClass"), ()):
        system, _dash, word = item.name.rpartition("-")
        if word in PRIORITIES:
            worths.setdefault((item.scope, system), {})[word] = item
    for known in worths.values():
        ordered = [known[word] for word in PRIORITIES if word in known]
        for higher, lower in itertools.pairwise(ordered):
            if int(higher.document.get("value", 0)) <= int(lower.document.get("value", 0)):
                message = (
                    f"is worth {higher.document.get('value')}, and {lower.name} is worth {lower.document.get('value')}"
                )
                yield inventory.finding(higher, ("value",), "intent.priority", message, "give it the greater value")
