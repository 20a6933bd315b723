"""What the reachability gate asks whoever knows a network: `effect/reachability.py` of a platform's or a store's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from groundplan.checks.effects import effects
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

if TYPE_CHECKING:
    from groundplan.checks.provided import RentedHost
    from groundplan.checks.reachability.cluster import Cluster
    from groundplan.checks.reachability.flows import Flow
    from groundplan.checks.reachability.rented import Rentals


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The cloud around one cluster."""

    public: tuple[str, ...] = ()
    """Address blocks where load balancers for the public stand. Default none known."""

    internal: tuple[str, ...] = ()
    """Address blocks where load balancers for the inside stand. Default none known."""

    agents: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(namespace, name) of ServiceAccounts that are given an identity on the node, to the address where. Default none."""

    by_token: frozenset[tuple[str, str]] = frozenset()
    """(namespace, name) of ServiceAccounts that prove who they are to the cloud by a token of their own. Default none."""

    def __or__(self, other: Surroundings) -> Surroundings:
        agents = {**self.agents, **other.agents}
        by_token = self.by_token | other.by_token
        return Surroundings(self.public + other.public, self.internal + other.internal, agents, by_token)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a rented resource is reached."""

    block: str
    """Address block; empty for a public address."""

    endpoint: Object | None = None
    """Its private endpoint. Default none: it stands there itself, or has a public address."""


OfKind = Callable[[str, str], Iterable[Object]]
"""By group and kind, the objects of it."""

Where = Callable[[Object, "RentedHost"], Standing | None]
"""By a rented resource and one of the names it is asked by."""


class Cloud:
    """What one platform's or store's objects are to the network; the answers here are those of one that has nothing in it."""

    def surroundings(self, objects: Sequence[Object]) -> Surroundings:
        """What the objects of the environments that share a cluster say about what is around it. Default nothing."""
        return Surroundings()

    def identities(self, cluster: Cluster) -> Iterator[Flow]:
        """What pods ask to take on an identity of the cloud. Default nothing."""
        yield from ()

    def clients(self, cluster: Cluster) -> Iterator[Flow]:
        """Who asks what its objects make, by what pods hold to sign in with. Default nobody."""
        yield from ()

    def standing(self, objects: Sequence[Object]) -> Where:
        """Tells where a rented resource is reached, and None of what is not its own. Default None of everything.

        Args:
            objects: everything that is rendered.
        """
        return lambda item, host: None

    def health_port(self, annotations: Mapping[str, str]) -> int | None:
        """Port of pods that its load balancer asks whether they live. Default None: it asks none."""
        return None

    def balanced(self, cluster: Cluster) -> Iterator[Flow]:
        """Who comes in by load balancers that its objects make. Default nobody."""
        yield from ()

    def followed(self, cluster: Cluster, hosts: Mapping[str, tuple[str, ...]]) -> Iterator[Flow]:
        """Whom its objects follow on other clusters; `hosts` is where each name leads. Default nobody."""
        yield from ()

    def public_names(
        self, objects: Mapping[str, tuple[Object, ...]], internal: Mapping[str, tuple[str, ...]]
    ) -> Mapping[str, tuple[str, ...]]:
        """Host names of such load balancers, to the address blocks where each stands. Default none.

        Args:
            objects: objects of each cluster.
            internal: address blocks of load balancers for the inside, by cluster.
        """
        return {}

    def refused(
        self,
        inventory: Inventory,
        cluster: str,
        own: Sequence[Object],
        flows: Iterable[Flow],
        assigned: Mapping[str, str],
    ) -> Iterator[Finding]:
        """Flows of a cluster that the cloud's own firewalls do not let through. Default none.

        Args:
            inventory: the rendered tree.
            cluster: the cluster, as the inventory calls it.
            own: objects of the environments that share it.
            flows: everything that somebody opens.
            assigned: ids that the cloud gave out, to the names of their objects.
        """
        yield from ()

    def unresolved(self, inventory: Inventory, rentals: Rentals) -> Iterator[Finding]:
        """Names of rented resources that lead elsewhere than to them. Default none."""
        yield from ()

    def miscounted(self, inventory: Inventory) -> Iterator[Finding]:
        """Gateways that take the address of whoever is before them for a client's. Default none."""
        yield from ()

    def ended(self, inventory: Inventory) -> Iterator[Finding]:
        """Ways from outside that end in the cloud's network, though something is served at their end. Default none."""
        yield from ()

    def keeps_images(self, of: OfKind, registry: str) -> frozenset[str] | None:
        """Regions that a registry hands images out in; None where it is none of this cloud's. Default None.

        Args:
            of: everything that is rendered, by kind.
            registry: its host name.
        """
        return None


@cache
def clouds() -> tuple[Cloud, ...]:
    """Every platform and store that has something in the network."""
    return tuple(module.READER() for module in effects("reachability"))
