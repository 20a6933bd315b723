"""service-levels.md: what the services promise, what a miss costs per month, and what a disaster may lose of each store."""

from __future__ import annotations

from groundplan.facts.system import System
from groundplan.markdown import document, link, section, table
from groundplan.model.environment import Environment
from groundplan.observability.rules import all_alerts
from groundplan.stores.registry import stores_of

MONTH_MINUTES = 30 * 24 * 60
"""Objectives are counted over 30 days."""


def page(system: System) -> str | None:
    """The whole page; none where nothing is promised."""
    primary = system.primary
    written = [
        section("Services", _services(primary)),
        section("Watched by", _alerts(primary)),
        section("Recovery", *_recovery(primary)),
    ]
    if not written[0] and not written[2]:
        return None
    return document(
        f"{primary.title}: service levels",
        f"What `{primary.environment}` promises, over 30 days; {link('on call', 'on-call.md')} says what happens when it is "
        "missed.",
        *written,
    )


def downtime(availability: float) -> float:
    """Minutes per 30 days that an availability in percent leaves."""
    return round(MONTH_MINUTES * (100 - availability) / 100, 1)


def _services(environment: Environment) -> str:
    rows = []
    for name, service in environment.services.items():
        objectives = service.objectives
        if objectives.availability is None and objectives.latency is None:
            continue
        available = objectives.availability
        rows.append(
            (
                name,
                f"{available:g} %" if available is not None else "not promised",
                f"{downtime(available):g} minutes" if available is not None else "",
                f"95 % within {objectives.latency}" if objectives.latency is not None else "not promised",
            )
        )
    return table(["Service", "Available", "Lost per 30 days at most", "Answers"], rows)


def _alerts(environment: Environment) -> str:
    """Each alert of the services once; on-call.md has their words."""
    watched: dict[str, list[str]] = {}
    for alert in all_alerts(environment):
        if alert.service in environment.services:
            names = watched.setdefault(alert.service, [])
            names += [] if alert.name in names else [alert.name]
    return table(["Service", "Alerts"], [(name, ", ".join(names)) for name, names in watched.items()])


def _recovery(environment: Environment) -> list[str]:
    recovery = environment.recovery
    if recovery is None:
        return []
    rows = [(name, *store.pages().loss(recovery)) for name, store in stores_of(environment).items()]
    return [
        f"After a lost region: serving again within **{recovery.rto}**, at most **{recovery.rpo}** of work lost.",
        table(["Store", "Kept by", "Lost with a region at most"], rows),
    ]
