"""The exposure gate: what the Internet reaches is what was declared, and nobody reads along."""

from __future__ import annotations

from datetime import date

from groundplan.checks.exemptions import Exemptions
from groundplan.checks.exposure import cloud, edge
from groundplan.checks.exposure.facts import facts
from groundplan.checks.exposure.reader import Judge, doors
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory

FAMILY = "exposure-"
"""What the rules of exemptions from this gate begin with."""

JUDGES: tuple[Judge, ...] = (
    cloud.settings,
    edge.hosts,
    edge.pages,
    edge.balancers,
    edge.listeners,
    edge.monitoring,
)

RULES = frozenset(
    f"exposure-{name}"
    for name in (
        "admin",
        "balancer",
        "boundary",
        "dangling",
        "encryption",
        "firewall",
        "host",
        "keys",
        "metrics",
        "public",
        "tls",
    )
)
"""What somebody may be let off."""


def run(inventory: Inventory, context: Context, *, today: date | None = None) -> Verdict:
    """Judge every setting, every rule of a firewall, every address, and every way from outside."""
    exemptions = Exemptions(context, RULES, family=FAMILY, today=today or date.today())
    by_path = {item.path: item for item in inventory}
    findings = [
        finding
        for judge in (*JUDGES, *(judge for door in doors() for judge in door.judges))
        for finding in judge(inventory, context)
        if not exemptions.cover(finding.rule.replace(".", "-"), by_path[finding.location.file])
    ]
    return Verdict(_judged(inventory), (*findings, *exemptions.findings()))


def _judged(inventory: Inventory) -> int:
    kinds = {
        *(setting.of for _, setting in facts().settings),
        *(kind for door in doors() for kind in door.kinds),
        "networking.k8s.io/Ingress",
        "networking.istio.io/VirtualService",
    }
    return sum(len(inventory.by_kind.get((kind.rpartition("/")[0], kind.rpartition("/")[2]), ())) for kind in kinds)


__all__ = ["run"]
