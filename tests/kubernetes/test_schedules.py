"""How far apart the times of a schedule are."""

from __future__ import annotations

import pytest

from groundplan.kubernetes.schedules import gaps

MINUTE, HOUR, DAY = 60, 3600, 86400


@pytest.mark.parametrize(
    ("schedule", "fewest", "most"),
    [
        ("* * * * *", MINUTE, MINUTE),
        ("*/15 * * * *", 15 * MINUTE, 15 * MINUTE),
        ("0 3 * * *", DAY, DAY),
        ("0 3,15 * * *", 12 * HOUR, 12 * HOUR),
        ("0 8/8 * * *", 8 * HOUR, 16 * HOUR),
        ("0 9-17 * * 1-5", HOUR, 2 * DAY + 16 * HOUR),
        ("0 3 * * SUN", 7 * DAY, 7 * DAY),
        ("0 0 1 * *", 28 * DAY, 31 * DAY),
        ("0 0 29 2 *", 4 * 365 * DAY + DAY, 4 * 365 * DAY + DAY),
        ("0 0 1 JAN *", 365 * DAY, 366 * DAY),
        ("0 0 1,15 * MON", DAY, 7 * DAY),
    ],
)
def test_tells_the_shortest_and_the_longest_gap(schedule: str, fewest: int, most: int) -> None:
    assert gaps(schedule) == (fewest, most)


def test_a_day_that_never_comes_has_none() -> None:
    assert gaps("0 0 30 2 *") is None
