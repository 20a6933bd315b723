"""`groundplan requirements`: what was asked for, and what the tree shows of it."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, read_inventory
from groundplan.checks.runner import read
from groundplan.cli.output import console, finding_as_json, print_findings
from groundplan.errors import Finding, UsageError
from groundplan.requirements.catalogue import catalogues
from groundplan.requirements.judge import Result, Status, statuses, summary
from groundplan.requirements.measured import measured
from groundplan.requirements.mutation import Proof, prove


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("systems", nargs="*", metavar="SYSTEM", help="whose requirements (default: every system's)")
    parser.add_argument(
        "--mutate", action="store_true", help="also break what the evidence looks at, and report what does not notice"
    )
    parser.add_argument(
        "--output", choices=("human", "json"), default="human", help="form of the answer (default: human)"
    )


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Judge, print, and return 1 where an item fails."""
    known = catalogues(root)
    unknown = [system for system in arguments.systems if system not in known]
    if unknown:
        raise UsageError(
            f"there are no requirements of `{unknown[0]}`", f"write one of {', '.join(known) or 'none yet'}"
        )
    inventory, context = _read(root, [known[system] for system in arguments.systems or known])
    results: dict[str, tuple[Result, ...]] = {}
    proofs: dict[str, Proof] = {}
    for system in arguments.systems or known:
        found = measured(inventory, system, known[system], context)
        results[system] = found.results
        if arguments.mutate:
            proofs[system] = prove(found)
    findings = [finding for items in results.values() for result in items for finding in result.findings]
    findings += [finding for proof in proofs.values() for finding in proof.findings]
    if arguments.output == "json":
        print(json.dumps(_as_json(results, proofs, findings)))
    else:
        print_findings(sorted(findings))
        for system, items in results.items():
            console().print(_table(system, items))
        for system, proof in proofs.items():
            console().print(_proof_line(system, proof))
    return int(bool(findings))


def _read(root: Path, files: Sequence[Path]) -> tuple[Inventory, Callable[[], Context]]:
    """The rendered tree, and what relations know beside it; the environments are loaded only where one is asked for."""
    if any("\n    relations:" in file.read_text("utf-8") for file in files):
        inventory, context = read(root)
        return inventory, lambda: context
    return read_inventory(root), lambda: read(root)[1]


def _table(system: str, results: Sequence[Result]) -> Table:
    table = Table(title=f"{system}: {summary(results)}")
    table.add_column("area")
    table.add_column("met by")
    shown = statuses(results)
    for status in shown:
        table.add_column(str(status), justify="right")
    counts = Counter((result.item.area, result.item.met_by, result.status) for result in results)
    for area, met_by in sorted({(result.item.area, result.item.met_by) for result in results}):
        cells = [str(counts[area, met_by, status] or "") for status in shown]
        table.add_row(area, met_by, *cells, style="red" if counts[area, met_by, Status.FAILING] else None)
    return table


def _proof_line(system: str, proof: Proof) -> str:
    unproven = f"; {len(proof.unproven)} items fail anyway and prove nothing" if proof.unproven else ""
    return f"{system}: {proof.mutants} broken trees, {len(proof.findings)} unnoticed{unproven}"


def _as_json(
    results: dict[str, tuple[Result, ...]], proofs: dict[str, Proof], findings: Sequence[Finding]
) -> dict[str, Any]:
    return {
        "ok": not findings,
        "systems": {
            system: {
                "counts": dict(Counter(str(result.status) for result in items)),
                "items": [
                    {
                        "id": result.item.id,
                        "area": result.item.area,
                        "met_by": result.item.met_by,
                        "status": str(result.status),
                    }
                    for result in items
                ],
            }
            for system, items in results.items()
        },
        "mutation": {
            system: {"mutants": proof.mutants, "unnoticed": len(proof.findings), "unproven": list(proof.unproven)}
            for system, proof in proofs.items()
        },
        "findings": [finding_as_json(finding) for finding in findings],
    }
