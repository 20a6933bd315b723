"""Rendered constraints, and the rules they put into force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.policy import Program, compile_rule
from groundplan.checks.selections import matches
from groundplan.kubernetes.kinds import api_group
from groundplan.policies.catalogue import RULES

CONSTRAINTS = "constraints.gatekeeper.sh"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One rendered constraint, and the rule it puts into force."""

    item: Object
    """The constraint."""

    program: Program
    """Its rule."""

    def judges(self, document: Mapping[str, Any]) -> bool:
        """Whether an object of a kind it is about is among those it matches."""
        match, metadata = self.item.spec.get("match") or {}, document["metadata"]
        if metadata.get("namespace") in match.get("excludedNamespaces", ()):
            return False
        selector = match.get("labelSelector") or {}
        return matches(
            metadata.get("labels", {}), selector.get("matchLabels", {}), selector.get("matchExpressions", ())
        )

    @property
    def kinds(self) -> set[tuple[str, str]]:
        """(group, kind) of everything it is about."""
        entries = (self.item.spec.get("match") or {}).get("kinds", ())
        return {(group, kind) for entry in entries for group in entry["apiGroups"] for kind in entry["kinds"]}

    def refusal(self, document: Mapping[str, Any]) -> str:
        """Why it would refuse the object; empty where it would not."""
        return self.program.refusal(document, self.item.spec.get("parameters") or {})


class InForce:
    """The constraints of one cluster that refuse, found by what they are about."""

    def __init__(self, constraints: Iterable[Constraint] = ()) -> None:
        self._by_kind: dict[tuple[str, str], list[Constraint]] = {}
        for constraint in constraints:
            for kind in constraint.kinds:
                self._by_kind.setdefault(kind, []).append(constraint)

    def judging(self, document: Mapping[str, Any]) -> list[Constraint]:
        """Those that judge an object."""
        listed = self._by_kind.get((api_group(document["apiVersion"]), document["kind"]), ())
        return [constraint for constraint in listed if constraint.judges(document)]


def constraints(inventory: Inventory) -> Mapping[str, InForce]:
    """What is in force, by cluster."""
    programs = {rule.kind: compile_rule(rule) for rule in RULES.values() if rule.admission}
    found: dict[str, list[Constraint]] = defaultdict(list)
    for item in inventory:
        if item.group == CONSTRAINTS and item.kind in programs and item.spec.get("enforcementAction") == "deny":
            found[item.cluster].append(Constraint(item, programs[item.kind]))
    return defaultdict(InForce, {cluster: InForce(listed) for cluster, listed in found.items()})
