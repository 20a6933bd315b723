"""Policies of roles and rules of security groups, taken apart into what each admits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from groundplan.review.atoms import Atoms, text
from groundplan.review.fields import ABSENT


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
        condition = text(statement["Condition"]) if "Condition" in statement else ""
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


READERS = {"iam": iam, "security-group": security_group}
