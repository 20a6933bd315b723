"""Where the names of rented resources lead: the subnet a resource stands in, or that of its private endpoint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from groundplan.checks.inventory import Object
from groundplan.checks.made import filled_host
from groundplan.checks.provided import KindMaker, RentedHost
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
        self._subnets = {
            (item.namespace, item.name): str(item.spec.get("addressPrefix", ""))
            for item in objects
            if item.kind == "VirtualNetworksSubnet"
        }
        self._endpoints = {_served(item): item for item in objects if item.kind == "PrivateEndpoint"}
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
        endpoint = self._endpoints.get((item.namespace, item.kind, item.name))
        subnet = endpoint.spec["subnet"]["reference"]["name"] if endpoint is not None else host.subnet
        cidr = self._subnets.get((item.namespace, subnet), "")
        block = Block(cidr, f"{host.host} in {cidr}", is_subnet=True) if cidr else None
        return Rented(item, host.host.lower(), block, endpoint, host.zone)


def _hosts(item: Object, maker: KindMaker) -> Iterator[RentedHost]:
    for host in maker.hosts:
        filled = filled_host(host, item.document)
        if filled is not None:
            yield filled


def _served(endpoint: Object) -> tuple[str, str, str]:
    """(namespace, kind, name) of what a private endpoint leads to."""
    connections = endpoint.spec.get("privateLinkServiceConnections") or [{}]
    reference = connections[0].get("privateLinkServiceReference", {})
    return endpoint.namespace, reference.get("kind", ""), reference.get("name", "")
