"""The facts about rights, typed: `rights.yaml`, which nothing is rendered of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

import yaml
from pydantic import TypeAdapter

SOURCE = "constructs/groundplan/checks/identity/rights.yaml"
"""Where a person changes them."""


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

    account: str = ""
    """Name of the storage account, of the expression's groups. Default none."""

    name: str = ""
    """Name of the resource, of the expression's groups. Default none."""


@dataclass(frozen=True, slots=True)
class Powers:
    """What an upstream ServiceAccount may do with a whole cluster."""

    powers: frozenset[str]
    """Names of powers."""

    why: str
    """Why that is bearable."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything in the file; its comments explain the chapters."""

    deeds: Mapping[str, Deed]
    """Deeds by name."""

    roles: Mapping[str, str]
    """Built-in roles by id."""

    takes_over: frozenset[str]
    """Permissions that make their holder anybody."""

    granted: Mapping[str, str]
    """Deeds by the names environments grant them by."""

    called: Mapping[str, tuple[str, ...]]
    """Deeds of callers, by kind of the rented store."""

    hosts: Mapping[str, str]
    """Deeds of callers, by the end of the host's name."""

    accounts: Mapping[str, tuple[str, ...]]
    """Deeds of upstream ServiceAccounts."""

    triggers: Mapping[str, Trigger]
    """Deeds of autoscalers, by type of the trigger."""

    commands: tuple[Command, ...] = ()
    """Deeds of scripts. Default none."""

    powers: Mapping[str, Mapping[str, Powers]] = field(default_factory=dict)
    """Powers over a cluster by chart and ServiceAccount. Default none."""

    def role(self, arm_id: str) -> str:
        """Name of a role by the id of its definition; the id itself where it is not known."""
        name = arm_id.rpartition("/")[2]
        return self.roles.get(name, name)


@cache
def facts() -> Facts:
    """The facts, read once.

    Raises:
        pydantic.ValidationError: where the file says something else than this module knows.
    """
    text = files("groundplan.checks.identity").joinpath("rights.yaml").read_bytes()
    return TypeAdapter(Facts).validate_python(yaml.load(text, Loader=yaml.CSafeLoader))
