"""What the operations chapter says of itself: a budget that adds up."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.rules.problem import Problem


def cost_adds_up(environment: Environment) -> Iterator[Problem]:
    """A budget whose lines add up to something else has been read by nobody."""
    cost = environment.operations.cost if environment.operations else None
    if cost is not None and cost.planned != cost.budget:
        yield (
            ("operations", "cost", "budget"),
            "budget-does-not-add-up",
            f"is {cost.budget:g} {cost.currency}, but its items plan {cost.planned:g}",
            f"write {cost.planned:g}, or correct the items",
        )


OPERATION_RULES = (cost_adds_up,)
