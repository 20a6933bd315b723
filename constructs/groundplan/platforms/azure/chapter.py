"""What the environment file says of Azure: subscription, network, cluster, vault and what stands around them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from groundplan.model.values import Cidr, Duration, Model, Name, Quantity, off_is_none
from groundplan.model.windows import WeeklyWindow
from groundplan.platforms.azure.edge_chapter import Edge
from groundplan.platforms.chapter import PlatformSettings

UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


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


class ServerMaintenance(WeeklyWindow):
    """A window for upgrades of a cluster."""

    hours: int = Field(default=4, ge=1, le=24)
    """Length in hours; AKS upgrade windows are at least 4. Default 4."""

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
    """Object ids of the Entra groups that administer the cluster, and put values into the vault. Default none."""

    maintenance: ServerMaintenance | None = None
    """Window for upgrades of nodes and control plane. Default Azure's choice."""

    max_pods: int | None = Field(default=None, ge=10, le=250)
    """Most pods on one node, for which AKS keeps 20 MB of its memory each, used or not. Default 110 in an overlay, as
    Kubernetes itself is tried with, and 30 in a flat network, where each takes an address."""

    spot_pools: list[Name] = []
    """Node pools on spot capacity; refused in production. Default none."""

    @property
    def pods_per_node(self) -> int:
        """Most pods on one node."""
        return self.max_pods or (110 if self.network_mode == "overlay" else 30)


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


class ForeignVault(Model):
    """A Key Vault that somebody else made and keeps."""

    name: str
    """Its name in Azure, which is the same for everybody."""

    tenant: str | None = Field(default=None, pattern=UUID)
    """Microsoft Entra tenant that it belongs to. Default the subscription's."""


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
    """Name in Azure where it is fixed and the convention cannot give it, such as `ApplicationGatewaySubnet`. Default the
    convention's."""

    delegation: str | None = None
    """Service the subnet is delegated to, e.g. `Microsoft.DBforPostgreSQL/flexibleServers`. Default none."""

    service_endpoints: list[str] = []
    """Service endpoints, e.g. `Microsoft.ContainerRegistry`. Default none."""

    rules: dict[str, AzureNetworkRule] = {}
    """Rules of its network security group for whoever stands outside of what is described here, such as an agent in the
    corporate network. Who comes from the cluster to a store or from the edge to the gateway follows, and is refused here.
    Default none."""


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
    """Name in Azure, where others expect one that does not follow from the convention: roles in databases are called like
    it. Default the convention's, with the key as purpose."""

    roles: list[Literal["vault-secrets", "vault-keys", "bus-send", "bus-receive", "blob-read", "blob-write"]] = []
    """What it may do beside what follows: callers of a broker send and receive there, callers of Application Insights
    publish to it, and backups are written.

    The roles at the vault and at storage cannot follow: a service gets its `secrets:` from the cluster, so nothing here says
    that it also asks the vault itself, which lets it read every secret there, or that it reads and writes blobs. One role at
    brokers takes the place of the two that follow. Default nothing more."""


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

    silent_namespaces: dict[Name, bool] = {}
    """Namespace to whether its pods' output is left out. Default every one is collected but kube-system, which writes most
    and is read least: `kube-system: false` collects it too."""

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

    foreign_vault: ForeignVault | None = None
    """Key Vault that secrets are read from where that is not `vault`. Default none."""

    identities: dict[Name, AzureIdentity] = {}
    """Identities that services name. The one that writes backups, `backups`, is there where there are any. Default none."""

    registry_of: Name | None = None
    """Environment of the system whose registry the images come from, so that what was tried in one stage runs in the next.
    Default its own."""

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
