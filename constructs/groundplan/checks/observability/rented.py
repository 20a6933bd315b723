"""What clouds measure themselves of a kind of resource, by the name each cloud measures it under."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from groundplan.checks.effects import table


@cache
def measured() -> tuple[Mapping[str, str], Mapping[str, frozenset[str]]]:
    """What the cloud calls the metrics of a kind, by `group/Kind`; and their names, by what it calls them."""
    rows = table("metrics.yaml")
    names = {kind: str(row["called"]) for kind, row in rows.items()}
    return names, {str(row["called"]): frozenset(str(row["names"]).split()) for row in rows.values()}
