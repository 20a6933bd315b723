"""A system as its files stand, and with one value changed: in memory, nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from groundplan.causes.other_values import REMOVED
from groundplan.facts.system import System
from groundplan.loading.load import load_environments
from groundplan.loading.selection import environment_names
from groundplan.model.environment import Environment
from groundplan.review.fields import differences
from groundplan.synth.render import forget_constructs, render_environment
from groundplan.synth.system_files import render_system
from groundplan.yaml.manifests import parse_documents
from groundplan.yaml.marked import MarkedYaml, YamlPath, read_marked_yaml, with_value, without

Files = Mapping[PurePosixPath, bytes]


@dataclass(frozen=True, slots=True)
class Reached:
    """A file that comes out differently."""

    file: str
    """Its path."""

    fields: tuple[str, ...]
    """Fields of its object that do; none for a page, or for an object that comes or goes."""


class Trial:
    """What a system renders as its files stand, and with one value changed: the changed file is laid over those that the
    loader has read."""

    def __init__(self, root: Path, system: str) -> None:
        self._root, self._system = root, system
        self._names = environment_names(root)[system]
        self._cache: dict[Path, MarkedYaml] = {}
        self._before = self._load({})
        self._rendered: dict[str, Files] = {}
        self._pages = render_system(System(tuple(self._before.values())))
        forget_constructs()

    def read(self, file: Path) -> MarkedYaml:
        """A file, as the environments are made of it."""
        return self._cache.get(file) or read_marked_yaml(file, file.relative_to(self._root).as_posix())

    def reached(self, file: Path, keys: YamlPath, other: Any) -> Iterator[Reached]:
        """Files that come out differently with `other` at `keys` of `file`.

        Raises:
            GroundplanError: where it is not legal there.
        """
        after = self._load(self._with(file, keys, other))
        for name in sorted({*self._before, *after}):
            files = render_environment(after[name]).files if name in after else {}
            yield from _between(self._as_it_was(name), files)
        forget_constructs()
        yield from _between(self._pages, render_system(System(tuple(after.values()))))

    def differs(self, file: Path, keys: YamlPath, other: Any, first: str | None = None) -> bool:
        """Whether any file comes out differently with `other` at `keys` of `file`.

        The environment `first` is looked at before the others are read. Default the first by name.

        Raises:
            GroundplanError: where it is not legal there.
        """
        changed = self._with(file, keys, other)
        first = first or self._names[0]
        if render_environment(self._load(changed, [first])[first]).files != self._as_it_was(first):
            return True
        after = self._load(changed)
        if render_system(System(tuple(after.values()))) != self._pages:
            return True
        others = (name for name in self._names if name != first)
        return any(render_environment(after[name]).files != self._as_it_was(name) for name in others)

    def _with(self, file: Path, keys: YamlPath, other: Any) -> Mapping[Path, MarkedYaml]:
        marked = self.read(file)
        data = without(marked.data, keys) if other is REMOVED else with_value(marked.data, keys, other)
        return {file: MarkedYaml(data, marked.marks)}

    def _load(self, changed: Mapping[Path, MarkedYaml], names: Sequence[str] = ()) -> dict[str, Environment]:
        """The environments called `names`, all where none is named, with `changed` files in place of those on disk."""
        cache = {**self._cache, **changed}
        loaded = load_environments(self._root, [(self._system, name) for name in names or self._names], cache)
        if not changed:
            self._cache = cache
        return {item.environment.environment: item.environment for item in loaded}

    def _as_it_was(self, name: str) -> Files:
        if name not in self._rendered:
            before = self._before.get(name)
            self._rendered[name] = render_environment(before).files if before is not None else {}
        return self._rendered[name]


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
