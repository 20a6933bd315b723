"""The cold start gate: from nothing, by the steps of the bootstrap pages and Argo CD's own rules, everything becomes healthy.

What the pages have people do is played against what Argo CD, the charts and the operators then do, until nothing more
happens. Whatever is left waits for something that nobody does, or for itself, and both ends of that are named.
"""

from __future__ import annotations

from groundplan.checks.cold_start.argo import add_applications
from groundplan.checks.cold_start.cloud import clouds
from groundplan.checks.cold_start.findings import finding_of
from groundplan.checks.cold_start.page import Steps, add_pages
from groundplan.checks.cold_start.plan import Plan, stops
from groundplan.checks.cold_start.races import races
from groundplan.checks.cold_start.readiness import add_readiness
from groundplan.checks.cold_start.scene import Scene
from groundplan.checks.cold_start.slow import ended_early
from groundplan.checks.cold_start.vault import add_vaults
from groundplan.checks.cold_start.webhooks import add_webhooks
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory


def played(scene: Scene) -> Plan:
    """Everything that can happen, and what it needs."""
    plan, steps = Plan(), Steps(scene)
    add_applications(scene, plan, steps.installing)
    add_readiness(scene, plan)
    add_webhooks(scene, plan)
    add_vaults(scene, plan)
    add_pages(scene, plan, steps)
    for cloud in clouds():
        cloud.add_proofs(scene, plan, steps)
    return plan


def run(inventory: Inventory, context: Context) -> Verdict:
    """Play the cold start of every cluster."""
    scene = Scene(inventory, context)
    plan = played(scene)
    findings = {finding_of(inventory, stop) for stop in stops(plan, plan.rounds())}
    found = {*findings, *races(scene, plan), *ended_early(inventory)}
    return Verdict(len(inventory.objects), tuple(sorted(found)))
