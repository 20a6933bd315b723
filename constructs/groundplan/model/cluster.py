"""The cluster chapter: the Kubernetes cluster an environment runs on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from groundplan.model.cluster_api import ClusterApi, KubernetesMinor, MakesClusters
from groundplan.model.values import Cpu, LabelValue, Memory, Model, Name, Quantity

Uuid = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""An id of Azure's: 00000000-0000-0000-0000-000000000000."""


class Taint(Model):
    """A node taint. See https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ ."""

    key: str
    """Taint key."""

    value: str = "true"
    """Taint value. Default `true`."""

    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = "NoSchedule"
    """What it does to pods that do not tolerate it. Default NoSchedule."""


class NodePool(Model):
    """A group of equal nodes."""

    instance: str
    """The provider's machine type, e.g. `m6i.xlarge` or `Standard_D4s_v3`."""

    cpu: Cpu
    """Cores of one node; the capacity figures count with it."""

    memory: Memory
    """Memory of one node."""

    min: int = Field(ge=0)
    """Fewest nodes."""

    max: int = Field(ge=1)
    """Most nodes."""

    tier: str = "app"
    """Tier of the subnets the nodes stand in. Default `app`."""

    disk: Quantity = "50Gi"
    """Root disk of a node. Default 50Gi."""

    labels: dict[str, LabelValue] = {}
    """Node labels beside `groundplan.dev/pool: <name>`. Default none."""

    taint: Taint | None = None
    """Keeps other pods away; services that name the pool tolerate it. Default none."""

    template: int = Field(default=1, ge=1)
    """Version of the machine template the nodes run. Default 1; raise it by one to roll the nodes onto a changed one."""

    @model_validator(mode="after")
    def _ordered(self) -> NodePool:
        if self.max < self.min:
            raise ValueError(f"max {self.max} is less than min {self.min}; write max {self.min} or more")
        return self


class ControllerIdentity(Model):
    """The Azure identity a controller acts as, by workload identity: ids alone, no secret.

    See https://azure.github.io/azure-service-operator/guide/authentication/credential-scope/ .
    """

    tenant: Uuid
    """Entra tenant id."""

    subscription: Uuid
    """Subscription its resources are made in."""

    client: Uuid
    """Client id of the managed identity, whose federated credential names the controller's service account."""


class Parts(Model):
    """What every cluster gets beside what its services use; a small one can do without."""

    monitoring: bool = True
    """Prometheus, Alertmanager and Grafana, with alerts, dashboards and everything that is scraped. Default true."""

    policy: bool = True
    """Gatekeeper, which refuses what breaks a rule; the gate before merge holds them all the same. Default true."""

    resource_metrics: bool = True
    """metrics-server, by which autoscalers count. Default true; false where the cluster brings it, as k3d and k3s do."""


class Cluster(Model):
    """A Kubernetes cluster, wherever it stands."""

    name: Name
    """Name of the cluster with whoever runs it."""

    kubernetes: KubernetesMinor
    """Minor version; schemas and add-on versions follow from it."""

    node_pools: dict[Name, NodePool] = {}
    """Node pools by name. Default none, for a cluster that exists already."""

    cluster_api: ClusterApi | None = None
    """Machines that Cluster API makes a cluster of. Default not: the platform's managed Kubernetes, or what exists."""

    size: Literal["usual", "small"] = "usual"
    """What add-ons are sized for. Default usual: those that can run in pairs. In a small cluster, of nodes too few and too
    small for pairs, each runs once and requests less: a drain then interrupts it, and nothing new is made meanwhile, while
    what serves users goes on. What is stated elsewhere, such as `observability.replicas`, holds in either."""

    parts: Parts = Parts()
    """What of the platform it gets. Default all of it."""

    right_sizing: bool = False
    """Whether a recommendation of CPU and memory is kept for every service, and no pod is changed by it. Default false. AKS
    and GKE bring what recommends; elsewhere it is installed."""

    controllers: list[Name] = []
    """Further add-ons by their name in the catalogue, `external-secrets` and the controllers of the platforms. Default none: what the cluster and its tenants use brings its own.

    A management cluster runs the controllers whose objects other systems bring, which nobody can find out here.
    """

    makes_clusters: MakesClusters | None = None
    """Clusters of machines that Cluster API makes from here. Default none; only a management cluster does so."""

    controller_identity: ControllerIdentity | None = None
    """Azure identity of `azure-service-operator`. Default none: each namespace brings its own credential."""
