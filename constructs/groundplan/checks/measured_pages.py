"""Whether committed pages that are measured in the tree say what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from groundplan.checks.gate import Context
from groundplan.errors import Finding, Location


def stale(
    context: Context,
    texts: Mapping[str, str],
    place_of: Callable[[str], PurePosixPath],
    rule: str,
    *,
    without_documents: bool = True,
) -> Iterator[Finding]:
    """Pages, by system, that say something else or are missing.

    A system may do `without_documents`: where it has no folder of them, it needs no page.
    """
    for system, text in texts.items():
        where = Location(str(place_of(system)))
        place = context.root / where.file
        needed = place.parent.is_dir() or not without_documents
        if needed and not (place.is_file() and place.read_bytes() == text.encode()):
            message = "is not what the tree shows" if place.is_file() else "is not committed"
            yield Finding(where, rule, "", message, "run `groundplan report` and commit it")
