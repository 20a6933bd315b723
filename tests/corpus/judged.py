"""Which gates notice an edit: the tree is changed in memory, and the gates that could see it are asked one after another."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from groundplan.checks import GATES
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.checks.runner import read
from groundplan.errors import Finding, GroundplanError, Severity

from .edits import Edit

SPARED = ("inventory", "alerts", "checkov", "cold_start", "documents", "drift", "secrets")
"""Gates that are not asked: those that read files, which an edit in memory does not change; programs of somebody else's;
the comparison with a fresh synth; and the long play of a cold start."""

WORLDS: Mapping[str, tuple[str, ...]] = {
    "auto-builder": ("auto-builder/prd",),
    "factory-ai": ("factory-ai/shared", "factory-ai/production"),
    "tripgen": ("tripgen/prod",),
}
"""Environments that are broken, by system: what stands on one cluster is judged with it and without the rest."""


@dataclass
class World:
    """A part of the tree that stands on its own, and what each gate says of it before it is broken."""

    inventory: Inventory
    context: Context
    before: dict[str, frozenset[tuple[str, str, str]]] = field(default_factory=dict)

    def fatal(self, gate: str, inventory: Inventory) -> frozenset[tuple[str, str, str]]:
        """What closes the gate in the strict run, without lines, which an edit in memory does not move."""
        module = next(one.module for one in GATES if one.name == gate)
        try:
            findings: tuple[Finding, ...] = importlib.import_module(module).run(inventory, self.context).findings
        except GroundplanError as error:
            findings = tuple(error.findings)
        except Exception as error:  # as in a run, where a broken gate closes itself
            return frozenset({("", "gate.crashed", f"{gate}: {type(error).__name__}: {error}")})
        return frozenset(
            (finding.location.file, finding.rule, finding.message)
            for finding in findings
            if finding.severity in (Severity.ERROR, Severity.NOT_JUDGED)
        )

    def noticed_by(self, edit: Edit) -> str:
        """The first gate that notices; empty where none does."""
        broken = Inventory(self.inventory.root, tuple(self._objects(edit)), self.inventory.other_files)
        for gate in _asked(edit):
            if gate not in self.before:
                self.before[gate] = self.fatal(gate, self.inventory)
            if self.fatal(gate, broken) - self.before[gate]:
                return gate
        return ""

    def _objects(self, edit: Edit) -> Iterator[object]:
        for item in self.inventory:
            if item is not edit.item:
                yield item
            elif edit.changed is not None:
                yield edit.changed


def _asked(edit: Edit) -> list[str]:
    names = [gate.name for gate in GATES if gate.name not in SPARED]
    first = [name for name in edit.operator.seen_by if name in names]
    return [*first, *(name for name in names if name not in first)]


def worlds(root: Path) -> dict[str, World]:
    """Every part that is broken, by system."""
    inventory, context = read(root)
    found = {}
    for system, scopes in WORLDS.items():
        own = {name: item for name, item in context.environments.items() if name.startswith(f"{system}/")}
        known = own | {name: item for name, item in context.environments.items() if item.is_management_cluster}
        objects = tuple(item for item in inventory if item.scope in scopes)
        part = Inventory(root, objects, inventory.other_files)
        found[system] = World(part, Context(root, known))
    return found
