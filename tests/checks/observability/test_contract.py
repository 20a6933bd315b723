"""What a contract says of a series, held against whoever reads it: labels of whom is asked, and units."""

from __future__ import annotations

from typing import Any

import pytest

from groundplan.checks.observability.asked import Query
from groundplan.checks.observability.exporters import Series
from groundplan.checks.observability.judged import judge_query
from groundplan.checks.observability.targets import OF_SERVICES, Scraped, Target

NOWHERE: Any = None


class Anything:
    """Values that nobody knows."""

    def troubles(self, *_: Any) -> list[Any]:
        return []


def target(service: str) -> Target:
    return Target(NOWHERE, f"ServiceMonitor {service}", OF_SERVICES, {"service": frozenset({service})}, ())


def rules(text: str, *series: tuple[Series, Target], unit: str = "") -> set[str]:
    known: dict[str, tuple[tuple[Series, Target], ...]] = {}
    for one, of in series:
        known[one.name] = (*known.get(one.name, ()), (one, of))
    values: Any = Anything()
    labels = {
        name: frozenset[str]().union(*(of.labels_of(one) or () for one, of in found)) for name, found in known.items()
    }
    query = Query(NOWHERE, (), "Trouble", text, unit=unit)
    return {rule for rule, _, _ in judge_query(query, Scraped((), known, labels=labels), values, 1e9)}


def counter(*labels: str) -> Series:
    return Series("requests_total", "counter", frozenset(labels), "somebody")


def test_a_label_that_another_service_gives_a_series_helps_nobody() -> None:
    both = (counter("status"), target("shop")), (counter(), target("mail"))

    assert rules('rate(requests_total{service="shop",status="500"}[5m])', *both) == set()
    assert rules('rate(requests_total{service="mail",status="500"}[5m])', *both) == {"label"}
    assert rules('rate(requests_total{status="500"}[5m])', *both) == set()


@pytest.mark.parametrize(
    ("stated", "shown", "expected"),
    [
        ("ratio", "percentunit", set()),
        ("ratio", "percent", {"unit"}),
        ("percent", "percentunit", {"unit"}),
        ("seconds", "ms", {"unit"}),
        ("seconds", "s", set()),
        ("bytes", "decbytes", set()),
        ("bytes", "s", {"unit"}),
        ("", "short", set()),
    ],
)
def test_a_picture_shows_the_unit_that_the_contract_states(stated: str, shown: str, expected: set[str]) -> None:
    gauge = Series("level", "gauge", frozenset(), "shop", stated)

    assert rules("max(level)", (gauge, target("shop")), unit=shown) == expected
