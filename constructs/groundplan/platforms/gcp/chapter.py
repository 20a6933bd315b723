"""What the environment file says of Google Cloud: the project, network, cluster, buckets, names and rights around it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from groundplan.model.values import Cidr, Duration, HostName, Model, Name, whole_seconds
from groundplan.platforms.chapter import PlatformSettings

DAY = 86400

Tier = Literal["public", "app", "db"]


class Project(Model):
    """The project everything is made in. It exists before anything here does."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")
    """Its id, e.g. `shop-production`."""

    number: str = Field(pattern=r"^[0-9]{6,19}$")
    """Its number, in quotes: principals of pods and Google's own agents are named by it."""


class Subnet(Model):
    """One subnet; it spans every zone of the region."""

    cidr: Cidr
    """Address block of the machines, inside the network's."""

    tier: Tier
    """Machines of a public subnet may have addresses of their own; app and db leave by NAT and are never reached from
    outside."""


class Network(Model):
    """The network a cluster stands in."""

    cidr: Cidr
    """Address block that every subnet lies in."""

    subnets: dict[Name, Subnet]
    """Subnets by name."""

    pods: Cidr
    """Address block of the pods, beside the network's. A node takes 256 addresses of it, which no other node gets."""

    services: Cidr
    """Address block of Services, beside both."""

    nat_addresses: int = Field(default=1, ge=1, le=10)
    """Addresses that everything inside goes out by, so that others can admit them by name. Default 1."""

    flow_logs: bool = True
    """Whether connections are logged. Default true."""

    peers: list[Name] = []
    """Environments of the same system whose networks this one exchanges packets with; each names the other. Default none."""


class Maintenance(Model):
    """When Google may upgrade nodes and the control plane."""

    begin: str = Field(pattern=r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:00Z$")
    """First begin of the window, in UTC: 2026-11-21T17:00:00Z."""

    hours: int = Field(default=4, ge=4, le=24)
    """How long it lasts. Default 4, the shortest that Google takes."""

    repeats: str = Field(default="FREQ=WEEKLY;BYDAY=SA", pattern=r"^FREQ=")
    """How it repeats, as RFC 5545 writes it, in UTC. Default each Saturday; Google wants 48 hours in 32 days."""


class Gke(Model):
    """A regional cluster of Google Kubernetes Engine: private nodes, Dataplane V2, workload identity."""

    channel: Literal["REGULAR", "STABLE", "EXTENDED"] = "REGULAR"
    """Release channel, by which Google upgrades patches, and minors when their time is over. Default REGULAR."""

    api_cidrs: list[Cidr] = []
    """Networks that may reach the API server's public address. Default none: it has a private one, and a name that opens
    to whoever IAM permits."""

    spot_pools: list[Name] = []
    """Node pools of machines that Google takes back at any time, for less. Default none."""

    maintenance: Maintenance | None = None
    """When Google may upgrade it. Default whenever Google likes."""


class Bucket(Model):
    """A bucket of Cloud Storage: private, encrypted with a key of its own, rights by IAM alone."""

    versioned: bool = True
    """Whether overwritten and deleted objects are kept. Default true."""

    keep_versions: Duration = "30d"
    """How long they can be brought back, in whole days. Default 30d."""

    expire: dict[str, Duration] = {}
    """Prefix to age at which objects are deleted, in whole days. Default never."""

    retain: Duration | None = None
    """How long nobody may delete or overwrite an object, in whole days; such a bucket keeps no versions. Default anytime."""

    beside: str | None = None
    """Region of the same continent that holds every object as well, so that losing one region loses nothing. Default none.

    See https://cloud.google.com/storage/docs/locations#location-dr .
    """

    of: Name | None = None
    """Environment of the system that has the bucket, where this one only reads or writes it. Default its own."""

    @model_validator(mode="after")
    def _keeps(self) -> Bucket:
        for age in (*self.expire.values(), self.keep_versions, *([self.retain] if self.retain else [])):
            if whole_seconds(age) < DAY or whole_seconds(age) % DAY:
                raise ValueError(f"`{age}` is not a whole number of days; write it like 30d")
        if self.retain is not None and self.versioned:
            raise ValueError("has retain, and with it no versions; write versioned: false")
        return self


class Grant(Model):
    """A permission a service or job may ask for by name."""

    bucket: Name
    """Bucket it concerns."""

    prefix: str = Field(default="", pattern=r"^[A-Za-z0-9._/-]*$")
    """Only objects below this prefix. Default all."""

    actions: Literal["read", "write", "read-write"] = "read"
    """What may be done. Default read."""


class Record(Model):
    """One DNS record that no controller writes."""

    type: Literal["A", "AAAA", "CAA", "CNAME", "MX", "TXT"]
    """Record type."""

    values: list[str] = Field(min_length=1)
    """What it says."""

    ttl: int = Field(default=300, ge=1)
    """Seconds resolvers may keep it. Default 300."""


class Dns(Model):
    """The public zone of the system, in Cloud DNS, signed."""

    zone: HostName
    """Zone name."""

    ttl: int = Field(default=60, ge=1)
    """Seconds resolvers may keep a record. Default 60, so that failover is quick."""

    records: dict[str, Record] = {}
    """Full record name to a record that no controller writes. Default none."""


class Cdn(Model):
    """Cloud CDN: static files are served from a bucket, from wherever Google has an edge."""

    host: HostName
    """Public name, in the zone."""

    bucket: Name
    """Bucket of the files, which anybody may read one by one. It is made for this, and nothing else lies in it."""

    keep: Duration = "1h"
    """How long an edge keeps a file that does not say so itself. Default 1h."""


class Access(Model):
    """Somebody who may use the cluster's API."""

    member: str = Field(pattern=r"^(user|group|serviceAccount|principal|principalSet):.+")
    """Who, as IAM writes it: `group:platform@example.com`."""

    level: Literal["admin", "edit", "view"] = "view"
    """What they may do in the whole cluster. Default view."""


class SecretManager(Model):
    """Secret Manager, which keys of secrets are read from. See https://cloud.google.com/secret-manager/docs/overview ."""

    regions: list[str] = []
    """Further regions that hold a copy of every value, so that a standby can read them. Default none."""


class Gcp(PlatformSettings):
    """Google Cloud: GKE, or a cluster made elsewhere in a project, and what is rented around it."""

    project: Project
    """The project that pays."""

    controller: str | None = Field(
        default=None, pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z0-9.-]+\.iam\.gserviceaccount\.com$"
    )
    """Service account that Config Connector acts as for this environment. Default `config-connector` of the project."""

    network: Network | None = None
    """Virtual network. Default none: somebody else owns it."""

    gke: Gke | None = None
    """The cluster as Google runs it. Default none: it is made elsewhere, and `issuer` says who signs its tokens."""

    issuer: str | None = Field(default=None, pattern=r"^https://[^\s]+$")
    """Who signs the tokens of ServiceAccounts, where the cluster is not GKE's: `--service-account-issuer` of its API server,
    which answers the public. Default GKE."""

    access: dict[Name, Access] = {}
    """Who may use the API of GKE, by a name of your choice. Default nobody."""

    buckets: dict[Name, Bucket] = {}
    """Buckets by name. Default none."""

    grants: dict[Name, Grant] = {}
    """Permissions by name. Default none."""

    dns: Dns | None = None
    """Public DNS zone. Default none."""

    cdn: Cdn | None = None
    """Static files from Google's edges. Default none."""

    secret_manager: SecretManager = SecretManager()
    """Where keys of secrets lie. Default in this region alone."""

    labels: dict[str, str] = {}
    """Labels on every resource beside system, environment and owner. Default none."""
