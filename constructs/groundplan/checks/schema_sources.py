"""Where the schemas of custom resources come from: folders on this machine, in the order a person would expect.

Each folder is laid out `<group>/<kind>_<version>.json`, kind in lower case, as the public catalogues are.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from typing import Any

from groundplan.checks.contracts import contract_schema

VARIABLE = "GROUNDPLAN_SCHEMAS"
"""Environment variable with further folders, separated like PATH; they come first."""

ENTRY_POINTS = "groundplan.schemas"
"""Entry point group of installed packages that carry schemas; the value names a module whose folder holds them."""


@dataclass(frozen=True, slots=True)
class SchemaFolder:
    """One place that is searched."""

    path: Path
    """The folder."""

    origin: str
    """Why it is searched."""

    @property
    def count(self) -> int:
        """How many schemas it holds; 0 also where it does not exist."""
        return sum(1 for _ in self.path.glob("*/*_*.json"))


def cache_folder() -> Path:
    """Where `groundplan schemas pull` puts what it downloads. See https://specifications.freedesktop.org/basedir-spec/latest/ ."""
    base = os.environ.get("XDG_CACHE_HOME") or ""
    parent = Path(base) if Path(base).is_absolute() else Path.home() / ".cache"
    return parent / "groundplan" / "schemas"


def schema_folders() -> list[SchemaFolder]:
    """Every place that is searched, first to last."""
    named = [Path(text) for text in os.environ.get(VARIABLE, "").split(os.pathsep) if text]
    return [
        *(SchemaFolder(path, f"${VARIABLE}") for path in named),
        SchemaFolder(cache_folder(), "groundplan schemas pull"),
        *_packages(),
    ]


def find_schema(
    group: str, kind: str, version: str, folders: Sequence[SchemaFolder] | None = None
) -> dict[str, Any] | None:
    """The first schema of that kind in `folders`, else our own contract of it; None where there is neither.

    Without `folders` every place is searched; to look up many kinds, find the places once with `schema_folders`.
    """
    for folder in schema_folders() if folders is None else folders:
        file = folder.path / group / f"{kind.lower()}_{version}.json"
        if file.is_file():
            schema: dict[str, Any] = json.loads(file.read_text("utf-8"))
            return schema
    return contract_schema(group, kind, version)


def _packages() -> Iterator[SchemaFolder]:
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        yield SchemaFolder(Path(str(files(point.value))), f"package {point.name}")
