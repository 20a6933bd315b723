"""Tools of the clouds: what a cloud's own tool is told to look at is rendered, or a page has made it.

Which flag names which kind is a table of each platform; see `Pages.commands`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache

from groundplan.checks.documents.options import options
from groundplan.checks.documents.place import Fault, Place
from groundplan.checks.documents.shell import Command
from groundplan.checks.documents.world import World, is_placeholder
from groundplan.platforms.pages import every_pages

REMOTE_KEY = "external-secrets.io/remote-key"
"""In place of a kind: a key that some ExternalSecret reads from its store."""

MADE = "+"
"""Before a kind: the command makes it."""


@cache
def tables() -> Mapping[str, Mapping[str, str]]:
    """Beginning of a command to its flags and the kinds they name, of every platform."""
    return {beginning: flags for pages in every_pages() for beginning, flags in pages.commands.items()}


def tools() -> frozenset[str]:
    """Tools that some platform has a table of."""
    return frozenset(beginning.partition(" ")[0] for beginning in tables())


def judge(command: Command, world: World, place: Place) -> Iterator[Fault]:
    """Everything a cloud's tool is told to look at, and is not there."""
    for kind, name in _named(command):
        if kind.startswith(MADE) or not kind or is_placeholder(name):
            continue
        known = {*_existing(world, kind), *(made for of, made in world.made.get(place.system, ()) if of == kind)}
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), 1)
            advice = f"did you mean `{near[0]}`?" if near else "name one that is rendered, or have a page make it first"
            yield Fault("rented", f"there is no {kind.rpartition('/')[2]} `{name}`", advice)


def made_by(command: Command) -> Iterator[tuple[str, str]]:
    """What a command makes, as kind and name."""
    if command.tool in tools():
        yield from ((kind[1:], name) for kind, name in _named(command) if kind.startswith(MADE))


def _existing(world: World, kind: str) -> set[str]:
    if kind == REMOTE_KEY:
        return set(world.remote_keys)
    return set(world.rented.get(kind, ()))


def _named(command: Command) -> Iterator[tuple[str, str]]:
    """Kind and name, for each flag that a table knows; a longer beginning speaks for a shorter one."""
    given = options(command.words[1:], {"--yes", "--no-wait", "--include-snapshot"})
    words = (command.tool, *given.words)
    flags: dict[str, str] = {}
    for length in range(1, len(words) + 1):
        flags |= tables().get(" ".join(words[:length]), {})
    for flag, kind in flags.items():
        if flag.endswith("://"):
            yield from (
                (kind, word.removeprefix(flag).partition("/")[0]) for word in given.words if word.startswith(flag)
            )
        yield from ((kind, name) for name in given.flags.get(flag, ()) if name)
