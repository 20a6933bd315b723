"""A weekly window in people's time, as the operator takes it: cron expressions in UTC that match every second of it.

See https://www.quartz-scheduler.org/documentation/quartz-2.3.0/tutorials/crontrigger.html .
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from groundplan.stores.kafka.model import Maintenance

DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")

WINTER, SUMMER = datetime(2026, 1, 15), datetime(2026, 7, 15)


def changes_its_clock(zone: str) -> bool:
    """Whether a time zone is not always the same number of hours away from UTC, which the operator cannot follow."""
    return _offset(zone, WINTER) != _offset(zone, SUMMER)


def windows(maintenance: Maintenance) -> tuple[str, ...]:
    """One expression for each day in UTC that the window touches; hours are whole, so that it begins where its hour does."""
    begins = timedelta(days=NAMES.index(maintenance.day), hours=int(maintenance.start[:2]))
    first = int((begins - _offset(maintenance.time_zone, WINTER)).total_seconds() // 3600)
    hours: dict[str, list[int]] = {}
    for hour in range(first, first + maintenance.hours):
        hours.setdefault(DAYS[hour // 24 % 7], []).append(hour % 24)
    return tuple(f"* * {_span(found)} ? * {day}" for day, found in hours.items())


def _span(hours: list[int]) -> str:
    return str(hours[0]) if len(hours) == 1 else f"{hours[0]}-{hours[-1]}"


def _offset(zone: str, moment: datetime) -> timedelta:
    return moment.replace(tzinfo=ZoneInfo(zone)).utcoffset() or moment.replace(tzinfo=UTC).utcoffset() or timedelta()
