"""What a program promises to measure of itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from groundplan.model.values import Model, VariableName

SeriesName = Annotated[str, Field(pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
"""The name of a series. See https://prometheus.io/docs/practices/naming/ ."""


class Series(Model):
    """A series of measurements that the application promises to expose: alerts, dashboards and autoscalers may read it."""

    type: Literal["counter", "gauge", "histogram", "summary"]
    """What it is to Prometheus. See https://prometheus.io/docs/concepts/metric_types/ ."""

    unit: Literal["", "seconds", "milliseconds", "bytes", "ratio", "percent"] = ""
    """Unit; `ratio` goes from 0 to 1. Default a plain number."""

    labels: list[VariableName] = []
    """Its own labels, beside those that every scraped series gets. Default none."""

    says: str = Field(min_length=3)
    """What it says, for whoever writes the application."""
