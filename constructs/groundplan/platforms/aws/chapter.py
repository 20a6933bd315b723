"""What the environment file says of AWS: the account, network, buckets, DNS and permissions around the cluster."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from groundplan.model.values import Cidr, Duration, HostName, Model, Name, whole_seconds
from groundplan.platforms.chapter import PlatformSettings

DAY = 86400


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
    """Environment of the same system; its address block must not overlap ours."""

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
    """Whether connections are logged, into a bucket of their own. Default true."""

    flow_logs_keep: Duration = "90d"
    """How long connection logs are kept, in whole days. Default 90d."""

    endpoints: list[Literal["registry", "secrets"]] = []
    """Provider services reached without leaving the network, beside object storage, whose endpoint costs nothing and is always
    there. Default none."""


class Bucket(Model):
    """An object-storage bucket: private, encrypted, TLS only."""

    versioned: bool = True
    """Whether overwritten objects are kept. Default true."""

    expire: dict[str, Duration] = {}
    """Prefix to age at which objects are deleted, in whole days. Default never."""

    keep_versions: Duration = "30d"
    """How long overwritten and deleted objects can be brought back, in whole days. Default 30d."""

    replicate_to: Name | None = None
    """Bucket of another region that receives every object. Default none."""

    replica_of: Name | None = None
    """Bucket of another region this one receives from. Default none."""

    @model_validator(mode="after")
    def _replicates(self) -> Bucket:
        if not self.versioned and (self.replicate_to or self.replica_of):
            raise ValueError("takes part in replication, which needs versions; write versioned: true")
        for age in (*self.expire.values(), self.keep_versions):
            if whole_seconds(age) < DAY or whole_seconds(age) % DAY:
                raise ValueError(f"`{age}` is not a whole number of days; write it like 30d")
        return self


class Grant(Model):
    """A permission a service or job may ask for by name."""

    bucket: Name | None = None
    """Bucket it concerns."""

    prefix: str = ""
    """Only objects below this prefix. Default all."""

    actions: Literal["read", "write", "read-write"] = "read"
    """What may be done. Default read."""


class Record(Model):
    """One DNS record that no controller writes, such as the proof of ownership a certificate asks for."""

    type: Literal["A", "AAAA", "CAA", "CNAME", "MX", "TXT"]
    """Record type."""

    values: list[str] = Field(min_length=1)
    """What it says."""

    ttl: int = Field(default=300, ge=1)
    """Seconds resolvers may keep it. Default 300."""


class Dns(Model):
    """The public zone of the system."""

    zone: HostName
    """Zone name."""

    ttl: int = Field(default=60, ge=1)
    """Seconds resolvers may keep a record. Default 60, so that failover is quick."""

    records: dict[str, Record] = {}
    """Full record name to a record that no controller writes. Default none."""


class Access(Model):
    """Somebody who may use the cluster's API."""

    principal: str
    """Name of a role or user of AWS, e.g. `arn:aws:iam::<account>:role/<name>`."""

    level: Literal["admin", "edit", "view"] = "view"
    """What they may do in the whole cluster: `admin` everything, `edit` change workloads, `view` look at everything but the
    values of Secrets. Default view."""


class SecretsManager(Model):
    """AWS Secrets Manager, which keys of secrets are read from. See https://docs.aws.amazon.com/secretsmanager/ ."""

    prefix: str = ""
    """Every key read must start with it. Default the system's name and `/`."""

    replica_regions: list[str] = []
    """Further regions that hold a copy of every key, so that a standby can read them. Default none."""


class Aws(PlatformSettings):
    """Amazon Web Services: EKS and what is rented around it."""

    account: str = Field(pattern=r"^[0-9]{12}$")
    """Account id, its 12 digits in quotes."""

    boundary: Name = "groundplan-boundary"
    """Policy of the account that bounds every role, whatever is attached to it; people make it, see the bootstrap page.
    Default `groundplan-boundary`."""

    network: Network | None = None
    """Virtual network. Default none: somebody else owns it."""

    access: dict[Name, Access] = {}
    """Who may use the cluster's API, by a name of your choice. Default nobody beside the nodes."""

    api_cidrs: list[str] = []
    """Networks that may reach the public API endpoint. Default none: the endpoint is private."""

    addons: dict[Name, str] = {}
    """EKS add-on to its exact version. Default EKS' default version for the Kubernetes minor."""

    buckets: dict[Name, Bucket] = {}
    """Buckets by name. Default none."""

    grants: dict[Name, Grant] = {}
    """Permissions by name. Default none."""

    dns: Dns | None = None
    """Public DNS zone. Default none."""

    secrets_manager: SecretsManager = SecretsManager()
    """Where keys of secrets lie. Default below the system's name, in this region alone."""

    tls_policy: str = Field(default="ELBSecurityPolicy-TLS13-1-2-2021-06", pattern=r"^ELBSecurityPolicy-")
    """Security policy of public load balancers: which ciphers and versions of TLS they speak. Default 1.2 and 1.3.

    See https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html .
    """

    tags: dict[str, str] = {}
    """Tags on every resource beside system, environment and owner. Default none."""
