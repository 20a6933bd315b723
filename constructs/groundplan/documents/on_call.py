"""on-call.md: every alert of a system, what it says, what to do first, and where to read on."""

from __future__ import annotations

from collections.abc import Iterable

from groundplan.facts.system import System
from groundplan.markdown import document, link, section, table
from groundplan.observability.alert import RUNBOOK, Alert
from groundplan.observability.rules import all_alerts
from groundplan.page import UP

_ORDER = {"critical": 0, "warning": 1, "info": 2}


def page(system: System) -> str | None:
    """The whole page; none where nothing is watched."""
    alerts = {environment.environment: all_alerts(environment) for environment in system.environments}
    if not any(alerts.values()):
        return None
    primary = system.primary
    return document(
        f"{primary.title}: on call",
        f"Paged: {primary.owner.oncall}. The alerts are derived from what the environments declare; the same words are in the "
        "message that pages you.",
        section("Who is told", _receivers(system)),
        *(section(f"Alerts of {name}", _table(found)) for name, found in alerts.items()),
    )


def _receivers(system: System) -> str:
    rows = {
        (
            name,
            receiver.type,
            receiver.to or "as its secret says",
            ", ".join([*receiver.severities, *(["the heartbeat"] if receiver.heartbeat else [])]),
        )
        for environment in system.clusters
        for name, receiver in environment.observability.receivers.items()
    }
    return table(["Receiver", "How", "Where", "Of"], sorted(rows)) or "Nobody is told yet: no receiver is named."


def _table(alerts: Iterable[Alert]) -> str:
    ordered = sorted(alerts, key=lambda alert: (_ORDER[alert.severity], alert.service, alert.name))
    rows = [
        (
            alert.name if alert.own else link(alert.name, f"{UP}/{RUNBOOK}#{alert.name.lower()}"),
            alert.severity,
            alert.service,
            alert.summary,
            alert.wait,
            alert.action,
        )
        for alert in ordered
    ]
    return table(["Alert", "Severity", "About", "What is wrong", "For", "First"], rows)
