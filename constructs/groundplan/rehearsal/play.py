"""Applies every object of an environment twice, in Argo CD's order, and says what the API server made of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from groundplan.checks.applications import Delivery, wave_of
from groundplan.checks.inventory import MANAGEMENT_CLUSTER, Inventory, Object
from groundplan.errors import Finding, Location, Severity
from groundplan.rehearsal.client import Answer, Client
from groundplan.rehearsal.definitions import definitions_in, install, of_template
from groundplan.rehearsal.stored import differences
from groundplan.yaml.marked import YamlPath

FIRST = ("Namespace", "ResourceQuota", "LimitRange", "ServiceAccount", "Secret", "ConfigMap", "StorageClass",
         "PersistentVolumeClaim", "CustomResourceDefinition", "ConstraintTemplate", "ClusterRole", "Role")  # fmt: skip
"""Kinds that Argo CD applies before others of the same wave."""

BOOKKEEPING = frozenset({"generation", "managedFields", "resourceVersion"})
"""What a server changes of its own."""

_FIELD = re.compile(
    r'(?:unknown|duplicate) field "([^"]+)"|\.((?:spec|metadata|data)[\w.\[\]-]*)|\b(spec\.[\w.\[\]-]+):'
)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of it."""

    applied: int
    """Objects the server took, both times."""

    findings: tuple[Finding, ...]
    """What it refused, warned of, changed the second time or stores otherwise."""

    unknown: dict[str, int]
    """`group/Kind` without a definition at hand to how many objects that left out."""


def rehearse(client: Client, inventory: Inventory, folders: Sequence[Path]) -> Rehearsal:
    """Play the inventory of one environment against the server behind `client`, with the definitions in `folders`."""
    findings = list(_defined(client, inventory, folders))
    _make_namespaces(client, inventory)
    unknown: Counter[str] = Counter()
    taken: list[Object] = []
    for item in in_order(inventory):
        if not client.knows(item.api_version, item.kind):
            unknown[f"{item.group}/{item.kind}".lstrip("/")] += 1
            continue
        answer = client.apply(item.document)
        findings += _said(inventory, item, answer)
        if answer.is_accepted:
            taken.append(item)
            findings += _stored_otherwise(inventory, item, answer)
    applied = sum(_is_taken_again(client, inventory, item, findings) for item in taken)
    return Rehearsal(applied, tuple(sorted(set(findings))), dict(sorted(unknown.items())))


def in_order(inventory: Inventory) -> list[Object]:
    """Every object in the order Argo CD applies them: clouds first, then waves, then kinds."""
    delivery, inner = Delivery(inventory), {kind: rank for rank, kind in enumerate(FIRST)}
    owners: dict[str, int] = {}

    def key(item: Object) -> tuple[bool, bool, int, int, int, str]:
        folder = item.path.rpartition("/")[0]
        if item.tree == "dist" and folder not in owners:
            owners[folder] = wave_of(owner) if (owner := next(iter(delivery.owners(item)), None)) is not None else 0
        wave = owners[folder] if item.tree == "dist" else -1000
        own = wave_of(item)
        is_namespace = item.kind == "Namespace"
        return (
            not is_namespace,
            item.cluster != MANAGEMENT_CLUSTER,
            wave,
            own,
            inner.get(item.kind, len(FIRST)),
            item.path,
        )

    return sorted(inventory.objects, key=key)


def _defined(client: Client, inventory: Inventory, folders: Sequence[Path]) -> Iterator[Finding]:
    kinds = {(item.group, item.kind) for item in inventory if not client.knows(item.api_version, item.kind)}
    templates = [item for item in inventory if item.kind == "ConstraintTemplate"]
    made = {template.name: of_template(template) for template in templates}
    for document, answer in install(client, [*definitions_in(folders, kinds), *made.values()]):
        where = Location(
            next((item.path for item in templates if made[item.name] is document), document["metadata"]["name"])
        )
        yield Finding(
            where, "rehearsal.definition", document["metadata"]["name"], answer.message, "correct the definition"
        )


def _make_namespaces(client: Client, inventory: Inventory) -> None:
    """Those that Argo CD makes for an Application, or that somebody else does."""
    rendered = {item.name for item in inventory.by_kind.get(("", "Namespace"), ())}
    for name in sorted({item.namespace for item in inventory} - rendered - {""}):
        client.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def _said(inventory: Inventory, item: Object, answer: Answer) -> Iterator[Finding]:
    if not answer.is_accepted:
        yield inventory.finding(
            item,
            _field(answer.message),
            "rehearsal.refused",
            f"is refused: {answer.message}",
            "write what the API server of this version takes",
        )
    for warning in answer.warnings:
        found = inventory.finding(item, _field(warning), "rehearsal.warned", f"is warned of: {warning}")
        yield Finding(found.location, found.rule, found.subject, found.message, severity=Severity.WARNING)


def _stored_otherwise(inventory: Inventory, item: Object, answer: Answer) -> Iterator[Finding]:
    for path, how in differences(item.document, answer.body):
        yield inventory.finding(item, path, "rehearsal.stored-otherwise", how, "render it as it is stored")


def _is_taken_again(client: Client, inventory: Inventory, item: Object, findings: list[Finding]) -> bool:
    """Apply a second time; what two files of one cluster are about is last applied as the second of them says."""
    before = client.get(item.document)
    answer = client.apply(item.document)
    if not answer.is_accepted:
        findings += _said(inventory, item, answer)
        return False
    is_one = len(inventory.by_identity[item.cluster, item.identity]) == 1
    if is_one and _lasting(before) != _lasting(answer):
        findings.append(
            inventory.finding(
                item,
                (),
                "rehearsal.changed",
                "is changed by applying it a second time",
                "render what the first time stored",
            )
        )
    return True


def _lasting(answer: Answer) -> dict[str, object]:
    """The object without the server's own bookkeeping."""
    metadata = {key: value for key, value in answer.body.get("metadata", {}).items() if key not in BOOKKEEPING}
    return {**answer.body, "metadata": metadata}


def _field(message: str) -> YamlPath:
    """The field a message speaks of; the whole object where it names none."""
    found = _FIELD.search(message)
    text = next((group for group in found.groups() if group), "") if found else ""
    words = re.findall(r"[\w/-]+", text)
    return tuple(int(word) if word.isdigit() else word for word in words)
