"""Which tolerations stand which taints."""

from typing import Any

import pytest

from groundplan.kubernetes.taints import tolerates

TAINT = {"key": "dedicated", "value": "database", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("toleration", "stands"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "dedicated", "operator": "Exists"}, True),
        ({"key": "dedicated", "value": "database"}, True),
        ({"key": "dedicated", "value": "database", "effect": "NoSchedule"}, True),
        ({"key": "dedicated", "value": "cache"}, False),
        ({"key": "other", "operator": "Exists"}, False),
        ({"key": "dedicated", "value": "database", "effect": "NoExecute"}, False),
        ({"key": "dedicated"}, False),
    ],
)
def test_a_toleration_stands_what_it_names(toleration: dict[str, Any], stands: bool) -> None:
    assert tolerates(toleration, TAINT) is stands
