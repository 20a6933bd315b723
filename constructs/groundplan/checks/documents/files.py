"""Files that a command reads: they are in the repository, an earlier command wrote them, or the page says to save them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from groundplan.checks.documents.options import options
from groundplan.checks.documents.place import Fault, Place
from groundplan.checks.documents.shell import Command
from groundplan.checks.documents.world import World, is_placeholder

READ_BY: Mapping[str, tuple[str, ...]] = {"az": ("--rule-file",), "psql": ("--file",)}
"""Tool to the flags whose value is a file that it reads; `@name` is one for every tool."""


def judge(command: Command, world: World, place: Place) -> Iterator[Fault]:
    """Everything that a command reads and nobody wrote."""
    given = options(command.words[1:])
    values = [value for listed in given.flags.values() for value in listed]
    read = [value[1:] for value in values if value.startswith("@")]
    read += [value for flag in READ_BY.get(command.tool, ()) for value in given.flags.get(flag, ())]
    for path in read:
        if not (is_placeholder(path) or world.is_file(path) or path in place.files or _is_told(path, place.text)):
            yield Fault("file", f"nothing here says to write `{path}`", "say under which name it is saved")


def _is_told(path: str, text: str) -> bool:
    """By its name in the prose, or as the heading of what it holds."""
    return f"`{path}`" in text or f"-- {path}" in text
