"""`groundplan make`: render, report and judge in one run, which is what a person wants after an edit."""

from __future__ import annotations

import argparse
from pathlib import Path

from groundplan.checks.runner import read
from groundplan.cli import check, report, synth
from groundplan.errors import UsageError
from groundplan.loading.selection import environment_names


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "environments", nargs="*", metavar="SYSTEM", help="what to render and judge (default: every system)"
    )
    parser.add_argument("--strict", action="store_true", help="fail also where something could not be judged")
    parser.add_argument("--workers", type=int, default=None, help="processes (default: one per core)")
    parser.add_argument(
        "--output",
        choices=("human", "github"),
        default="human",
        help="form of what is wrong: lines, or notes beside the lines of a pull request (default: human)",
    )
    parser.set_defaults(gate=[])


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Render every environment, measure the reports, run every gate; 1 where a gate failed."""
    systems: list[str] = arguments.environments
    for name in systems:
        if name not in environment_names(root):
            raise UsageError(f"there is no system `{name}`", f"write one of {', '.join(environment_names(root))}")
    synthesized = synth.render(arguments, root)
    tree = read(root, systems, synthesized=synthesized)
    report.measure(root, *tree, systems=systems)
    return check.judge(arguments, root, tree)
