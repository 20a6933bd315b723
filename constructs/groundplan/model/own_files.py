"""What people put beside the environment files: plain manifests, and components written in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from groundplan.errors import Location


@dataclass(frozen=True, slots=True)
class OwnManifest:
    """One object, as somebody wrote it."""

    document: Mapping[str, Any]
    """The object."""

    location: Location
    """Where its document begins."""


@dataclass(frozen=True, slots=True)
class OwnComponent:
    """A Python file that builds a component."""

    name: str
    """Name of the component: the file's, with hyphens for underscores."""

    file: str
    """The file, relative to the repository."""

    path: Path
    """The file."""

    about: str = ""
    """What it says of itself: the first sentence of its docstring. Default nothing."""


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """Everything of that kind that one environment has."""

    manifests: Mapping[str, tuple[OwnManifest, ...]] = field(default_factory=dict)
    """Component to its objects. Default none."""

    components: tuple[OwnComponent, ...] = ()
    """Components in Python. Default none."""
