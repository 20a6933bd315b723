"""Who is told of what, as the environment states it: a route that ends too early leaves out whoever comes after it."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.observability.routes import receivers_of
from groundplan.errors import Finding

CONFIG = ("monitoring.coreos.com", "AlertmanagerConfig")


def receivers(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Every receiver hears of every severity that is stated for it, and of no other."""
    for item in inventory.by_kind.get(CONFIG, ()):
        environment = context.environment_of(item)
        for name, receiver in environment.observability.receivers.items() if environment is not None else ():
            for severity in ("critical", "warning", "info"):
                told, wanted = _hears(item, name, severity), severity in receiver.severities
                if told is not wanted:
                    message = f"{name} {'hears' if told else 'does not hear'} of {severity} alerts"
                    advice = (
                        f"observability.receivers.{name}.severities says {', '.join(receiver.severities) or 'none'}"
                    )
                    yield inventory.finding(item, ("spec", "route"), "intent.receiver", message, advice)


def _hears(item: Object, name: str, severity: str) -> bool:
    labels = {"alertname": "Any", "severity": severity, "namespace": "any"}
    return name in receivers_of(item.spec.get("route", {}), labels)
