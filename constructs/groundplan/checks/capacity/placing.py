"""Puts pods on nodes as a scheduler could: the largest first, each on the first node that takes it.

What finds no node this way is very likely to find none with the real scheduler, which spreads pods instead of packing
them; what is placed shows that there is a way. See https://kubernetes.io/docs/concepts/scheduling-eviction/ .
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from groundplan.checks.capacity.demand import Demand, Json
from groundplan.checks.selections import matches
from groundplan.facts.capacity import Amount
from groundplan.kubernetes.taints import tolerates
from groundplan.platforms.nodes import Pool

HOST = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"
EVERYWHERE = {"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
"""Labels that every node has."""

KEEPS_AWAY = ("NoSchedule", "NoExecute")


class Reason(StrEnum):
    """Why a pod finds no node."""

    NOWHERE = "nowhere"
    """No pool has the labels it asks for and only taints that it stands."""

    APART = "apart"
    """There is room, but beside whom it may not stand."""

    FULL = "full"
    """No node has as much left."""


@dataclass(slots=True)
class Node:
    """One node and what is left of it."""

    pool: Pool
    """Its pool."""

    name: str
    """Its name, which is its host name too."""

    zone: str
    """Its zone; empty where there is one nobody names."""

    free: Amount
    """What is left."""

    pods: int = 0
    """Pods on it."""

    volumes: int = 0
    """Disks it carries."""

    guests: int = 0
    """Pods on it that are not on each node."""

    holds: list[Demand] = field(default_factory=list)
    """Whose pods stand on it."""

    def takes(self, demand: Demand) -> bool:
        """Whether one more pod finds what it asks for."""
        return (
            self.pods < self.pool.pods
            and self.free.holds(demand.each)
            and (not self.pool.volumes or self.volumes + len(demand.volumes) <= self.pool.volumes)
        )

    def room(self) -> Decimal:
        """Share of cores and memory that is left: the scheduler prefers the node with most.

        See https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins (`NodeResourcesFit`).
        """
        return self.free.cpu / self.pool.each.cpu + self.free.memory / self.pool.each.memory

    def add(self, demand: Demand) -> None:
        """Put one pod on it."""
        self.free -= demand.each
        self.pods += 1
        self.volumes += len(demand.volumes)
        self.guests += not demand.per_node
        self.holds.append(demand)

    def remove(self, demand: Demand) -> None:
        """Take one pod from it."""
        self.free += demand.each
        self.pods -= 1
        self.volumes -= len(demand.volumes)
        self.guests -= not demand.per_node
        self.holds.remove(demand)

    def place(self, key: str) -> str:
        """Value of the label that divides nodes into places."""
        if key == HOST:
            return self.name
        return self.zone if key == ZONE else self.pool.labels.get(key, "")


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Pods of one workload that find no node."""

    demand: Demand
    """The workload."""

    count: int
    """How many."""

    reason: Reason
    """Why."""


class Cluster:
    """Some number of nodes of each pool, with what is on each of them, and room for the rest."""

    def __init__(
        self, pools: Sequence[Pool], counts: Mapping[str, int], without: str | None = None, *, even: bool = False
    ) -> None:
        self.pools, self._even = pools, even
        self.nodes = [
            node for pool in pools for node in _nodes(pool, counts[pool.name]) if node.zone != without or not without
        ]
        self.unplaced: list[Unplaced] = []
        self._welcome: dict[tuple[int, str, str], bool] = {}

    def welcome(self, demand: Demand, node: Node) -> bool:
        """Whether labels and taints of the node suit the pods."""
        key = (id(demand), node.pool.name, node.zone)
        if key not in self._welcome:
            self._welcome[key] = suits(demand, node.pool, node.zone)
        return self._welcome[key]

    def fill(self, demands: Iterable[tuple[Demand, int]]) -> None:
        """Place everything: first what is on each node, then those who may not stand beside anybody, then the largest."""
        wanted = list(demands)
        for demand, _ in wanted:
            if demand.per_node:
                self._on_each(demand)
        rest = [(demand, count) for demand, count in wanted if not demand.per_node and count]
        whole = max((pool.each for pool in self.pools), key=lambda each: each.cpu, default=Amount())
        rest.sort(key=lambda entry: (not entry[0].constrained, -entry[0].each.share_of(whole), entry[0].name))
        for demand, count in rest:
            self.place(demand, count)

    def place(self, demand: Demand, count: int) -> list[Node]:
        """Place `count` pods; those without a node are noted. Returns the nodes of the others."""
        used = []
        for number in range(count):
            node = self._first(demand)
            if node is None:
                self.unplaced.append(Unplaced(demand, count - number, self._why(demand)))
                break
            node.add(demand)
            used.append(node)
        return used

    def _on_each(self, demand: Demand) -> None:
        missing = 0
        for node in self.nodes:
            if self.welcome(demand, node):
                missing += not node.takes(demand)
                node.add(demand)
        if missing:
            self.unplaced.append(Unplaced(demand, missing, Reason.FULL))

    def _first(self, demand: Demand) -> Node | None:
        suitable = (node for node in self.nodes if node.takes(demand) and self.welcome(demand, node))
        if not demand.constrained:
            return max(suitable, key=Node.room, default=None) if self._even else next(suitable, None)
        refused = {rule.key: self._refused(rule.key, demand) for rule in demand.apart}
        crowded = {rule.key: self._crowded(rule.key, rule.skew, demand, rule.labels) for rule in demand.spread}
        return next(
            (
                node
                for node in suitable
                if all(node.place(key) not in places for key, places in (*refused.items(), *crowded.items()))
            ),
            None,
        )

    def _refused(self, key: str, demand: Demand) -> set[str]:
        """Places in which somebody stands whom the pods may not stand beside."""
        rules = [rule for rule in demand.apart if rule.key == key]
        return {
            node.place(key)
            for node in self.nodes
            for other in node.holds
            if other.namespace == demand.namespace
            and any(matches(other.labels, rule.labels, rule.expressions) for rule in rules)
        }

    def _crowded(self, key: str, skew: int, demand: Demand, labels: Mapping[str, str]) -> set[str]:
        """Places that hold so many of the pods that one more would be too uneven."""
        counts: Counter[str] = Counter()
        for node in self.nodes:
            if self.welcome(demand, node):
                same = (other.namespace == demand.namespace and matches(other.labels, labels) for other in node.holds)
                counts[node.place(key)] += sum(same)
        fewest = min(counts.values(), default=0)
        return {place for place, count in counts.items() if count + 1 - fewest > skew}

    def _why(self, demand: Demand) -> Reason:
        suitable = [node for node in self.nodes if self.welcome(demand, node)]
        if not suitable:
            return Reason.NOWHERE
        return Reason.APART if any(node.takes(demand) for node in suitable) else Reason.FULL

    def used(self) -> dict[str, int]:
        """Nodes of each pool on which somebody stands who is not on each of them."""
        found = dict.fromkeys((pool.name for pool in self.pools), 0)
        for node in self.nodes:
            found[node.pool.name] += bool(node.guests)
        return found

    def addressed(self) -> dict[str, list[int]]:
        """Pods with addresses of their own on each node of each pool."""
        found: dict[str, list[int]] = defaultdict(list)
        for node in self.nodes:
            found[node.pool.name].append(sum(not demand.host_network for demand in node.holds))
        return found


def suits(demand: Demand, pool: Pool, zone: str) -> bool:
    """Whether labels and taints of a pool's nodes in a zone suit the pods."""
    labels = {**EVERYWHERE, ZONE: zone, **pool.labels}
    if not matches(labels, demand.selector):
        return False
    if demand.terms and not any(matches(labels, {}, tuple(term.get("matchExpressions", ()))) for term in demand.terms):
        return False
    return not any(True for _ in refusing(demand, pool))


def refusing(demand: Demand, pool: Pool) -> Iterator[Json]:
    """Taints of the pool that keep the pods away."""
    for taint in pool.taints:
        if taint["effect"] in KEEPS_AWAY and not any(tolerates(rule, taint) for rule in demand.tolerations):
            yield taint


def _nodes(pool: Pool, count: int) -> Iterator[Node]:
    """Nodes in turn in each zone, as autoscalers that balance zones make them."""
    for number in range(count):
        zone = pool.zones[number % len(pool.zones)] if pool.zones else ""
        yield Node(pool, f"{pool.name}-{number}", zone, pool.each)
