"""A day's budget is told of before it is spent, when it is spent, and when an hour costs unusually much."""

from __future__ import annotations

from tests.support.rendering import an_environment

from groundplan.observability.alert import Alert
from groundplan.observability.budget_alerts import budget_alerts

MODELS = "observability: {budgets: {models: {series: model_cost_total, per_day: 50, warn_at: 40}}}"


def alerts(*overlays: str) -> dict[str, Alert]:
    return {alert.name: alert for alert in budget_alerts(an_environment(MODELS, *overlays))}


def test_somebody_is_told_before_and_after_the_day_s_budget_is_spent() -> None:
    found = alerts()

    assert found["BudgetNearlySpent"].expr.endswith("[1d])) > 40")
    assert found["CostOverrun"].expr.endswith("[1d])) > 50")
    assert {alert.service for alert in found.values()} == {"models"}


def test_a_spike_is_a_multiple_of_the_day_s_average_and_worth_being_told() -> None:
    assert "> 3 * sum(increase(" in alerts("observability: {budgets: {models: {spike: 3}}}")["UnusualCostSpike"].expr
    assert alerts()["UnusualCostSpike"].expr.endswith("> 2.08333")


def test_nothing_is_spent_where_everything_waits() -> None:
    assert alerts("recovery: {role: standby, peer: other, rto: 4h, rpo: 30m}") == {}
