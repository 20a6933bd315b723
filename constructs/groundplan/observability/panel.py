"""One picture of the dashboard, before it is laid out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One picture."""

    title: str
    """What it shows, with the unit where that is not plain."""

    queries: dict[str, str]
    """Legend to PromQL."""

    unit: str = "short"
    """Grafana's name of the unit. Default short: a plain number."""

    threshold: float | None = None
    """Value from which the line is red. Default none."""

    kind: str = "timeseries"
    """Grafana's name of the kind of panel. Default timeseries."""
