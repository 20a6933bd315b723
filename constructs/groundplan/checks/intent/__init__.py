"""The intent gate: what an environment states is what is rendered, where a wrong value is as well formed as the right one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundplan.checks.effects import effects
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.intent.asleep import asleep
from groundplan.checks.intent.budgets import budgets, priorities
from groundplan.checks.intent.files import files
from groundplan.checks.intent.found import found
from groundplan.checks.intent.hosts import hosts, paths
from groundplan.checks.intent.isolation import isolation
from groundplan.checks.intent.jobs import jobs
from groundplan.checks.intent.quotas import quotas
from groundplan.checks.intent.receivers import receivers
from groundplan.checks.intent.scaling import queues, scaling
from groundplan.checks.intent.schedules import schedules
from groundplan.checks.intent.spread import spread
from groundplan.checks.intent.stated import stated
from groundplan.checks.intent.values import values
from groundplan.checks.intent.volumes import volumes
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding

RULES: tuple[Callable[[Inventory, Context], Iterator[Finding]], ...] = (
    asleep, budgets, files, found, hosts, isolation, jobs, paths, priorities, queues, quotas, receivers, scaling, schedules,
    spread, stated, values, volumes,
)  # fmt: skip
"""Each holds one chapter of the environments against what is rendered of it."""


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge every object."""
    findings = [finding for rule in (*RULES, *_of_folders()) for finding in rule(inventory, context)]
    return Verdict(len(inventory.objects), tuple(findings))


def _of_folders() -> Iterator[Callable[[Inventory, Context], Iterator[Finding]]]:
    """Those about what a room, a platform or a store alone can read back."""
    return (rule for module in effects("intent") for rule in module.RULES)
