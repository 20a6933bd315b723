"""Requirements whose state is another, as the compliance pages measure it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from groundplan.review.beyond.sides import Side

PAGES = "docs/systems"
PAGE = "compliance.md"

_ROW = re.compile(r"^\| (?P<item>[A-Z]+-[^ |]+) \|.*\| (?P<state>[a-z]+)[^|]*\|$")


@dataclass(frozen=True, slots=True)
class Wish:
    """A requirement that is met, or not, in another way than before."""

    system: str
    """System."""

    item: str
    """Its id."""

    before: str
    """State before; empty where nobody asked for it."""

    after: str
    """State now."""


def wishes(before: Side, after: Side) -> tuple[Wish, ...]:
    """Every requirement whose state differs, by system and id."""
    return tuple(_wishes(before, after))


def _wishes(before: Side, after: Side) -> Iterator[Wish]:
    pages = {path for side in (before, after) for path in side.below(PAGES) if path.endswith(f"/{PAGE}")}
    for page in sorted(pages):
        old, new = (_states(side.file(page)) for side in (before, after))
        for item in sorted({*old, *new}):
            if old.get(item) != new.get(item):
                yield Wish(page.split("/")[2], item, old.get(item, ""), new.get(item, ""))


def _states(page: bytes | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in (page or b"").decode("utf-8", "replace").splitlines():
        row = _ROW.match(line)
        if row is not None:
            found[row["item"]] = row["state"]
    return found
