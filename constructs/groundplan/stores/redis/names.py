"""What every Redis has, whoever runs it."""

from __future__ import annotations

LOGICAL_DATABASES = frozenset(map(str, range(16)))
"""Numbers of the databases a Redis has unless it is configured otherwise."""
