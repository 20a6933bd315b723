"""Where versions stand in what is rendered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.support.tables import Table
from groundplan.errors import Location
from groundplan.layout import DIST, ENVIRONMENTS
from groundplan.platforms.registry import platform_of
from groundplan.yaml.marked import YamlPath, dotted

RUN_PODS = frozenset({"Cluster", "CronJob", "DaemonSet", "Deployment", "Job", "Rollout", "StatefulSet"})
"""Kinds whose images and variables are read; a `Cluster` may be a database's."""

IMAGES = ("image", "imageName")


@dataclass(frozen=True, slots=True)
class Use:
    """One version in one place."""

    system: str
    """System that uses it."""

    kind: str
    """Kind of what uses it, as an exemption names it."""

    namespace: str
    """Its namespace; empty where it has none."""

    name: str
    """Its name."""

    version: str
    """The version."""

    where: Location
    """File, line and column."""

    subject: str
    """What people call the place."""


class Uses:
    """Everything in which a version may stand, looked through once."""

    def __init__(self, inventory: Inventory, context: Context) -> None:
        self._inventory = inventory
        self._context = context
        self._pods = [item for item in inventory.manifests if item.kind in RUN_PODS]
        self._images = [entry for item in self._pods for entry in _texts(item, item.spec, ("spec",), IMAGES)]

    def of(self, table: Table) -> Iterator[Use]:
        """Every place in which a version of the table stands."""
        yield from getattr(self, f"_{table.place}_of")(table)

    def _field_of(self, table: Table) -> Iterator[Use]:
        group, _, kind = table.kind.partition("/")
        for item in self._inventory.by_kind.get((group, kind), ()):
            value: Any = item.document
            for step in table.path:
                value = value.get(step) if isinstance(value, Mapping) else None
            if value is not None:
                yield from self._found(table, item, table.path, str(value))

    def _images_of(self, table: Table) -> Iterator[Use]:
        for item, path, text in self._images:
            yield from self._found(table, item, path, text)

    def _settings_of(self, table: Table) -> Iterator[Use]:
        for item in self._pods:
            for owner, path, text in _texts(item, item.spec, ("spec",), ("value",)):
                yield from self._found(table, owner, path, text)
        for item in self._inventory.by_kind.get(("", "ConfigMap"), ()):
            for key, text in (item.document.get("data") or {}).items():
                yield from self._found(table, item, ("data", key), str(text))

    def _charts_of(self, table: Table) -> Iterator[Use]:
        for release in self._inventory.releases:
            item = release.application
            path: YamlPath = ("spec", "source", "chart")
            yield from self._found(table, item, path, release.chart)

    def _found(self, table: Table, item: Object, path: YamlPath, text: str) -> Iterator[Use]:
        for version in dict.fromkeys(match[1] for match in table.pattern.finditer(text)):
            where, subject = self._inventory.locate(item, *path), f"{item}: {dotted(path)}"
            yield Use(item.system, item.kind, item.namespace, item.name, version, where, subject)

    def _workflows_of(self, table: Table) -> Iterator[Use]:
        for file in self._inventory.other_files:
            parts = file.split("/")
            if parts[0] != DIST.name or not file.endswith((".yml", ".yaml")):
                continue
            text = (self._inventory.root / file).read_text("utf-8")
            for match in table.pattern.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                yield Use(parts[1], "Workflow", "", parts[-1], match[1], Location(file, line), "")

    def _cluster_of(self, table: Table) -> Iterator[Use]:
        """Kubernetes of clusters that nothing rendered makes: only their environment tells."""
        for scope, environment in self._context.environments.items():
            if environment.has_cluster and not platform_of(environment).rents_cluster:
                version, name = environment.cluster.kubernetes, environment.cluster.name
                where = Location(f"{ENVIRONMENTS}/{scope}.yaml")
                yield Use(environment.system, "Cluster", "", name, version, where, "cluster.kubernetes")


def _texts(item: Object, value: Any, path: YamlPath, keys: Iterable[str]) -> Iterator[tuple[Object, YamlPath, str]]:
    """Every text at one of the keys, however deep."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in keys and isinstance(inner, str):
                yield item, (*path, key), inner
            elif not isinstance(inner, str):
                yield from _texts(item, inner, (*path, key), keys)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(item, inner, (*path, index), keys)
