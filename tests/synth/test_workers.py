"""Work on every core ends with the run, also when it goes wrong."""

from __future__ import annotations

import pytest

from groundplan.errors import UsageError
from groundplan.synth.workers import map_in_processes


def double(number: int) -> int:
    return 2 * number


def fail_on_three(number: int) -> int:
    if number == 3:
        raise RuntimeError("three is wrong")
    return number


def test_results_come_in_the_order_of_the_inputs() -> None:
    assert map_in_processes(double, range(20), 2) == [2 * number for number in range(20)]


@pytest.mark.parametrize("attempt", range(5))
def test_what_a_worker_raises_arrives_and_the_run_ends(attempt: int) -> None:
    with pytest.raises(RuntimeError, match="three is wrong"):
        map_in_processes(fail_on_three, range(40 + attempt), 2)


def test_nobody_to_work_is_refused() -> None:
    with pytest.raises(UsageError, match="leaves nobody to work"):
        map_in_processes(double, [1, 2], 0)
