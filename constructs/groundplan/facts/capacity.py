"""What pods ask for at most, as the environments declare it; the gate `capacity` judges what is rendered of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from groundplan.facts.replicas import most_replicas
from groundplan.model.environment import Environment
from groundplan.model.values import quantity
from groundplan.stores.registry import stores_of
from groundplan.yaml.marked import YamlPath

SURGE_PERCENT = 33
"""Nodes that an upgrade adds for a while."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Cores, and bytes of memory and of a node's own disk."""

    cpu: Decimal = Decimal(0)
    memory: Decimal = Decimal(0)
    disk: Decimal = Decimal(0)

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.cpu + other.cpu, self.memory + other.memory, self.disk + other.disk)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.cpu - other.cpu, self.memory - other.memory, self.disk - other.disk)

    def times(self, factor: Decimal | int) -> Amount:
        """The same, `factor` times."""
        return Amount(self.cpu * factor, self.memory * factor, self.disk * factor)

    def holds(self, other: Amount) -> bool:
        """Whether `other` fits."""
        return self.cpu >= other.cpu and self.memory >= other.memory and self.disk >= other.disk

    def share_of(self, whole: Amount) -> Decimal:
        """The largest part that it takes of anything `whole` has."""
        pairs = ((self.cpu, whole.cpu), (self.memory, whole.memory), (self.disk, whole.disk))
        return max((part / of if of else Decimal(part > 0) for part, of in pairs), default=Decimal(0))

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
        for demand in store.demands():
            requests = demand.resources.requests
            each = Amount(quantity(requests.cpu), quantity(requests.memory))
            found.append(Pods(("data", name), environment.environment, demand.count, each, demand.node_pool))
    return found
