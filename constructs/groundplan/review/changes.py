"""Objects that changed between two trees, each with what it was and what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.errors import Finding, Location
from groundplan.kubernetes.kinds import api_group
from groundplan.review.revisions import ChangedFile
from groundplan.yaml.manifests import ManifestYamlError, parse_documents

Json = Mapping[str, Any]


@dataclass(frozen=True, order=True, slots=True)
class Identity:
    """What a cluster knows an object by."""

    scope: str
    """`system/environment` that renders it."""

    group: str
    """API group."""

    kind: str
    """Kind."""

    namespace: str
    """Namespace; empty for cluster-scoped objects."""

    name: str
    """Name."""

    def __str__(self) -> str:
        return f"{self.kind} {f'{self.namespace}/' if self.namespace else ''}{self.name}"


@dataclass(frozen=True, slots=True)
class Change:
    """One object that is not the same in both trees."""

    identity: Identity
    """Which."""

    before: Json | None
    """What it was; None where it is new."""

    after: Json | None
    """What it is; None where it is gone."""

    path: str
    """Its file, the one it is in now where it still is."""

    came_from: str = ""
    """The component it belonged to before, where that is another. Default the same."""

    @property
    def component(self) -> str:
        """The component it belongs to: the third part of its path."""
        return component_of(self.path)


def component_of(path: str) -> str:
    """`dist/<system>/<environment>/<component>/...`, and the folder of Argo CD's own objects."""
    return path.split("/")[3] if path.count("/") >= 4 or path.startswith("dist/") else "argocd"


def changes(files: Iterable[ChangedFile]) -> tuple[list[Change], list[Finding], list[str]]:
    """Changed objects by identity, what could not be read, and changed files that are no objects."""
    before: dict[Identity, tuple[str, Json]] = {}
    after: dict[Identity, tuple[str, Json]] = {}
    findings: list[Finding] = []
    others: list[str] = []
    for file in files:
        if not file.path.endswith(".yaml") or "/pipelines/" in file.path:
            others.append(file.path)
            continue
        for content, side, when in ((file.before, before, "before"), (file.after, after, "now")):
            if content is not None:
                findings += _read(file.path, content, side, when)
    found = []
    for identity in sorted({*before, *after}):
        old, new = before.get(identity), after.get(identity)
        if old is not None and new is not None and old[1] == new[1] and component_of(old[0]) == component_of(new[0]):
            continue
        path = (new or old or ("", {}))[0]
        moved = component_of(old[0]) if old and new and component_of(old[0]) != component_of(new[0]) else ""
        found.append(Change(identity, old[1] if old else None, new[1] if new else None, path, moved))
    return found, findings, others


def _read(path: str, content: bytes, side: dict[Identity, tuple[str, Json]], when: str) -> list[Finding]:
    try:
        documents = [item for item in parse_documents(content) if isinstance(item, Mapping)]
    except (ManifestYamlError, UnicodeDecodeError) as error:
        line = getattr(error, "line", 0)
        message = f"is no YAML {when}: {error}"
        return [Finding(Location(path, line), "review.unreadable", "", message, "render it again: make")]
    found = []
    for document in documents:
        metadata = document.get("metadata")
        if not isinstance(metadata, Mapping) or "kind" not in document or "apiVersion" not in document:
            message = f"is no object {when}"
            found.append(Finding(Location(path), "review.unreadable", "", message, "render it again: make"))
            continue
        scope = "/".join(path.split("/")[1:3])
        group = api_group(str(document["apiVersion"]))
        name, namespace = str(metadata.get("name", "")), str(metadata.get("namespace", ""))
        side[Identity(scope, group, str(document["kind"]), namespace, name)] = (path, document)
    return found
