"""What stands around a cluster, read from its cloud's objects: where load balancers are, which accounts have identities."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from groundplan.checks.inventory import Object

PUBLIC_BALANCERS = "kubernetes.io/role/elb"
INTERNAL_BALANCERS = "kubernetes.io/role/internal-elb"
"""Tags by which load balancers find their subnets.

See https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/ .
"""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The cloud around one cluster."""

    public: tuple[str, ...] = ()
    """Address blocks where load balancers for the public stand. Default none known."""

    internal: tuple[str, ...] = ()
    """Address blocks where load balancers for the inside stand. Default none known."""

    accounts: frozenset[tuple[str, str]] = frozenset()
    """(namespace, name) of ServiceAccounts that an association gives an identity. Default none."""


def surroundings(objects: Iterable[Object], scopes: Collection[str]) -> Surroundings:
    """What the objects of the environments `scopes`, which share one cluster, say about its cloud."""
    own = [item for item in objects if item.scope in scopes]
    gateways = {name for item in own if item.kind == "ApplicationGateway" for name in _subnets_of(item)}
    return Surroundings(
        public=(*_tagged(own, PUBLIC_BALANCERS), *_named(own, gateways)),
        internal=_tagged(own, INTERNAL_BALANCERS),
        accounts=frozenset(
            (item.spec["namespace"], item.spec["serviceAccount"])
            for item in own
            if item.kind == "PodIdentityAssociation"
        ),
    )


def _tagged(objects: Iterable[Object], tag: str) -> tuple[str, ...]:
    return tuple(
        str(item.spec["cidrBlock"])
        for item in objects
        if item.group == "ec2.services.k8s.aws"
        and item.kind == "Subnet"
        and any(entry["key"] == tag for entry in item.spec.get("tags", []))
    )


def _named(objects: Iterable[Object], names: Collection[str]) -> tuple[str, ...]:
    return tuple(
        str(item.spec["addressPrefix"])
        for item in objects
        if item.kind == "VirtualNetworksSubnet" and item.name in names
    )


def _subnets_of(gateway: Object) -> list[str]:
    entries = gateway.spec.get("gatewayIPConfigurations", [])
    return [entry["subnet"]["reference"]["name"] for entry in entries if "subnet" in entry]
