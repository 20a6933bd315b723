"""A release is measured by requests, and passes by none of them alone."""

from __future__ import annotations

import math

import pytest

from groundplan.checks.observability.releases import NOTHING, holds, passes

BOUND = "len(result) == 0 || isNaN(result[0]) || result[0] <= 0.01"


@pytest.mark.parametrize(
    ("condition", "result", "expected"),
    [
        (BOUND, (), True),
        (BOUND, (math.nan,), True),
        (BOUND, (0.2,), False),
        ("len(result) > 0 && result[0] >= 100", (), False),
        ("result[0] >= 100", (), None),
        ("result[0] >= 100", (100.0,), True),
        ("default(result, 0) < 1", (), None),
        ("true", (), True),
        ("len(", (), None),
    ],
)
def test_conditions_mean_here_what_they_mean_there(
    condition: str, result: tuple[float, ...], expected: bool | None
) -> None:
    assert holds(condition, result) is expected


def test_a_bound_alone_passes_unseen_and_a_count_does_not() -> None:
    assert passes({"successCondition": BOUND})
    assert not passes({"successCondition": "len(result) > 0 && result[0] >= 1"})
    assert len(NOTHING) == 3
