"""The requirements gate: every catalogue holds, its evidence has teeth, and its committed report is current."""

from __future__ import annotations

from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding, GroundplanError, Location
from groundplan.layout import compliance_report
from groundplan.requirements.catalogue import LoadedCatalogue, catalogues, load_catalogue
from groundplan.requirements.judge import Result, judge
from groundplan.requirements.mutation import prove
from groundplan.requirements.report import is_current, report
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
        tree = Tree.of(inventory, system)
        results = judge(loaded, tree)
        judged += len(results)
        findings += [finding for result in results for finding in result.findings]
        findings += prove(loaded, tree).findings
        findings += _stale(context, loaded, results)
    return Verdict(judged, tuple(findings))


def _stale(context: Context, loaded: LoadedCatalogue, results: list[Result]) -> list[Finding]:
    system = loaded.catalogue.system
    if is_current(context.root, system, report(loaded, results)):
        return []
    where = Location(str(compliance_report(system)))
    message = "is not what the tree shows" if (context.root / where.file).exists() else "is not committed"
    return [Finding(where, "requirements.report", "", message, "run `groundplan report` and commit it")]
