"""What a value of an environment file reaches: every field that comes out differently with another one in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from groundplan.causes.other_values import REMOVED, other_values
from groundplan.causes.trial import Reached, Trial
from groundplan.errors import GroundplanError, UsageError
from groundplan.layout import ENVIRONMENTS
from groundplan.loading.selection import environment_names
from groundplan.yaml.marked import MarkedYaml, YamlPath, dotted, value_at

MOST_TRIED = 20
"""Other values that are tried before one is said to have no effect."""


@dataclass(frozen=True, slots=True)
class Impact:
    """What one value reaches."""

    key: str
    """Its keys, as they are written."""

    value: Any
    """What is written."""

    instead: Any
    """What was put in its place; REMOVED where its key was taken out."""

    reached: tuple[Reached, ...]
    """Files that come out differently, by path."""


def impact(root: Path, file: str, line: int) -> Impact:
    """Find out what the value in `line` of an environment file reaches, in all environments of its system.

    Raises:
        UsageError: where no value of an environment file stands there, or no other value is legal.
    """
    path = root / file
    parts = PurePosixPath(file).parts
    if len(parts) != 3 or parts[0] != ENVIRONMENTS or parts[1] not in environment_names(root) or not path.is_file():
        raise UsageError(f"{file} is no file of an environment", f"name one as {ENVIRONMENTS}/SYSTEM/FILE.yaml")
    trial = Trial(root, parts[1])
    keys = _keys(trial.read(path), line)
    if not keys:
        raise UsageError(f"no value stands in line {line} of {file}", "name the line of a key")
    found, refusal = _tried(trial, path, keys)
    if found is None:
        said = refusal.findings[0].message if refusal is not None else "nothing else is legal"
        raise UsageError(f"{dotted(keys)} takes no other value that was tried: {said}", "ask about another line")
    return found


def _tried(trial: Trial, file: Path, keys: YamlPath) -> tuple[Impact | None, GroundplanError | None]:
    """What the value at `keys` reaches; without its mapping nothing may be legal, then what the values in it reach."""
    value = value_at(trial.read(file).data, keys)
    choices = [REMOVED] if isinstance(value, Mapping) else islice(other_values(value), MOST_TRIED)
    found, refusal = None, None
    for other in choices:
        try:
            found = Impact(dotted(keys), value, other, tuple(trial.reached(file, keys, other)))
        except GroundplanError as error:
            refusal = error
            continue
        if found.reached:
            return found, None
    if found is None and isinstance(value, Mapping):
        parts = [part for key in value if (part := _tried(trial, file, (*keys, key))[0]) is not None]
        if parts:
            return Impact(dotted(keys), value, [part.instead for part in parts], _together(parts)), None
    return found, refusal


def _together(parts: Sequence[Impact]) -> tuple[Reached, ...]:
    fields: dict[str, dict[str, None]] = {}
    for reached in (item for part in parts for item in part.reached):
        fields.setdefault(reached.file, {}).update(dict.fromkeys(reached.fields))
    return tuple(Reached(file, tuple(names)) for file, names in sorted(fields.items()))


def _keys(marked: MarkedYaml, line: int) -> YamlPath:
    """What stands in a line: its first key, and the value of that where the line holds nothing else."""
    here = sorted((at.column, len(path), path) for path, at in marked.marks.items() if at.line == line)
    return here[0][2] if here else ()
