"""The commands of a system's pages: fenced for copying, or in a line of prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from groundplan.checks.documents.shell import Command, commands
from groundplan.layout import docs_dir

LEAST_WORDS = 2
"""What has no more in a line of prose is a mention of the tool, not a command."""

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_BESIDE = re.compile(r"^(\S+) [a-z<-]")


@dataclass(frozen=True, slots=True)
class Page:
    """One page, and what it has people type."""

    file: str
    """Path in the repository."""

    system: str
    """System it is about."""

    text: str
    """Its whole text."""

    commands: tuple[Command, ...]
    """Commands in the order they stand."""


def read_pages(root: Path, system: str, tools: frozenset[str], names: str = "*.md") -> Iterator[Page]:
    """Every page of `system` whose file fits `names`; in a line of prose only what begins with one of `tools` is a command."""
    folder = docs_dir(system)
    for path in sorted((root / folder).glob(names)):
        text = path.read_text("utf-8")
        yield Page(str(folder / path.name), system, text, _commands(text, tools))


@lru_cache(maxsize=1024)
def _commands(text: str, tools: frozenset[str]) -> tuple[Command, ...]:
    """What a page has people type, read once: whoever judges many broken trees asks again and again."""
    return tuple(sorted([*_fenced(text), *_inline(text, tools)], key=lambda command: command.line))


def _fenced(text: str) -> Iterator[Command]:
    for block in _FENCE.finditer(text):
        if block[1] in ("sh", "bash", "console"):
            yield from commands(block[2], _line(text, block.start(2)))


def _inline(text: str, tools: frozenset[str]) -> Iterator[Command]:
    prose = _FENCE.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), text)
    for piece in _INLINE.finditer(prose):
        begins = _BESIDE.match(piece[1])
        if begins and begins[1] in tools:
            found = commands(piece[1].replace("&lt;", "<"), _line(text, piece.start()))
            yield from (command for command in found if len(command.words) > LEAST_WORDS)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
