"""Where the names of rented resources lead: the subnet a resource stands in, or that of its private endpoint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from groundplan.checks.inventory import Object
from groundplan.checks.made import filled_host
from groundplan.checks.provided import KindMaker, RentedHost
from groundplan.checks.reachability.cloud import Standing, clouds
from groundplan.checks.reachability.network import Block


@dataclass(frozen=True, slots=True)
class Rented:
    """One rented resource and where it is reached."""

    resource: Object
    """The object of it."""

    host: str
    """Name it is asked by."""

    block: Block | None
    """Subnet it is reached in; None for a public address."""

    endpoint: Object | None
    """Its private endpoint. None where it stands in a subnet itself, or has a public address."""

    zone: str
    """Private zone its endpoint is registered in."""


class Rentals:
    """Every rented resource of the repository, by the name it is asked by."""

    def __init__(self, objects: Sequence[Object], makers: Iterable[KindMaker]) -> None:
        self._where = [cloud.standing(objects) for cloud in clouds()]
        kinds = {maker.of: maker for maker in makers if maker.hosts}
        self.all = tuple(
            self._rented(item, host)
            for item in objects
            if f"{item.group}/{item.kind}" in kinds
            for host in _hosts(item, kinds[f"{item.group}/{item.kind}"])
        )
        self._by_host: Mapping[str, Rented] = {rented.host: rented for rented in self.all}

    def find(self, host: str) -> Rented | None:
        """The resource of that name, if we rent it."""
        return self._by_host.get(host.lower())

    def _rented(self, item: Object, host: RentedHost) -> Rented:
        answers = (where(item, host) for where in self._where)
        at = next((answer for answer in answers if answer is not None), Standing(""))
        block = Block(at.block, f"{host.host} in {at.block}", is_subnet=True) if at.block else None
        return Rented(item, host.host.lower(), block, at.endpoint, host.zone)


def _hosts(item: Object, maker: KindMaker) -> Iterator[RentedHost]:
    for host in maker.hosts:
        filled = filled_host(host, item.document)
        if filled is not None:
            yield filled
