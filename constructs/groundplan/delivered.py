"""What one Argo CD Application delivers: a component's folder in `dist/`, or an upstream chart."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.kubernetes.objects import Json
from groundplan.waves import SyncWave


@dataclass(frozen=True, kw_only=True, slots=True)
class DefinitionSource:
    """A folder of custom resource definitions in somebody else's repository."""

    repository: str
    """Git repository."""

    revision: str
    """Tag."""

    path: str
    """Folder."""

    exclude: str = ""
    """Files that are left out, as a pattern. Default none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HelmSource:
    """An upstream chart with inline values."""

    repository: str
    """Chart repository; without a scheme an OCI registry."""

    chart: str
    """Chart name."""

    version: str
    """Exact version."""

    values: Json
    """Inline values."""

    definitions: DefinitionSource | None = None
    """Where the CRDs come from instead of the chart. Default the chart."""

    @property
    def repositories(self) -> tuple[str, ...]:
        """Every repository it reads."""
        return (self.repository, *([self.definitions.repository] if self.definitions is not None else []))


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """One Application to be made."""

    name: str
    """Name of the component."""

    wave: SyncWave
    """When it is synced."""

    namespace: str
    """Destination namespace."""

    management: bool = False
    """Whether it goes to the management cluster. Default false."""

    helm: HelmSource | None = None
    """Chart it renders from. Default none: the component's folder in `dist/`."""

    lasting: bool = True
    """Whether what it brought stays when it is removed, because data, identities or definitions would go. Default true."""

    privileged: bool = False
    """Whether it changes the cluster's own machinery, so that the operators' project bounds it. Default false."""

    sources: tuple[str, ...] = ()
    """Files it was made from beside the environment's, relative to the repository. Default none."""

    extra_namespaces: tuple[str, ...] = ()
    """Namespaces beside its own a chart puts objects into. Default none."""

    objects: tuple[tuple[str, str, str], ...] = ()
    """(apiVersion, kind, namespace) of what it contains, for the project's permissions. Default none."""

    sync_options: tuple[str, ...] = ()
    """Further sync options. Default none."""

    ignore_differences: tuple[Json, ...] = ()
    """Fields Argo CD leaves to controllers. Default none."""

    namespace_labels: Json | None = None
    """Labels of the namespace Argo CD creates. Default none."""


SYNC_OPTIONS = "argocd.argoproj.io/sync-options"

ASK_FIRST = {SYNC_OPTIONS: "Prune=confirm,Delete=confirm"}
"""With this annotation Argo CD asks a person before an object goes.

See https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/ .
"""


def asks_first(document: Json) -> bool:
    """Whether Argo CD asks a person before it prunes an object, or leaves it alone."""
    annotations = document["metadata"].get("annotations") or {}
    return "Prune=" in annotations.get(SYNC_OPTIONS, "")
