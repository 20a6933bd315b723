"""`groundplan report`: the pages that are not rendered but measured in the rendered tree."""

from __future__ import annotations

import argparse
from pathlib import Path

from groundplan.checks.inventory import Inventory
from groundplan.checks.reachability.page import pages
from groundplan.checks.reachability.view import views
from groundplan.checks.runner import read
from groundplan.cli.output import console
from groundplan.layout import reachability_page
from groundplan.requirements.catalogue import catalogues, load_catalogue
from groundplan.requirements.editor_schema import write_schema
from groundplan.requirements.judge import judge, summary
from groundplan.requirements.report import report, write_report, write_whole
from groundplan.requirements.tree import Tree


def configure(parser: argparse.ArgumentParser) -> None:
    """Takes no arguments: what is measured is the whole tree."""


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Write compliance.md and reachability.md of every system, and the schema of catalogues; `check` judges them."""
    del arguments
    inventory, context = read(root)
    for system, page in pages(views(inventory, context)).items():
        write_whole(root / reachability_page(system), page)
    _compliance(root, inventory)
    write_schema(root)
    return 0


def _compliance(root: Path, inventory: Inventory) -> None:
    for system, path in catalogues(root).items():
        loaded = load_catalogue(root, path)
        results = judge(loaded, Tree.of(inventory, system))
        write_report(root, system, report(loaded, results))
        console().print(f"{system}: {summary(results)}")
