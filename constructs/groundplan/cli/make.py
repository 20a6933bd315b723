"""`groundplan make`: render, report and judge in one run, which is what a person wants after an edit."""

from __future__ import annotations

import argparse
from pathlib import Path

from groundplan.checks.runner import read
from groundplan.cli import check, report, synth


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("--strict", action="store_true", help="fail also where something could not be judged")
    parser.add_argument("--workers", type=int, default=None, help="processes (default: one per core)")
    parser.set_defaults(environments=[], gate=[], output="human")


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Render every environment, measure the reports, run every gate; 1 where a gate failed."""
    synthesized = synth.render(arguments, root)
    tree = read(root, synthesized=synthesized)
    report.measure(root, *tree)
    return check.judge(arguments, root, tree)
