"""The inventory gate: every file of the generated trees is one object in its place, or known to be none."""

from __future__ import annotations

from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory


def run(inventory: Inventory, context: Context) -> Verdict:
    """Report the files that the reader could not place."""
    return Verdict(judged=len(inventory.objects), findings=inventory.findings)
