"""Changes keys of environment files to other legal values, and looks whether anything is rendered otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundplan.causes.other_values import REMOVED, other_values
from groundplan.causes.trial import Trial
from groundplan.errors import GroundplanError
from groundplan.loading.selection import CHAPTERS, environment_names
from groundplan.yaml.marked import YamlPath, dotted, read_marked_yaml

NAMED = frozenset(
    [
        "namespaces",
        "node_pools",
        "services",
        "jobs",
        "data",
        "messaging",
        "entries",
        "alerts",
        "panels",
        "receivers",
        "subnets",
        "rules",
        "peers",
        "queues",
        "topics",
        "identities",
        "storage",
        "containers",
        "buckets",
        "grants",
        "read_replicas",
        "hours",
        "metrics",
        "routes",
        "expose",
        "hosts",
        "roles",
        "accounts",
        "mounts",
        "items",
        "roadmap",
        "incidents",
        "checklists",
        "saved_queries",
        "access",
        "keys",
        "config",
        "env",
        "urls",
        "secrets",
        "exemptions",
        "labels",
        "images",
        "files",
        "steps",
        "charts",
        "replicas",
        "prefix",
    ]
)
"""Mappings whose keys people choose: what one of them shows of a setting, all do."""


@dataclass(frozen=True, slots=True)
class Key:
    """One leaf of one file of the environments."""

    system: str
    file: Path
    path: YamlPath
    value: Any

    def __str__(self) -> str:
        return f"{self.system}/{self.file.name}: {dotted(self.path)}"

    @property
    def environment(self) -> str | None:
        """The environment whose overlay it stands in; None for what a system says of all."""
        return None if self.file.stem in ("system", *CHAPTERS) else self.file.stem


JUDGED = (("exemptions",), ("platform", "existing", "nodes"), ("observability", "alerts", "*", "trial"))
"""What changes what gates say, and nothing that is rendered; `*` is any key."""


def leaves(root: Path) -> Iterator[Key]:
    """Every leaf of every file that is rendered somewhere, by system, file and line."""
    for system, environments in environment_names(root).items():
        for name in ("system", *CHAPTERS, *environments):
            file = root / "environments" / system / f"{name}.yaml"
            if file.exists():
                data = read_marked_yaml(file, file.name).data
                yield from (
                    Key(system, file, path, value)
                    for path, value in _leaves(data, ())
                    if not any(_begins(path, start) for start in JUDGED)
                )


def _begins(path: YamlPath, start: Sequence[str]) -> bool:
    return len(path) >= len(start) and all(word in ("*", key) for word, key in zip(start, path, strict=False))


def _leaves(value: Any, path: YamlPath) -> Iterator[tuple[YamlPath, Any]]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    else:
        yield path, value


def one_of_each(root: Path) -> list[Key]:
    """Leaves of which each stands for a setting: the same setting of another service or environment is left out.

    Settings of stores count for each type and engine of store, those of anything else once in a system.
    """
    kinds = _kinds(root)
    found: dict[tuple[Any, ...], Key] = {}
    for key in leaves(root):
        shape = tuple("*" if before in NAMED else step for before, step in zip(("", *key.path), key.path, strict=False))
        kind = kinds.get((key.system, *key.path[:2]), "")
        found.setdefault((shape, kind or key.system if key.path[0] == "platform" else kind), key)
    return list(found.values())


def _kinds(root: Path) -> dict[tuple[Any, ...], str]:
    """System, chapter and name of each store to what kind of store it is."""
    found: dict[tuple[Any, ...], str] = {}
    for key in leaves(root):
        if key.path[0] in ("data", "messaging") and len(key.path) > 2 and key.path[2] in ("type", "engine"):
            here = (key.system, *key.path[:2])
            found[here] = f"{found.get(here, '')} {key.value if len(key.path) == 3 else key.path[3]}"
    return found


class Sensitivity:
    """What is rendered of one system as its files stand, and of its files with one value changed."""

    def __init__(self, root: Path, system: str) -> None:
        self._trial = Trial(root, system)

    def has_effect(self, key: Key) -> bool:
        """Whether some other legal value of `key` is rendered otherwise, or no other value is legal."""
        legal = False
        tried, waiting = [repr(key.value)], list(other_values(key.value))
        while waiting and len(tried) < MOST_TRIED:
            value = waiting.pop(0)
            if repr(value) in tried:
                continue
            tried.append(repr(value))
            try:
                if self._trial.differs(key.file, key.path, value, key.environment):
                    return True
                legal = legal or value is not REMOVED  # what goes back to its default may stay the same
            except GroundplanError as error:
                names = list(_advised(error, key.path))
                waiting = [*([name] if isinstance(key.value, list) else name for name in names), *waiting]
        return not legal


MOST_TRIED = 20
"""Values that are tried before a key is said to have no effect."""


def _advised(error: GroundplanError, path: YamlPath) -> Iterator[str]:
    """The names a refusal says would be known at `path`."""
    for finding in error.findings:
        listed = re.search(r"write one of ([^;]+)$|did you mean `([^`]+)`", finding.advice)
        if listed is not None and finding.subject.startswith(dotted(path)):
            yield from (word.strip(" `") for word in (listed[1] or listed[2]).split(",")[:6])


def idle_keys(job: tuple[Path, str, list[Key]]) -> list[str]:
    """Which keys of one system have no effect, with the file each stands in."""
    root, system, keys = job
    judge = Sensitivity(root, system)
    return [f"{key} = {key.value}" for key in keys if not judge.has_effect(key)]
