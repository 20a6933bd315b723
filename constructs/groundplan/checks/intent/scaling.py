"""How much of a measure each pod takes before another one is started, as the environment states it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding
from groundplan.model.scaling import Scaling
from groundplan.model.values import quantity, seconds

QUEUES = ("keda.sh", "ScaledObject")
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


def queues(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """What autoscalers of queues follow against `scaling.queues` and `scaling.backlog`: a list nobody fills is always empty."""
    for item in inventory.by_kind.get(QUEUES, ()):
        environment = context.environment_of(item)
        name = str(item.spec.get("scaleTargetRef", {}).get("name", ""))
        service = environment.services.get(name) if environment is not None else None
        if service is None or service.scaling is None:
            continue
        for n, trigger in enumerate(item.spec.get("triggers", [])):
            wrong = _unstated(str(trigger.get("type", "")), trigger.get("metadata") or {}, service.scaling)
            if wrong:
                path = ("spec", "triggers", n, "metadata")
                advice = f"write what services.{name}.scaling states"
                yield inventory.finding(item, path, "intent.queue", wrong, advice)


def _unstated(kind: str, told: Mapping[str, str], stated: Scaling) -> str:
    if kind == "prometheus" and told.get("query") not in stated.backlog.values():
        return "asks for a backlog that nothing states"
    if not kind.startswith("redis"):
        return ""
    name = str(told.get("listName"))
    if name not in stated.queues:
        return f"follows the list `{name}`, and scaling.queues names {', '.join(stated.queues) or 'none'}"
    if told.get("listLength") != str(stated.queues[name]):
        return f"counts {told.get('listLength')} of `{name}` a pod, and scaling.queues says {stated.queues[name]}"
    if str(told.get("databaseIndex", "0")) != "0":
        return f"looks for `{name}` in database {told['databaseIndex']}, and lists of queues lie in the first"
    return ""


def _amount(text: str) -> Decimal:
    """A duration in seconds; `500m` is a half to Kubernetes, as an amount of anything."""
    return Decimal(str(seconds(text))) if text[-1] in "shd" else quantity(text)
