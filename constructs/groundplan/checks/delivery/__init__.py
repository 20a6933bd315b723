"""The delivery gate: what Argo CD will do with the tree over time: come up from nothing, wait, retry, prune, be recovered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundplan.checks.delivery.contention import contention
from groundplan.checks.delivery.keeping import keeping
from groundplan.checks.delivery.patience import patience
from groundplan.checks.delivery.projects import projects
from groundplan.checks.delivery.removal import removal
from groundplan.checks.delivery.retries import retries
from groundplan.checks.delivery.scalers import scalers
from groundplan.checks.delivery.upgrades import upgrades
from groundplan.checks.delivery.windows import windows
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding

RULES: tuple[Callable[[Inventory, Context], Iterator[Finding]], ...] = (
    contention,
    keeping,
    patience,
    projects,
    removal,
    retries,
    scalers,
    upgrades,
    windows,
)
"""Each looks at one thing that goes wrong only after the first sync."""


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge every object."""
    findings = [finding for rule in RULES for finding in rule(inventory, context)]
    return Verdict(len(inventory.objects), tuple(findings))
