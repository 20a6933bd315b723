"""What the environment file says of Azure: subscription, network, cluster, vault and what stands around them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from groundplan.model.values import Cidr, Duration, Model, Name, Quantity, TimeZone, off_is_none
from groundplan.platforms.azure.edge_chapter import Edge
from groundplan.platforms.chapter import PlatformSettings

UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"

Zones = list[str]


class Naming(Model):
    """The naming convention of Azure resources: `<abbreviation>-<org>-<stage>-<system>[-<purpose>]-<sequence>`.

    Without it a resource is called `<abbreviation>-<system>-<environment>`. Kinds that allow no hyphen drop them.
    """

    org: str = Field(default="", pattern=r"^[a-z0-9]*$")
    """Segment after the abbreviation, e.g. `az01`. Default none."""

    system: str = Field(default="", pattern=r"^[a-z0-9-]*$")
    """Short name of the system in resource names, e.g. `ab`. Default the system's name."""

    stage: str = Field(default="", pattern=r"^[a-z0-9]*$")
    """Short name of the environment in resource names, e.g. `prd`. Default the environment's name."""

    sequence: str = Field(default="", pattern=r"^[0-9]*$")
    """Last segment, e.g. `01`. Default none."""


class ServerMaintenance(Model):
    """A weekly window for the provider's maintenance, in the time zone given."""

    day: Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    """Day of the week, in `time_zone`."""

    start: str = Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    """Start, `HH:MM` in `time_zone`."""

    hours: int = Field(default=4, ge=1, le=24)
    """Length in hours; AKS upgrade windows are at least 4. Default 4."""

    time_zone: TimeZone = "UTC"
    """IANA time zone. Default UTC."""

    monthly: bool = False
    """True for the first such day of a month only. Default false: every week."""


class AzureCluster(Model):
    """Settings of an AKS cluster. See https://learn.microsoft.com/azure/aks/ ."""

    tier: Literal["Free", "Standard", "Premium"] = "Standard"
    """Service tier; Standard carries the uptime agreement, Premium long-term support. Default Standard."""

    private: bool = True
    """Whether the API server has a private address only. Default true."""

    network_mode: Literal["overlay", "flat"] = "overlay"
    """Azure CNI mode. Overlay pods take no subnet addresses; flat pods take one each. Default overlay."""

    network_policy: Literal["azure", "cilium", "calico"] = "azure"
    """Engine that enforces network policies. Default azure."""

    service_cidr: Cidr = "172.16.0.0/16"
    """Addresses of Services; outside the network. Default 172.16.0.0/16."""

    pod_cidr: Cidr = "172.20.0.0/14"
    """Addresses of pods in overlay mode; outside the network. Default 172.20.0.0/14."""

    subnet: Name = "application"
    """Subnet of the nodes. Default `application`."""

    outbound_addresses: int = Field(default=0, ge=0, le=16)
    """Public addresses of our own that connections to the outside come from, so that others can list them. Default 0: the
    cluster has one that is lost with it."""

    api_cidrs: list[str] = []
    """Networks that may reach a public API server. Default any, for one that is not private."""

    admin_groups: list[str] = []
    """Object ids of the Entra groups that administer the cluster. Default none."""

    maintenance: ServerMaintenance | None = None
    """Window for upgrades of nodes and control plane. Default Azure's choice."""

    spot_pools: list[Name] = []
    """Node pools on spot capacity; refused in production. Default none."""


class AzurePostgres(Model):
    """A PostgreSQL Flexible Server. See https://learn.microsoft.com/azure/postgresql/flexible-server/ ."""

    sku: str = "Standard_D2s_v3"
    """Compute size. Default Standard_D2s_v3."""

    tier: Literal["Burstable", "GeneralPurpose", "MemoryOptimized"] = "GeneralPurpose"
    """Compute tier. Default GeneralPurpose."""

    high_availability: Literal["zone-redundant", "same-zone", "none"] = "none"
    """Standby with automatic failover. Default none."""

    zone: str = "1"
    """Zone of the primary. Default 1."""

    standby_zone: str = "2"
    """Zone of the standby; another than `zone`. Default 2."""

    subnet: Name = "database"
    """Subnet of the private endpoint, or the delegated one. Default `database`."""

    access: Literal["private-endpoint", "delegated-subnet"] = "private-endpoint"
    """How the server stands in the network; the two exclude each other. Default private-endpoint."""

    minimum_tls: Literal["TLSv1.2", "TLSv1.3"] = "TLSv1.2"
    """Oldest protocol accepted. Default TLSv1.2."""

    geo_redundant_backup: bool = False
    """Whether backups are copied to the paired region; only at creation. Default false."""

    read_replicas: dict[Name, ReadReplica] = {}
    """Readable copies by name, at most five. Default none."""

    pooler: bool = False
    """Whether the built-in PgBouncer listens on 6432; not on Burstable. Default false."""

    maintenance: ServerMaintenance | None = None
    """Weekly window. Default Azure's choice."""

    parameters: dict[str, str] = {}
    """Server parameters beside the derived ones. Default none."""


class ReadReplica(Model):
    """A readable copy of a Flexible Server."""

    sku: str
    """Compute size."""

    region: str | None = None
    """Region. Default the primary's."""

    purpose: Literal["read", "recovery"]
    """What it is for: to share reads, or to be promoted when the primary's region is lost."""


class AzureRedis(Model):
    """An Azure Cache for Redis. See https://learn.microsoft.com/azure/azure-cache-for-redis/ ."""

    tier: Literal["Basic", "Standard", "Premium"] = "Standard"
    """Service tier. Default Standard."""

    capacity: int = Field(default=1, ge=0, le=6)
    """Size within the tier: C0 to C6, P1 to P5. Default 1."""

    shards: int | None = Field(default=None, ge=1, le=10)
    """Shards of a Premium cluster. Default none: not clustered."""

    replicas_per_primary: int = Field(default=1, ge=1, le=3)
    """Copies of each shard. Default 1."""

    zones: Zones = []
    """Zones the nodes are spread over; Premium only. Default none."""

    persistence: Literal["none", "rdb", "aof"] = "none"
    """Persistence to storage; Premium offers one of the two, never both, and neither with geo-replication. Default none."""

    storage: Name | None = None
    """Storage account of this chapter that persistence writes to, as the cache's own identity. Default none."""

    snapshot_minutes: Literal[15, 30, 60, 360, 720, 1440] = 60
    """Time between two snapshots with `rdb`. Default 60."""

    subnet: Name = "cache"
    """Subnet of the private endpoint. Default `cache`."""

    minimum_tls: Literal["1.2"] = "1.2"
    """Oldest protocol accepted; the service has no newer. Default 1.2."""

    geo_replica_of: str | None = None
    """Environment whose cache this one follows. Default none."""

    maintenance: ServerMaintenance | None = None
    """Weekly window for patches, at least five hours long; Premium only. Default Azure's choice."""


class AzureShare(Model):
    """A file share in a storage account of this chapter. See https://learn.microsoft.com/azure/storage/files/ .

    The share and its StorageClass follow from the store, so that its size stands in one place.
    """

    account: Name = "main"
    """Storage account of this chapter that holds it. Default `main`."""

    user: int = Field(default=10001, ge=1)
    """User and group that every file belongs to: the protocol knows no owners. Default 10001, as services run."""


class KeyVault(Model):
    """An Azure Key Vault. See https://learn.microsoft.com/azure/key-vault/ ."""

    tier: Literal["standard", "premium"] = "standard"
    """Premium keeps keys in hardware. Default standard."""

    authorization: Literal["rbac", "access-policies"] = "rbac"
    """Who decides on access. Default rbac."""

    subnet: Annotated[Name | None, BeforeValidator(off_is_none, json_schema_input_type=Name | None)] = "application"
    """Subnet of the private endpoint; `off` for none. Default `application`."""

    secret_rotation: Duration = "90d"
    """Oldest a secret may become. Default 90d."""

    certificate_rotation: Duration = "365d"
    """Oldest a certificate may become. Default 365d."""

    certificates: list[Name] = []
    """Certificates it holds. Default none."""


class AzureNetworkRule(Model):
    """One allowed direction in a network security group."""

    direction: Literal["inbound", "outbound"]
    """Which way."""

    source: str = "*"
    """CIDR, service tag, or the name of a subnet. Default anybody."""

    destination: str = "*"
    """CIDR, service tag, or the name of a subnet. Default anywhere."""

    ports: list[str]
    """Ports or ranges."""

    priority: int = Field(ge=100, le=4096)
    """Lower is first; unique per direction."""

    protocol: Literal["Tcp", "Udp", "*"] = "Tcp"
    """Protocol. Default Tcp."""

    action: Literal["Allow", "Deny"] = "Allow"
    """What happens. Default Allow."""


class AzureSubnet(Model):
    """A subnet of an Azure virtual network; it spans all zones."""

    cidr: Cidr
    """Address block, inside the network's."""

    azure_name: str | None = None
    """Name in Azure where it is fixed, such as `ApplicationGatewaySubnet`. Default the convention's."""

    delegation: str | None = None
    """Service the subnet is delegated to, e.g. `Microsoft.DBforPostgreSQL/flexibleServers`. Default none."""

    service_endpoints: list[str] = []
    """Service endpoints, e.g. `Microsoft.ContainerRegistry`. Default none."""

    rules: dict[str, AzureNetworkRule] = {}
    """Rules of its network security group beside the derived ones. Default none."""


class AzureNetwork(Model):
    """An Azure virtual network."""

    cidr: Cidr
    """Address block."""

    subnets: dict[Name, AzureSubnet]
    """Subnets by name."""

    peers: list[Name] = []
    """Environments whose networks it is peered with. Default none."""

    corporate_hub: str | None = Field(
        default=None,
        pattern=r"^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network/virtualNetworks/[^/]+$",
    )
    """Resource id of a hub network whose gateway leads to the corporate network; its side of the peering is the hub's
    owner's to make. Default none."""


class AzureIdentity(Model):
    """An identity that services take on by their ServiceAccount, without a password."""

    azure_name: str | None = None
    """Name in Azure. Default the naming convention's, with the key as purpose."""

    roles: list[
        Literal["vault-secrets", "vault-keys", "metrics-publish", "bus-send", "bus-receive", "blob-read", "blob-write"]
    ] = []
    """What it may do. Default nothing."""


class QueryAlert(Model):
    """An alert on a query of the log workspace."""

    query: str
    """KQL query that returns one number per row."""

    threshold: float
    """Value above which it fires."""

    window: Duration = "5m"
    """Time the query looks back. Default 5m."""

    severity: Literal[0, 1, 2, 3, 4] = 2
    """Azure's severity, 0 is worst. Default 2."""

    summary: str
    """One line for the person who is told."""


class AzureMonitor(Model):
    """Log Analytics, Application Insights and Container Insights. See https://learn.microsoft.com/azure/azure-monitor/ ."""

    workspace: str | None = None
    """Name of the Log Analytics workspace. Default the naming convention's."""

    insights: str | None = None
    """Name of the Application Insights component. Default the naming convention's."""

    retention_days: int = Field(default=30, ge=30, le=730)
    """Days logs are kept. Default 30."""

    daily_cap_gb: float | None = Field(default=None, gt=0)
    """Most gigabytes taken in per day; at the cap collection stops until the next day. Default none."""

    sampling: int = Field(default=100, ge=1, le=100)
    """Percent of requests that are traced. Default 100."""

    silent_namespaces: list[Name] = ["kube-system"]
    """Namespaces whose pods' output is not collected. Default kube-system, which writes most and is read least."""

    alerts: dict[Name, QueryAlert] = {}
    """Alerts on log queries. Default none."""


class Azure(PlatformSettings):
    """Microsoft Azure: AKS and what is rented around it."""

    subscription: str = Field(pattern=UUID)
    """Subscription id."""

    tenant: str
    """Entra tenant id."""

    tags: dict[str, str] = {}
    """Tags on every resource beside system, environment and owner. Default none."""

    edge: Edge = Edge()
    """What stands in front of the ingress. Default nothing."""

    naming: Naming = Naming()
    """Naming convention. Default `<abbreviation>-<system>-<environment>`."""

    cluster: AzureCluster = AzureCluster()
    """AKS settings. Default a private Standard cluster with overlay networking."""

    network: AzureNetwork | None = None
    """Virtual network. Default none."""

    vault: KeyVault | None = None
    """Key Vault. Default none."""

    identities: dict[Name, AzureIdentity] = {}
    """Identities that services name. Default none."""

    registry_tier: Literal["Basic", "Standard", "Premium"] = "Standard"
    """Tier of the container registry. Default Standard."""

    storage: dict[Name, AzureStorage] = {}
    """Storage accounts by purpose; `main` has no purpose in its name. Default none."""

    monitor: AzureMonitor | None = None
    """Azure's own monitoring, beside Prometheus. Default none."""


class AzureStorage(Model):
    """A storage account."""

    kind: Literal["StorageV2", "FileStorage"] = "StorageV2"
    """Kind; premium file shares need FileStorage. Default StorageV2."""

    sku: str = "Standard_ZRS"
    """Redundancy. Default Standard_ZRS."""

    shares: dict[Name, Quantity] = {}
    """File shares and their quota. Default none."""

    containers: dict[Name, Duration | None] = {}
    """Blob containers and the age at which blobs are deleted, null for never. Default none."""

    delete_after: Duration | None = None
    """Age at which blobs of any container are deleted, for accounts that others make containers in. Default never."""

    cool_after: Duration | None = None
    """Age at which blobs move to the cool tier. Default never."""

    archive_after: Duration | None = None
    """Age at which blobs move to the archive tier. Default never."""
