"""Namespaces are as closed as the environment states: Pod Security, a policy that denies first, and no rule spared."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from groundplan.checks.gate import Context
from groundplan.checks.intent.asleep import CONSTRAINTS
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.kubernetes.labels import MANAGED_BY
from groundplan.model.environment import Environment

ENFORCE = "pod-security.kubernetes.io/enforce"


def isolation(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Namespaces that the environment states."""
    for item in inventory.by_kind.get(("", "Namespace"), ()):
        environment = context.environment_of(item)
        stated = environment.namespaces.get(item.name) if environment is not None else None
        if stated is not None and item.labels.get(ENFORCE) != stated.pod_security:
            message = f"enforces Pod Security `{item.labels.get(ENFORCE)}`, and the environment states `{stated.pod_security}`"
            yield inventory.finding(item, ("metadata", "labels", ENFORCE), "intent.security", message, "write that")
        elif stated is None and environment is not None and item.labels.get(ENFORCE, "privileged") == "privileged":
            message = "enforces no Pod Security, and the environment does not state that"
            yield inventory.finding(
                item, ("metadata", "labels", ENFORCE), "intent.security", message, "write restricted"
            )
    yield from _open(inventory, context)
    yield from _portless(inventory, context)
    yield from _spared(inventory, context)


def _open(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Policies that speak of every pod of a namespace and leave one way open."""
    for item in inventory.by_kind.get(("networking.k8s.io", "NetworkPolicy"), ()):
        spec = item.spec
        denies = not spec.get("podSelector") and not spec.get("ingress")
        if (
            denies
            and context.environment_of(item) is not None
            and set(spec.get("policyTypes", ())) != {"Ingress", "Egress"}
        ):
            message = "denies one way only: what no other policy speaks of is open the other way"
            yield inventory.finding(item, ("spec", "policyTypes"), "intent.open", message, "write Ingress and Egress")


def _portless(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Policies of the system's own that let somebody in to whatever listens, today or one day."""
    for item in inventory.by_kind.get(("networking.k8s.io", "NetworkPolicy"), ()):
        own = item.labels.get("app.kubernetes.io/managed-by") == MANAGED_BY and context.environment_of(item) is not None
        for n, rule in enumerate(item.spec.get("ingress") or () if own else ()):
            if not rule.get("ports"):
                message = "lets them in to every port, and each service states the one it listens on"
                yield inventory.finding(item, ("spec", "ingress", n), "intent.open", message, "write ports")


def _spared(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Rules of admission that leave out a namespace of the system's own pods."""
    for item in inventory.manifests:
        environment = context.environment_of(item) if item.group == CONSTRAINTS else None
        for namespace in _own(environment) if environment is not None else ():
            excluded = (item.spec.get("match") or {}).get("excludedNamespaces", [])
            if any(fnmatchcase(namespace, pattern) for pattern in excluded):
                message = f"spares namespace `{namespace}`, where the system's own pods run"
                yield _at(inventory, item, message)


def _own(environment: Environment) -> set[str]:
    users = [environment, *environment.tenants]
    return {user.namespace for user in users if user.has_workloads}


def _at(inventory: Inventory, item: Object, message: str) -> Finding:
    path = ("spec", "match", "excludedNamespaces")
    return inventory.finding(item, path, "intent.spared", message, "leave it out of the exclusions")
