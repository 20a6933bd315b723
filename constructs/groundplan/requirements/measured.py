"""A system's catalogue held against the rendered tree, once for whoever asks in a run: page, verb and gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary, ref

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.requirements.catalogue import LoadedCatalogue, load_catalogue
from groundplan.requirements.ground import Grounds
from groundplan.requirements.judge import Result, judge
from groundplan.requirements.tree import Tree


@dataclass(frozen=True, slots=True)
class Measured:
    """A catalogue, the tree it was held against, and what its evidence showed."""

    loaded: LoadedCatalogue
    """The catalogue."""

    tree: Tree
    """What was rendered for the system."""

    results: tuple[Result, ...]
    """One for each item, in its order."""


_measured: WeakKeyDictionary[Inventory, dict[tuple[str, Path], Measured]] = WeakKeyDictionary()


def measured(inventory: Inventory, system: str, path: Path, context: Callable[[], Context] | None = None) -> Measured:
    """What the catalogue at `path` shows of `inventory`, which is what was read and never changes.

    Args:
        inventory: what was read.
        system: the system.
        path: its catalogue.
        context: what gates know beside the tree, asked for by the first relation. Default nothing: none can be answered.

    Raises:
        EnvironmentFileError: with every problem of the catalogue.
    """
    known = _measured.setdefault(inventory, {})
    if (system, path) not in known:
        loaded, tree = load_catalogue(inventory.root, path), Tree.of(inventory, system, _grounds_of(inventory, context))
        known[system, path] = Measured(loaded, tree, tuple(judge(loaded, tree)))
    return known[system, path]


_grounds: WeakKeyDictionary[Inventory, Grounds] = WeakKeyDictionary()


def _grounds_of(inventory: Inventory, context: Callable[[], Context] | None) -> Grounds | None:
    """What relations are asked of, once for every catalogue; it keeps no inventory alive."""
    if context is not None and inventory not in _grounds:
        _grounds[inventory] = Grounds(ref(inventory), context)
    return _grounds.get(inventory)
