"""The whole environment as one typed value: the only thing constructs ever see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from groundplan.model.backups import Backups
from groundplan.model.charts import Chart, ManifestSettings
from groundplan.model.cluster import Cluster, Parts
from groundplan.model.data import DataStore
from groundplan.model.delivery import Delivery
from groundplan.model.document import Document
from groundplan.model.every_service import EveryService, spread_to_services
from groundplan.model.expose import Exposed
from groundplan.model.ingress import Ingress
from groundplan.model.jobs import AnyJob, ScheduledJob, StartedJob
from groundplan.model.logging import Logging
from groundplan.model.namespaces import Namespace
from groundplan.model.observability import Observability
from groundplan.model.operations import Operations
from groundplan.model.own_files import OwnFiles
from groundplan.model.pipelines import Pipelines
from groundplan.model.platform import PlatformChapter
from groundplan.model.policy import Exemption, Policy
from groundplan.model.rbac import Rbac
from groundplan.model.recovery import Recovery
from groundplan.model.rollouts import Rollouts
from groundplan.model.secrets import Secrets
from groundplan.model.services import Service
from groundplan.model.tracing import Tracing
from groundplan.model.values import HostName, Model, Name, ServiceName
from groundplan.platforms.registry import platform_of


class Owner(Model):
    """Who answers for the system."""

    team: Name
    """Team that owns it; code owners, labels and dashboards carry it."""

    oncall: str
    """Rotation that is paged."""

    email: str = Field(default="", pattern=r"^$|^[^@\s]+@[^@\s]+$")
    """Address for certificates and bills. Default none."""


class Environment(Model):
    """One environment of one system, complete and checked."""

    system: Name
    """Name of the system; the folder below `environments/`."""

    environment: Name
    """Name of the environment; the file's name."""

    title: str
    """What the system is, in a few words."""

    description: str = ""
    """A paragraph for the docs. Default none."""

    document: Document | None = None
    """Where the system was specified; it stands at the head of `requirements.yaml`. Default nowhere."""

    role: Literal["whole", "cluster", "tenant"] = "whole"
    """What the environment is made of. Default whole: a cluster and everything on it.

    `cluster` is a cluster, its network and what its tenants share; `tenant` is the namespaces, services and data
    that live on the cluster of `host`.
    """

    host: Name | None = None
    """Environment of the same system whose cluster a tenant lives on."""

    owner: Owner
    """Who answers for it."""

    stage: Literal["development", "staging", "production"] = "production"
    """How careful to be. Default production: backups, two zones and alerts are then required."""

    namespace: Name
    """Namespace of the services and data."""

    namespaces: dict[Name, Namespace]
    """Namespaces the environment owns, `namespace` among them."""

    cluster: Cluster
    """The cluster it runs on."""

    platform: PlatformChapter
    """Who runs the cluster, and what only they have."""

    every_service: EveryService = EveryService()
    """What each service gets unless it says otherwise. Default nothing."""

    services: dict[ServiceName, Service] = {}
    """Workloads by name. Default none."""

    jobs: dict[ServiceName, AnyJob] = {}
    """Work that ends, started by services or by the clock, by name. Default none."""

    data: dict[ServiceName, DataStore] = {}
    """Databases, caches, file systems, queues and topics by name. Default none."""

    secrets: Secrets | None = None
    """Where secret values come from. Default nowhere: there are none."""

    ids: dict[str, str] = {}
    """What the cloud called things. It stands in `ids/<environment>.yaml`, which `groundplan ids` writes, and nowhere
    else. Default none: what needs an id waits for it."""

    expose: dict[Name, Exposed] = {}
    """What the outside can reach, by a name that `hosts` gives a host name to. Default nothing."""

    hosts: dict[Name, HostName] = {}
    """Public host name of each thing in `expose`. Default none; on a standby the host names of its peer."""

    ingress: Ingress | None = None
    """How requests from outside come in. Default not at all."""

    observability: Observability = Observability()
    """Metrics, alerts and dashboards. Default the stack with no receivers."""

    logging: Logging | None = None
    """Where logs go. Default nowhere: they stay on the nodes until the kubelet rotates them away."""

    tracing: Tracing | None = None
    """Which way requests went. Default nobody knows; it is kept where logs are, so that it needs `logging`."""

    policy: Policy = Policy()
    """What the cluster admits. Default everything the catalogue allows, denied otherwise."""

    exemptions: dict[Name, Exemption] = {}
    """Rules that do not hold for some objects; they stand in `exemptions.yaml` of the system. Default none."""

    rbac: Rbac = Rbac()
    """Roles of the Kubernetes API and who has them. Default none beside what is derived."""

    delivery: Delivery
    """How Argo CD brings it into the cluster."""

    charts: dict[Name, Chart] = {}
    """Helm charts of others that Argo CD installs as they are, by the name of their release. Default none."""

    manifests: dict[Name, ManifestSettings] = {}
    """When and where the files and folders below `manifests/` are synced, by their name. Default with the services, in the
    environment's namespace."""

    rollouts: Rollouts = Rollouts()
    """How canary and blue-green releases are watched. Default 10 %, 15 minutes; 30 minutes."""

    operations: Operations | None = None
    """Incidents, checklists, budget and roadmap. Default none."""

    pipelines: Pipelines | None = None
    """Workflows of the service repositories. Default none."""

    recovery: Recovery | None = None
    """Disaster recovery. Default none."""

    backups: Backups | None = None
    """Copies of the cluster's objects and volumes outside it. Default none: stores keep copies of their own data."""

    @model_validator(mode="before")
    @classmethod
    def _spread_to_services(cls, data: Any) -> Any:
        return spread_to_services(data)

    _neighbours: dict[str, Environment] = PrivateAttr(default_factory=dict)
    """Environments of the same system this one refers to; the loader fills it in, no file can."""

    _files: tuple[str, ...] = PrivateAttr(default=())
    """Files it was read from; the loader fills it in, no file can."""

    _own: OwnFiles = PrivateAttr(default=OwnFiles())
    """What stands beside its files; the loader fills it in, no file can."""

    def with_own_files(self, own: OwnFiles) -> Environment:
        """The same environment with the manifests and components that stand beside its files."""
        known = self.model_copy()
        known._own = own
        return known

    @property
    def own_files(self) -> OwnFiles:
        """Manifests and components that stand beside its files."""
        return self._own

    def read_from(self, files: Iterable[str]) -> Environment:
        """The same environment that knows which files it was read from, relative to the repository."""
        known = self.model_copy()
        known._files = tuple(files)
        return known

    @property
    def sources(self) -> tuple[str, ...]:
        """Every file that what is rendered depends on: its own in the order they are merged, then its neighbours'."""
        near = (file for _, other in sorted(self._neighbours.items()) for file in other._files)
        return tuple(dict.fromkeys([*self._files, *near]))

    def with_neighbours(self, neighbours: dict[str, Environment]) -> Environment:
        """The same environment that knows the facts of its host, its recovery peer and the peer's host."""
        known = self.model_copy()
        known._neighbours = dict(neighbours)
        return known

    @property
    def host_environment(self) -> Environment:
        """Where the cluster is described: the host of a tenant, otherwise the environment itself."""
        return self._neighbours.get(self.host, self) if self.host is not None else self

    @property
    def tenants(self) -> list[Environment]:
        """The environments that live on the cluster described here, by name; none where it is described elsewhere."""
        around = {**self._neighbours, self.environment: self}
        return [
            other.with_neighbours(around)
            for _, other in sorted(self._neighbours.items())
            if other.host == self.environment
        ]

    @property
    def peer_environment(self) -> Environment | None:
        """The other side of disaster recovery, with its own host; None without recovery."""
        if self.recovery is None or self.recovery.peer not in self._neighbours:
            return None
        return self._neighbours[self.recovery.peer].with_neighbours(self._neighbours)

    @property
    def public_hosts(self) -> dict[str, Exposed]:
        """What is exposed here by its public host name; nothing without an ingress.

        A standby answers to the names of its peer, so that its way in is ready before it is needed.
        """
        if self.ingress is None:
            return {}
        names = self.hosts
        if not names and self.recovery is not None and self.recovery.stands_in:
            peer = self.peer_environment
            names = peer.hosts if peer is not None else {}
        return {names[name]: exposed for name, exposed in self.expose.items() if name in names}

    def is_exposed(self, service: str) -> bool:
        """Whether some public host sends requests to `service`."""
        return any(exposed.leads_to(service) for exposed in self.public_hosts.values())

    @property
    def neighbours(self) -> dict[str, Environment]:
        """The environments of the same system that this one refers to, by name."""
        return dict(self._neighbours)

    def neighbour(self, name: str) -> Environment | None:
        """Another environment of the same system that this one refers to; None for one it does not."""
        return self._neighbours.get(name)

    @property
    def started_jobs(self) -> dict[str, StartedJob]:
        """Kinds of Job that services start."""
        return {name: job for name, job in self.jobs.items() if isinstance(job, StartedJob)}

    @property
    def scheduled_jobs(self) -> dict[str, ScheduledJob]:
        """Jobs that the clock starts, in the namespace of the services."""
        return {name: job for name, job in self.jobs.items() if isinstance(job, ScheduledJob)}

    def jobs_of(self, service: str) -> dict[str, StartedJob]:
        """Kinds of Job that a service starts."""
        return {name: job for name, job in self.started_jobs.items() if job.started_by == service}

    @property
    def parts(self) -> Parts:
        """What the cluster has beside what its services use."""
        return self.host_environment.cluster.parts

    @property
    def has_cluster(self) -> bool:
        """Whether the cluster and what its tenants share are rendered here."""
        return self.role in ("whole", "cluster")

    @property
    def is_management_cluster(self) -> bool:
        """Whether other systems' cloud resources are objects of the cluster described here."""
        return self.delivery.management_cluster == f"{self.system}/{self.environment}"

    @property
    def has_workloads(self) -> bool:
        """Whether namespaces, services and data are rendered here."""
        return self.role in ("whole", "tenant")

    @property
    def gives_way(self) -> bool:
        """Whether its pods make room for those of other environments: it is a guest, and not production."""
        return self.host is not None and self.stage != "production"

    @property
    def priorities(self) -> str:
        """Prefix of its priority classes: its system's, or its stage's own where it gives way."""
        return f"{self.system}-{self.stage}" if self.gives_way else self.system

    @property
    def prometheus_url(self) -> str:
        """Where the cluster's Prometheus is asked."""
        return f"http://prometheus-operated.{self.observability.namespace}.svc:9090"

    @property
    def platform_name(self) -> str:
        """Name of the platform that runs the cluster."""
        return self.platform.name

    @property
    def region(self) -> str:
        """Where the cluster stands."""
        return self.platform.settings.region

    @property
    def zones(self) -> list[str]:
        """Availability zones in use; none where the region has none."""
        return self.platform.settings.zones

    @property
    def registry(self) -> str:
        """Host the services' images are pulled from, with a trailing slash; empty for none."""
        own = self.platform.settings.registry
        if own is None:
            own = platform_of(self).registry
        return f"{own}/" if own else ""

    def image(self, reference: str) -> str:
        """`reference` with the registry's host in front."""
        return f"{self.registry}{reference}"

    def upstream_image(self, reference: str) -> str:
        """An image that others publish: as it is named, or from the registry's copy where it keeps one."""
        if not self.platform.settings.mirror:
            return reference
        host, slash, rest = reference.partition("/")
        if slash and ("." in host or ":" in host):
            return f"{self.registry}{rest}"
        return f"{self.registry}{reference if slash else f'library/{reference}'}"
