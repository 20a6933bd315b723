"""A weekly window, in people's own time."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundplan.model.values import Model, TimeZone


class WeeklyWindow(Model):
    """A weekly window for somebody else's maintenance, in the time zone given."""

    day: Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    """Day of the week, in `time_zone`."""

    start: str = Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    """Start, `HH:MM` in `time_zone`."""

    time_zone: TimeZone = "UTC"
    """IANA time zone. Default UTC."""
