"""A chart goes where clusters are described, or where services live."""

from __future__ import annotations

from typing import Any

import pytest
from systems import an_environment

from groundplan.facts.own_charts import own_charts

REST: dict[str, Any] = {
    "chart": "reloader",
    "repository": "https://stakater.github.io/stakater-charts",
    "version": "2.2.3",
    "namespace": "reloader",
    "provides": {"kinds": ["apps/Deployment"]},
}
BOTH = {"operator": {**REST, "where": "cluster"}, "beside-services": {**REST, "where": "workloads"}}


@pytest.mark.parametrize(
    ("role", "charts"),
    [("whole", ["operator", "beside-services"]), ("cluster", ["operator"]), ("tenant", ["beside-services"])],
)
def test_each_role_gets_the_charts_that_are_meant_for_it(role: str, charts: list[str]) -> None:
    assert [*own_charts(an_environment("staging", role=role, charts=BOTH))] == charts
