"""Tables of when support ends: one for everybody, and one of each platform and kind of store."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from groundplan.platforms.registry import PLATFORMS
from groundplan.platforms.resources import data_of
from groundplan.stores.registry import ENGINES

Place = Literal["charts", "cluster", "field", "images", "settings", "workflows"]

FILE = "ends.yaml"
OWN = "groundplan.checks.support"


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Versions of one thing, and the last day of each."""

    name: str
    """File and key it stands at, for messages."""

    what: str
    """What has the versions."""

    rule: str
    """Rule that an exemption names."""

    place: Place
    """Where versions of it stand."""

    kind: str = ""
    """`group/Kind` of the objects. Default none: not in a field."""

    path: tuple[str, ...] = ()
    """Field of them. Default none."""

    pattern: re.Pattern[str]
    """Finds the version, as group 1."""

    source: str
    """Page the days are from."""

    read: date
    """When the days were read; what is announced later is not in the table."""

    read_at: str
    """Where they were read: the page itself, or one that repeats it."""

    unread: frozenset[str] = frozenset()
    """Versions whose day could be read nowhere. Default none."""

    key: str
    """Where a person writes the version."""

    instead: str
    """What to write."""

    only: bool = False
    """Whether what has no row is not asked about. Default false: it is not judged, and said so."""

    ends: Mapping[str, date | None]
    """Version to its last day; None where nobody has announced one."""


@cache
def tables() -> tuple[Table, ...]:
    """Every table there is."""
    kinds = dict.fromkeys(f"groundplan.stores.{kind}" for kind, _ in ENGINES)
    packages = [OWN, *(module.rpartition(".")[0] for module in PLATFORMS.values()), *kinds]
    return tuple(table for package in packages for table in _of(package))


def _of(package: str) -> Iterator[Table]:
    if not files(package).joinpath(FILE).is_file():
        return
    for name, row in data_of(package, FILE).items():
        yield Table(
            name=f"{package.removeprefix('groundplan.').replace('.', '/')}/{FILE}: {name}",
            what=row["what"],
            rule=row["rule"],
            place=cast(Place, row["in"]),
            kind=row.get("kind", ""),
            path=tuple(row.get("path", "").split(".")),
            pattern=re.compile(row.get("pattern", r"^(.+)$")),
            source=row["source"],
            read=date.fromisoformat(str(row["read"]["on"])),
            read_at=str(row["read"]["at"]),
            unread=frozenset(str(version) for version in row.get("unread", ())),
            key=row["key"],
            instead=str(row["instead"]),
            only=bool(row.get("only", False)),
            ends={str(version): _day(day) for version, day in row["ends"].items()},
        )


def _day(value: object) -> date | None:
    return value if value is None or isinstance(value, date) else date.fromisoformat(str(value))


RULES = frozenset(table.rule for table in tables())
"""Every rule an exemption may name."""
