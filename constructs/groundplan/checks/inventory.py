"""What there is: every rendered object, read from disk once and shared by all gates.

The gates judge the committed files and not what the generator believes it wrote. So everything here comes from
`dist/` and `argocd/`, and a file that cannot be read as exactly one object in its place is a finding.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from groundplan.checks.manifest_yaml import ManifestYamlError, parse_documents
from groundplan.environment.marked_yaml import YamlPath, dotted, locate, parse_marked_yaml
from groundplan.errors import Finding, GroundplanError, Location
from groundplan.kinds import api_group, is_cluster_scoped
from groundplan.layout import ARGOCD, DIST, PIPELINES, file_name, object_path

MANAGEMENT_CLUSTER = "management"
"""Name of the one cluster that holds the cloud resources of every system."""

MANAGEMENT_FOLDERS = frozenset({"management", "root-management"})
"""Folders below `argocd/<system>/<environment>/` that belong to the Argo CD of the management cluster."""


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
    """Cluster it is synced into: `<system>/<environment>` of the cluster's owner, or `management`."""

    @property
    def tree(self) -> str:
        """`dist` or `argocd`."""
        return self.path.partition("/")[0]

    @property
    def api_version(self) -> str:
        """`group/version`, or `v1` for the core group."""
        return str(self.document["apiVersion"])

    @property
    def group(self) -> str:
        """API group; empty for the core group."""
        return api_group(self.api_version)

    @property
    def version(self) -> str:
        """API version without the group."""
        return self.api_version.rpartition("/")[2]

    @property
    def kind(self) -> str:
        """Kind."""
        return str(self.document["kind"])

    @property
    def name(self) -> str:
        """Name."""
        return str(self.document["metadata"]["name"])

    @property
    def namespace(self) -> str:
        """Namespace; empty for cluster-scoped kinds."""
        return str(self.document["metadata"].get("namespace", ""))

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels; empty where there are none."""
        return self.document["metadata"].get("labels") or {}

    @property
    def annotations(self) -> Mapping[str, str]:
        """Annotations; empty where there are none."""
        return self.document["metadata"].get("annotations") or {}

    @property
    def spec(self) -> Mapping[str, Any]:
        """Spec; empty where there is none."""
        spec = self.document.get("spec")
        return spec if isinstance(spec, Mapping) else {}

    @property
    def identity(self) -> Identity:
        """Group, kind, namespace and name."""
        return Identity(self.group, self.kind, self.namespace, self.name)

    @property
    def scope(self) -> str:
        """`system/environment`, the key of the context's environments."""
        return f"{self.system}/{self.environment}"

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


@dataclass(frozen=True, eq=False)
class Inventory:
    """Every object of the trees that were read, sorted by path."""

    root: Path
    """The repository."""

    objects: tuple[Object, ...]
    """Objects of `dist/` and `argocd/`."""

    other_files: tuple[str, ...] = ()
    """Files that are not objects: workflows, documents."""

    findings: tuple[Finding, ...] = ()
    """Files that should be an object in its place and are not."""

    _marks: dict[str, Mapping[YamlPath, Location]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.objects)

    def __iter__(self) -> Iterator[Object]:
        return iter(self.objects)

    @cached_property
    def manifests(self) -> tuple[Object, ...]:
        """Objects of `dist/`."""
        return tuple(item for item in self.objects if item.tree == DIST.name)

    @cached_property
    def delivery(self) -> tuple[Object, ...]:
        """Objects of `argocd/`."""
        return tuple(item for item in self.objects if item.tree == ARGOCD.name)

    @cached_property
    def clusters(self) -> Mapping[str, tuple[Object, ...]]:
        """Objects by the cluster they are synced into."""
        return _grouped((item.cluster, item) for item in self.objects)

    @cached_property
    def by_kind(self) -> Mapping[tuple[str, str], tuple[Object, ...]]:
        """Objects by (API group, kind)."""
        return _grouped(((item.group, item.kind), item) for item in self.objects)

    @cached_property
    def by_identity(self) -> Mapping[tuple[str, Identity], tuple[Object, ...]]:
        """Objects by (cluster, identity); more than one is a mistake that the placement gate reports."""
        return _grouped(((item.cluster, item.identity), item) for item in self.objects)

    @cached_property
    def releases(self) -> tuple[HelmRelease, ...]:
        """Upstream charts that Applications install."""
        return tuple(
            release
            for application in self.by_kind.get(("argoproj.io", "Application"), ())
            for release in _releases(application)
        )

    def find(self, cluster: str, group: str, kind: str, namespace: str, name: str) -> Object | None:
        """The object of that identity in that cluster, if it is rendered."""
        found = self.by_identity.get((cluster, Identity(group, kind, namespace, name)))
        return found[0] if found else None

    def locate(self, item: Object, *path: str | int) -> Location:
        """Line and column of a field of `item`, or of the nearest field above it that exists."""
        if item.path not in self._marks:
            try:
                text = (self.root / item.path).read_text("utf-8")
                self._marks[item.path] = parse_marked_yaml(text, item.path).marks
            except (OSError, UnicodeDecodeError, GroundplanError):
                self._marks[item.path] = {}
        return locate(self._marks[item.path], path, item.path)

    def finding(self, item: Object, path: YamlPath, rule: str, message: str, advice: str = "") -> Finding:
        """An error at a field of an object, with its line, in the form every gate uses."""
        subject = f"{item}: {dotted(path)}" if path else str(item)
        return Finding(self.locate(item, *path), rule, subject, message, advice)


def read_inventory(
    root: Path, *, hosts: Mapping[str, str] | None = None, only: Collection[str] | None = None
) -> Inventory:
    """Read `dist/` and `argocd/` below `root`.

    Args:
        root: the repository.
        hosts: the environment whose cluster a tenant lives on, by `system/environment` of the tenant.
        only: `system/environment` of those to read. Default all.
    """
    reader = _Reader(root, only)
    placed = [*reader.tree(DIST), *reader.tree(ARGOCD)]
    clouds = {path for item in placed if item.component in MANAGEMENT_FOLDERS for path in _source_paths(item.document)}
    objects = sorted((_assigned(item, hosts or {}, clouds) for item in placed), key=lambda item: item.path)
    return Inventory(
        root,
        tuple(objects),
        tuple(sorted(reader.other)),
        tuple(sorted(reader.findings)),
    )


class _Placed(NamedTuple):
    path: str
    document: Mapping[str, Any]
    tree: str
    system: str
    environment: str
    component: str


class _Reader:
    """Walks one tree; what is not exactly one object in its place becomes a finding or an other file."""

    def __init__(self, root: Path, only: Collection[str] | None) -> None:
        self.root = root
        self.only = only
        self.other: list[str] = []
        self.findings: list[Finding] = []

    def tree(self, top: PurePosixPath) -> Iterator[_Placed]:
        for directory, folders, names in os.walk(self.root / top):
            folders.sort()
            relative = PurePosixPath(Path(directory).relative_to(self.root).as_posix())
            if not self._wanted(relative):
                continue
            for name in sorted(names):
                placed = self._file(relative / name)
                if placed is not None:
                    yield placed

    def _wanted(self, folder: PurePosixPath) -> bool:
        return self.only is None or len(folder.parts) < 3 or "/".join(folder.parts[1:3]) in self.only

    def _file(self, path: PurePosixPath) -> _Placed | None:
        is_pipeline = len(path.parts) > 2 and path.parts[2] == PIPELINES
        if is_pipeline or path.suffix not in (".yaml", ".yml"):
            self.other.append(str(path))
            return None
        document = self._document(path)
        if document is None:
            return None
        if len(path.parts) < 5:
            self._problem(path, "inventory.misplaced", "an object lies outside every component",
                          f"move it to {path.parts[0]}/<system>/<environment>/<component>/")  # fmt: skip
            return None
        tree, system, environment, component = path.parts[:4]
        expected = self._expected(path, document)
        if expected is None:
            return None
        if expected != path:
            self._problem(path, "inventory.misplaced", f"holds {document['kind']} {document['metadata']['name']}",
                          f"move it to {expected}")  # fmt: skip
            return None
        return _Placed(str(path), document, tree, system, environment, component)

    def _document(self, path: PurePosixPath) -> Mapping[str, Any] | None:
        try:
            documents = parse_documents((self.root / path).read_bytes())
        except ManifestYamlError as error:
            self.findings.append(
                Finding(Location(str(path), error.line, error.column), "inventory.unparsable", "", str(error),
                        "write plain YAML, each key once")
            )  # fmt: skip
            return None
        documents = [document for document in documents if document is not None]
        if not documents:
            self._problem(path, "inventory.empty", "holds no object", "remove the file")
            return None
        if len(documents) > 1:
            self._problem(path, "inventory.several", f"holds {len(documents)} documents", "write one object to a file")
            return None
        if not _is_object(documents[0]):
            self._problem(path, "inventory.not-an-object", "has no apiVersion, kind or metadata.name that is text",
                          "write a Kubernetes object")  # fmt: skip
            return None
        document: Mapping[str, Any] = documents[0]
        return document

    def _expected(self, path: PurePosixPath, document: Mapping[str, Any]) -> PurePosixPath | None:
        component = PurePosixPath(*path.parts[:4])
        if path.parts[0] == ARGOCD.name:
            return component / file_name(document)
        namespaced = not is_cluster_scoped(document["apiVersion"], document["kind"])
        if namespaced != bool(document["metadata"].get("namespace")):
            message = "has no namespace" if namespaced else "has a namespace, and its kind has none"
            advice = "write metadata.namespace" if namespaced else "remove metadata.namespace"
            subject = f"{document['kind']} {document['metadata']['name']}"
            self.findings.append(Finding(Location(str(path)), "inventory.namespace", subject, message, advice))
            return None
        return object_path(component, document)

    def _problem(self, path: PurePosixPath, rule: str, message: str, advice: str) -> None:
        self.findings.append(Finding(Location(str(path)), rule, "", message, advice))


def _is_object(document: Any) -> bool:
    if not isinstance(document, Mapping) or not isinstance(document.get("metadata"), Mapping):
        return False
    words = (document.get("apiVersion"), document.get("kind"), document["metadata"].get("name"))
    maps = (document["metadata"].get("labels"), document["metadata"].get("annotations"))
    namespace = document["metadata"].get("namespace", "")
    return (
        all(isinstance(word, str) and word for word in words)
        and all(value is None or isinstance(value, Mapping) for value in maps)
        and isinstance(namespace, str)
    )


def _assigned(item: _Placed, hosts: Mapping[str, str], clouds: Collection[str]) -> Object:
    scope = f"{item.system}/{item.environment}"
    folder = f"{item.tree}/{scope}/{item.component}"
    is_cloud = folder in clouds or (item.tree == ARGOCD.name and item.component in MANAGEMENT_FOLDERS)
    cluster = MANAGEMENT_CLUSTER if is_cloud else f"{item.system}/{hosts.get(scope, item.environment)}"
    return Object(item.path, item.document, item.system, item.environment, item.component, cluster)


def sources(application: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The sources of an Application, `source` or `sources`."""
    spec = application.get("spec")
    if not isinstance(spec, Mapping):
        return []
    listed = spec.get("sources") or [spec.get("source")]
    return [source for source in listed if isinstance(source, Mapping)] if isinstance(listed, list) else []


def _source_paths(document: Mapping[str, Any]) -> Iterator[str]:
    if document["kind"] == "Application":
        for source in sources(document):
            if isinstance(source.get("path"), str):
                yield source["path"].strip("/")


def _releases(application: Object) -> Iterator[HelmRelease]:
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


def _grouped(pairs: Any) -> dict[Any, tuple[Any, ...]]:
    groups: dict[Any, list[Any]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in groups.items()}
