"""What a change of a version in Git reaches, and what it leaves as it was."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.effects import effects
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding


def upgrades(inventory: Inventory, _: Context) -> Iterator[Finding]:
    """Parts of a rented resource that stay behind when the whole is upgraded."""
    for module in effects("delivery"):
        yield from module.stays_behind(inventory)
