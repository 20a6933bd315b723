"""Values of charts for a cluster that is too small for pairs: each add-on once, with half of the CPU it usually asks for.

What runs once is gone while its node is drained. For add-ons that means that nothing new is made meanwhile: what serves
users goes on. A budget that keeps the one pod would block every drain, so there is none.
"""

from __future__ import annotations

from typing import Any

from groundplan.model.values import quantity
from groundplan.parts import Json

COUNTS = ("replicaCount", "replicas")
BUDGETS = ("pdb", "podDisruptionBudget")


def once(values: Json) -> Json:
    """The same values with every count at one, no disruption budget, and half of the requested CPU."""
    return {key: _thrifty(key, value) for key, value in values.items()}


def _thrifty(key: str, value: Any) -> Any:
    if key in COUNTS and isinstance(value, int):
        return min(value, 1)
    if key in BUDGETS and isinstance(value, dict):
        return _without_budget(value)
    if key == "requests" and isinstance(value, dict) and "cpu" in value:
        return {**value, "cpu": f"{int(quantity(str(value['cpu'])) * 500)}m"}
    return once(value) if isinstance(value, dict) else value


def _without_budget(budget: Json) -> Json:
    """Switched off where the chart has a switch, otherwise without demands."""
    if "enabled" in budget:
        return {"enabled": False}
    return {key: _without_budget(value) if isinstance(value, dict) else 0 for key, value in budget.items()}
