"""Shapes that several alerts have."""

from __future__ import annotations

import promql_parser

from groundplan.observability.alert import trial
from groundplan.observability.shapes import BURNS, burning, silent

FAILS = trial({"failures": 0}, {"failures": 1})


def exceeds(window: str, limit: str) -> str:
    return f"(failures[{window}] > {limit})"


def test_what_nobody_reports_is_as_silent_as_what_is_down() -> None:
    assert silent('up{job="web"}') == 'absent(up{job="web"}) or min(up{job="web"}) == 0'


def test_several_may_be_silent_only_together() -> None:
    assert silent("up", worst="sum").endswith("sum(up) == 0")


def test_silence_is_promql() -> None:
    assert promql_parser.parse(silent('up{job="web"}'))


def test_a_promise_is_at_risk_at_each_rate_over_both_windows() -> None:
    expressions = [alert.expr for alert in burning("web", 99.9, exceeds, FAILS)]

    assert expressions == [
        f"(failures[{long}] > {factor} * 0.001) and (failures[{short}] > {factor} * 0.001)"
        for factor, long, short, _ in BURNS
    ]


def test_the_faster_it_burns_the_worse_it_is() -> None:
    assert [alert.severity for alert in burning("web", 99.9, exceeds, FAILS)] == ["critical", "warning"]
