"""What the nodes hold and what the pods ask for at most, so that an autoscaler's maximum is a promise and not a wish.

A provider keeps part of each node for itself; the exact formulas differ by machine and release, so a little less than
what they leave is counted on: 95 % of the cores and 80 % of the memory. See
https://learn.microsoft.com/azure/aks/node-resource-reservations and
https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html .
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from groundplan.facts.replicas import most_replicas
from groundplan.model.cluster import NodePool
from groundplan.model.environment import Environment
from groundplan.model.values import quantity
from groundplan.stores.registry import stores_of
from groundplan.yaml.marked import YamlPath

Problem = tuple[YamlPath, str, str, str]

CPU_PERCENT = 95
MEMORY_PERCENT = 80
"""Share of a node that its provider leaves to pods."""

RESERVE_PERCENT = 10
"""Share of that kept for pods no environment declares: the system's own on every node, and add-ons."""

SURGE_PERCENT = 33
"""Nodes that an upgrade adds for a while."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Cores and bytes."""

    cpu: Decimal = Decimal(0)
    memory: Decimal = Decimal(0)

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.cpu + other.cpu, self.memory + other.memory)

    def times(self, factor: Decimal | int) -> Amount:
        """The same, `factor` times."""
        return Amount(self.cpu * factor, self.memory * factor)

    def holds(self, other: Amount) -> bool:
        """Whether `other` fits."""
        return self.cpu >= other.cpu and self.memory >= other.memory

    def __str__(self) -> str:
        return f"{_short(self.cpu)} CPU and {_short(self.memory / 2**30)}Gi"


def _short(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.01')).normalize():f}"


@dataclass(frozen=True, slots=True)
class Pods:
    """Pods of one service or store at their most."""

    path: YamlPath
    """Where they are declared."""

    environment: str
    """Environment that declares them."""

    count: int
    """How many."""

    each: Amount
    """What one requests."""

    pool: str | None
    """Node pool they name; none for wherever there is no taint."""

    @property
    def asked(self) -> Amount:
        """What all of them request."""
        return self.each.times(self.count)


@dataclass(frozen=True, slots=True)
class Room:
    """Node pools that some pods share."""

    pools: dict[str, NodePool]
    """Pools by name; the first is the one to enlarge."""

    pods: tuple[Pods, ...]
    """Who stands in them."""

    zones: int
    """Availability zones the nodes are spread over."""

    @property
    def held(self) -> Amount:
        """What the pools hold at their most with one zone gone."""
        return self.held_by({name: pool.max for name, pool in self.pools.items()}, after_loss=True)

    @property
    def asked(self) -> Amount:
        """What the pods request at their most."""
        return sum((pods.asked for pods in self.pods), Amount())

    def held_by(self, nodes: dict[str, int], *, after_loss: bool) -> Amount:
        """What that many nodes of each pool hold."""
        left = {name: left_after_loss(count, self.zones) if after_loss else count for name, count in nodes.items()}
        return sum((usable(pool).times(left[name]) for name, pool in self.pools.items()), Amount())

    def enough(self) -> int:
        """Fewest nodes of the first pool with which everything fits."""
        first, *_ = self.pools
        nodes = {name: pool.max for name, pool in self.pools.items()}
        while not self.held_by(nodes, after_loss=True).holds(self.asked):
            nodes[first] += 1
        return nodes[first]


def usable(pool: NodePool) -> Amount:
    """What one node has for declared pods: its size, less the provider's share, less the reserve."""
    kept = Decimal(100 - RESERVE_PERCENT) / 100
    cpu, memory = Decimal(CPU_PERCENT) / 100, Decimal(MEMORY_PERCENT) / 100
    return Amount(quantity(pool.cpu) * cpu * kept, quantity(pool.memory) * memory * kept)


def left_after_loss(nodes: int, zones: int) -> int:
    """Nodes that remain when the zone with the most of them is gone; all of them where there is one zone at most."""
    return nodes if zones < 2 else nodes - math.ceil(nodes / zones)


def declared_pods(environment: Environment) -> list[Pods]:
    """Every long-running pod the environment declares, at its most; a standby counts as if it had taken over."""
    if not environment.has_workloads:
        return []
    found = [
        Pods(
            ("services", name),
            environment.environment,
            most_replicas(environment, name),
            Amount(quantity(service.resources.requests.cpu), quantity(service.resources.requests.memory)),
            service.node_pool,
        )
        for name, service in environment.services.items()
    ]
    for name, job in environment.jobs.items():
        requests = job.resources.requests
        one = Amount(quantity(requests.cpu), quantity(requests.memory))
        found.append(Pods(("jobs", name), environment.environment, job.at_once, one, job.node_pool))
    for name, store in stores_of(environment).items():
        demand = store.demand()
        if demand is not None:
            requests = demand.resources.requests
            each = Amount(quantity(requests.cpu), quantity(requests.memory))
            found.append(Pods(("data", name), environment.environment, demand.count, each, demand.node_pool))
    return found


def rooms(environment: Environment) -> list[Room]:
    """The environment's node pools with who stands in them: each pool that is named, and all without a taint together."""
    pods = [found for item in (environment, *environment.tenants) for found in declared_pods(item)]
    pools, zones = environment.cluster.node_pools, len(environment.zones)
    named = [
        Room({name: pool}, tuple(item for item in pods if item.pool == name), zones)
        for name, pool in pools.items()
        if any(item.pool == name for item in pods)
    ]
    free = {name: pool for name, pool in pools.items() if pool.taint is None}
    anywhere = tuple(item for item in pods if item.pool is None or item.pool in free)
    if not free or all(item.pool is not None for item in anywhere):
        return named  # nobody is without a pool, so each pool is its own
    biggest_first = sorted(free, key=lambda name: (-usable(free[name]).cpu * free[name].max, name))
    return [*named, Room({name: free[name] for name in biggest_first}, anywhere, zones)]


def pools_hold_their_pods(environment: Environment) -> Iterator[Problem]:
    """At every autoscaler's maximum, and with a zone gone, each pod still finds a node."""
    if not environment.has_cluster:
        return
    for room in rooms(environment):
        yield from _pods_without_a_node(environment, room)
        if not room.held.holds(room.asked):
            yield _too_small(room)


def _pods_without_a_node(environment: Environment, room: Room) -> Iterator[Problem]:
    for pods in room.pods:
        if pods.count and not any(usable(pool).holds(pods.each) for pool in room.pools.values()):
            where = " and ".join(room.pools)
            largest = usable(next(iter(room.pools.values())))
            inside = "" if pods.environment == environment.environment else f" of {pods.environment}"
            yield (
                ("cluster", "node_pools", next(iter(room.pools))), "pod-larger-than-node",
                f"a pod of {pods.path[-1]}{inside} asks for {pods.each}, a node of {where} has {largest} for pods",
                "choose a larger machine, or lower the request",
            )  # fmt: skip


def _too_small(room: Room) -> Problem:
    first, *others = room.pools
    pool = room.pools[first]
    left = left_after_loss(pool.max, room.zones)
    nodes = f"{pool.max} nodes" if left == pool.max else f"{left} of {pool.max} nodes, with one zone gone,"
    beside = f" and those of {', '.join(others)}" if others else ""
    return (
        ("cluster", "node_pools", first, "max"), "pool-too-small",
        f"{nodes}{beside} have {room.held} for pods, which at their maximum ask for {room.asked}",
        f"write {room.enough()}, choose a larger machine, or lower the services' requests or maxima",
    )  # fmt: skip
