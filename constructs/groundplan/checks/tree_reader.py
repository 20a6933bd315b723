"""Reads the generated trees from disk; a file that is not exactly one object in its place becomes a finding."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from groundplan.checks.objects import Object, sources
from groundplan.errors import Finding, Location
from groundplan.kubernetes.kinds import is_cluster_scoped
from groundplan.layout import ARGOCD, DIST, PIPELINES, file_name, object_path
from groundplan.yaml.manifests import ManifestYamlError, parse_documents

MANAGEMENT_CLUSTER = "management"
"""Name of the one cluster that holds the cloud resources of every system."""

MANAGEMENT_FOLDERS = frozenset({"management", "root-management"})
"""Folders below `argocd/<system>/<environment>/` that belong to the Argo CD of the management cluster."""


class Placed(NamedTuple):
    """An object that lies where it should."""

    path: str
    document: Mapping[str, Any]
    tree: str
    system: str
    environment: str
    component: str


class TreeReader:
    """Walks one tree; what is not exactly one object in its place becomes a finding or an other file."""

    def __init__(self, root: Path, only: Collection[str] | None) -> None:
        self.root = root
        self.only = only
        self.other: list[str] = []
        self.findings: list[Finding] = []

    def objects(self, hosts: Mapping[str, str], management: Collection[str]) -> list[Object]:
        """Every object of both trees, by path, each with the cluster it goes to."""
        placed = [*self.tree(DIST), *self.tree(ARGOCD)]
        clouds = {
            path for item in placed if item.component in MANAGEMENT_FOLDERS for path in _source_paths(item.document)
        }
        return sorted((_assigned(item, hosts, clouds, management) for item in placed), key=lambda item: item.path)

    def tree(self, top: PurePosixPath) -> Iterator[Placed]:
        """The objects of one tree."""
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

    def _file(self, path: PurePosixPath) -> Placed | None:
        is_pipeline = len(path.parts) > 2 and path.parts[2] == PIPELINES
        if is_pipeline or path.suffix not in (".yaml", ".yml"):
            self.other.append(str(path))
            return None
        document = self._document(path)
        if document is None:
            return None
        if len(path.parts) < 5:
            self._problem(
                path,
                "inventory.misplaced",
                "an object lies outside every component",
                f"move it to {path.parts[0]}/<system>/<environment>/<component>/",
            )
            return None
        tree, system, environment, component = path.parts[:4]
        expected = self._expected(path, document)
        if expected is None:
            return None
        if expected != path:
            self._problem(
                path,
                "inventory.misplaced",
                f"holds {document['kind']} {document['metadata']['name']}",
                f"move it to {expected}",
            )
            return None
        return Placed(str(path), document, tree, system, environment, component)

    def _document(self, path: PurePosixPath) -> Mapping[str, Any] | None:
        try:
            documents = parse_documents((self.root / path).read_bytes())
        except ManifestYamlError as error:
            self.findings.append(
                Finding(
                    Location(str(path), error.line, error.column),
                    "inventory.unparsable",
                    "",
                    str(error),
                    "write plain YAML, each key once",
                )
            )
            return None
        documents = [document for document in documents if document is not None]
        if not documents:
            self._problem(path, "inventory.empty", "holds no object", "remove the file")
            return None
        if len(documents) > 1:
            self._problem(path, "inventory.several", f"holds {len(documents)} documents", "write one object to a file")
            return None
        if not _is_object(documents[0]):
            self._problem(
                path,
                "inventory.not-an-object",
                "has no apiVersion, kind or metadata.name that is text",
                "write a Kubernetes object",
            )
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


def _assigned(item: Placed, hosts: Mapping[str, str], clouds: Collection[str], management: Collection[str]) -> Object:
    scope = f"{item.system}/{item.environment}"
    folder = f"{item.tree}/{scope}/{item.component}"
    is_cloud = folder in clouds or (item.tree == ARGOCD.name and item.component in MANAGEMENT_FOLDERS)
    own = f"{item.system}/{hosts.get(scope, item.environment)}"
    cluster = MANAGEMENT_CLUSTER if is_cloud or own in management else own
    return Object(item.path, item.document, item.system, item.environment, item.component, cluster)


def _source_paths(document: Mapping[str, Any]) -> Iterator[str]:
    if document["kind"] == "Application":
        for source in sources(document):
            if isinstance(source.get("path"), str):
                yield source["path"].strip("/")
