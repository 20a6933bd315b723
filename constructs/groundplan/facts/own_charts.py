"""Which charts of its own an environment gets: each says whether it goes with clusters or with workloads."""

from __future__ import annotations

from groundplan.model.charts import Chart
from groundplan.model.environment import Environment


def own_charts(environment: Environment) -> dict[str, Chart]:
    """Charts the system names itself that are meant for an environment of this role, by name."""
    present = {"cluster": environment.has_cluster, "workloads": environment.has_workloads}
    return {name: chart for name, chart in environment.charts.items() if present[chart.where]}
