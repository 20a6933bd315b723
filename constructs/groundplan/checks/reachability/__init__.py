"""The reachability gate: every declared flow finds a way through the network policies, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory
from groundplan.checks.measured_pages import stale
from groundplan.checks.reachability.addresses import Names
from groundplan.checks.reachability.cloud import clouds
from groundplan.checks.reachability.flows import Flow
from groundplan.checks.reachability.images import lost
from groundplan.checks.reachability.intents import untold
from groundplan.checks.reachability.network import Policies
from groundplan.checks.reachability.page import pages
from groundplan.checks.reachability.undeclared import Declared, undeclared
from groundplan.checks.reachability.view import View, rentals_of, views
from groundplan.errors import EnvironmentFileError, Finding
from groundplan.layout import reachability_page
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge every flow and every rule of a policy, cluster by cluster."""
    try:
        rentals = rentals_of(inventory, context)
        clusters = list(views(inventory, context, rentals))
    except EnvironmentFileError as error:
        return Verdict(0, error.findings)
    findings = [finding for cloud in clouds() for finding in cloud.unresolved(inventory, rentals)]
    judged = len(rentals.all)
    for view in clusters:
        flows = list(view.flows)
        findings += _untold(inventory, view.environments, view.names)
        findings += [*_blocked(inventory, view.policies, flows), *_opened(inventory, view.policies, flows)]
        findings += _refused(inventory, view, flows)
        findings += [
            finding for environment in view.environments for finding in lost(inventory, view.name, environment)
        ]
        judged += len(flows) + sum(1 for policy in view.policies.own for _ in view.policies.rules(policy))
    findings += [finding for cloud in clouds() for finding in cloud.miscounted(inventory)]
    findings += [finding for cloud in clouds() for finding in cloud.ended(inventory)]
    findings += stale(context, pages(clusters), reachability_page, "reachability.page")
    return Verdict(judged, tuple(findings))


def _refused(inventory: Inventory, view: View, flows: list[Flow]) -> Iterator[Finding]:
    """What the clouds' own firewalls do not let through; the ids that a cloud assigned stand for names of objects."""
    scopes = {f"{environment.system}/{environment.environment}" for environment in view.environments}
    own = [item for item in inventory.manifests if item.scope in scopes]
    assigned = {
        environment.ids[key]: item.name
        for environment in view.environments
        for key, item in platform_of(environment).assigned_ids().items()
        if key in environment.ids
    }
    for cloud in clouds():
        yield from cloud.refused(inventory, view.name, own, flows, assigned)


def _untold(inventory: Inventory, environments: Iterable[Environment], names: Names) -> Iterator[Finding]:
    for environment in environments:
        for workload, callee in untold(environment, names):
            message = f"calls {callee}, and no setting tells it where that is"
            advice = f"name it in the service's urls: `<VARIABLE>: {callee}`"
            yield inventory.finding(workload, ("spec", "template"), "reachability.untold", message, advice)


def _blocked(inventory: Inventory, policies: Policies, flows: list[Flow]) -> Iterator[Finding]:
    seen: set[tuple[str, str, str, str]] = set()
    for flow in flows:
        if not flow.required or flow.port is None:
            continue
        for policy, direction in policies.refusing(flow.source, flow.target, flow.port, flow.protocol):
            key = (policy.path, direction, str(flow.target), f"{flow.source}:{flow.port}")
            if key in seen:
                continue
            seen.add(key)
            message = f"keeps {flow.source} from {flow.target} on port {flow.port}, but {flow.why}"
            advice = f"admit {'it' if direction == 'ingress' else 'the way out'} here, or remove what asks for it"
            yield inventory.finding(policy, ("spec", direction), f"reachability.{direction}", message, advice)


def _opened(inventory: Inventory, policies: Policies, flows: list[Flow]) -> Iterator[Finding]:
    for policy, field, whom in undeclared(policies, Declared(flows)):
        direction = "sending to" if field[1] == "egress" else "packets from"
        message = f"admits {direction} {whom}, which nothing declares"
        yield inventory.finding(policy, field, "reachability.undeclared", message, "remove it, or declare the call")
