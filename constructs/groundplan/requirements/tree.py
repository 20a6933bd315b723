"""What evidence is looked for in: the rendered objects of one system, and files of the repository."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import GroundplanError
from groundplan.requirements.expression import given
from groundplan.requirements.ground import Ground, Grounds
from groundplan.requirements.model import Select
from groundplan.yaml.marked import parse_marked_yaml


@dataclass(frozen=True)
class Document:
    """One thing an evidence can look at."""

    path: str
    """File, relative to the repository."""

    title: str
    """How messages call it: `Deployment production/web`, or the file."""

    content: Any
    """The parsed document; None for prose."""

    text: str = ""
    """The file's content; empty for rendered objects, which are looked at as documents."""

    @cached_property
    def given(self) -> Any:
        """It for every expression about it."""
        return given(object=self.content, text=self.text)


class Tree:
    """Documents by environment; knows nothing of requirements."""

    def __init__(
        self,
        root: Path,
        system: str,
        objects: Iterable[Object],
        *,
        files: bool = True,
        grounds: Grounds | None = None,
    ) -> None:
        self._root = root
        self._system = system
        self._grounds = grounds
        self._has_files = files
        self._objects: dict[str, list[Object]] = {}
        self._kinds: dict[tuple[str, str], list[Object]] = {}
        self._files: dict[str, Document | None] = {}
        self._documents: dict[str, Document] = {}
        for item in objects:
            if item.system == system:
                self._objects.setdefault(item.environment, []).append(item)
                self._kinds.setdefault((item.environment, item.kind), []).append(item)

    @classmethod
    def of(cls, inventory: Inventory, system: str, grounds: Grounds | None = None) -> Tree:
        """The tree of `system` in `inventory`; relations are answered only with `grounds`."""
        return cls(inventory.root, system, inventory.objects, grounds=grounds)

    @classmethod
    def nothing(cls) -> Tree:
        """The tree of a repository in which nothing was rendered."""
        return cls(Path(), "", (), files=False)

    def objects(self, environment: str, select: Select) -> list[Document]:
        """The rendered objects of `environment` that `select` names; its `where` is not applied here."""
        if select.kind is not None:
            candidates = self._kinds.get((environment, select.kind), [])
        else:
            candidates = self._objects.get(environment, [])
        return [self._document(item) for item in candidates if _matches(item, select)]

    def _document(self, item: Object) -> Document:
        """Many pieces of evidence look at the same object."""
        if item.path not in self._documents:
            self._documents[item.path] = Document(item.path, str(item.identity), item.document)
        return self._documents[item.path]

    def ground(self, environment: str) -> Ground | None:
        """What relations of `environment` are asked of; None where nothing is rendered."""
        return self._grounds.of(self._system, environment) if self._grounds is not None else None

    def file(self, path: str) -> Document | None:
        """The file at `path`; None where there is none."""
        if not self._has_files:
            return None
        if path not in self._files:
            self._files[path] = _read(self._root, path)
        return self._files[path]


def _matches(item: Object, select: Select) -> bool:
    return (
        (not select.name or any(_fits(item.name, name) for name in select.name))
        and (select.namespace is None or item.namespace == select.namespace)
        and (select.component is None or _fits(item.component, select.component))
        and (select.api_group is None or item.group == select.api_group)
        and all(item.labels.get(key) == value for key, value in select.labels.items())
    )


def _fits(name: str, pattern: str) -> bool:
    return name == pattern or fnmatchcase(name, pattern)


def _read(root: Path, path: str) -> Document | None:
    try:
        text = (root / path).read_text("utf-8")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None
    return Document(path, path, _parse(path, text), text)


def _parse(path: str, text: str) -> Mapping[str, Any] | None:
    """The document in a data file; None for prose and for what cannot be parsed."""
    try:
        if path.endswith((".yaml", ".yml")):
            return {key: _plain(value) for key, value in parse_marked_yaml(text, path).data.items()}
        if path.endswith(".json"):
            parsed = json.loads(text)
            return parsed if isinstance(parsed, Mapping) else None
    except (GroundplanError, json.JSONDecodeError):
        return None
    return None


def _plain(value: Any) -> Any:
    """`value` in the types the evaluator knows: it takes no subclass of a number for one."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, float) else value
