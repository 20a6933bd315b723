"""What is known of exposure, typed: `closed.yaml`, which nothing is rendered of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import TypeAdapter


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
    """Field that makes it moot where it is there. Default none."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything in the file; its comments explain the chapters."""

    settings: tuple[tuple[str, Setting], ...]
    """Rule and setting."""

    listeners: frozenset[str]
    """Policies of load balancers that begin at TLS 1.2."""

    pages: frozenset[str]
    """Services that administer something."""


@cache
def facts() -> Facts:
    """The facts, read once.

    Raises:
        pydantic.ValidationError: where the file says something else than this module knows.
    """
    content = yaml.load(
        files("groundplan.checks.exposure").joinpath("closed.yaml").read_bytes(), Loader=yaml.CSafeLoader
    )
    listed = TypeAdapter(tuple[Setting, ...])
    rules = ("public", "keys", "tls", "encryption")
    settings = tuple(
        (rule, setting)
        for rule in rules
        for setting in listed.validate_python([{**row, "is_": row.pop("is")} for row in content[rule]])
    )
    return Facts(settings, frozenset(content["listeners"]), frozenset(content["pages"]))
