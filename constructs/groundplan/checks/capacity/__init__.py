"""The capacity gate: everything that runs on a cluster finds a node, in every case that is meant to be survived.

Effect is read from the rendered tree: nodes from the objects that make them, pods from workloads, from the recorded
facts of charts, from what operators make, and from what the platform runs by itself. Only the nodes of a cluster that
somebody else made are what its environment states, because nothing else tells of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groundplan.checks.capacity.cases import Outcome, outcomes
from groundplan.checks.capacity.findings import place_of, placement_findings
from groundplan.checks.capacity.ground import (
    address_findings,
    booking_findings,
    burst_findings,
    disk_findings,
    scratch_findings,
)
from groundplan.checks.capacity.page import Measured, pages
from groundplan.checks.capacity.quotas import quota_findings
from groundplan.checks.capacity.shared import shared_findings
from groundplan.checks.capacity.volumes import bounded
from groundplan.checks.capacity.world import Setting, settings
from groundplan.checks.gate import Context, NotJudged, Verdict
from groundplan.checks.inventory import Inventory
from groundplan.checks.measured_pages import stale
from groundplan.errors import Finding, Severity
from groundplan.layout import nodes_page
from groundplan.platforms.nodes import Nodes

UNSTATED = "nobody says what nodes the cluster has: platform.existing.nodes"
UNRECORDED = "what the chart brings is not recorded, which the gate `charts` tells"
UNKNOWN = "no table describes the machine type"


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge every workload of every cluster."""
    judged, findings = 0, list[Finding]()
    unstated = unrecorded = unknown = 0
    clusters = measured(inventory, context)
    for setting, results in clusters:
        findings += quota_findings(inventory, setting)
        findings += scratch_findings(inventory, setting)
        findings += booking_findings(inventory, setting)
        findings += shared_findings(inventory, setting)
        unrecorded += len(setting.unknown)
        if setting.nodes is None:
            unstated += len(setting.demands)
            continue
        findings += _unknown(inventory, setting, setting.nodes)
        if setting.nodes.unknown:
            unknown += len(setting.demands)
            continue
        judged += len(setting.demands)
        findings += _judge(inventory, setting, setting.nodes, results)
    findings += bounded(inventory)
    findings += stale(context, pages(clusters), nodes_page, "capacity.page")
    not_judged = (
        NotJudged(UNSTATED, unstated, declared=True),
        NotJudged(UNRECORDED, unrecorded, declared=True),
        NotJudged(UNKNOWN, unknown),
    )
    return Verdict(judged, tuple(findings), tuple(item for item in not_judged if item.count))


def measured(inventory: Inventory, context: Context) -> Measured:
    """Every cluster with what comes of each case; nothing where nobody says what nodes there are."""
    return [
        (setting, tuple(outcomes(setting.nodes, setting.demands)) if setting.nodes is not None else ())
        for setting in settings(inventory, context)
    ]


def _judge(inventory: Inventory, setting: Setting, nodes: Nodes, results: Sequence[Outcome]) -> Iterator[Finding]:
    yield from placement_findings(inventory, setting, nodes, results)
    yield from address_findings(inventory, setting, nodes, results)
    yield from disk_findings(inventory, setting, nodes)
    yield from burst_findings(inventory, setting, nodes, results)


def _unknown(inventory: Inventory, setting: Setting, nodes: Nodes) -> Iterator[Finding]:
    for named, machine in nodes.unknown:
        where, subject = place_of(inventory, setting, named, ("spec",))
        file = f"constructs/groundplan/platforms/{setting.environment.platform_name}/nodes.yaml"
        message = f"no table says what a {machine} leaves to pods"
        advice = f"add a row to {file}, with the page it is from"
        yield Finding(where, "capacity.machine", subject or named, message, advice, Severity.NOT_JUDGED)


__all__ = ["measured", "run"]
