"""How far apart the times of a schedule are, as the controller that starts Jobs reads it.

It reads them with https://pkg.go.dev/github.com/robfig/cron/v3 : where both kinds of day are named, either will do, and a
step such as `*/2` names days.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

FIRST = date(2024, 1, 1)
"""From here on days are looked at: any, because eight years hold every turn that a schedule can take before 2096."""

SPAN = timedelta(days=8 * 366)


@cache
def gaps(schedule: str) -> tuple[int, int] | None:
    """Seconds between two times of five cron fields, the fewest and the most; None where no day is ever due.

    A day has 24 hours here: a change of the clocks makes a gap an hour longer or shorter.
    """
    minute, hour, day, month, weekday = schedule.split()
    times = sorted(60 * h + m for h in _named(hour, 0, 23) for m in _named(minute, 0, 59))
    days = _days(day, month, weekday)
    if len(days) < 2:
        return None
    apart = [later - earlier for earlier, later in pairwise(times)]
    over_night = [(later - earlier).days * 1440 - times[-1] + times[0] for earlier, later in pairwise(days)]
    found = [*apart, *over_night]
    return 60 * min(found), 60 * max(found)


def _days(day: str, month: str, weekday: str) -> list[date]:
    in_month, in_week, months = _named(day, 1, 31), _named(weekday, 0, 6, DAYS), _named(month, 1, 12, MONTHS)
    either = not (_is_star(day) or _is_star(weekday))
    found = []
    for offset in range(SPAN.days):
        candidate = FIRST + timedelta(days=offset)
        named = (candidate.day in in_month, candidate.isoweekday() % 7 in in_week)
        if candidate.month in months and (any(named) if either else all(named)):
            found.append(candidate)
    return found


def _is_star(field: str) -> bool:
    return any(part in ("*", "*/1") for part in field.split(","))


def _named(field: str, low: int, high: int, words: tuple[str, ...] = ()) -> set[int]:
    """The numbers that a field names."""
    return {number for part in field.split(",") for number in _part(part, low, high, words)}


def _part(part: str, low: int, high: int, words: tuple[str, ...]) -> range:
    span, slash, step = part.partition("/")
    if span == "*":
        first, last = low, high
    else:
        bounds = [words.index(word.lower()) + low if word.lower() in words else int(word) for word in span.split("-")]
        first, last = bounds[0], high if slash and len(bounds) == 1 else bounds[-1]
    return range(first, last + 1, int(step or 1))
