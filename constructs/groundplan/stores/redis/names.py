"""What every Redis has, whoever runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from groundplan.stores.redis.model import Redis

LOGICAL_DATABASES = frozenset(map(str, range(16)))
"""Numbers of the databases a Redis has unless it is configured otherwise."""


def evicts(chapter: Redis) -> str:
    """What it does when memory is full, and what it holds, for a row of a page."""
    held = f", holds a {chapter.holds}" if chapter.holds != "anything" else ""
    return f"evicts: {chapter.eviction}{held}"
