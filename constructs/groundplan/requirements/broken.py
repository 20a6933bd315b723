"""Ways to break an object that a relation went through, by the part it plays there: each must end the relation."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.inventory import Object

Document = dict[str, Any]
Break = Callable[[Document], None]

WRONG = "mutated"


def template_of(document: Document) -> Document:
    """The pod template of a workload."""
    place: Any = document
    for step in POD_TEMPLATES[str(document["apiVersion"]).rpartition("/")[0], document["kind"]]:
        place = place[step]
    template: Document = place
    return template


def broken(item: Object, part: str) -> Iterator[tuple[str, Object | None]]:
    """`item` broken in every way that matters to its part, each with a word for it; None where it is gone."""
    if part not in ("settings", "egress", "admission"):
        yield "is gone", None
    kind = part.partition(" ")[0]
    for word, change in WAYS.get(kind, {}).items():
        document = copy.deepcopy(dict(item.document))
        change(document)
        if document != item.document:
            yield word, replace(item, document=document)


def _selects_others(document: Document) -> None:
    spec = document["spec"]
    selector = spec.get("selector") or {}
    if "matchLabels" in selector or "matchExpressions" in selector:
        spec["selector"] = {"matchLabels": {"app": WRONG}}
    elif selector:
        spec["selector"] = dict.fromkeys(selector, WRONG)


def _other_port(document: Document) -> None:
    for port in document["spec"].get("ports", []):
        port["targetPort"] = WRONG


def _other_labels(document: Document) -> None:
    template = template_of(document)
    template["metadata"]["labels"] = dict.fromkeys(template["metadata"]["labels"], WRONG)


def _nobody(direction: str) -> Break:
    def change(document: Document) -> None:
        document["spec"][direction] = []

    return change


def _other_addresses(document: Document) -> None:
    if "data" in document:
        document["data"] = dict.fromkeys(document["data"], WRONG)
        return
    for container in template_of(document)["spec"].get("containers", []):
        for entry in container.get("env", []):
            if "value" in entry:
                entry["value"] = WRONG


def _other_backends(document: Document) -> None:
    for rule in document["spec"].get("rules", []):
        for path in rule.get("http", {}).get("paths", []):
            path["backend"]["service"]["name"] = WRONG


def _other_hosts(document: Document) -> None:
    for rule in document["spec"].get("rules", []):
        rule["host"] = WRONG
    if "hosts" in document["spec"]:
        document["spec"]["hosts"] = [WRONG]


def _other_destinations(document: Document) -> None:
    for rule in document["spec"].get("http", []):
        for leg in rule.get("route", []):
            leg["destination"]["host"] = WRONG


def _other_endpoint(document: Document) -> None:
    for field in ("endpoints", "podMetricsEndpoints"):
        for endpoint in document["spec"].get(field, []):
            endpoint["port"] = WRONG


def _milder(document: Document) -> None:
    for group in document["spec"]["groups"]:
        for rule in group["rules"]:
            rule.get("labels", {})["severity"] = WRONG


def _without_routes(document: Document) -> None:
    document["spec"]["route"]["routes"] = []


def _silent(document: Document) -> None:
    document["spec"]["receivers"] = [{"name": item["name"]} for item in document["spec"]["receivers"]]


def _other_keys(document: Document) -> None:
    for entry in document["spec"].get("data", []):
        entry["secretKey"] = WRONG


def _no_rules(document: Document) -> None:
    document["rules"] = []


def _other_subjects(document: Document) -> None:
    for entry in document.get("subjects", []):
        entry["name"] = WRONG


WAYS: Mapping[str, Mapping[str, Break]] = {
    "alert": {"has a severity that nobody hears": _milder},
    "binding": {"binds somebody else": _other_subjects},
    "egress": {"lets nothing out": _nobody("egress")},
    "admission": {"lets nothing in": _nobody("ingress")},
    "ingress": {"leads elsewhere": _other_backends, "has another host": _other_hosts},
    "key": {"makes other keys": _other_keys},
    "monitor": {"selects others": _selects_others, "asks another port": _other_endpoint},
    "receiver": {"has no routes": _without_routes, "tells nobody": _silent},
    "role": {"permits nothing": _no_rules},
    "route": {"has another host": _other_hosts, "leads elsewhere": _other_destinations},
    "service": {"selects others": _selects_others, "leads to another port": _other_port},
    "settings": {"names other addresses": _other_addresses},
    "target": {"wears other labels": _other_labels},
}
"""Part to the ways of breaking it."""
