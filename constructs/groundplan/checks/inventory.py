"""What there is: every rendered object, read from disk once and shared by all gates.

The gates judge the committed files and not what the generator believes it wrote. So everything here comes from
`dist/` and `argocd/`, and a file that cannot be read as exactly one object in its place is a finding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from groundplan.checks.objects import HelmRelease, Identity, Object, releases_of, sources
from groundplan.checks.tree_reader import MANAGEMENT_CLUSTER, MANAGEMENT_FOLDERS, TreeReader
from groundplan.errors import Finding, GroundplanError, Location
from groundplan.layout import ARGOCD, DIST
from groundplan.yaml.marked import YamlPath, dotted, locate, parse_marked_yaml

Key = TypeVar("Key")


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

    def replacing(self, old: Object, new: Object | None) -> Inventory:
        """The same with one object changed or gone; what is grouped already is not grouped again.

        Args:
            old: one of its objects.
            new: what is there instead, of the same kind and on the same cluster. None: nothing.
        """
        there = () if new is None else (new,)
        objects = tuple(one for item in self.objects for one in (there if item is old else (item,)))
        other = Inventory(self.root, objects, self.other_files, self.findings)
        kind, place = (old.group, old.kind), (old.cluster, old.identity)
        same = tuple(one for item in self.by_kind[kind] for one in (there if item is old else (item,)))
        identities = {**self.by_identity, place: tuple(item for item in self.by_identity[place] if item is not old)}
        if new is not None:
            identities[new.cluster, new.identity] = (*identities.get((new.cluster, new.identity), ()), new)
        vars(other).update(by_kind={**self.by_kind, kind: same}, by_identity=identities)
        return other

    @cached_property
    def releases(self) -> tuple[HelmRelease, ...]:
        """Upstream charts that Applications install."""
        return tuple(
            release
            for application in self.by_kind.get(("argoproj.io", "Application"), ())
            for release in releases_of(application)
        )

    @cached_property
    def own_repositories(self) -> frozenset[str]:
        """Repositories that some Application reads this tree from."""
        return frozenset(
            str(source.get("repoURL", ""))
            for application in self.by_kind.get(("argoproj.io", "Application"), ())
            for source in sources(application.document)
            if str(source.get("path", "")).strip("/").partition("/")[0] in (DIST.name, ARGOCD.name)
        )

    def is_elsewhere(self, source: Mapping[str, Any]) -> bool:
        """Whether a source of an Application is a folder of somebody else's repository, beside a chart of theirs."""
        return "path" in source and bool(self.own_repositories) and source.get("repoURL") not in self.own_repositories

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
    root: Path,
    *,
    hosts: Mapping[str, str] | None = None,
    management: Collection[str] = (),
    only: Collection[str] | None = None,
) -> Inventory:
    """Read `dist/` and `argocd/` below `root`.

    Args:
        root: the repository.
        hosts: the environment whose cluster a tenant lives on, by `system/environment` of the tenant.
        management: `system/environment` of those that describe the management cluster. Default none.
        only: `system/environment` of those to read. Default all.
    """
    reader = TreeReader(root, only)
    objects = reader.objects(hosts or {}, management)
    return Inventory(root, tuple(objects), tuple(sorted(reader.other)), tuple(sorted(reader.findings)))


def _grouped(pairs: Iterable[tuple[Key, Object]]) -> dict[Key, tuple[Object, ...]]:
    groups: dict[Key, list[Object]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in groups.items()}


__all__ = [
    "MANAGEMENT_CLUSTER",
    "MANAGEMENT_FOLDERS",
    "HelmRelease",
    "Identity",
    "Inventory",
    "Object",
    "read_inventory",
    "sources",
]
