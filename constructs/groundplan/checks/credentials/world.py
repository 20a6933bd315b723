"""Secrets of one cluster: who makes each with which keys, and who reads which of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.links import links
from groundplan.yaml.marked import YamlPath

ESO = "external-secrets.io"
NOTIFICATIONS = {"argo-cd": "argocd-notifications-secret", "argo-rollouts": "argo-rollouts-notification-secret"}
"""Chart to the Secret that its controller of notifications looks for by this name, and nothing refers to."""

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
        authority = (item.spec.get("ca") or {}).get("secretName") if item.group == "cert-manager.io" else None
        if authority is not None:
            found.setdefault((item.namespace, str(authority)), set()).add(EVERY)
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
    for place, keys in told_with(item).items():
        yield place, set(keys)


_REFERENCE = re.compile(r"\$([A-Za-z0-9._-]+)")


def told_with(item: Object) -> dict[tuple[str, str], dict[str, YamlPath]]:
    """Keys that controllers of notifications sign in with, each with the field that names it, by the Secret they look in."""
    found: dict[tuple[str, str], dict[str, YamlPath]] = {}
    if item.kind != "Application":
        return found
    namespace = str((item.spec.get("destination") or {}).get("namespace", ""))
    for field, source in _sources(item):
        secret = NOTIFICATIONS.get(str(source.get("chart")))
        values = ((source.get("helm") or {}).get("valuesObject") or {}).get("notifications") or {}
        for name, text in (values.get("notifiers") or {}).items() if secret is not None else ():
            for key in _REFERENCE.findall(str(text)):
                path: YamlPath = (*field, "helm", "valuesObject", "notifications", "notifiers", name)
                found.setdefault((namespace, str(secret)), {})[key] = path
    return found


def _sources(item: Object) -> Iterator[tuple[YamlPath, Mapping[str, Any]]]:
    """The sources of an Application, each with where it stands."""
    if isinstance(item.spec.get("source"), Mapping):
        yield ("spec", "source"), item.spec["source"]
    for index, source in enumerate(item.spec.get("sources") or []):
        yield ("spec", "sources", index), source
