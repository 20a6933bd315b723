"""`groundplan report`: the pages that are not rendered but measured in the rendered tree."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from pathlib import Path

from groundplan.checks.capacity import measured as placed
from groundplan.checks.capacity.page import pages as node_pages
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.checks.reachability.page import pages
from groundplan.checks.reachability.view import views
from groundplan.checks.runner import read
from groundplan.cli.output import console
from groundplan.layout import nodes_page, reachability_page
from groundplan.requirements.catalogue import catalogues
from groundplan.requirements.editor_schema import write_schema
from groundplan.requirements.judge import summary
from groundplan.requirements.measured import measured
from groundplan.requirements.report import report, write_report, write_whole


def configure(parser: argparse.ArgumentParser) -> None:
    """Takes no arguments: what is measured is the whole tree."""


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Write compliance.md, nodes.md and reachability.md of every system, and the schema of catalogues; `check` judges them."""
    del arguments
    measure(root, *read(root))
    return 0


def measure(root: Path, inventory: Inventory, context: Context, *, systems: Collection[str] = ()) -> None:
    """`run` for a caller that has read the tree.

    Args:
        root: the repository.
        inventory: the rendered tree, or all of it that concerns `systems`.
        context: what is known beside it.
        systems: whose pages are written. Default every system's.
    """
    for system, page in pages(views(inventory, context)).items():
        if not systems or system in systems:
            write_whole(root / reachability_page(system), page)
    for system, page in node_pages(placed(inventory, context)).items():
        if not systems or system in systems:
            write_whole(root / nodes_page(system), page)
    _compliance(root, inventory, context, systems)
    write_schema(root)


def _compliance(root: Path, inventory: Inventory, context: Context, systems: Collection[str]) -> None:
    for system, path in catalogues(root).items():
        if systems and system not in systems:
            continue
        found = measured(inventory, system, path, lambda: context)
        write_report(root, system, report(found.loaded, found.results))
        console().print(f"{system}: {summary(found.results)}")
