"""`groundplan check`: run the gates over the rendered tree."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from rich.table import Table

from groundplan.checks import GATES
from groundplan.checks.gate import Context, Gate, GateResult
from groundplan.checks.inventory import Inventory
from groundplan.checks.runner import Report, check
from groundplan.cli.annotations import github_lines
from groundplan.cli.output import console, finding_as_json, print_findings
from groundplan.cli.sarif import as_sarif

FURTHER = (Gate("requirements", "groundplan.requirements.gate", "what was asked for, with evidence", universe=None),)
"""Gates of layers that the registry must not know."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "environments", nargs="*", metavar="SYSTEM[/ENVIRONMENT]", help="what to judge (default: everything)"
    )
    parser.add_argument(
        "--gate",
        action="append",
        default=[],
        metavar="NAME",
        help=f"run this gate alone; may be repeated ({', '.join(gate.name for gate in (*GATES, *FURTHER))})",
    )
    parser.add_argument("--strict", action="store_true", help="fail also where something could not be judged")
    parser.add_argument("--workers", type=int, default=None, help="processes (default: one per core)")
    parser.add_argument(
        "--output", choices=("human", "json", "github", "sarif"), default="human", help="form (default: human)"
    )


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Judge, print, and return 1 where a gate failed."""
    return judge(arguments, root)


def judge(arguments: argparse.Namespace, root: Path, tree: tuple[Inventory, Context] | None = None) -> int:
    """`run` for a caller that may have read the tree a moment ago."""
    report = check(
        root,
        arguments.environments,
        gates=arguments.gate,
        further=FURTHER,
        workers=arguments.workers,
        tree=tree,
    )
    failed = report.failed(strict=arguments.strict)
    if arguments.output == "json":
        print(json.dumps(_as_json(report, strict=arguments.strict)))
    elif arguments.output == "sarif":
        print(json.dumps(as_sarif(report.findings), indent=2))
    else:
        if arguments.output == "github":
            for line in github_lines(report.findings):
                print(line)
        else:
            print_findings(report.findings)
        _print_table(report, strict=arguments.strict)
    return int(failed)


def _print_table(report: Report, *, strict: bool) -> None:
    table = Table(title=f"{report.objects} objects, {report.other_files} other files")
    table.add_column("gate")
    for column in ("judged", "not judged", "findings", "CPU s"):
        table.add_column(column, justify="right")
    table.add_column("verdict")
    for result in report.results:
        table.add_row(
            result.name,
            str(result.judged),
            str(result.unjudged),
            str(len(result.findings)),
            f"{result.seconds:.2f}",
            _verdict(result, strict=strict),
        )
    console().print(table)


def _verdict(result: GateResult, *, strict: bool) -> str:
    if result.failed(strict=strict):
        return "[bold red]failed[/]"
    return "[magenta]passed, not all judged[/]" if result.unjudged else "[green]passed[/]"


def _as_json(report: Report, *, strict: bool) -> dict[str, Any]:
    return {
        "ok": not report.failed(strict=strict),
        "objects": report.objects,
        "other_files": report.other_files,
        "environments": list(report.environments),
        "gates": [
            {
                "name": result.name,
                "ok": not result.failed(strict=strict),
                "judged": result.judged,
                "not_judged": [{"reason": item.reason, "count": item.count} for item in result.not_judged],
                "findings": len(result.findings),
                "seconds": round(result.seconds, 3),
            }
            for result in report.results
        ],
        "findings": [finding_as_json(finding) for finding in report.findings],
    }
