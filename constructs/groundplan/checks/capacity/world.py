"""Each cluster with its nodes and with everything that wants to stand on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from groundplan.checks.capacity.brought import brought_demands, platform_demands
from groundplan.checks.capacity.demand import Demand
from groundplan.checks.capacity.own import Counts, counts_of, own_demands
from groundplan.checks.gate import Context
from groundplan.checks.inventory import MANAGEMENT_CLUSTER, HelmRelease, Inventory, Object
from groundplan.facts.standby import waits
from groundplan.layout import DIST
from groundplan.model.environment import Environment
from groundplan.platforms.nodes import Nodes
from groundplan.platforms.registry import platform_of


@dataclass(frozen=True, slots=True)
class Setting:
    """One cluster."""

    environment: Environment
    """The environment that owns it."""

    objects: tuple[Object, ...]
    """What is synced into it, its tenants' included."""

    nodes: Nodes | None
    """Its nodes; None where nobody says."""

    own: tuple[Object, ...]
    """Objects that the environment renders, those that make the nodes among them."""

    demands: tuple[Demand, ...]
    """Who wants to stand on them."""

    unknown: tuple[str, ...]
    """Charts of which nothing is recorded."""

    @property
    def scope(self) -> str:
        """`system/environment` of the owner."""
        return f"{self.environment.system}/{self.environment.environment}"


@dataclass(frozen=True, slots=True)
class Charted:
    """What the charts of one cluster bring."""

    demands: tuple[Demand, ...]
    """Their pods."""

    unknown: tuple[str, ...]
    """Charts of which nothing is recorded."""


def settings(inventory: Inventory, context: Context) -> Iterator[Setting]:
    """Every cluster that an environment of this run owns."""
    by_scope: dict[str, list[Object]] = {}
    for item in inventory.manifests:
        by_scope.setdefault(item.scope, []).append(item)
    for scope, environment in context.environments.items():
        if environment.host is not None:
            continue
        cluster = MANAGEMENT_CLUSTER if environment.is_management_cluster else scope
        charts = charted((release for release in inventory.releases if release.cluster == cluster), context)
        peer = environment.recovery.peer if environment.recovery is not None else None
        beside = by_scope.get(f"{environment.system}/{peer}", ())
        yield setting_of(environment, inventory.clusters.get(cluster, ()), by_scope.get(scope, ()), beside, charts)


def setting_of(
    environment: Environment,
    objects: Sequence[Object],
    own: Sequence[Object],
    beside: Sequence[Object],
    charts: Charted,
) -> Setting:
    """One cluster.

    Args:
        environment: the environment that owns it.
        objects: what is synced into it.
        own: what its owner renders, those that make the nodes among them.
        beside: what the owner's recovery peer renders.
        charts: what charts bring.
    """
    nodes = platform_of(environment).nodes(item.document for item in own if item.tree == DIST.name)
    manifests = [item for item in objects if item.tree == DIST.name]
    demands = [*own_demands(manifests, _taken_over(environment, beside)), *charts.demands]
    if nodes is not None:
        demands += platform_demands(nodes)
    return Setting(environment, tuple(objects), nodes, tuple(own), tuple(demands), charts.unknown)


def charted(releases: Iterable[HelmRelease], context: Context) -> Charted:
    """What the charts of one cluster bring, so far as it is recorded."""
    demands: list[Demand] = []
    unknown = []
    for release in releases:
        facts = context.facts_of(release.application)
        if facts is None:
            unknown.append(str(release.application))
        else:
            demands += brought_demands(release.application, release.chart, facts)
    return Charted(tuple(demands), tuple(unknown))


def _taken_over(environment: Environment, beside: Iterable[Object]) -> Counts:
    """Pods of a standby's workloads once it has taken over: those of its primary, and no fewer than it asks for itself."""
    recovery = environment.recovery
    if recovery is None or not waits(environment):
        return {}
    least = recovery.minimum
    return {
        key: (max(fewest, least.get(key[2], 0)), max(most, least.get(key[2], 0)))
        for key, (fewest, most) in counts_of(beside).items()
    }
