"""Definitions of kinds that a rehearsal needs: those at hand in a folder, and those that Gatekeeper makes of its templates."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from groundplan.checks.inventory import Object
from groundplan.rehearsal.client import Answer, Client

Json = dict[str, Any]

FOLDER = "GROUNDPLAN_CRDS"
"""Environment variable that names folders of definitions, where the command line names none."""

APPROVED, OUTSIDE = "api-approved.kubernetes.io", "unapproved, as it was found"
"""Annotation without which no kind is defined in a group of Kubernetes' own, and what it says where it got lost."""

CONSTRAINTS = "constraints.gatekeeper.sh"
PATIENCE = 10.0
"""Seconds a kind may take until it is served."""


def definitions_in(folders: Iterable[Path], kinds: Collection[tuple[str, str]]) -> Iterator[Json]:
    """Definitions of `kinds`, (API group, kind), in the YAML files below `folders`; each kind once."""
    told: set[tuple[str, str]] = set()
    for folder in folders:
        for file in sorted([folder] if folder.is_file() else folder.rglob("*.y*ml")):
            text = file.read_text("utf-8", "replace")
            if not any(f"group: {group}" in text and f"kind: {kind}" in text for group, kind in kinds):
                continue  # reading definitions takes longer than everything else
            for document in yaml.load_all(text, yaml.CSafeLoader):
                pair = _defines(document)
                if pair is not None and pair in kinds and pair not in told:
                    told.add(pair)
                    yield document


def install(client: Client, definitions: Iterable[Json]) -> list[tuple[Json, Answer]]:
    """Create the definitions and wait until each kind is served; what the server refused is returned with why."""
    refused: list[tuple[Json, Answer]] = []
    taken: list[tuple[Json, Answer]] = []
    for document in definitions:
        answer = client.apply(_without_status(document))
        (taken if answer.is_accepted else refused).append((document, answer))
    for document, _ in taken:
        _await(client, document)
    client.forget()
    return refused


def of_template(item: Object) -> Json:
    """The definition that Gatekeeper makes of a ConstraintTemplate: its parameters, and a match it checks itself.

    See https://open-policy-agent.github.io/gatekeeper/website/docs/constrainttemplates/ .
    """
    crd = item.spec["crd"]["spec"]
    kind = str(crd["names"]["kind"])
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    parameters = (crd.get("validation") or {}).get("openAPIV3Schema") or anything
    spec = {"enforcementAction": {"type": "string"}, "match": anything, "parameters": parameters}
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": spec}, "status": anything}}
    version = {"name": "v1beta1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema},
               "subresources": {"status": {}}}  # fmt: skip
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.lower()}.{CONSTRAINTS}"},
        "spec": {
            "group": CONSTRAINTS,
            "scope": "Cluster",
            "names": {"kind": kind, "plural": kind.lower()},
            "versions": [version],
        },
    }


def _defines(document: Any) -> tuple[str, str] | None:
    if not isinstance(document, Mapping) or document.get("kind") != "CustomResourceDefinition":
        return None
    return str(document["spec"]["group"]), str(document["spec"]["names"]["kind"])


def _without_status(document: Json) -> Json:
    """A conversion by a webhook that is not there would refuse every other version, so there is none."""
    spec = {key: value for key, value in document["spec"].items() if key != "conversion"}
    told = document["metadata"].get("annotations") or {}
    kept = {key: text for key, text in told.items() if key == APPROVED}
    metadata = {"name": document["metadata"]["name"], "annotations": {APPROVED: OUTSIDE, **kept}}
    return {"apiVersion": document["apiVersion"], "kind": document["kind"], "metadata": metadata, "spec": spec}


def _await(client: Client, document: Json) -> None:
    names = document["spec"]["names"]
    until = time.monotonic() + PATIENCE
    for version in document["spec"]["versions"]:
        api_version = f"{document['spec']['group']}/{version['name']}"
        while version.get("served", True) and not client.knows(api_version, names["kind"]) and time.monotonic() < until:
            client.forget()
            time.sleep(0.05)
