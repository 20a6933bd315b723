"""Where a command stands, and what is wrong with one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Fault(NamedTuple):
    """Something a command gets wrong."""

    rule: str
    """Name of the rule below `documents.`."""

    message: str
    """What is wrong; lower case, no final full stop."""

    advice: str
    """What to write instead."""


@dataclass(slots=True)
class Place:
    """The page or step a command stands in; what earlier commands did there is kept."""

    system: str
    """System it is about."""

    text: str
    """Whole text of the page: files it tells people to save are named in it."""

    context: str = ""
    """Context that an earlier command switched to. Default none."""

    namespaces: set[str] = field(default_factory=set)
    """Namespaces that earlier commands made. Default none."""

    objects: set[str] = field(default_factory=set)
    """Names of Secrets and ConfigMaps that earlier commands made. Default none."""

    roots: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Applications that earlier commands applied, to their `system/environment` and the cluster. Default none."""

    waited: set[str] = field(default_factory=set)
    """Objects that earlier commands waited for. Default none."""

    files: set[str] = field(default_factory=set)
    """Files that earlier commands wrote. Default none."""
