"""A weekly window in people's time becomes hours in UTC."""

from __future__ import annotations

import pytest

from groundplan.stores.kafka.model import Maintenance
from groundplan.stores.kafka.strimzi.windows import changes_its_clock, windows


@pytest.mark.parametrize(
    ("day", "start", "hours", "zone", "expected"),
    [
        ("Sunday", "02:00", 2, "Asia/Seoul", ("* * 17-18 ? * SAT",)),
        ("Sunday", "02:00", 1, "UTC", ("* * 2 ? * SUN",)),
        ("Monday", "08:00", 3, "Asia/Seoul", ("* * 23 ? * SUN", "* * 0-1 ? * MON")),
        ("Saturday", "23:00", 2, "UTC", ("* * 23 ? * SAT", "* * 0 ? * SUN")),
    ],
)
def test_hours_are_of_the_day_in_utc(day: str, start: str, hours: int, zone: str, expected: tuple[str, ...]) -> None:
    window = Maintenance.model_validate({"day": day, "start": start, "hours": hours, "time_zone": zone})

    assert windows(window) == expected


def test_a_zone_with_summer_time_is_known() -> None:
    assert [changes_its_clock(zone) for zone in ("Europe/Berlin", "Asia/Seoul", "UTC")] == [True, False, False]
