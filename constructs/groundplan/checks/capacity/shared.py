"""Clusters that production shares with other stages: those give way, and take no more than their part.

What is tried out there is deployed first and without asking; it may neither push out production's pods nor fill the
nodes until production finds none. See https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/ .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.capacity.world import Setting
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.model.environment import Environment
from groundplan.yaml.marked import YamlPath

PRODUCTION = "production"
CLASS = "priorityClassName"
BOUNDS = ("cpu", "memory")


def shared_findings(inventory: Inventory, setting: Setting) -> Iterator[Finding]:
    """What a stage that shares the nodes of production may take from it."""
    users = {f"{user.system}/{user.environment}": user for user in (setting.environment, *setting.environment.tenants)}
    working = {scope: user for scope, user in users.items() if user.has_workloads}
    lesser = {scope: user for scope, user in working.items() if user.stage != PRODUCTION}
    if not lesser or len(lesser) == len(working):
        return
    classes = {item.name: item for item in setting.objects if item.kind == "PriorityClass"}
    asking = [item for item in setting.objects if item.scope in working]
    least = min(
        (_worth(classes, name) for item in asking if item.scope not in lesser for _, name in _named(item.document)),
        default=0,
    )
    for item in asking:
        if item.scope in lesser:
            yield from _preempts(inventory, item, classes, least)
    for scope, user in lesser.items():
        yield from _unbounded(inventory, setting, scope, user)


def _preempts(inventory: Inventory, item: Object, classes: Mapping[str, Object], least: int) -> Iterator[Finding]:
    for path, name in _named(item.document):
        policy = classes[name].document.get("preemptionPolicy") if name in classes else None
        if _worth(classes, name) > least and policy != "Never":
            message = (
                f"has priority `{name}` ({_worth(classes, name)}) on a cluster that production shares, whose pods begin at "
                f"{least}: on full nodes production makes room for it"
            )
            advice = "give it a class below all of production's, or one that never preempts"
            yield inventory.finding(item, path, "capacity.preempts", message, advice)


def _unbounded(inventory: Inventory, setting: Setting, scope: str, user: Environment) -> Iterator[Finding]:
    bounded = {
        resource
        for item in setting.objects
        if item.kind == "ResourceQuota" and (item.scope, item.namespace) == (scope, user.namespace)
        for resource in BOUNDS
        if f"requests.{resource}" in (item.spec.get("hard") or {})
    }
    missing = [resource for resource in BOUNDS if resource not in bounded]
    home = [item for item in setting.objects if item.kind == "Namespace" and item.name == user.namespace]
    for item in home if missing else ():
        message = (
            f"shares its nodes with production, and no quota bounds the {' and '.join(missing)} that its pods request"
        )
        advice = f"write namespaces.{user.namespace}.quota"
        yield inventory.finding(item, ("metadata", "name"), "capacity.unbounded", message, advice)


def _worth(classes: Mapping[str, Object], name: str) -> int:
    return int(classes[name].document.get("value", 0)) if name in classes else 0


def _named(value: Any, path: YamlPath = ()) -> Iterator[tuple[YamlPath, str]]:
    """Every class that something in an object names; Kubernetes' own are nobody's choice here."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            if key == CLASS and isinstance(below, str):
                yield (*path, key), below
            else:
                yield from _named(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _named(below, (*path, index))
