"""The reachability gate: every declared flow finds a way through the network policies, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from groundplan.checks.catalogue import Catalogue, catalogues
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import MANAGEMENT_CLUSTER, Inventory
from groundplan.checks.own_charts import all_provided
from groundplan.checks.provided import provided_by_platform
from groundplan.checks.reachability.addresses import Names, told_flows
from groundplan.checks.reachability.chart_world import chart_world
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.databases import balanced, followed, public_names
from groundplan.checks.reachability.flows import FROM_OBJECTS, Flow, known_flows
from groundplan.checks.reachability.intents import declared, entrances, untold
from groundplan.checks.reachability.network import Policies
from groundplan.checks.reachability.outward import denied, unresolved
from groundplan.checks.reachability.rented import Rentals
from groundplan.checks.reachability.security_groups import SecurityGroups
from groundplan.checks.reachability.surroundings import surroundings
from groundplan.checks.reachability.undeclared import Declared, undeclared
from groundplan.errors import EnvironmentFileError, Finding
from groundplan.model.environment import Environment


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge every flow and every rule of a policy, cluster by cluster."""
    try:
        provided = all_provided(context)
    except EnvironmentFileError as error:
        return Verdict(0, error.findings)
    platforms = {scope: provided_by_platform(environment) for scope, environment in context.environments.items()}
    if context.management:
        platforms[MANAGEMENT_CLUSTER] = platforms[context.management[0]]
    known = catalogues(inventory, provided, platforms)
    around = {name: surroundings(inventory.manifests, _scopes(name, context)) for name in inventory.clusters}
    rentals = Rentals(inventory.manifests, provided.kinds)
    hosts = public_names(inventory.clusters, {name: item.internal for name, item in around.items()})
    groups = SecurityGroups(inventory.manifests)
    findings = list(unresolved(inventory, rentals))
    judged = len(rentals.all)
    for name, objects in inventory.clusters.items():
        applications = [item for item in objects if item.kind == "Application" and item.group == "argoproj.io"]
        charts = chart_world(applications, context.facts_of)
        cluster = Cluster(objects, known[name], around[name], charts)
        names = Names(cluster, rentals)
        intended = [flow for scope in _scopes(name, context) for flow in declared(context.environments[scope], names)]
        findings += _untold(inventory, [context.environments[scope] for scope in _scopes(name, context)], names)
        flows = [*intended, *flows_of(cluster, known[name], names), *followed(cluster, hosts)]
        policies = Policies(cluster)
        findings += [*_blocked(inventory, policies, flows), *_opened(inventory, policies, flows)]
        findings += denied(inventory, groups, name, flows)
        judged += len(flows) + sum(1 for policy in policies.own for _ in policies.rules(policy))
    return Verdict(judged, tuple(findings))


def flows_of(cluster: Cluster, catalogue: Catalogue, names: Names) -> Iterator[Flow]:
    """What has to get through in one cluster by what is rendered and by what operators are known to need."""
    for source in (*FROM_OBJECTS, entrances, balanced):
        yield from source(cluster)
    yield from told_flows(cluster, names)
    yield from known_flows(cluster, catalogue)


def _scopes(cluster: str, context: Context) -> list[str]:
    """Environments that live in a cluster."""
    return [
        scope
        for scope, environment in context.environments.items()
        if f"{environment.system}/{environment.host or environment.environment}" == cluster
    ]


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
