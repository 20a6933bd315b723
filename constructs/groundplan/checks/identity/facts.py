"""The facts about rights, typed: `rights.yaml` here and beside each platform and store; nothing is rendered of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from groundplan.checks.effects import tables
from groundplan.platforms.resources import data_of

SOURCE = "constructs/groundplan/checks/identity/rights.yaml"
"""Where a person writes the powers of a chart that every platform has."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that takes a permission."""

    enough: tuple[frozenset[str], ...]
    """Sets of permissions; one of them is enough."""

    may: frozenset[str] = frozenset()
    """Further permissions that serve it, as patterns. Default none."""

    everywhere: str = ""
    """Why it may be granted on everything. Default: it may not."""

    def serves(self, permission: str) -> bool:
        """Whether it is a use of a permission."""
        return any(permission in one for one in self.enough) or any(
            fnmatchcase(permission, known) for known in self.may
        )


@dataclass(frozen=True, slots=True)
class Trigger:
    """What an autoscaler does on behalf of a workload."""

    deed: str
    """Name of the deed."""

    namespace: str
    """Namespace of the autoscaler."""

    account: str
    """Its ServiceAccount."""


@dataclass(frozen=True, slots=True)
class Command:
    """A line of a script that does something with an object store."""

    says: str
    """Expression it matches."""

    deed: str
    """Name of the deed."""

    name: str
    """Name of the resource, of the expression's groups."""

    of: str = ""
    """`group/Kind` of the resource. Default none: its name is all that a grant says."""

    @property
    def tool(self) -> str:
        """The first two words, without which no line is looked at."""
        return " ".join(self.says.split(maxsplit=2)[:2])


@dataclass(frozen=True, slots=True)
class Powers:
    """What an upstream ServiceAccount may do with a whole cluster."""

    powers: frozenset[str]
    """Names of powers."""

    why: str
    """Why that is bearable."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Everything in the files; their comments explain the chapters. Each chapter may be missing from each file."""

    deeds: Mapping[str, Deed]
    """Deeds by name."""

    roles: Mapping[str, str]
    """Built-in roles by id."""

    takes_over: frozenset[str]
    """Permissions that make their holder anybody."""

    granted: Mapping[str, str]
    """Deeds by the names environments grant them by."""

    done_with: Mapping[str, tuple[str, ...]]
    """Kinds of resources, as `group/Kind`, that a deed is done with."""

    called: Mapping[str, tuple[str, ...]]
    """Deeds of callers, by kind of the rented store."""

    hosts: Mapping[str, str]
    """Deeds of callers, by the end of the host's name."""

    accounts: Mapping[str, tuple[str, ...]]
    """Deeds of upstream ServiceAccounts."""

    triggers: Mapping[str, Trigger]
    """Deeds of autoscalers, by type of the trigger."""

    commands: tuple[Command, ...]
    """Deeds of scripts."""

    powers: Mapping[str, Mapping[str, Powers]]
    """Powers over a cluster by chart and ServiceAccount."""

    def role(self, definition: str) -> str:
        """Name of a role by the id of its definition; the id itself where it is not known."""
        name = definition.rpartition("/")[2]
        return self.roles.get(name, name)


FILE = "rights.yaml"

LISTS = frozenset({"commands", "takes_over"})
"""Chapters that are lists."""


@cache
def facts() -> Facts:
    """The facts of every file, read once.

    Raises:
        pydantic.ValidationError: where a file says something else than this module knows.
    """
    found: dict[str, Any] = {name: [] if name in LISTS else {} for name in Facts.__dataclass_fields__}
    for content in (data_of(__package__, FILE), *tables(FILE)):
        for name, chapter in content.items():
            if name == "deeds":
                _add_deeds(found["deeds"], chapter)
            elif name in LISTS:
                found[name] += chapter
            else:
                found[name] |= chapter
    return TypeAdapter(Facts).validate_python(found)


def _add_deeds(found: dict[str, Any], more: Mapping[str, Any]) -> None:
    """A deed takes other permissions in each cloud; one set of any is enough."""
    for name, deed in more.items():
        known = found.setdefault(name, {"enough": [], "may": []})
        known["enough"] += deed["enough"]
        known["may"] += deed.get("may", [])
        known["everywhere"] = known.get("everywhere") or deed.get("everywhere", "")
