"""Values taken apart into the smallest things they admit, so that one more of them is seen as such."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from groundplan.review.fields import ABSENT

Atoms = frozenset[str]
ANYTHING = "anything"


def listed(value: Any) -> Atoms:
    """Elements of a list, keys and values of a mapping, or the value itself."""
    if value is ABSENT or value is None:
        return frozenset()
    if isinstance(value, Mapping):
        return frozenset(f"{key}={_text(item)}" for key, item in value.items())
    return frozenset(map(_text, value)) if isinstance(value, list) else frozenset({_text(value)})


def network_policy(spec: Any) -> Atoms:
    """Every (direction, peer, port) a NetworkPolicy admits; a direction it does not restrict admits anything."""
    if spec is ABSENT:
        return frozenset()
    types = spec.get("policyTypes") or ["Ingress"]
    found: set[str] = {f"{direction} {ANYTHING}" for direction in ("Ingress", "Egress") if direction not in types}
    for direction, field, peers in (("Ingress", "ingress", "from"), ("Egress", "egress", "to")):
        for rule in spec.get(field) or []:
            ports = [_port(entry) for entry in rule.get("ports") or []] or ["every port"]
            whom = [_text(peer) for peer in rule.get(peers) or []] or ["everybody"]
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


def iam(document: Any) -> Atoms:
    """Every (principal, action, resource, condition) that a policy document of AWS allows; less denied is more allowed."""
    if document is ABSENT or not document:
        return frozenset()
    try:
        statements = json.loads(document)["Statement"]
    except (ValueError, KeyError, TypeError):
        return frozenset({f"unreadable {document}"})
    found: set[str] = set()
    for statement in [statements] if isinstance(statements, Mapping) else statements:
        effect = statement.get("Effect", "Allow")
        whom = _flat(statement.get("Principal", ""))
        condition = _text(statement["Condition"]) if "Condition" in statement else ""
        actions, resources = _several(statement, "Action"), _several(statement, "Resource")
        for who, action, resource in product(whom or [""], actions, resources):
            found.add(" ".join(filter(None, (effect, who, action, resource, condition))))
    return frozenset(item if item.startswith("Allow") else f"not: {item}" for item in found)


def _several(statement: Mapping[str, Any], name: str) -> list[str]:
    value = statement.get(name, statement.get(f"Not{name}", "*"))
    marked = "not " if f"Not{name}" in statement else ""
    return [f"{marked}{item}" for item in (value if isinstance(value, list) else [value])]


def _flat(principal: Any) -> list[str]:
    if isinstance(principal, Mapping):
        return [f"{kind}:{who}" for kind, listed_ in principal.items() for who in _as_list(listed_)]
    return [str(item) for item in _as_list(principal) if item]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def security_group(rules: Any) -> Atoms:
    """Every (protocol, ports, source) that rules of a security group admit."""
    found: set[str] = set()
    for rule in [] if rules is ABSENT or rules is None else rules:
        ports = f"{rule['ipProtocol']} {rule.get('fromPort', 'every')}-{rule.get('toPort', 'port')}"
        found |= {f"{ports} {source}" for source in _sources(rule)}
    return frozenset(found)


def _sources(rule: Mapping[str, Any]) -> Iterator[str]:
    yield from (entry["cidrIP"] for entry in rule.get("ipRanges") or [])
    yield from (entry["cidrIPv6"] for entry in rule.get("ipv6Ranges") or [])
    for pair in rule.get("userIDGroupPairs") or []:
        yield str(pair.get("groupRef", {}).get("from", {}).get("name") or pair.get("groupID") or "itself")


def security_rule(spec: Any) -> Atoms:
    """Every (direction, protocol, source, target, ports) that a rule of Azure's admits or refuses."""
    if spec is ABSENT or not spec:
        return frozenset()
    sides = [_both(spec, name) for name in ("sourceAddressPrefix", "destinationAddressPrefix", "destinationPortRange")]
    refused = "" if spec.get("access") == "Allow" else "not: "
    start = f"{refused}{spec.get('direction')} {spec.get('protocol')}"
    return frozenset(f"{start} {source} to {target} on {port}" for source, target, port in product(*sides))


def _both(spec: Mapping[str, Any], name: str) -> list[str]:
    several = name.replace("Prefix", "Prefixes") if name.endswith("Prefix") else f"{name}s"
    return [*([str(spec[name])] if name in spec else []), *map(str, spec.get(several) or [])] or ["*"]


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


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


READERS: Mapping[str, Callable[[Any], Atoms]] = {
    "": listed,
    "iam": iam,
    "network-policy": network_policy,
    "paths": paths,
    "ports": ports,
    "rbac": rbac,
    "security-group": security_group,
    "security-rule": security_rule,
}
"""By the name that tables use."""


def added(reader: str, before: Any, after: Any) -> list[str]:
    """What one more is admitted after than before; something that was denied and is no longer counts too."""
    old, new = READERS[reader](before), READERS[reader](after)
    return sorted(_more(new - old)) + sorted(_less(old - new))


def removed(reader: str, before: Any, after: Any) -> list[str]:
    """What was there before and is not after."""
    return sorted(READERS[reader](before) - READERS[reader](after))


def _more(atoms: Iterable[str]) -> list[str]:
    return [item for item in atoms if not item.startswith("not: ")]


def _less(atoms: Iterable[str]) -> list[str]:
    return [f"no longer denied: {item[5:]}" for item in atoms if item.startswith("not: ")]
