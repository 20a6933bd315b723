"""What is known of exposure, typed: `closed.yaml` here and beside each platform and store; nothing is rendered of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter

from groundplan.checks.effects import tables
from groundplan.platforms.resources import data_of


@dataclass(frozen=True, slots=True)
class Setting:
    """What a field of a kind must say."""

    of: str
    """Group and kind."""

    field: str
    """Dotted path; `*` stands for every entry of a list."""

    is_: tuple[str | bool, ...] | Literal["any"]
    """Values that are right, or `any` where it must only be there."""

    unless: str = ""
    """Field beside which it may be left out. Default none."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything in the files; their comments explain the chapters, each of which a file may leave out."""

    settings: tuple[tuple[str, Setting], ...]
    """Rule and setting."""

    listeners: frozenset[str]
    """Policies of load balancers that begin at TLS 1.2."""

    pages: frozenset[str]
    """Services that administer something."""


FILE = "closed.yaml"
RULES = ("public", "keys", "boundary", "tls", "encryption")


@cache
def facts() -> Facts:
    """The facts of every file, read once.

    Raises:
        pydantic.ValidationError: where a file says something else than this module knows.
    """
    listed = TypeAdapter(tuple[Setting, ...])
    found = [data_of(__package__, FILE), *tables(FILE)]
    settings = tuple(
        (rule, setting)
        for content in found
        for rule in RULES
        for setting in listed.validate_python([_row(row) for row in content.get(rule, ())])
    )
    return Facts(settings, _named(found, "listeners"), _named(found, "pages"))


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """`is` is no name in Python."""
    return {"is_" if key == "is" else key: value for key, value in row.items()}


def _named(found: Iterable[Mapping[str, Any]], chapter: str) -> frozenset[str]:
    return frozenset(name for content in found for name in content.get(chapter, ()))
