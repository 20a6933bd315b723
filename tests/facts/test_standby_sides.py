"""Which side runs and which waits, before a failover and after it."""

from __future__ import annotations

import pytest
from trees import an_environment

from groundplan.facts.standby import copies, has_taken_over, is_fenced, is_promoted, is_replaced, waits
from groundplan.model.environment import Environment

AGREED = {"rto": "4h", "rpo": "30m"}


def both(*, active: bool, turned: bool = False) -> tuple[Environment, Environment]:
    switches = {"active": active, "reversed": turned}
    primary = an_environment("store/prod", recovery={"role": "primary", "peer": "dr", **AGREED})
    standby = an_environment("store/dr", recovery={"role": "standby", "peer": "prod", **switches, **AGREED})
    around = {"prod": primary, "dr": standby}
    return primary.with_neighbours(around), standby.with_neighbours(around)


@pytest.mark.parametrize(("active", "waiting"), [(False, (False, True)), (True, (True, False))])
def test_one_side_waits_and_the_other_runs(active: bool, waiting: tuple[bool, bool]) -> None:
    primary, standby = both(active=active)

    assert (waits(primary), waits(standby)) == waiting


def test_the_switch_says_who_took_over_from_whom() -> None:
    primary, standby = both(active=True)

    assert (has_taken_over(standby), is_replaced(primary)) == (True, True)
    assert (has_taken_over(primary), is_replaced(standby)) == (False, False)


def test_who_has_no_other_side_neither_waits_nor_is_replaced() -> None:
    alone = an_environment()

    assert (waits(alone), has_taken_over(alone), is_replaced(alone)) == (False, False, False)


@pytest.mark.parametrize(
    ("active", "turned", "primary", "standby"),
    [
        (False, False, "leads", "follows"),
        (True, False, "fenced", "promoted"),
        (True, True, "follows", "leads"),
        (False, True, "promoted", "fenced"),
    ],
)
def test_in_each_state_one_side_leads_and_the_other_copies_or_stands_still(
    active: bool, turned: bool, primary: str, standby: str
) -> None:
    sides = both(active=active, turned=turned)

    assert [_part(side) for side in sides] == [primary, standby]


def _part(side: Environment) -> str:
    if copies(side):
        return "promoted" if is_promoted(side) else "follows"
    return "fenced" if is_fenced(side) else "leads"


def test_who_has_no_other_side_copies_nothing() -> None:
    alone = an_environment()

    assert (copies(alone), is_promoted(alone), is_fenced(alone)) == (False, False, False)
