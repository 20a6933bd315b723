"""What a value of an environment file reaches: every field that comes out differently with another one in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from groundplan.causes.other_values import REMOVED, other_values
from groundplan.errors import GroundplanError, UsageError
from groundplan.facts.system import System
from groundplan.layout import ENVIRONMENTS
from groundplan.loading.load import load_environments
from groundplan.loading.selection import environment_names
from groundplan.model.environment import Environment
from groundplan.review.fields import differences
from groundplan.synth.render import forget_constructs, render_environment
from groundplan.synth.system_files import render_system
from groundplan.yaml.manifests import parse_documents
from groundplan.yaml.marked import MarkedYaml, YamlPath, dotted, read_marked_yaml, value_at

MOST_TRIED = 20
"""Other values that are tried before one is said to have no effect."""

Files = Mapping[PurePosixPath, bytes]


@dataclass(frozen=True, slots=True)
class Reached:
    """A file that comes out differently."""

    file: str
    """Its path."""

    fields: tuple[str, ...]
    """Fields of its object that do; none for a page, or for an object that comes or goes."""


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


class Trial:
    """What a system renders as its files stand, and with one value changed; nothing is written."""

    def __init__(self, root: Path, system: str) -> None:
        self._root, self._system = root, system
        self._cache: dict[Path, MarkedYaml] = {}
        before = self.load({})
        self._before = {name: render_environment(item).files for name, item in before.items()}
        self._pages = render_system(System(tuple(before.values())))
        forget_constructs()

    def read(self, file: Path) -> MarkedYaml:
        """A file, as the environments are made of it."""
        return self._cache.get(file) or read_marked_yaml(file, file.relative_to(self._root).as_posix())

    def load(self, changed: Mapping[Path, MarkedYaml]) -> dict[str, Environment]:
        """The environments, with `changed` files in place of those on disk."""
        cache = {**self._cache, **changed}
        names = environment_names(self._root)[self._system]
        loaded = load_environments(self._root, [(self._system, name) for name in names], cache)
        if not changed:
            self._cache = cache
        return {item.environment.environment: item.environment for item in loaded}

    def reached(self, file: Path, keys: YamlPath, other: Any) -> Iterator[Reached]:
        """Files that come out differently with `other` at `keys` of `file`.

        Raises:
            GroundplanError: where it is not legal there.
        """
        marked = self.read(file)
        after = self.load({file: MarkedYaml(_changed(marked.data, keys, other), marked.marks)})
        for name in sorted({*self._before, *after}):
            files = render_environment(after[name]).files if name in after else {}
            yield from _between(self._before.get(name, {}), files)
        forget_constructs()
        yield from _between(self._pages, render_system(System(tuple(after.values()))))


def _between(before: Files, after: Files) -> Iterator[Reached]:
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old != new:
            yield Reached(str(path), tuple(_fields(path, old, new)))


def _fields(path: PurePosixPath, old: bytes | None, new: bytes | None) -> list[str]:
    if path.suffix != ".yaml" or old is None or new is None:
        return []
    pairs = zip(parse_documents(old), parse_documents(new), strict=False)
    return list(dict.fromkeys(str(item) for one, other in pairs for item in differences(one, other)))


def _keys(marked: MarkedYaml, line: int) -> YamlPath:
    """What stands in a line: its first key, and the value of that where the line holds nothing else."""
    here = sorted((at.column, len(path), path) for path, at in marked.marks.items() if at.line == line)
    return here[0][2] if here else ()


def _changed(data: Any, keys: YamlPath, value: Any) -> Any:
    key, rest = keys[0], keys[1:]
    if isinstance(data, list):
        index = int(key)
        kept = [] if value is REMOVED and not rest else [_changed(data[index], rest, value) if rest else value]
        return [*data[:index], *kept, *data[index + 1 :]]
    if not rest:
        others = {name: item for name, item in data.items() if name != key}
        return others if value is REMOVED else {**data, key: value}
    return {**data, key: _changed(data[key], rest, value)}
