"""Work on every core ends with the run, also when it goes wrong."""

from __future__ import annotations

import os
import sys

import pytest

from groundplan.errors import UsageError
from groundplan.synth.workers import imported_meanwhile, map_in_processes, processes


def double(number: int) -> int:
    return 2 * number


def fail_on_three(number: int) -> int:
    if number == 3:
        raise RuntimeError("three is wrong")
    return number


def test_results_come_in_the_order_of_the_inputs() -> None:
    assert map_in_processes(double, range(20), 2) == [2 * number for number in range(20)]


def whoever(_: int) -> int:
    return os.getpid()


def test_one_process_is_this_one() -> None:
    assert map_in_processes(whoever, [1, 2], 1) == [os.getpid()] * 2


@pytest.mark.parametrize("attempt", range(5))
def test_what_a_worker_raises_arrives_and_the_run_ends(attempt: int) -> None:
    with pytest.raises(RuntimeError, match="three is wrong"):
        map_in_processes(fail_on_three, range(40 + attempt), 2)


@pytest.mark.parametrize(("workers", "environments", "count"), [(8, 3, 3), (2, 9, 2), (1, 9, 1), (4, 0, 1)])
def test_there_are_no_more_processes_than_environments(workers: int, environments: int, count: int) -> None:
    assert processes(workers, environments) == count


def test_nobody_to_work_is_refused() -> None:
    with pytest.raises(UsageError, match="leaves nobody to work"):
        processes(0, 2)


def test_a_module_is_there_when_the_block_ends() -> None:
    sys.modules.pop("colorsys", None)

    with imported_meanwhile("colorsys"):
        pass

    assert "colorsys" in sys.modules


def test_a_module_that_cannot_be_imported_is_the_business_of_whoever_needs_it() -> None:
    with imported_meanwhile("no_such_module"):
        pass
