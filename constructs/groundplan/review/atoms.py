"""Values taken apart into the smallest things they admit, so that one more of them is seen as such."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import product
from typing import Any

from groundplan.checks.effects import effects
from groundplan.review.fields import ABSENT

Atoms = frozenset[str]
Reader = Callable[[Any], Atoms]
ANYTHING = "anything"
EVERYBODY = "every network"
"""What leaves nobody out, so that nothing beside it admits more."""


def listed(value: Any) -> Atoms:
    """Elements of a list, keys and values of a mapping, or the value itself."""
    if value is ABSENT or value is None:
        return frozenset()
    if isinstance(value, Mapping):
        return frozenset(f"{key}={text(item)}" for key, item in value.items())
    return frozenset(map(text, value)) if isinstance(value, list) else frozenset({text(value)})


def network_policy(spec: Any) -> Atoms:
    """Every (direction, peer, port) a NetworkPolicy admits; a direction it does not restrict admits anything."""
    if spec is ABSENT:
        return frozenset()
    types = spec.get("policyTypes") or ["Ingress"]
    found: set[str] = {f"{direction} {ANYTHING}" for direction in ("Ingress", "Egress") if direction not in types}
    for direction, field, peers in (("Ingress", "ingress", "from"), ("Egress", "egress", "to")):
        for rule in spec.get(field) or []:
            ports = [_port(entry) for entry in rule.get("ports") or []] or ["every port"]
            whom = [text(peer) for peer in rule.get(peers) or []] or ["everybody"]
            found |= {f"{direction} {peer} on {port}" for peer, port in product(whom, ports)}
    return frozenset(found)


def _port(entry: Mapping[str, Any]) -> str:
    last = f"-{entry['endPort']}" if "endPort" in entry else ""
    return f"{entry.get('protocol', 'TCP')} {entry.get('port', 'every port')}{last}"


def rbac(rules: Any) -> Atoms:
    """Every (verb, group, resource, name) that rules of a role grant."""
    found: set[str] = set()
    for rule in [] if rules is ABSENT or rules is None else rules:
        names = rule.get("resourceNames") or ["*"]
        for verb, group, resource, name in product(
            rule["verbs"], rule.get("apiGroups") or [""], rule.get("resources") or [], names
        ):
            found.add(f"{verb} {f'{group}/' if group else ''}{resource}{'' if name == '*' else f' {name}'}")
        found |= {f"{verb} {url}" for verb, url in product(rule["verbs"], rule.get("nonResourceURLs") or [])}
    return frozenset(found)


def paths(rules: Any) -> Atoms:
    """Every (host, path, target) of an Ingress."""
    found: set[str] = set()
    for rule in [] if rules is ABSENT or rules is None else rules:
        for route in rule.get("http", {}).get("paths", []):
            service = route["backend"].get("service", {})
            port = service.get("port", {})
            target = f"{service.get('name')}:{port.get('number', port.get('name', ''))}"
            found.add(f"{rule.get('host', 'every host')}{route.get('path', '/')} -> {target}")
    return frozenset(found)


def ports(entries: Any) -> Atoms:
    """Every port of a Service or a container."""
    if entries is ABSENT or entries is None:
        return frozenset()
    return frozenset(
        f"{entry.get('protocol', 'TCP')} {entry.get('port', entry.get('containerPort', ''))}"
        f"{' on the node ' + str(entry['nodePort']) if 'nodePort' in entry else ''}"
        for entry in entries
    )


def text(value: Any) -> str:
    """A value as one word of an atom."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


READERS: Mapping[str, Reader] = {
    "": listed,
    "network-policy": network_policy,
    "paths": paths,
    "ports": ports,
    "rbac": rbac,
}
"""By the name that tables use; a platform's own are in its folder."""


@cache
def readers() -> Mapping[str, Reader]:
    """All of them."""
    return {**READERS, **{name: reader for module in effects("atoms") for name, reader in module.READERS.items()}}


def added(reader: str, before: Any, after: Any) -> list[str]:
    """What one more is admitted after than before; something that was denied and is no longer counts too."""
    old, new = readers()[reader](before), readers()[reader](after)
    if EVERYBODY in old:
        return []
    return sorted(_more(new - old)) + sorted(_less(old - new))


def removed(reader: str, before: Any, after: Any) -> list[str]:
    """What was there before and is not after."""
    return sorted(readers()[reader](before) - readers()[reader](after))


def _more(atoms: Iterable[str]) -> list[str]:
    return [item for item in atoms if not item.startswith("not: ")]


def _less(atoms: Iterable[str]) -> list[str]:
    return [f"no longer denied: {item[5:]}" for item in atoms if item.startswith("not: ")]
