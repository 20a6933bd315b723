"""Maintenance windows: people write them in their own time, most of Azure reads UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from groundplan.model.windows import WeeklyWindow
from groundplan.platforms.azure.chapter import ServerMaintenance

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

A_MONDAY = datetime(2024, 1, 1)
"""Any Monday: a weekly window is reckoned in a week without a change of clocks near it."""


def window_in_utc(window: WeeklyWindow) -> tuple[str, datetime]:
    """Day and start of a weekly window in UTC, reckoned with the zone's standard time."""
    hour, minute = map(int, window.start.split(":"))
    local = A_MONDAY.replace(hour=hour, minute=minute, tzinfo=ZoneInfo(window.time_zone))
    local += timedelta(days=DAYS.index(window.day))
    start = local.astimezone(UTC)
    return DAYS[start.weekday()], start


def utc_slots(window: ServerMaintenance) -> list[tuple[str, int]]:
    """Day and hour of every hour of a weekly window in UTC; one that begins within an hour begins with that hour."""
    _, start = window_in_utc(window)
    hours = [start + timedelta(hours=offset) for offset in range(window.hours)]
    return [(DAYS[hour.weekday()], hour.hour) for hour in hours]


def utc_offset(window: WeeklyWindow) -> str:
    """Standard-time offset of the window's zone as Azure writes it, e.g. `+09:00`."""
    offset = A_MONDAY.replace(tzinfo=ZoneInfo(window.time_zone)).strftime("%z")
    return f"{offset[:3]}:{offset[3:]}"
