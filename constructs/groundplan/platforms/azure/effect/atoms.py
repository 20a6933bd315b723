"""Rules of network security groups, taken apart into what each admits."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from groundplan.review.atoms import Atoms
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


READERS = {"security-rule": security_rule}
