"""The public hosts and paths that an environment states are those that are let in, each of them and no other."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.model.environment import Environment
from groundplan.yaml.marked import YamlPath

ROUTES = ("networking.istio.io", "VirtualService")

CLOSED = ("/metrics",)
"""Paths that an Ingress names to refuse them."""

INGRESS = ("networking.k8s.io", "Ingress")


def hosts(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Hosts of Ingresses against `hosts:` of their environment."""
    found: dict[str, set[str]] = {}
    for item in inventory.by_kind.get(INGRESS, ()):
        environment = context.environment_of(item)
        for r, host in enumerate(_hosts(item)):
            found.setdefault(item.scope, set()).add(host)
            if environment is not None and host not in environment.public_hosts:
                message = f"lets in requests for `{host}`, which the environment does not state"
                advice = f"write one of {', '.join(environment.public_hosts) or 'none: nothing is exposed'}"
                yield inventory.finding(item, ("spec", "rules", r, "host"), "intent.host", message, advice)
    for item in inventory.by_kind.get(INGRESS, ()):
        environment = context.environment_of(item)
        missing = sorted(set(environment.public_hosts) - found[item.scope]) if environment is not None else []
        if missing and item is next(one for one in inventory.by_kind[INGRESS] if one.scope == item.scope):
            message = f"{', '.join(missing)} is stated in the environment, and no Ingress lets it in"
            yield inventory.finding(item, ("spec", "rules"), "intent.host", message, "write a rule for it")


def paths(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Paths of Ingresses and routes against `expose:` of their environment."""
    for kind in (INGRESS, ROUTES):
        for item in inventory.by_kind.get(kind, ()):
            environment = context.environment_of(item)
            known = _stated_paths(environment) if environment is not None else None
            for path, text in _paths(item) if known is not None else ():
                if text not in (known or ()):
                    message = f"leads requests for `{text}` on, which the environment does not state"
                    advice = f"write one of {', '.join(sorted(known or ()))}"
                    yield inventory.finding(item, path, "intent.path", message, advice)


def _stated_paths(environment: Environment) -> set[str]:
    """What is exposed, by whoever lives on the cluster; `/` leads on to a mesh, and CLOSED is refused there."""
    users = [environment, *environment.tenants]
    exposed = [one for user in users for one in user.expose.values()]
    return {"/", *CLOSED, *(path for one in exposed for path in (*one.routes, one.health))}


def _paths(item: Object) -> Iterator[tuple[YamlPath, str]]:
    for r, rule in enumerate(item.spec.get("rules", [])):
        for p, one in enumerate((rule.get("http") or {}).get("paths", [])):
            yield ("spec", "rules", r, "http", "paths", p, "path"), str(one.get("path", "/"))
    for r, rule in enumerate(item.spec.get("http", [])):
        for m, match in enumerate(rule.get("match", [])):
            uri = match.get("uri") or {}
            if "prefix" in uri or "exact" in uri:
                yield ("spec", "http", r, "match", m, "uri"), str(uri.get("prefix") or uri.get("exact"))


def _hosts(item: Object) -> list[str]:
    return [str(rule.get("host", "")) for rule in item.spec.get("rules", [])]
