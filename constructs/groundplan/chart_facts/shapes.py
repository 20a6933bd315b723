"""Small questions to a rendered object, answered the same way for every kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groundplan.kubernetes.kinds import is_cluster_scoped

Document = Mapping[str, Any]
"""A rendered object."""

HOOK = "helm.sh/hook"
CHART_LABELS = frozenset({"helm.sh/chart"})
"""Labels that change with each version of the chart, and that nobody may select by."""

WAVE = "argocd.argoproj.io/sync-wave"


def at(document: Any, *path: str) -> Any:
    """The value at `path`; None where any step is missing."""
    for step in path:
        if not isinstance(document, Mapping):
            return None
        document = document.get(step)
    return document


def mapping(document: Any, *path: str) -> Mapping[str, Any]:
    """The mapping at `path`; empty where there is none."""
    found = at(document, *path)
    return found if isinstance(found, Mapping) else {}


def listed(document: Any, *path: str) -> list[Any]:
    """The list at `path`; empty where there is none."""
    found = at(document, *path)
    return found if isinstance(found, list) else []


def texts(document: Any, *path: str) -> tuple[str, ...]:
    """The list at `path` as texts."""
    return tuple(str(item) for item in listed(document, *path))


def words(document: Any, *path: str) -> dict[str, str]:
    """The mapping at `path` with texts as values."""
    return {str(key): str(value) for key, value in mapping(document, *path).items()}


def name_of(document: Document) -> str:
    """Name of the object."""
    return str(at(document, "metadata", "name") or "")


def namespace_of(document: Document, release: str) -> str:
    """Namespace of the object, `release` where it says none; empty for kinds that live in none."""
    if is_cluster_scoped(str(document.get("apiVersion", "")), str(document.get("kind", ""))):
        return ""
    return str(at(document, "metadata", "namespace") or release)


def hook_of(document: Document) -> str:
    """Helm hooks the object is."""
    return str(at(document, "metadata", "annotations", HOOK) or "")


def wave_of(document: Document) -> int:
    """Argo CD's sync wave of the object."""
    return int(at(document, "metadata", "annotations", WAVE) or 0)


def labels_of(document: Any, *path: str) -> dict[str, str]:
    """The labels at `path`, without those that only say which chart wrote them."""
    return {key: text for key, text in words(document, *path, "metadata", "labels").items() if key not in CHART_LABELS}
