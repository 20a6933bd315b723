"""Sync windows hold back releases; they must not hold back a failover, a rollback by hand or the cloud below.

See https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/ .
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch

from groundplan.checks.applications import Delivery
from groundplan.checks.delivery.applications import brought
from groundplan.checks.gate import Context
from groundplan.checks.inventory import MANAGEMENT_CLUSTER, Inventory, Object
from groundplan.errors import Finding
from groundplan.facts.standby import stands_in


def windows(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Windows that close what must always be open."""
    bring = brought(inventory)
    delivery = Delivery(inventory)
    bound: dict[str, list[Object]] = {}
    for item in delivery.applications:
        project = delivery.project_of(item)
        bound.setdefault(project.path if project is not None else "", []).append(item)
    for project in delivery.projects:
        members = bound.get(project.path, [])
        for index, window in enumerate(project.spec.get("syncWindows", [])):
            field = ("spec", "syncWindows", index)
            if not window.get("manualSync"):
                message = "keeps people from syncing too, a rollback included"
                yield inventory.finding(project, field, "delivery.window-locks", message, "write manualSync: true")
            held = [
                item for item in members if any(fnmatch(item.name, name) for name in window.get("applications", []))
            ]
            for item in held:
                reason = _must_be_open(item, bring[item.path], context)
                if reason:
                    message = f"holds back {item.name}, which {reason}"
                    advice = "name only the Applications whose releases are meant to wait"
                    yield inventory.finding(project, field, "delivery.window-holds", message, advice)


def _must_be_open(application: Object, objects: list[Object], context: Context) -> str:
    environment = context.environments.get(application.scope)
    if application.cluster == MANAGEMENT_CLUSTER:
        return "makes what the cluster stands on"
    if environment is not None and stands_in(environment):
        return "must take over at any hour"
    services = environment.services if environment is not None else {}
    if not any(item.component in services for item in objects):
        return "is no release of a service: what heals it must not wait"
    return ""
