"""The services chapter: what a service is, and everything that is derived from it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from groundplan.model.containers import ConfigValue, File, ImageFile, Mount, Probes, Resources
from groundplan.model.metrics import Series, SeriesName
from groundplan.model.scaling import Scaling
from groundplan.model.values import (
    Duration,
    ImageReference,
    LabelValue,
    Model,
    Name,
    Port,
    SecretReference,
    ServiceName,
    VariableName,
    quantity,
    tag_of,
)


class Budget(Model):
    """How many pods a node drain may take. See https://kubernetes.io/docs/tasks/run-application/configure-pdb/ ."""

    min_available: int | None = Field(default=None, ge=1)
    """Pods that must stay. Must be below the fewest replicas, or no node ever drains."""

    max_unavailable: int | None = Field(default=None, ge=1)
    """Pods that may go at once. The default, 1, for every service."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Budget:
        if (self.min_available is None) == (self.max_unavailable is None):
            raise ValueError("has both or neither of min_available and max_unavailable; write exactly one")
        return self


class Objective(Model):
    """What the service promises its callers; alerts are derived from it."""

    availability: float | None = Field(default=None, gt=0, lt=100)
    """Percent of requests that succeed over 30 days."""

    latency: Duration | None = None
    """95th percentile a request may take."""


class InitStep(Model):
    """What runs to its end in each pod before the service starts, with the variables, directories and resources of the
    service. See https://kubernetes.io/docs/concepts/workloads/pods/init-containers/ ."""

    name: Name
    """Name of the step and its container."""

    image: ImageReference | None = None
    """Image it runs, without a registry host. Default the service's."""

    command: list[str] = Field(min_length=1)
    """What it runs. A step that fails is tried again, and the service waits for it."""


class Service(Model):
    """One workload the team writes and ships itself.

    From it follow: Deployment, Service, ServiceAccount, disruption budget, autoscaler, network policy,
    ConfigMap, scrape configuration, alerts, a dashboard and a page in the docs.
    """

    description: str = ""
    """One sentence for the docs and the dashboard."""

    image: ImageReference
    """Repository and tag or digest; the only place an image is named. Without a registry host, which is the environment's."""

    version: LabelValue | None = None
    """Short version label for meshes and dashboards, e.g. `v7`. Default the image tag."""

    port: Port | None = None
    """HTTP port. Absent for a worker that serves nobody: no Service, and no HTTP probes unless `health_port` is set."""

    health_port: Port | None = None
    """Port of the probes where it is not `port`. Default `port`."""

    metrics_path: str = Field(default="/metrics", pattern=r"^/")
    """Where Prometheus scrapes on the port. Default /metrics."""

    metrics: dict[SeriesName, Series] = {}
    """Further series the application exposes there, without the endings of a histogram. Default none beside those of
    requests and those it scales on."""

    measures_requests: bool = True
    """Whether the application counts and times its requests as `observability.request_metrics` says; false for programs
    of others. Default true. Without a port there are none to measure."""

    metrics_port: Port | None = None
    """Where Prometheus scrapes a worker, which has no `port`. Default nowhere."""

    aliases: list[ServiceName] = []
    """Further Service names that lead to the same pods on the same port. Default none."""

    replicas: int | None = Field(default=None, ge=0)
    """Fixed number of pods. Default 2, or the autoscaler's where `scaling` is given."""

    scaling: Scaling | None = None
    """Horizontal scaling. Default none: `replicas` stay as they are."""

    command: list[str] = []
    """Entry point instead of the image's own. Default the image's."""

    args: list[str] = []
    """Arguments instead of the image's own. Default the image's."""

    resources: Resources
    """CPU and memory, requested and limited."""

    probes: Probes = Probes()
    """Health checks. Default the platform standard on /health and /ready."""

    calls: list[str] = []
    """What it calls: services, data stores, messaging, or external hosts (`api.example.com`, optionally `:port`).

    Network policies, URL variables, the service graph and sync order follow from it.
    """

    urls: dict[VariableName, str] = {}
    """Environment variable to callee name: gets the callee's URL, so that no URL is ever typed. Default `<CALLEE>_URL` for
    each service and store of `calls:` whose address stands in no other setting.

    `redis/1` means logical database 1 of the Redis called redis: a queue and a cache keep their keys apart.
    """

    env: dict[VariableName, ConfigValue] = {}
    """Plain environment variables set on the container. Default none."""

    config: dict[VariableName, ConfigValue] = {}
    """Settings in ConfigMap `<service>-config`, read as environment variables; a change rolls the pods. Default none."""

    files: dict[Name, File] = {}
    """Files it reads, by a name of each, in ConfigMap `<service>-files`; a change rolls the pods. Default none."""

    secrets: dict[VariableName, SecretReference] = {}
    """Environment variable to `<secret>/<key>` of the secrets chapter. Default none."""

    secrets_from: list[Name] = []
    """Secrets whose every key becomes an environment variable. Default none."""

    mounts: dict[Name, Mount] = {}
    """Writable directories. Default none: /tmp is always writable, the rest of the file system never."""

    budget: Budget = Budget(max_unavailable=1)
    """Disruption budget. Default at most one pod at a time."""

    grace: Duration = "30s"
    """Time to finish after SIGTERM. Default 30s; 5 s more go to the load balancer's deregistration."""

    user: int = Field(default=10001, ge=1)
    """User and group id of the process; never root. Default 10001."""

    prepare: list[str] = []
    """Command that runs once before a new version serves, in the new version's image, such as a migration of its
    database. The old version serves meanwhile, so it must get along with the result. Default nothing."""

    brings: list[ImageFile] = []
    """Files that its image must hold because its settings name them, such as an agent; the workflows look for them in each
    image they build. Default none."""

    init: list[InitStep] = []
    """Steps in each pod before the service starts, one after the other, such as unpacking what it reads; what is to happen
    once for a version belongs into `prepare`. Default none."""

    rollout: Literal["rolling", "recreate", "canary", "blue-green"] = "rolling"
    """How a new version replaces the old one. Default rolling, one extra pod, none missing."""

    node_pool: Name | None = None
    """Node pool to run on. Default wherever the scheduler finds room without a taint."""

    priority: Literal["critical", "high", "normal", "low"] = "normal"
    """Who stays when a node is full. Default normal."""

    objectives: Objective = Objective()
    """Promises to callers. Default none beyond the platform's alerts."""

    service_account: Name | None = None
    """Name of its ServiceAccount. Default the service's name."""

    identity: Name | None = None
    """Identity of the platform's chapter that its pods take on, where the platform has such. Default none."""

    kubernetes_access: list[Literal["jobs"]] = []
    """Kubernetes APIs the service may use in its namespace. Default none: no token is mounted."""

    cloud_access: list[Name] = []
    """Permissions by name, see `grants` of the platform's chapter; each becomes part of the service's own cloud identity. Default none."""

    @model_validator(mode="after")
    def _coherent(self) -> Service:
        for what in ("cpu", "memory"):
            request, limit = getattr(self.resources.requests, what), getattr(self.resources.limits, what)
            if quantity(request) > quantity(limit):
                raise ValueError(
                    f"requests {request} {what} but is limited to {limit}; raise the limit or lower the request"
                )
        if self.prepare and self.rollout in ("canary", "blue-green"):
            raise ValueError(
                f"prepares its versions and is released as {self.rollout}, which would need the Job in each step; "
                "write rollout: rolling, or remove prepare"
            )
        if self.metrics_port is not None and self.port is not None:
            raise ValueError("has a port and a metrics_port, which is a worker's; remove metrics_port")
        if self.metrics and self.port is None and self.metrics_port is None:
            raise ValueError("exposes metrics, but has no port to be scraped on; write metrics_port")
        if self.scaling is not None and self.replicas is not None:
            raise ValueError("has both replicas and scaling; keep one of the two")
        kept, fewest = self.budget.min_available, self.least_replicas
        if kept is not None and fewest > 0 and kept >= fewest:
            what, field = (f"a minimum of {fewest}", "scaling.min") if self.scaling else (f"{fewest}", "replicas")
            raise ValueError(
                f"keeps {kept} pods available of {what}: no node could be drained; write max_unavailable: 1, or raise "
                f"{field} above {kept}"
            )
        if len(self.tag) > 63 or not self.tag[-1].isalnum():
            raise ValueError(
                f"has the tag `{self.tag}`, which is no label value; use at most 63, ending in a letter or digit"
            )
        return self

    @property
    def scraped_port(self) -> int | None:
        """Port that Prometheus asks; None where it is not asked."""
        return self.metrics_port if self.port is None else self.port

    @property
    def is_progressive(self) -> bool:
        """Whether a new version is released step by step instead of rolled."""
        return self.rollout in ("canary", "blue-green")

    @property
    def least_replicas(self) -> int:
        """Pods that run when nothing is going on."""
        if self.scaling is not None:
            return self.scaling.min
        return 2 if self.replicas is None else self.replicas

    @property
    def most_replicas(self) -> int:
        """Pods that run when the autoscaler is at its maximum."""
        return self.scaling.max if self.scaling is not None else self.least_replicas

    @property
    def secret_names(self) -> tuple[str, ...]:
        """Secrets its pods read, each once, in the order they are written."""
        named = (reference.partition("/")[0] for reference in self.secrets.values())
        return tuple(dict.fromkeys([*named, *self.secrets_from]))

    @property
    def settings(self) -> dict[str, str]:
        """Plain values of its variables."""
        return {**self.env, **self.config}

    @property
    def repository(self) -> str:
        """Name of the image without tag or digest."""
        name = self.image.partition("@")[0]
        head, slash, last = name.rpartition("/")
        return f"{head}{slash}{last.partition(':')[0]}"

    @property
    def tag(self) -> str:
        """Tag of the image, or the first twelve digits of its digest."""
        return tag_of(self.image)
