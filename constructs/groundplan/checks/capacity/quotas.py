"""What the quotas of namespaces let in: everything at its maximum, with a new version of each coming beside it.

See https://kubernetes.io/docs/concepts/policy/resource-quotas/ .
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from groundplan.checks.capacity.demand import CPU, DISK, MEMORY, Demand
from groundplan.checks.capacity.world import Setting
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.kubernetes.validation import quantity

SHOWN = 3


def quota_findings(inventory: Inventory, setting: Setting) -> Iterator[Finding]:
    """Every quota that would refuse something, and every container it refuses because it says nothing."""
    for item in setting.objects:
        if (item.group, item.kind) == ("", "ResourceQuota") and not item.spec.get("scopeSelector"):
            inside = [demand for demand in setting.demands if demand.namespace == item.namespace]
            yield from _beyond(inventory, item, inside, setting.objects)
            yield from _unsaid(inventory, item, inside)


def _pods(demand: Demand) -> int:
    """Pods at once: those at most, and those of a new version beside them."""
    return demand.most + max(demand.surge, demand.extra)


def _of(name: str) -> Callable[[Demand], Decimal]:
    def each(demand: Demand) -> Decimal:
        amount = {CPU: demand.each.cpu, MEMORY: demand.each.memory, DISK: demand.each.disk}[name]
        return amount * _pods(demand)

    return each


def _limit(name: str) -> Callable[[Demand], Decimal]:
    return lambda demand: demand.limits.get(name, Decimal(0)) * _pods(demand)


MEASURES: dict[str, Callable[[Demand], Decimal]] = {
    CPU: _of(CPU),
    MEMORY: _of(MEMORY),
    f"requests.{CPU}": _of(CPU),
    f"requests.{MEMORY}": _of(MEMORY),
    f"requests.{DISK}": _of(DISK),
    f"limits.{CPU}": _limit(CPU),
    f"limits.{MEMORY}": _limit(MEMORY),
    "pods": lambda demand: Decimal(_pods(demand)),
    "count/pods": lambda demand: Decimal(_pods(demand)),
    "persistentvolumeclaims": lambda demand: Decimal(len(demand.volumes) * demand.most),
    "requests.storage": lambda demand: (
        sum((quantity(size) or Decimal(0) for size in demand.volumes), Decimal(0)) * demand.most
    ),
}
"""What a quota counts of pods."""


def _beyond(
    inventory: Inventory, item: Object, inside: Sequence[Demand], objects: Sequence[Object]
) -> Iterator[Finding]:
    for name, allowed in (item.spec.get("hard") or {}).items():
        limit = quantity(str(allowed))
        if limit is None or name not in (*MEASURES, "services.loadbalancers"):
            continue
        parts = [(MEASURES[name](demand), demand.name) for demand in inside] if name in MEASURES else []
        parts += _objects(name, item.namespace, objects)
        total = sum((amount for amount, _ in parts), Decimal(0))
        if total > limit:
            largest = ", ".join(
                f"{what} {_readable(name, amount)}" for amount, what in sorted(parts, reverse=True)[:SHOWN]
            )
            message = (
                f"lets in {allowed}, and at their maximum, with a new version of each coming, the pods of {item.namespace} "
                f"take {_readable(name, total)}; most take {largest}"
            )
            advice = f"raise the quota to {_readable(name, total)}, or lower maxima and requests"
            yield inventory.finding(item, ("spec", "hard", name), "capacity.quota", message, advice)


def _objects(name: str, namespace: str, objects: Sequence[Object]) -> list[tuple[Decimal, str]]:
    """What a quota counts that is no pod."""
    mine = [item for item in objects if item.namespace == namespace]
    if name == "services.loadbalancers":
        return [
            (Decimal(1), str(item))
            for item in mine
            if item.kind == "Service" and item.spec.get("type") == "LoadBalancer"
        ]
    claims = [item for item in mine if item.kind == "PersistentVolumeClaim"]
    if name == "persistentvolumeclaims":
        return [(Decimal(1), str(item)) for item in claims]
    if name == "requests.storage":
        return [
            (quantity(str(item.spec["resources"]["requests"]["storage"])) or Decimal(0), str(item)) for item in claims
        ]
    return []


def _unsaid(inventory: Inventory, item: Object, inside: Sequence[Demand]) -> Iterator[Finding]:
    counted = {name if "." in name else f"requests.{name}" for name in item.spec.get("hard") or {}}
    for demand in inside:
        if missing := sorted(counted & demand.unlimited):
            where = inventory.locate(demand.item) if demand.item is not None else inventory.locate(item)
            message = f"has a container without {' and '.join(missing)}, and {item} ({item.path}) counts it: its pods are refused"
            yield Finding(
                where, "capacity.quota-unsaid", demand.name, message, "state it, or give the namespace defaults"
            )


def _readable(name: str, amount: Decimal) -> str:
    if name.endswith((MEMORY, "storage")):
        return f"{(amount / 2**30).quantize(Decimal('0.01')).normalize():f}Gi"
    return f"{amount.normalize():f}"
