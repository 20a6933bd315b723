"""Rules of network security groups and of firewalls of services, taken apart into what each admits."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from groundplan.review.atoms import EVERYBODY, Atoms, text
from groundplan.review.fields import ABSENT


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


def network_acls(rules: Any) -> Atoms:
    """Whom a storage account or a vault lets in; everybody where nothing is said or all are allowed."""
    if rules is ABSENT or not rules or rules.get("defaultAction", "Allow") == "Allow":
        return frozenset({EVERYBODY})
    named = [rule.get("value") or rule.get("ipAddressOrRange") for rule in rules.get("ipRules") or []]
    subnets = [rule.get("reference") or rule.get("id") or rule for rule in rules.get("virtualNetworkRules") or []]
    around = [part.strip() for part in str(rules.get("bypass", "AzureServices")).split(",")]
    return frozenset({*map(text, named), *map(text, subnets), *(item for item in around if item != "None")})


READERS = {"network-acls": network_acls, "security-rule": security_rule}
