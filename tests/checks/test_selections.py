"""What a selector finds by its rarest label is what it would find by asking everybody."""

from __future__ import annotations

from typing import Any

import pytest

from groundplan.checks.selections import ByLabel, matches

THINGS: list[dict[str, Any]] = [
    {"app": "web", "team": "shop"},
    {"app": "api", "team": "shop", "canary": "true"},
    {},
    {"app": "web", "team": "mail"},
    {"app": 1},
]


@pytest.mark.parametrize(
    ("wanted", "expressions", "found"),
    [
        ({}, (), [0, 1, 2, 3, 4]),
        ({"team": "shop"}, (), [0, 1]),
        ({"app": "web", "team": "shop"}, (), [0]),
        ({"app": "web", "team": "none"}, (), []),
        ({"app": "1"}, (), []),
        ({}, ({"key": "app", "operator": "In", "values": ["web"]},), [0, 3]),
        ({"team": "shop"}, ({"key": "canary", "operator": "Exists"},), [1]),
    ],
)
def test_finds_in_order_what_asking_everybody_finds(
    wanted: dict[str, str], expressions: tuple[dict[str, Any], ...], found: list[int]
) -> None:
    chosen = ByLabel(THINGS, lambda labels: labels)

    assert list(chosen.matching(wanted, expressions)) == [THINGS[index] for index in found]
    assert [labels for labels in THINGS if matches(labels, wanted, expressions)] == [THINGS[index] for index in found]


def test_asks_only_those_with_the_rarest_label() -> None:
    asked = []

    class Counted(dict[str, str]):
        def get(self, key: str, default: Any = None) -> Any:
            asked.append(key)
            return super().get(key, default)

    things = [Counted(app=f"app-{number}", team="shop") for number in range(100)]

    assert list(ByLabel(things, lambda labels: labels).matching({"team": "shop", "app": "app-7"})) == [things[7]]
    assert len(asked) == 2
