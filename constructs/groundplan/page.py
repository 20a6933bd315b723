"""One document of a system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from groundplan.facts.system import System

UP = "../../.."
"""From a system's folder below docs/systems to the repository's root."""


Writer = Callable[[System], str | None]
"""Writes a page about a system; None where the system has no use for it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A document and what writes it."""

    file: str
    """Name of the file."""

    title: str
    """What the index calls it."""

    about: str
    """What it is about, in a few words."""

    write: Writer
    """Writes it."""
