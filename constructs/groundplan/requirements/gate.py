"""The requirements gate: every catalogue holds, its evidence has teeth, and its committed report is current."""

from __future__ import annotations

from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory
from groundplan.checks.measured_pages import stale
from groundplan.errors import Finding, GroundplanError
from groundplan.layout import compliance_report
from groundplan.requirements.catalogue import catalogues
from groundplan.requirements.measured import Measured, measured
from groundplan.requirements.mutation import prove
from groundplan.requirements.report import report


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge every catalogue; the number judged is the number of items."""
    judged = 0
    findings: list[Finding] = []
    systems = {scope.partition("/")[0] for scope in context.selected}
    for system, path in catalogues(context.root).items():
        if systems and system not in systems:
            continue
        try:
            found = measured(inventory, system, path, lambda: context)
        except GroundplanError as error:
            findings += error.findings
            continue
        judged += len(found.results)
        findings += [finding for result in found.results for finding in result.findings]
        findings += prove(found).findings
        findings += _stale(context, found)
    return Verdict(judged, tuple(findings))


def _stale(context: Context, found: Measured) -> list[Finding]:
    page = {found.loaded.catalogue.system: report(found.loaded, found.results)}
    return list(stale(context, page, compliance_report, "requirements.report", without_documents=False))
