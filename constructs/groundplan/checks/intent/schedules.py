"""What the clock starts comes as often as the environment states: a backup once a year is as well formed as one a day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from groundplan.checks.effects import table
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding

CRON_JOB = "batch/CronJob"


def schedules(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Schedules that nobody stated."""
    for kind in (CRON_JOB, *table("schedules.yaml")):
        group, _, name = kind.rpartition("/")
        for item in inventory.by_kind.get((group, name), ()):
            environment = context.environment_of(item)
            told = str(item.spec.get("schedule", ""))
            five = told.partition(" ")[2] if len(told.split()) == 6 else told  # the first may be seconds
            if environment is not None and told and five not in set(_texts(environment.model_dump())):
                message = f"comes at `{told}`, which the environment states nowhere"
                yield inventory.finding(
                    item, ("spec", "schedule"), "intent.schedule", message, "write the schedule that is stated"
                )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
