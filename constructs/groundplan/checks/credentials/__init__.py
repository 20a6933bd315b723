"""The credentials gate: every Secret has a maker, keys that exist, a reader, and a page that says who puts it there."""

from __future__ import annotations

from datetime import date

from groundplan.checks.credentials.chain import drawn, shape, twice, unmade, unread
from groundplan.checks.credentials.pages import told
from groundplan.checks.credentials.tls import served
from groundplan.checks.credentials.vaults import vaults
from groundplan.checks.credentials.world import ESO, Made, made_by, reads
from groundplan.checks.effects import effects
from groundplan.checks.exemptions import Exemptions
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding

FAMILY = "credentials-"
"""What the rules of exemptions from this gate begin with."""

RULES = frozenset({"credentials-page", "credentials-refresh", "credentials-unread"})
"""What somebody may be let off; a chain with a gap nobody may."""


def run(inventory: Inventory, context: Context, *, today: date | None = None) -> Verdict:
    """Judge every Secret that something rendered makes, cluster by cluster, and every certificate that is served."""
    exemptions = Exemptions(context, RULES, family=FAMILY, today=today or date.today())
    by_path = {item.path: item for item in inventory}
    findings: list[Finding] = []
    made: list[Made] = []
    for objects in inventory.clusters.values():
        read = reads(objects)
        own = [one for item in objects for one in made_by(item)]
        made += own
        for one in own:
            findings += unread(inventory, one, read.get((one.namespace, one.name)))
            findings += shape(inventory, one)
        findings += [finding for item in objects for finding in unmade(inventory, item, own)]
    drawing = inventory.by_kind.get((ESO, "ExternalSecret"), ())
    ingresses = inventory.by_kind.get(("networking.k8s.io", "Ingress"), ())
    findings += [*twice(inventory, made), *told(inventory, context.root)]
    findings += [finding for item in drawing for finding in drawn(inventory, item)]
    findings += [finding for item in ingresses for finding in served(inventory, item)]
    findings += [finding for module in effects("logins") for finding in module.unnoticed(inventory)]
    findings += [finding for vault in vaults() for finding in vault.served(inventory, context.root)]
    left = [
        finding
        for finding in findings
        if not exemptions.cover(finding.rule.replace(".", "-"), by_path[finding.location.file])
    ]
    return Verdict(len(made) + len(ingresses), (*left, *exemptions.findings()))


__all__ = ["run"]
