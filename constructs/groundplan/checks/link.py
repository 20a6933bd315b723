"""The vocabulary of references: one object needs another by name, or picks others by labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from groundplan.checks.inventory import Identity
from groundplan.kubernetes.kinds import api_group, is_cluster_scoped
from groundplan.yaml.marked import YamlPath

Document = Mapping[str, Any]

ANY_KIND = "*"
"""Kind of a target whose reference does not say one. A group that starts with `*` matches every group with that ending,
and the kind then matches loosely: so references of the clouds' operators say it."""


@dataclass(frozen=True, slots=True)
class Link:
    """An object needs another one, found by its name."""

    target: Identity
    """The object it needs."""

    field: YamlPath
    """Where the reference stands."""

    part: str = ""
    """Key of a Secret or ConfigMap, or port of a Service, that must exist in it. Default any."""

    optional: bool = False
    """Whether the source runs without it. Default false."""


@dataclass(frozen=True, slots=True)
class Selection:
    """An object picks others by their labels."""

    kind: str
    """`Pod` or `Service`."""

    field: YamlPath
    """Where the selector stands."""

    labels: Mapping[str, str]
    """Labels that must all match."""

    expressions: tuple[Mapping[str, Any], ...] = ()
    """Further conditions: key, operator, values. Default none."""

    namespaces: tuple[str, ...] | None = None
    """Namespaces that are searched. Default none: `namespace_labels` decide, or every namespace."""

    namespace_labels: Mapping[str, str] = dataclass_field(default_factory=dict)
    """Labels of the namespaces that are searched, where `namespaces` is None."""

    ports: tuple[str | int, ...] = ()
    """Ports, by number or name, that each must have. Default any."""

    strict: bool = True
    """False where an empty selection is only suspicious: a policy may speak of pods that come and go. Default true."""


def namespace_of(document: Document) -> str:
    """Namespace of `document`; empty for kinds that live in none."""
    if is_cluster_scoped(document["apiVersion"], document["kind"]):
        return ""
    return str(document["metadata"].get("namespace", ""))


def identity(group: str, kind: str, namespace: str, name: str) -> Identity:
    """The identity of an object, without the namespace where its kind has none."""
    cluster_scoped = is_cluster_scoped(f"{group}/v1" if group else "v1", kind)
    return Identity(group, kind, "" if cluster_scoped else namespace, name)


def group_of(document: Document) -> str:
    """API group of `document`."""
    return api_group(document["apiVersion"])
