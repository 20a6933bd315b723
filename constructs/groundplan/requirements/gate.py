"""The requirements gate: every catalogue holds, its evidence has teeth, and its committed report is current."""

from __future__ import annotations

from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding, GroundplanError
from groundplan.requirements.catalogue import catalogues, load_catalogue
from groundplan.requirements.judge import judge
from groundplan.requirements.tree import Tree


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge every catalogue; the number judged is the number of items."""
    judged = 0
    findings: list[Finding] = []
    systems = {scope.partition("/")[0] for scope in context.selected}
    for system, path in catalogues(context.root).items():
        if systems and system not in systems:
            continue
        try:
            loaded = load_catalogue(context.root, path)
        except GroundplanError as error:
            findings += error.findings
            continue
        results = judge(loaded, Tree.of(inventory, system))
        judged += len(results)
        findings += [finding for result in results for finding in result.findings]
    return Verdict(judged, tuple(findings))
