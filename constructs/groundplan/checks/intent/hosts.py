"""The public hosts that an environment states are those that are let in, each of them and no other."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

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


def _hosts(item: Object) -> list[str]:
    return [str(rule.get("host", "")) for rule in item.spec.get("rules", [])]
