"""What relations are asked of: one environment in its cluster, as the gates see it, and the same with one object broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.reachability.addresses import Names
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.network import Policies
from groundplan.checks.reachability.rented import Rentals
from groundplan.checks.reachability.view import Place, places, rentals_of
from groundplan.model.environment import Environment


@dataclass(frozen=True, eq=False)
class Ground:
    """One environment and its cluster."""

    environment: Environment
    """What is meant."""

    cluster: Cluster
    """What is rendered."""

    rentals: Rentals
    """What its cloud lends."""

    @property
    def scope(self) -> str:
        """`system/environment`."""
        return f"{self.environment.system}/{self.environment.environment}"

    @cached_property
    def names(self) -> Names:
        """What host names mean inside the cluster."""
        return Names(self.cluster, self.rentals)

    @cached_property
    def policies(self) -> Policies:
        """Network policies of the cluster."""
        return Policies(self.cluster)

    def replacing(self, old: Object, new: Object | None) -> Ground:
        """The same with one object changed or gone."""
        return Ground(self.environment, self.cluster.replacing(old, new), self.rentals)


class Grounds:
    """Every environment of a tree; read when the first relation is asked."""

    def __init__(self, inventory: Callable[[], Inventory | None], context: Callable[[], Context]) -> None:
        self._inventory, self._context = inventory, context

    def of(self, system: str, environment: str) -> Ground | None:
        """The ground of one environment; None where it has no cluster."""
        return self._all.get(f"{system}/{environment}")

    @cached_property
    def _all(self) -> dict[str, Ground]:
        inventory, context = self._inventory(), self._context()
        assert inventory is not None  # whoever asks holds the tree
        return dict(self._grounds(list(places(inventory, context)), rentals_of(inventory, context)))

    @staticmethod
    def _grounds(found: list[Place], rentals: Rentals) -> Iterator[tuple[str, Ground]]:
        for place in found:
            for environment in place.environments:
                ground = Ground(environment, place.cluster, rentals)
                yield ground.scope, ground
