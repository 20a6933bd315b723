"""Secrets of one cluster: who makes each with which keys, and who reads which of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from groundplan.checks.inventory import Object, sources
from groundplan.checks.links import links
from groundplan.yaml.marked import YamlPath

ESO = "external-secrets.io"
NOTIFICATIONS = "argo-rollouts-notification-secret"
"""A Secret that its controller looks for by this name, and nothing refers to."""

EVERY = ""
"""In place of a key: the whole Secret is read."""


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A Secret that something rendered brings, and where its keys come from."""

    namespace: str
    """Namespace."""

    name: str
    """Name."""

    keys: Mapping[str, YamlPath]
    """Its keys, each with the field that says so."""

    item: Object
    """What brings it."""


def made_by(item: Object) -> Iterator[Made]:
    """The Secret that an object brings, where its keys are known; none for most kinds."""
    if (item.group, item.kind) == (ESO, "ExternalSecret"):
        target = item.spec.get("target") or {}
        keys: dict[str, YamlPath] = {
            str(entry["secretKey"]): ("spec", "data", index) for index, entry in enumerate(item.spec.get("data") or [])
        }
        for key in (target.get("template") or {}).get("data") or {}:
            keys[str(key)] = ("spec", "target", "template", "data", key)
        yield Made(item.namespace, str(target.get("name", item.name)), keys, item)
    elif (item.group, item.kind) == ("bitnami.com", "SealedSecret"):
        sealed = item.spec.get("encryptedData") or {}
        yield Made(item.namespace, item.name, {key: ("spec", "encryptedData", key) for key in sealed}, item)
    elif (item.group, item.kind) == ("cert-manager.io", "Certificate"):
        yield Made(item.namespace, str(item.spec.get("secretName", "")), {}, item)


def reads(objects: Iterable[Object]) -> dict[tuple[str, str], set[str]]:
    """Keys that are read of each Secret, by namespace and name; `EVERY` where the whole of it is."""
    found: dict[tuple[str, str], set[str]] = {}
    for item in objects:
        for link in links(item.document):
            if link.target.kind == "Secret" and link.target.group == "":
                found.setdefault((link.target.namespace, link.target.name), set()).add(link.part)
        for place, keys in (*_by_charts(item), *_by_templates(item)):
            found.setdefault(place, set()).update(keys)
        if item.kind == "TriggerAuthentication":
            for reference in item.spec.get("secretTargetRef") or []:
                found.setdefault((item.namespace, str(reference.get("name"))), set()).add(str(reference.get("key", "")))
        if item.kind == "PushSecret":
            name = str(((item.spec.get("selector") or {}).get("secret") or {}).get("name"))
            found.setdefault((item.namespace, name), set()).add(EVERY)
    return found


_KEY = re.compile(r"secretKeyRef:\s+name: (?P<name>\S+)\s+key: (?P<key>\S+)")
_NAMESPACE = re.compile(r"^  namespace: (?P<name>\S+)$", re.MULTILINE)


def _by_templates(item: Object) -> Iterator[tuple[tuple[str, str], set[str]]]:
    """Secrets that Jobs read which a service starts from a template; placeholders keep it from being YAML."""
    texts = (item.document.get("data") or {}).values() if (item.group, item.kind) == ("", "ConfigMap") else ()
    for text in texts:
        if "secretKeyRef" in str(text):
            namespace = _NAMESPACE.search(str(text))
            for match in _KEY.finditer(str(text)):
                yield (namespace["name"] if namespace else item.namespace, match["name"]), {match["key"]}


def _by_charts(item: Object) -> Iterator[tuple[tuple[str, str], set[str]]]:
    """Secrets that charts' values name, or that their controllers look for."""
    if item.kind != "Application":
        return
    namespace = str((item.spec.get("destination") or {}).get("namespace", ""))
    for source in sources(item.document):
        if source.get("chart") == "argo-rollouts":
            yield (namespace, NOTIFICATIONS), {EVERY}
