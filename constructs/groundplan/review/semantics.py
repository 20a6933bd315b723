"""Tables of what each field of each kind means: read from `outcomes.yaml` of the rooms that render the kinds.

A table lies where its kinds are rendered: Kubernetes' own and the operators' here, a room's in its own, a cloud's in its
platform's folder, a store's in its own, annotations of its own on anybody's kinds included. The notation is described at
the top of `outcomes.yaml` in this folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from groundplan.review.outcome import Outcome
from groundplan.yaml.manifests import parse_documents

FILE = "outcomes.yaml"
PACKAGE = Path(__file__).parents[1]
SIMPLE: Mapping[str, Outcome] = {
    "nothing": Outcome.NOTHING,
    "in-place": Outcome.IN_PLACE,
    "restart": Outcome.RESTART,
    "recreated": Outcome.RECREATED,
    "impossible": Outcome.IMPOSSIBLE,
    "unknown": Outcome.UNKNOWN,
    "exposes": Outcome.EXPOSURE,
    "weakens": Outcome.PROTECTION,
}
"""Words for what any change of a field does."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a field means."""

    otherwise: Outcome
    """What a change does that is not among those below."""

    protects: str = ""
    """`more`, `less`, `present`, `true`, `false` or `members`: the side on which it protects."""

    opens: str = ""
    """`more`, `less`, `present`, `true`, `false`, `members` or `others`: the side on which it opens something."""

    grows: bool = False
    """Whether it can only grow. Default false."""

    version: bool = False
    """Whether it is a version that cannot go back. Default false."""

    atoms: str = ""
    """How `members` are taken from the value: the name of a function of `atoms.py`. Default the list's own elements."""

    why: str = ""
    """What it does, for the report. Default nothing."""


@dataclass(frozen=True, slots=True)
class Table:
    """One kind."""

    kind: str
    """`group/Kind`."""

    fields: Mapping[str, Meaning] = field(default_factory=dict)
    """Meanings by path; `*` stands for one key or element, and a path means everything below it too."""

    deletion: Outcome = Outcome.DELETED
    """What deleting an object does. Default nothing is lost."""

    creation: Outcome = Outcome.CREATED
    """What a new object does. Default it opens nothing."""

    loses: str = ""
    """What is lost by its deletion, for the report. Default nothing."""

    opens_when_new: frozenset[str] = frozenset()
    """Paths of `fields` by which a new object may open something. Default none: it opens nothing that they say."""

    def meaning(self, path: tuple[str, ...]) -> tuple[Meaning, str, int] | None:
        """The meaning of the longest path that fits, that path and its length; None where none does."""
        best, name, length = None, "", -1
        for pattern, meaning in self.fields.items():
            keys = keys_of(pattern)
            if len(keys) > length and _fits(keys, path):
                best, name, length = meaning, pattern, len(keys)
        return (best, name, length) if best is not None else None


@cache
def keys_of(pattern: str) -> tuple[str, ...]:
    """Keys of a path as tables write it; `/` in a key stands for a dot or a slash of its name."""
    return tuple(key.replace("/", "?") for key in pattern.split(".")) if pattern else ()


def _fits(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    return len(pattern) <= len(path) and all(
        want in ("*", have) or ("?" in want and fnmatchcase(have, want))
        for want, have in zip(pattern, path, strict=False)
    )


def table_of(group: str, kind: str) -> Table | None:
    """The table of a kind, its own or that of its whole group; None where nobody wrote one."""
    return tables().get(f"{group}/{kind}") or tables().get(f"{group}/*")


@cache
def tables() -> Mapping[str, Table]:
    """Every table, by `group/Kind`."""
    found: dict[str, Table] = {}
    first = PACKAGE / "review" / FILE
    rooms = [path for path in sorted(PACKAGE.glob(f"*/{FILE}")) if path != first]
    files = [first, *rooms, *sorted(PACKAGE.glob(f"*/*/{FILE}"))]
    documents = {path: parse_documents(path.read_bytes())[0] for path in files}
    shapes = documents[files[0]].pop("shapes")
    for document in documents.values():
        for kinds, said in document.items():
            for kind in kinds.split(", "):
                table = _table(kind, said or {}, shapes)
                known = found.get(kind)
                found[kind] = table if known is None else replace(known, fields={**known.fields, **table.fields})
    return found


def _table(kind: str, said: Mapping[str, Any], shapes: Mapping[str, Any]) -> Table:
    fields = {"metadata": "in-place", **_METADATA}
    for prefix, names in (said.get("shapes") or {}).items():
        for name in names.split(", "):
            fields |= {".".join(filter(None, (prefix, path))): value for path, value in shapes[name].items()}
    fields |= said.get("fields") or {}
    return Table(
        kind,
        {path: _meaning(value) for path, value in fields.items()},
        SIMPLE_DELETION[said.get("deletion", "harmless")],
        SIMPLE_CREATION[said.get("creation", "harmless")],
        said.get("loses", ""),
        frozenset(said.get("opens_when_new", ())),
    )


_METADATA: Mapping[str, Any] = {
    "metadata.name": "recreated",
    "metadata.namespace": "recreated",
}
SIMPLE_DELETION = {"harmless": Outcome.DELETED, "stateful": Outcome.STATEFUL_DELETION, "weakens": Outcome.PROTECTION, "exposes": Outcome.EXPOSURE}  # fmt: skip
SIMPLE_CREATION = {"harmless": Outcome.CREATED, "exposes": Outcome.EXPOSURE, "unknown": Outcome.UNKNOWN}


def _meaning(said: str | Mapping[str, Any]) -> Meaning:
    if isinstance(said, str):
        return Meaning(SIMPLE[said])
    return Meaning(
        SIMPLE[said.get("otherwise", "in-place")],
        said.get("protects", ""),
        said.get("opens", ""),
        bool(said.get("grows", False)),
        bool(said.get("version", False)),
        said.get("atoms", ""),
        said.get("why", ""),
    )
