"""The cases in which everything must find a node: at rest, at most, while versions change, and with a zone gone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from groundplan.checks.capacity.demand import Demand
from groundplan.checks.capacity.placing import ZONE, Cluster, Reason, Unplaced
from groundplan.facts.capacity import Amount
from groundplan.platforms.nodes import Nodes, Pool


class Case(StrEnum):
    """What happens."""

    REST = "at rest"
    """Every workload at its fewest pods."""

    MOST = "at their maximum"
    """Every autoscaler at its maximum, and every Job at once."""

    CHANGE = "while a new version comes"
    """One workload brings what its new version needs beside the old one, all others at rest."""

    ZONE = "with a zone gone"
    """At rest, the moment after the zone with the most nodes is lost: before an autoscaler makes others."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of one case."""

    case: Case
    """The case."""

    unplaced: tuple[Unplaced, ...]
    """Pods without a node."""

    nodes: Mapping[str, int]
    """Nodes of each pool there are."""

    used: Mapping[str, int]
    """Nodes of each pool that are needed."""

    addressed: Mapping[str, Sequence[int]]
    """Pods with addresses of their own on each node of each pool."""

    asked: Mapping[str, Amount]
    """What the pods on each pool request, those on each node included."""

    held: Mapping[str, Amount]
    """What the nodes of each pool leave to pods."""


def outcomes(nodes: Nodes, demands: Sequence[Demand]) -> Iterator[Outcome]:
    """Every case that can happen on these nodes, with as many as autoscalers make."""
    most = {pool.name: pool.most for pool in nodes.pools}
    rest = _filled(nodes.pools, most, ((demand, demand.least) for demand in demands))
    yield _outcome(Case.REST, rest)
    yield _outcome(Case.MOST, _filled(nodes.pools, most, ((demand, demand.most) for demand in demands)))
    if not rest.unplaced:
        yield _changed(rest, demands)
    if (gone := largest_zone(nodes.pools)) is not None:
        yield _outcome(Case.ZONE, _lost(nodes.pools, most, gone, demands))


def fits(case: Case, pools: Sequence[Pool], counts: Mapping[str, int], demands: Sequence[Demand]) -> bool:
    """Whether everything finds a node in a case, with other numbers of nodes."""
    if case is Case.MOST:
        return not _filled(pools, counts, ((demand, demand.most) for demand in demands)).unplaced
    if case is Case.ZONE:
        gone = largest_zone(pools)
        return gone is None or not _lost(pools, counts, gone, demands).unplaced
    rest = _filled(pools, counts, ((demand, demand.least) for demand in demands))
    return not rest.unplaced and (case is Case.REST or not _changed(rest, demands).unplaced)


def largest_zone(pools: Iterable[Pool]) -> str | None:
    """The zone whose loss takes most; None where there is one zone, or none that anybody names."""
    zones = next((pool.zones for pool in pools if len(pool.zones) > 1), ())
    return zones[0] if zones else None


def _filled(pools: Sequence[Pool], counts: Mapping[str, int], demands: Iterable[tuple[Demand, int]]) -> Cluster:
    """Packed as close as it goes; where that leaves somebody out, evenly, as the scheduler would begin."""
    wanted = list(demands)
    cluster = Cluster(pools, counts)
    cluster.fill(wanted)
    if any(item.reason is Reason.FULL for item in cluster.unplaced):
        even = Cluster(pools, counts, even=True)
        even.fill(wanted)
        return cluster if even.unplaced else even
    return cluster


def _changed(rest: Cluster, demands: Iterable[Demand]) -> Outcome:
    """One workload after the other: those that cannot begin yet wait for the others to end."""
    for demand in demands:
        if demand.extra:
            for node in rest.place(demand, demand.extra):
                node.remove(demand)
    return _outcome(Case.CHANGE, rest)


def _lost(pools: Sequence[Pool], counts: Mapping[str, int], zone: str, demands: Iterable[Demand]) -> Cluster:
    cluster = Cluster(pools, counts, without=zone)
    left = len({node.zone for node in cluster.nodes})
    cluster.fill((demand, _left(demand, left)) for demand in demands)
    # one that may stand beside none of the others waits for its place: that is what it was asked to do
    cluster.unplaced = [item for item in cluster.unplaced if item.reason is not Reason.APART]
    return cluster


def _left(demand: Demand, zones: int) -> int:
    """Pods that must stand: a pod whose disk lies in the lost zone waits for it, and so does one of each zone's own."""
    if demand.volumes or any(rule.key == ZONE for rule in demand.apart):
        return demand.least - math.ceil(demand.least / (zones + 1))
    return demand.least


def _outcome(case: Case, cluster: Cluster) -> Outcome:
    pools = {pool.name: pool for pool in cluster.pools}
    count = dict.fromkeys(pools, 0)
    free = dict.fromkeys(pools, Amount())
    for node in cluster.nodes:
        count[node.pool.name] += 1
        free[node.pool.name] += node.free
    held = {name: pool.each.times(count[name]) for name, pool in pools.items()}
    return Outcome(
        case=case,
        unplaced=tuple(cluster.unplaced),
        nodes=count,
        used=cluster.used(),
        addressed=cluster.addressed(),
        asked={name: held[name] - free[name] for name in pools},
        held=held,
    )
