"""How much of a measure each pod takes before another one is started, as the environment states it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding
from groundplan.model.values import quantity, seconds

AUTOSCALER = ("autoscaling", "HorizontalPodAutoscaler")


def scaling(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Metrics of autoscalers against `scaling.metrics` of the service that they scale."""
    for item in inventory.by_kind.get(AUTOSCALER, ()):
        environment = context.environment_of(item)
        name = str(item.spec.get("scaleTargetRef", {}).get("name", ""))
        service = environment.services.get(name) if environment is not None else None
        stated = service.scaling.metrics if service is not None and service.scaling is not None else {}
        for n, metric in enumerate(item.spec.get("metrics", [])):
            pods = metric.get("pods") or {}
            known = stated.get(str(pods.get("metric", {}).get("name", "")))
            found = pods.get("target", {}).get("averageValue")
            if known is not None and found is not None and quantity(str(found)) != _amount(known.average):
                message = f"aims at {found} a pod, and services.{name}.scaling says {known.average}"
                path = ("spec", "metrics", n, "pods", "target", "averageValue")
                yield inventory.finding(item, path, "intent.scaling", message, "write the target that is stated")


def _amount(text: str) -> Decimal:
    """A duration in seconds; `500m` is a half to Kubernetes, as an amount of anything."""
    return Decimal(str(seconds(text))) if text[-1] in "shd" else quantity(text)
