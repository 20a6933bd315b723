"""The file of ids beside the overlays: what the cloud called things, apart from what people decide."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from groundplan.errors import Finding, Location
from groundplan.layout import ENVIRONMENTS
from groundplan.yaml.marked import MarkedYaml, locate

IDS = "ids"
"""Folder beside the overlays, and chapter of the environment."""


def ids_file(root: Path, system: str, environment: str) -> Path:
    """Where the ids of an environment stand, whether there is such a file yet or not."""
    return root / ENVIRONMENTS / system / IDS / f"{environment}.yaml"


def as_chapter(part: MarkedYaml) -> MarkedYaml:
    """The content of such a file as the chapter it is."""
    return MarkedYaml({IDS: part.data}, {(IDS, *path): location for path, location in part.marks.items()})


def misplaced_ids(part: MarkedYaml, shown: str, scope: str) -> Iterator[Finding]:
    """Ids among what people decide; `scope` is the environment whose file is read."""
    if IDS in part.data:
        message = "are no decisions of people, and stand in a file of their own"
        advice = f"remove them here and run `groundplan ids {scope}`"
        yield Finding(locate(part.marks, (IDS,), shown), "misplaced-ids", IDS, message, advice)


def stray_ids(folder: Path, environments: Collection[str]) -> Iterator[Finding]:
    """Files of ids in a system's folder that belong to none of its environments."""
    for file in sorted(folder.glob(f"{IDS}/*")):
        if file.suffix != ".yaml" or file.stem not in environments:
            at = Location(f"{ENVIRONMENTS}/{folder.name}/{IDS}/{file.name}")
            yield Finding(at, "file.stray", "", "belongs to no environment", "remove it")
