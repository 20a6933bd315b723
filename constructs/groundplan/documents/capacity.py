"""capacity.md: what the pods ask for at most, how much more traffic that is, and what it is per user."""

from __future__ import annotations

import math
from decimal import Decimal

from groundplan.documents.connections import connections
from groundplan.facts.capacity import Amount, declared_pods
from groundplan.facts.replicas import least_replicas
from groundplan.facts.system import System
from groundplan.layout import nodes_page
from groundplan.markdown import document, link, section, table
from groundplan.model.environment import Environment


def page(system: System) -> str | None:
    """The whole page; none where nothing runs."""
    primary = system.primary
    if not primary.services:
        return None
    return document(
        f"{primary.title}: capacity",
        "Computed from what the environments declare, so that it is never older than they are. Whether all of it fits, with "
        f"everything else that runs beside it, is on the page {link('Nodes', nodes_page(system.name).name)}.",
        section("Pods", _pods(primary)),
        section("More traffic", *_growth(primary)),
        section("Users", *_users(primary)),
        section("Connections", _connections(primary)),
    )


def _pods(environment: Environment) -> str:
    rows: list[tuple[object, ...]] = []
    whole = Amount()
    for pods in declared_pods(environment):
        name = str(pods.path[-1])
        service = environment.services.get(name)
        fewest = (
            least_replicas(environment, name) if service is not None else 0 if name in environment.jobs else pods.count
        )
        whole += pods.asked
        rows.append(
            (
                name,
                pods.pool or "any",
                pods.each,
                f"{fewest} to {pods.count}" if fewest < pods.count else fewest,
                pods.asked,
            )
        )
    return table(
        ["Pods of", "Node pool", "Each requests", "Number", "At most together"],
        [*rows, ("**together**", "", "", "", f"**{whole}**")],
    )


def _growth(environment: Environment) -> list[str]:
    factor = environment.operations.traffic_factor if environment.operations is not None else None
    rows = [
        _growth_row(name, service.scaling.min, service.scaling.max, factor)
        for name, service in environment.services.items()
        if service.scaling is not None
    ]
    rows += [
        _growth_row(f"nodes of {name}", pool.min, pool.max, factor)
        for name, pool in environment.host_environment.cluster.node_pools.items()
        if pool.min
    ]
    if factor is None:
        return [table(["What", "From", "To", "Times"], [row[:4] for row in rows])]
    return [
        f"The system is to absorb {factor} times its usual traffic ({factor}x). Where the replicas alone do not grow that much, usual "
        f"traffic may load the fewest of them only to the share in the last column; {factor} times of it then loads all "
        "of them to the autoscaler's target. An alert or a load test has to hold it to that.",
        table(["What", "From", "To", "Times", f"{factor}x", "Usual load at most"], rows),
    ]


def _growth_row(name: str, fewest: int, most: int, factor: int | None) -> tuple[str, ...]:
    times = most / fewest
    if factor is None:
        return name, str(fewest), str(most), f"{times:.1f}x"
    enough = times >= factor
    return (
        name,
        str(fewest),
        str(most),
        f"{times:.1f}x",
        "yes" if enough else f"needs {factor * fewest}",
        "its target" if enough else f"{int(times * 100 / factor)} % of its target",
    )


def _users(environment: Environment) -> list[str]:
    """Nothing says what one user asks for, so the page says what one user may ask for."""
    operations = environment.operations
    phases = {name: phase for name, phase in operations.roadmap.items() if phase.users} if operations else {}
    if not phases:
        return []
    rows = [
        (
            name.replace("-", " "),
            f"{phase.users or 0:,}",
            service,
            f"{math.ceil((phase.users or 0) / item.most_replicas):,}",
            ", ".join(_allowance(environment, service, phase.users or 0)) or "by CPU alone: measure it",
        )
        for name, phase in phases.items()
        for service, item in environment.services.items()
        if item.most_replicas
    ]
    return [
        "With every pod running, and at the targets of the autoscalers. What one user may ask for is computed, not "
        f"measured: a load test decides whether it is enough, and the {link('roadmap', 'roadmap.md')} raises the maxima "
        "where it is not.",
        table(["Phase", "Users", "Service", "Users of one pod", "One user may have"], rows),
    ]


def _allowance(environment: Environment, service: str, users: int) -> list[str]:
    scaling = environment.services[service].scaling
    if scaling is None:
        return []
    found = []
    for name, metric in scaling.metrics.items():
        if metric.histogram is not None or not metric.average.isdigit():
            continue
        share = Decimal(metric.average) * scaling.max / users
        found.append(f"{share.quantize(Decimal('0.0001')).normalize():f} of {name.replace('_', ' ')}")
    return [
        *found,
        *(f"{amount * scaling.max:,} messages of {name} waiting in all" for name, amount in scaling.queues.items()),
    ]


def _connections(environment: Environment) -> str:
    rows = [(name, f"{taken:,}", pods, f"{each:,}") for name, taken, pods, each in connections(environment)]
    return table(["Store", "Takes", "Pods that call it at most", "Each pod may open"], rows)
