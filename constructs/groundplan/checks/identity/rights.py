"""Who may do what, and who has to: the two sides that the gate compares, in one vocabulary for every cloud."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from groundplan.checks.inventory import Object
from groundplan.yaml.marked import YamlPath

Holder = tuple[str, str]
"""Namespace and name of what holds rights on the management cluster: a role, or where an identity's id is written."""

Account = tuple[str, str]
"""Namespace and name of a ServiceAccount."""

EVERYTHING = "*"
"""In place of a resource."""


@dataclass(frozen=True, slots=True, eq=False)
class Grant:
    """A permission that somebody holds."""

    holder: Holder
    """Who."""

    permissions: tuple[str, ...]
    """Names of roles, permissions of access policies, or actions."""

    on: str
    """The resource: address of its object, or a pattern of names."""

    item: Object
    """Where it is granted."""

    field: YamlPath
    """Field of it."""

    bounded: bool = False
    """Whether a condition narrows it. Default false."""

    could_name: bool = False
    """Whether it could have named the resource, where it is on everything. Default false."""


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """Something that somebody has to do."""

    holder: Holder | None
    """Who; None where nobody lends the account an identity."""

    deed: str
    """What."""

    on: tuple[str, ...]
    """The resource and what holds it, the innermost first; a pattern for what no object says."""

    why: str
    """Why, as the end of a sentence: `the SecretStore of shop reads it`."""

    item: Object
    """Who says so."""

    field: YamlPath
    """Field of it."""

    account: Account | None = None
    """For whom among those that share the holder. Default for all of them."""

    required: bool = True
    """Whether it must be granted; where not, it may be. Default true."""

    instead: str = ""
    """Needs of the same word want one of them granted, and permit all. Default this one is wanted."""


def address(item: Object) -> str:
    """The address of a resource that is an object on the management cluster."""
    return f"{item.group}/{item.kind}/{item.namespace}/{item.name}"


def reaches(grant: Grant, need: Need) -> bool:
    """Whether a grant speaks of what a need is about; a need without a place of its own is met wherever it is granted."""
    return any(place == EVERYTHING or covers(grant.on, place) for place in need.on)


def covers(granted: str, place: str) -> bool:
    """Whether a place lies within what is granted; the place may be a pattern too."""
    return granted in (EVERYTHING, place) or fnmatchcase(place, granted)


def touches(granted: str, places: Iterable[str]) -> bool:
    """Whether something granted and something needed have anything in common."""
    return any(covers(granted, place) or covers(place, granted) for place in places)


def holds(permissions: Iterable[str], wanted: str) -> bool:
    """Whether a permission is among those held, which may be patterns."""
    return any(fnmatchcase(wanted, held) for held in permissions)
