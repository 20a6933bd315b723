"""The cloud chapter: network, buckets, registries, DNS and identities around the cluster."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundplan.environment.values import Cidr, Duration, HostName, Model, Name


class Subnet(Model):
    """One subnet of the network."""

    cidr: Cidr
    """Address block, inside the network's."""

    zone: int = Field(ge=1)
    """Which of the cluster's zones it stands in, counted from 1."""

    tier: Literal["public", "app", "db"]
    """Public subnets have a route to the Internet; app and db leave through NAT and are never reached from it."""


class Bastion(Model):
    """A host to reach private subnets from; Session Manager only, no open port."""

    subnet: Name
    """Public subnet it stands in."""

    instance: str = "t3.micro"
    """Machine type. Default t3.micro."""

    image: str
    """Machine image id."""


class Peer(Model):
    """Another environment's network this one exchanges packets with."""

    environment: Name
    """Environment of the same system."""

    request: bool = False
    """True on the side that asks for the peering. Default false: this side accepts."""


class Network(Model):
    """The virtual network a cluster stands in."""

    cidr: Cidr
    """Address block of the whole network."""

    subnets: dict[Name, Subnet]
    """Subnets by name."""

    nat: Literal["per-zone", "single"] = "per-zone"
    """NAT gateways: one in each zone, so that losing a zone leaves the others connected, or one for all. Default per-zone."""

    bastion: Bastion | None = None
    """Way in for people. Default none."""

    peers: dict[Name, Peer] = {}
    """Peerings. Default none."""

    flow_logs: bool = True
    """Whether connections are logged. Default true."""


class Bucket(Model):
    """An object-storage bucket: private, encrypted, TLS only."""

    versioned: bool = True
    """Whether overwritten objects are kept. Default true."""

    expire: dict[str, Duration] = {}
    """Prefix to age at which objects are deleted. Default never."""

    replicate_to: Name | None = None
    """Bucket of another region that receives every object. Default none."""

    replica_of: Name | None = None
    """Bucket of another region this one receives from. Default none."""


class Grant(Model):
    """A permission a service or job may ask for by name."""

    bucket: Name | None = None
    """Bucket it concerns."""

    prefix: str = ""
    """Only objects below this prefix. Default all."""

    actions: Literal["read", "write", "read-write"] = "read"
    """What may be done. Default read."""


class Dns(Model):
    """The public zone of the system."""

    zone: HostName
    """Zone name."""

    ttl: int = Field(default=60, ge=1)
    """Seconds resolvers may keep a record. Default 60, so that failover is quick."""


class Cloud(Model):
    """What the system rents around its cluster."""

    account: str = Field(pattern=r"^[0-9]{12}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
    """AWS account id or Azure subscription id."""

    registry: str | None = None
    """Host of the container registry the services' images come from. Default the provider's registry of the account."""

    network: Network | None = None
    """Virtual network. Default none: somebody else owns it."""

    buckets: dict[Name, Bucket] = {}
    """Buckets by name. Default none."""

    grants: dict[Name, Grant] = {}
    """Permissions by name. Default none."""

    dns: Dns | None = None
    """Public DNS zone. Default none."""

    tags: dict[str, str] = {}
    """Tags on every resource beside system, environment and owner. Default none."""
