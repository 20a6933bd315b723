"""What an environment states in one field and an object must say in another, by the tables called `stated.yaml`.

A value that is as well formed as the right one passes every other rule: half the replicas, another image, a firewall
that only watches. Where a statement is carried over as it is, a line in a table holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from groundplan.checks.effects import tables
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.facts.once import once_per_environment
from groundplan.facts.standby import waits
from groundplan.kubernetes.labels import COMPONENT
from groundplan.kubernetes.validation import duration_seconds
from groundplan.model.environment import Environment
from groundplan.model.values import quantity, seconds
from groundplan.platforms.resources import data_of
from groundplan.yaml.marked import YamlPath

FILE = "stated.yaml"
DAY = 86400


@dataclass(frozen=True, slots=True)
class Row:
    """One field and what it must say."""

    of: str
    """Groups and kinds, parted by blanks."""

    field: str
    """Dotted path; `[name=x]` chooses an entry of a list, `[*]` every one, and `{}` is the key of the chapter."""

    says: str = ""
    """Dotted path of the statement, below the entry of `each` where there is one. Default none: `is` says it."""

    is_: tuple[str | int | bool, ...] = ()
    """Values that are right whatever anybody states. Default none."""

    each: str = ""
    """Chapter of the environment whose entries are components of their own. Default none: the statement stands once."""

    named: str = ""
    """Name of the object, where a component has several of a kind; `{}` is the key. Default any."""

    by: str = "component"
    """What tells whose an object is: `component`, its `name`, its `namespace`, or `any` key that the field chooses by."""

    as_: str = "same"
    """How the two are compared. Default as they are."""

    words: Mapping[str, str | bool] | None = None
    """What the object says for each word of the statement. Default the same word."""

    awake: bool = False
    """Whether nothing is judged while a standby waits. Default false."""

    where: str = ""
    """Field without which the object is not judged. Default it is."""

    given: str = ""
    """Statement without which nothing is judged. Default it is."""

    optional: bool = False
    """Whether an object may do without the field. Default false."""

    default: str | int | None = None
    """What a field means that is not there. Default nothing: it must be there."""


@cache
def rows() -> tuple[Row, ...]:
    """Every line of every table.

    Raises:
        pydantic.ValidationError: where a table says something else than this module knows.
    """
    told = [data_of(__package__, FILE), *tables(FILE)]
    lines = [
        {"is_" if k == "is" else "as_" if k == "as" else k: v for k, v in line.items()}
        for t in told
        for line in t["rows"]
    ]
    return TypeAdapter(tuple[Row, ...]).validate_python(lines)


def stated(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Every object of a kind that a table names, against what its environment states."""
    for row in rows():
        for kind in row.of.split():
            group, _, name = kind.rpartition("/")
            for item in inventory.by_kind.get((group, name), ()):
                environment = context.environment_of(item)
                if environment is not None and _judges(row, environment):
                    yield from _judged(inventory, item, row, environment)


def _judges(row: Row, environment: Environment) -> bool:
    asleep = row.awake and waits(environment)
    return not asleep and (not row.given or bool(_at(_dumped(environment), row.given)))


def _judged(inventory: Inventory, item: Object, row: Row, environment: Environment) -> Iterator[Finding]:
    for key, entry in _entries(item, row, environment):
        if row.named and item.name != row.named.replace("{}", key):
            continue
        wanted = row.is_ or _stated(entry, row)
        if wanted in (None, "", {}) or (row.where and not list(_found(item.document, _steps(row.where)))):
            continue
        found = list(_found(item.document, _steps(row.field.replace("{}", key))))
        if not found and not row.optional:
            found = [((), row.default)]
        for path, value in found:
            if not COMPARED[row.as_](value, wanted):
                yield _finding(inventory, item, row, key, path, value, wanted)


def _finding(
    inventory: Inventory, item: Object, row: Row, key: str, path: YamlPath, value: Any, wanted: Any
) -> Finding:
    where = ".".join(part for part in (row.each, key, row.says) if part)
    shown = "is not there" if value is None else f"is `{_short(value)}`"
    right = " or ".join(f"`{_short(one)}`" for one in (wanted if isinstance(wanted, tuple) else (wanted,)))
    reason = f"and {where} says {right}" if row.says else f"which must be {right}"
    field = row.field.replace("{}", key)
    return inventory.finding(item, path, "intent.stated", f"{field} {shown}, {reason}", f"write {right}")


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) < 60 else f"{text[:57]}..."


def _entries(item: Object, row: Row, environment: Environment) -> Iterator[tuple[str, Any]]:
    """Whose the object is: key and entry of the chapter."""
    told = _dumped(environment)
    if not row.each:
        yield "", told
        return
    chapter = _at(told, row.each) or {}
    key = {
        "component": item.labels.get(COMPONENT, ""),
        "namespace": item.namespace,
        "name": item.name,
    }.get(row.by)
    for name, entry in chapter.items():
        if key in (None, name):
            yield name, entry


@once_per_environment
def _dumped(environment: Environment) -> dict[str, Any]:
    return environment.model_dump(mode="python", by_alias=True) | {"public_hosts": environment.public_hosts}


def _stated(entry: Any, row: Row) -> Any:
    value = _at(entry, row.says)
    return row.words.get(str(value)) if row.words is not None and value is not None else value


def _at(value: Any, path: str) -> Any:
    for step in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


_MAJOR = re.compile(r":v?(\d+)")
_STEP = re.compile(r"([^.\[]+)(?:\[(?:(\*)|([^=\]]+)=([^\]]+))\])?")


@cache
def _steps(field: str) -> tuple[tuple[str, str, str, str], ...]:
    return tuple((m[1], m[2] or "", m[3] or "", m[4] or "") for m in _STEP.finditer(field))


def _found(
    value: Any, steps: tuple[tuple[str, str, str, str], ...], path: YamlPath = ()
) -> Iterator[tuple[YamlPath, Any]]:
    if not steps:
        yield path, value
        return
    (name, every, key, wanted), rest = steps[0], steps[1:]
    if not isinstance(value, Mapping) or name not in value:
        return
    below = value[name]
    if not (every or key):
        yield from _found(below, rest, (*path, name))
        return
    for index, item in enumerate(below if isinstance(below, list) else ()):
        if every or str(_at(item, key.replace("/", "."))) == wanted:
            yield from _found(item, rest, (*path, name, index))


def _same(value: Any, wanted: Any) -> bool:
    return value in wanted if isinstance(wanted, tuple) else str(value) == str(wanted)


def _quantity(value: Any, wanted: Any) -> bool:
    return value is not None and quantity(str(value)) == quantity(str(wanted))


def _holds(value: Any, wanted: Mapping[str, Any]) -> bool:
    """Whether every entry that is stated is there."""
    told = value if isinstance(value, Mapping) else {one["name"]: one.get("value") for one in value or ()}
    return all(str(told.get(key)) == str(text) for key, text in wanted.items())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    else:
        yield str(value)


def _days_among(value: Any, wanted: Any) -> bool:
    """Whether some duration of the chapter is as long."""
    return any(duration_seconds(text) == float(value) * DAY for text in _texts(wanted))


COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "same": _same,
    "quantity": _quantity,
    "image": lambda value, wanted: value is not None and f"/{value}".endswith(f"/{wanted}"),
    "least": lambda value, wanted: value is not None and int(value) >= int(wanted),
    "seconds": lambda value, wanted: value is not None and float(value) == seconds(str(wanted)),
    "days": lambda value, wanted: value is not None and float(value) * DAY == seconds(str(wanted)),
    "days_among": _days_among,
    "duration": lambda value, wanted: duration_seconds(str(value)) == duration_seconds(str(wanted)),
    "least_seconds": lambda value, wanted: value is not None and float(value) >= seconds(str(wanted)),
    "ending": lambda value, wanted: str(value).endswith(f"-{wanted}"),
    "holds": _holds,
    "among": lambda value, wanted: str(value) in wanted,
    "major": lambda value, wanted: _MAJOR.findall(str(value).partition("@")[0]) == [str(wanted)],
    "cron": lambda value, wanted: str(value) in (str(wanted), f"0 {wanted}"),
}
"""Ways to compare what is there with what is stated."""
