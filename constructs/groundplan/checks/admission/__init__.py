"""The admission gate: a cluster admits what its charts bring and what its controllers make.

Effect comes from the rendered constraints, with what they exclude, and from the labels of namespaces; the objects are
those of the charts' recorded facts and those that controllers are known to make of what is rendered. Without it a
cluster refuses its own add-ons the next time they are upgraded or moved to another node.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from groundplan.chart_facts import ChartFacts
from groundplan.chart_facts.manifests import manifests, pod_specs
from groundplan.checks.admission.constraints import Constraint, InForce, constraints
from groundplan.checks.admission.pod_security import ENFORCE, breaches
from groundplan.checks.gate import Context, NotJudged, Verdict
from groundplan.checks.inventory import HelmRelease, Inventory, Object
from groundplan.checks.made_later import Around, made_later
from groundplan.checks.policy import PolicyError
from groundplan.errors import Finding, Severity

Release = tuple[HelmRelease, ChartFacts]


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge the objects of every release, and whatever is made of every object."""
    in_force = constraints(inventory)
    known = [(release, context.facts_of(release.application)) for release in inventory.releases]
    judged, findings = 0, list[Finding]()
    for cluster, objects in inventory.clusters.items():
        charts = [(release, facts) for release, facts in known if facts is not None and release.cluster == cluster]
        levels = _levels(objects)
        made = _made(objects, charts)
        judged += len(charts) + len(made)
        for release, facts in charts:
            for document in manifests(facts):
                findings += _refusals(inventory, release, document, in_force[cluster])
            findings += _over_in_chart(inventory, release, facts, levels)
        for item, brought in made:
            findings += _refused_later(inventory, item, brought, in_force[cluster])
            findings += _over(inventory, item, brought, levels)
    unknown = sum(1 for _, facts in known if facts is None)
    reason = NotJudged("what the chart brings is not recorded, which the gate `charts` tells", unknown, declared=True)
    return Verdict(judged, tuple(findings), (reason,) if unknown else ())


def _made(objects: Iterable[Object], charts: Iterable[Release]) -> list[tuple[Object, Mapping[str, Any]]]:
    """What controllers make in one cluster, each with its cause."""
    around = Around(objects, (facts for _, facts in charts))
    return [(item, document) for item in objects for document in made_later(item, around)]


def _levels(objects: Iterable[Object]) -> dict[str, tuple[str, Object]]:
    """Namespace to the standard that is enforced in it, and the object that says so."""
    found: dict[str, tuple[str, Object]] = {}
    for item in objects:
        if (item.group, item.kind) == ("", "Namespace"):
            found[item.name] = (item.labels.get(ENFORCE, ""), item)
        elif (item.group, item.kind) == ("argoproj.io", "Application"):
            labels = item.spec.get("syncPolicy", {}).get("managedNamespaceMetadata", {}).get("labels", {})
            namespace = item.spec.get("destination", {}).get("namespace", "")
            if ENFORCE in labels:
                found.setdefault(namespace, (labels[ENFORCE], item))
    return found


def _over(
    inventory: Inventory, item: Object, document: Mapping[str, Any], levels: Mapping[str, tuple[str, Object]]
) -> Iterator[Finding]:
    """A pod that its namespace's standard refuses, at what it is made of."""
    level, by = levels.get(document["metadata"]["namespace"], ("", item))
    found = breaches(level, document["spec"]) if document["kind"] == "Pod" else []
    if found:
        message = f"makes a pod that {by} refuses, which enforces `{level}`: {', '.join(found)} ({by.path})"
        advice = "have the pod keep to the standard, or run it in a namespace that enforces less"
        yield inventory.finding(item, ("spec",), "admission.pod-security", message, advice)


def _over_in_chart(
    inventory: Inventory, release: HelmRelease, facts: ChartFacts, levels: Mapping[str, tuple[str, Object]]
) -> Iterator[Finding]:
    for pod, spec in pod_specs(facts):
        level, by = levels.get(pod.namespace, ("", release.application))
        found = breaches(level, spec)
        if found:
            message = f"brings {pod}, whose pods {by} refuses, which enforces `{level}`: {', '.join(found)} ({by.path})"
            advice = "have them keep to the standard by the chart's values, or let the namespace enforce less"
            where = ("spec", "source") if "source" in release.application.spec else ("spec", "sources")
            yield inventory.finding(release.application, where, "admission.pod-security", message, advice)


def _refused_later(
    inventory: Inventory, item: Object, document: Mapping[str, Any], in_force: InForce
) -> Iterator[Finding]:
    """Constraints that judge the cause too are the policy gate's."""
    judging_cause = {id(constraint) for constraint in in_force.judging(item.document)}
    for constraint in in_force.judging(document):
        if id(constraint) not in judging_cause and (refusal := constraint.refusal(document)):
            what = f"makes its controller bring {_article(document['kind'])} that {constraint.item} refuses: {refusal.partition('; ')[0]}"
            advice = "have it made another way, or exempt it in the rule's parameters"
            yield inventory.finding(item, ("spec",), "admission.made-later", what, advice)


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind}"


def _refusals(
    inventory: Inventory, release: HelmRelease, document: Mapping[str, Any], in_force: InForce
) -> Iterator[Finding]:
    for constraint in in_force.judging(document):
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
