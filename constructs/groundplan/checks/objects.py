"""What the inventory is made of: rendered objects, their identity, and the charts that Argo CD renders itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from groundplan.kubernetes.kinds import api_group


class Identity(NamedTuple):
    """What makes an object one and the same within a cluster; the version is not part of it."""

    group: str
    """API group; empty for the core group."""

    kind: str
    """Kind."""

    namespace: str
    """Namespace; empty for cluster-scoped kinds."""

    name: str
    """Name."""

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """One rendered object and where it belongs."""

    path: str
    """File, relative to the repository."""

    document: Mapping[str, Any]
    """The object as the cluster reads it."""

    system: str
    """System it belongs to."""

    environment: str
    """Environment it belongs to."""

    component: str
    """Folder below the environment: a component in `dist/`; `applications`, `management` or a root in `argocd/`."""

    cluster: str
    """Cluster it is synced into: `<system>/<environment>` of the cluster's owner, or `management`.

    The management cluster is one, whether its objects are another system's cloud or its own controllers.
    """

    group: str = field(init=False)
    """API group; empty for the core group."""

    kind: str = field(init=False)
    """Kind."""

    namespace: str = field(init=False)
    """Namespace; empty for cluster-scoped kinds."""

    name: str = field(init=False)
    """Name."""

    identity: Identity = field(init=False)
    """Group, kind, namespace and name."""

    spec: Mapping[str, Any] = field(init=False)
    """Spec; empty where there is none."""

    tree: str = field(init=False)
    """`dist` or `argocd`."""

    scope: str = field(init=False)
    """`system/environment`, the key of the context's environments."""

    def __post_init__(self) -> None:
        """What is asked of an object thousands of times is read once; a document never changes."""
        told: Mapping[str, Any] = self.document["metadata"]
        kind, name, namespace = str(self.document["kind"]), str(told["name"]), str(told.get("namespace", ""))
        group, spec = api_group(self.api_version), self.document.get("spec")
        for field_name, value in (
            ("group", group),
            ("kind", kind),
            ("namespace", namespace),
            ("name", name),
            ("identity", Identity(group, kind, namespace, name)),
            ("spec", spec if isinstance(spec, Mapping) else {}),
            ("tree", self.path.partition("/")[0]),
            ("scope", f"{self.system}/{self.environment}"),
        ):
            object.__setattr__(self, field_name, value)

    @property
    def api_version(self) -> str:
        """`group/version`, or `v1` for the core group."""
        return str(self.document["apiVersion"])

    @property
    def version(self) -> str:
        """API version without the group."""
        return self.api_version.rpartition("/")[2]

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels; empty where there are none."""
        return self.document["metadata"].get("labels") or {}

    @property
    def annotations(self) -> Mapping[str, str]:
        """Annotations; empty where there are none."""
        return self.document["metadata"].get("annotations") or {}

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True, eq=False)
class HelmRelease:
    """An Application whose source is an upstream chart; its objects are rendered by Argo CD and not on disk."""

    application: Object
    """The Application."""

    chart: str
    """Chart name."""

    repository: str
    """Chart repository."""

    version: str
    """Chart version."""

    values: Mapping[str, Any]
    """Inline values, `valuesObject`; empty where there are none."""

    namespace: str
    """Namespace it is installed into."""

    cluster: str
    """Cluster it is installed on."""


def sources(application: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The sources of an Application, `source` or `sources`."""
    spec = application.get("spec")
    if not isinstance(spec, Mapping):
        return []
    listed = spec.get("sources") or [spec.get("source")]
    return [source for source in listed if isinstance(source, Mapping)] if isinstance(listed, list) else []


def releases_of(application: Object) -> Iterator[HelmRelease]:
    """The charts that an Application installs."""
    destination = application.spec.get("destination") or {}
    for source in sources(application.document):
        if "chart" in source:
            helm = source.get("helm") or {}
            yield HelmRelease(
                application=application,
                chart=str(source["chart"]),
                repository=str(source.get("repoURL", "")),
                version=str(source.get("targetRevision", "")),
                values=helm.get("valuesObject") or {},
                namespace=str(destination.get("namespace", "")),
                cluster=application.cluster,
            )
