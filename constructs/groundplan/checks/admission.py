"""The admission gate: the constraints of a cluster admit what its charts bring.

Effect comes from the rendered constraints, with what they exclude; the objects are those of the charts' recorded
facts. Without it a cluster refuses its own add-ons the next time they are upgraded or moved to another node.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.chart_facts.manifests import manifests
from groundplan.checks.gate import Context, NotJudged, Verdict
from groundplan.checks.inventory import HelmRelease, Inventory, Object
from groundplan.checks.made_later import made_later
from groundplan.checks.policy import PolicyError, Program, compile_rule
from groundplan.checks.selections import matches
from groundplan.errors import Finding, Severity
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
        """Whether the object is among those it matches."""
        match, metadata = self.item.spec.get("match") or {}, document["metadata"]
        if metadata.get("namespace") in match.get("excludedNamespaces", ()):
            return False
        selector = match.get("labelSelector") or {}
        if not matches(
            metadata.get("labels", {}), selector.get("matchLabels", {}), selector.get("matchExpressions", ())
        ):
            return False
        group, kind = api_group(document["apiVersion"]), document["kind"]
        return any(group in entry["apiGroups"] and kind in entry["kinds"] for entry in match.get("kinds", ()))

    def refusal(self, document: Mapping[str, Any]) -> str:
        """Why it would refuse the object; empty where it would not."""
        return self.program.refusal(document, self.item.spec.get("parameters") or {})


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge the objects of every release."""
    constraints = _constraints(inventory)
    judged, unknown, findings = 0, 0, list[Finding]()
    for release in inventory.releases:
        facts = context.facts_of(release.application)
        if facts is None:
            unknown += 1
            continue
        judged += 1
        for document in manifests(facts):
            findings += _refusals(inventory, release, document, constraints[release.cluster])
    for item in inventory:
        for made in made_later(item):
            findings += _refused_later(inventory, item, made, constraints[item.cluster])
    reason = NotJudged("what the chart brings is not recorded, which the gate `charts` tells", unknown, declared=True)
    return Verdict(judged, tuple(findings), (reason,) if unknown else ())


def _refused_later(
    inventory: Inventory, item: Object, document: Mapping[str, Any], constraints: list[Constraint]
) -> Iterator[Finding]:
    for constraint in constraints:
        if constraint.judges(document) and (refusal := constraint.refusal(document)):
            what = f"makes its controller bring {_article(document['kind'])} that {constraint.item} refuses: {refusal.partition('; ')[0]}"
            advice = "have it made another way, or exempt it in the rule's parameters"
            yield inventory.finding(item, ("spec",), "admission.made-later", what, advice)


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind}"


def _constraints(inventory: Inventory) -> Mapping[str, list[Constraint]]:
    """The constraints that refuse, by cluster."""
    programs = {rule.kind: compile_rule(rule) for rule in RULES.values() if rule.admission}
    found: dict[str, list[Constraint]] = defaultdict(list)
    for item in inventory:
        if item.group == CONSTRAINTS and item.kind in programs and item.spec.get("enforcementAction") == "deny":
            found[item.cluster].append(Constraint(item, programs[item.kind]))
    return found


def _refusals(
    inventory: Inventory, release: HelmRelease, document: Mapping[str, Any], constraints: list[Constraint]
) -> Iterator[Finding]:
    for constraint in constraints:
        if not constraint.judges(document):
            continue
        subject = f"{document['kind']} {document['metadata']['name']}"
        try:
            refusal = constraint.refusal(document)
        except PolicyError as error:
            refusal = f"cannot be judged: {error}"
        if refusal:
            message, _, advice = refusal.partition("; ")
            advice = f"{advice}, by the chart's values, or leave it out of the constraint's match"
            yield _finding(inventory, release, constraint, f"refuses {subject} of {release.chart}: {message}", advice)


def _finding(inventory: Inventory, release: HelmRelease, constraint: Constraint, message: str, advice: str) -> Finding:
    where = inventory.locate(constraint.item, "spec", "match")
    text = f"{message} ({release.application.path})"
    return Finding(where, "admission.chart", str(constraint.item), text, advice, Severity.ERROR)
