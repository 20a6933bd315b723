"""The documents people read about a system: what it is, how it is run, what to do when it is not running."""

from __future__ import annotations

from collections.abc import Callable

from groundplan.environment.system import System
from groundplan.runbooks import index

PAGES: dict[str, Callable[[System], str | None]] = {
    "README.md": index.page,
}
"""File name to what writes it; a page that a system has no use for is None."""


def pages(system: System) -> dict[str, str]:
    """Every document of `system` by file name."""
    written = {name: write(system) for name, write in PAGES.items()}
    return {name: page for name, page in written.items() if page is not None}
