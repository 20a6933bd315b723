"""What waits for what: events happen when all they need has happened, and what never does says why."""

from __future__ import annotations

from groundplan.checks.cold_start.plan import Need, Place, Plan, stops
from groundplan.checks.documents.pages import Page

PLACE = Place(Page("docs/page.md", "store", "", ()))


def need(*names: str) -> Need:
    return Need(tuple((name,) for name in names), " or ".join(names) or "nobody", PLACE)


def a_plan(**needs: list[Need]) -> Plan:
    plan = Plan()
    for name, wanted in needs.items():
        plan.happens((name,), *wanted)
    return plan


def told(plan: Plan) -> list[tuple[str, bool]]:
    return [(" then ".join(need.why for need in stop.chain), stop.is_circle) for stop in stops(plan, plan.rounds())]


def test_what_needs_nothing_happens_first() -> None:
    plan = a_plan(c=[need("b")], b=[need("a")], a=[])

    assert plan.rounds() == {("a",): 0, ("b",): 1, ("c",): 2}


def test_of_several_ways_one_is_enough() -> None:
    assert told(a_plan(a=[need("b", "c")], c=[])) == []


def test_of_several_needs_every_one_is_wanted() -> None:
    assert told(a_plan(a=[need("b"), need("c")], b=[])) == [("c", False)]


def test_what_nobody_does_is_told_once_and_not_what_waits_for_it() -> None:
    assert told(a_plan(a=[need()], b=[need("a")], c=[need("a")])) == [("nobody", False)]


def test_a_circle_is_told_whole_and_once() -> None:
    assert told(a_plan(a=[need("b")], b=[need("c")], c=[need("a")], d=[need("a")])) == [("b then c then a", True)]


def test_what_waits_for_itself_alone_is_a_circle_too() -> None:
    assert told(a_plan(a=[need("a")])) == [("a", True)]


def test_what_is_held_back_holds_back_what_needs_it() -> None:
    assert a_plan(a=[], b=[need("a")], c=[]).rounds(without={("a",)}) == {("c",): 0}
