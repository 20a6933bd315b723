"""Alerts about money: a day's budget that is nearly spent, one that is spent, and an hour that costs unusually much."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.facts.standby import waits
from groundplan.model.budgets import Budget
from groundplan.model.environment import Environment
from groundplan.observability.alert import Alert, trial

MINUTES = 24 * 60
"""Of a day."""


def budget_alerts(environment: Environment) -> Iterator[Alert]:
    """Those of every budget; none in a standby that waits, where nothing is spent."""
    if waits(environment):
        return
    for name, budget in environment.observability.budgets.items():
        yield from _alerts(name, budget, f'{budget.series}{{namespace="{environment.namespace}"}}')


def _alerts(name: str, budget: Budget, series: str) -> Iterator[Alert]:
    day, hour = f"sum(increase({series}[1d]))", f"sum(increase({series}[1h]))"
    calm, usual = trial({series: _a_day(budget.warn_at / 2)}), budget.per_day / 24
    yield Alert(
        name="BudgetNearlySpent",
        expr=f"{day} > {budget.warn_at:g}",
        wait="0s",
        summary=f"{name} cost {budget.warn_at:g} {budget.currency} of the {budget.per_day:g} that a day may cost",
        action="look on the dashboard who spends; pause it, or agree on a larger budget",
        service=name,
        trial=trial(calm.silent, {series: _a_day(budget.warn_at * 1.2)}),
    )
    yield Alert(
        name="CostOverrun",
        expr=f"{day} > {budget.per_day:g}",
        wait="0s",
        summary=f"{name} cost more than the {budget.per_day:g} {budget.currency} of a day",
        action="pause what spends most, by the dashboard, and agree on what happens until tomorrow",
        service=name,
        trial=trial(calm.silent, {series: _a_day(budget.per_day * 1.2)}),
    )
    yield Alert(
        name="UnusualCostSpike",
        expr=f"{hour} > {budget.spike:g} * {day} / 24 and {hour} > {usual:g}",
        wait="0s",
        summary=f"{name} cost more than {budget.spike:g} times as much in the last hour as on average of the day",
        action="look who asks, and whether the same is asked again and again",
        service=name,
        trial=trial({series: _a_day(budget.per_day / 20)}, {series: _a_day(budget.per_day * 10)}),
    )


def _a_day(amount: float) -> str:
    """A counter that rises by `amount` in a day."""
    return f"{amount / MINUTES:.6f}/m"
