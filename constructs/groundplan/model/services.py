"""The services chapter: what a service is, and everything that is derived from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from groundplan.model.values import (
    Cpu,
    CronSchedule,
    Duration,
    ImageReference,
    LabelValue,
    Memory,
    Model,
    Name,
    Percent,
    Port,
    Quantity,
    SecretReference,
    ServiceName,
    Target,
    TimeZone,
    VariableName,
    off_is_none,
    quantity,
)


def _scalar_as_text(value: object) -> object:
    """Configuration values are strings to Kubernetes; numbers and truth values may be written bare."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


ConfigValue = Annotated[str, BeforeValidator(_scalar_as_text, json_schema_input_type=str | int | float | bool)]


class Amounts(Model):
    """An amount of CPU and memory."""

    cpu: Cpu
    """Cores, e.g. `250m` or `1`."""

    memory: Memory
    """Bytes, e.g. `512Mi`."""


class Resources(Model):
    """What a container is given. See https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ ."""

    requests: Amounts
    """What the scheduler reserves."""

    limits: Amounts
    """What the kernel enforces; at least the requests."""

    ephemeral_storage: Quantity = "1Gi"
    """Local disk limit. Default 1Gi, so that a runaway log cannot fill a node."""


class Probe(Model):
    """One health check of the kubelet: a request, or a command in the container where nothing listens."""

    path: str | None = Field(default=None, pattern=r"^/")
    """Path to GET on the service's port."""

    command: list[str] = []
    """Command that exits with 0 while all is well, for a worker that serves no HTTP. It costs a process each time."""

    delay: Duration = "10s"
    """Wait after the container started. Default 10s."""

    period: Duration = "10s"
    """Time between two checks. Default 10s."""

    timeout: Duration = "5s"
    """Time one check may take. Default 5s."""

    failures: int = Field(default=3, ge=1)
    """Failures in a row until it counts. Default 3."""

    @model_validator(mode="after")
    def _one_way(self) -> Probe:
        if (self.path is None) == (not self.command):
            raise ValueError("has both or neither of path and command; write exactly one")
        return self


class Probes(Model):
    """Liveness and readiness. See https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/ ."""

    live: Probe = Probe(path="/health", delay="30s", period="10s", timeout="5s", failures=3)
    """Restart when this fails. Default GET /health, the platform's self-healing standard."""

    ready: Probe = Probe(path="/ready", delay="10s", period="5s", timeout="3s", failures=2)
    """Take out of traffic when this fails. Default GET /ready."""

    startup: Probe | None = None
    """For slow starters: until it passes the other two wait. Default none."""


class Metric(Model):
    """A custom metric a service scales on, and how Prometheus computes it.

    Exactly one of `histogram`, `gauge` and `counter` names the series the application exposes.
    """

    average: Target
    """Target per pod. A duration (`300ms`) is compared in seconds, so it renders as the quantity `300m`."""

    histogram: str | None = None
    """Histogram in seconds without the `_bucket` suffix; the metric is its quantile."""

    quantile: float = Field(default=0.95, gt=0, lt=1)
    """Quantile of the histogram. Default 0.95."""

    gauge: str | None = None
    """Gauge to average over the pod's series."""

    counter: str | None = None
    """Counter to take the per-second rate of."""

    @model_validator(mode="after")
    def _one_series(self) -> Metric:
        if sum(series is not None for series in (self.histogram, self.gauge, self.counter)) != 1:
            raise ValueError("names no series, or more than one; write exactly one of histogram, gauge, counter")
        return self


class ScalingStep(Model):
    """How fast replicas may change in one direction."""

    window: Duration
    """Stabilisation window: the most cautious recommendation in it wins."""

    percent: int | None = Field(default=None, ge=1)
    """Most change in percent of the current replicas per period."""

    pods: int | None = Field(default=None, ge=1)
    """Most change in pods per period."""

    period: Duration = "60s"
    """The period both are counted over. Default 60s."""

    @model_validator(mode="after")
    def _some_limit(self) -> ScalingStep:
        if self.percent is None and self.pods is None:
            raise ValueError("sets no rate; write percent, pods or both")
        return self


class ScalingHours(Model):
    """Hours in which more replicas run whatever the load, because it is known to come."""

    start: CronSchedule
    """When they begin."""

    end: CronSchedule
    """When they end."""

    time_zone: TimeZone = "UTC"
    """IANA time zone of both. Default UTC."""

    replicas: int = Field(ge=1)
    """Replicas that run at least."""


class Scaling(Model):
    """Horizontal scaling. See https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ ."""

    min: int = Field(ge=1)
    """Fewest replicas."""

    max: int = Field(ge=1)
    """Most replicas."""

    cpu: Annotated[
        Percent | None, BeforeValidator(off_is_none, json_schema_input_type=Percent | Literal["off"] | None)
    ] = 70
    """Target CPU in percent of the request. Default 70; `off` to not scale on CPU."""

    memory: Percent | None = None
    """Target memory in percent of the request. Default none: memory seldom shrinks again."""

    metrics: dict[str, Metric] = {}
    """Custom metrics by the name the metrics API serves them under."""

    queues: dict[str, int] = {}
    """Queue to messages per replica; the replicas follow the queue's length through KEDA. Default none."""

    hours: dict[Name, ScalingHours] = {}
    """Hours with more replicas, by name; also through KEDA. Default none."""

    up: ScalingStep = ScalingStep(window="0s", percent=100, pods=4, period="15s")
    """Scale-up speed. Default Kubernetes' own: double, or four pods, every 15 s."""

    down: ScalingStep = ScalingStep(window="300s", percent=100, period="15s")
    """Scale-down speed. Default Kubernetes' own: after five quiet minutes."""

    @model_validator(mode="after")
    def _ordered(self) -> Scaling:
        if self.max < self.min:
            raise ValueError(f"max {self.max} is less than min {self.min}; write max {self.min} or more")
        if self.cpu is None and self.memory is None and not self.metrics and not self.queues:
            raise ValueError("has nothing to scale on; write cpu, memory, metrics or queues")
        if self.metrics and (self.queues or self.hours):
            raise ValueError("has metrics beside queues or hours, which another autoscaler serves; keep one of the two")
        for name, hours in self.hours.items():
            if hours.replicas > self.max:
                raise ValueError(f"wants {hours.replicas} replicas in {name}, above max {self.max}; raise max")
        return self


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


class Mount(Model):
    """A directory of a container that lives longer than the container or is shared."""

    path: str = Field(pattern=r"^/")
    """Where it is mounted."""

    scratch: Quantity | None = None
    """Size of an empty directory that goes with the pod."""

    store: Name | None = None
    """Name of a file store in the data chapter."""

    @model_validator(mode="after")
    def _one_source(self) -> Mount:
        if (self.scratch is None) == (self.store is None):
            raise ValueError("has both or neither of scratch and store; write exactly one")
        return self


class Objective(Model):
    """What the service promises its callers; alerts are derived from it."""

    availability: float | None = Field(default=None, gt=0, lt=100)
    """Percent of requests that succeed over 30 days."""

    latency: Duration | None = None
    """95th percentile a request may take."""


class EveryService(Model):
    """What each service of the environment gets; a service's own value wins."""

    config: dict[VariableName, ConfigValue] = {}
    """Settings in each service's ConfigMap. Default none."""

    secrets: dict[VariableName, SecretReference] = {}
    """Environment variable to `<secret>/<key>`. Default none."""


def spread_to_services(data: Any) -> Any:
    """Lay what every service gets under each service of an environment that is not checked yet."""
    every, services = (data.get("every_service"), data.get("services")) if isinstance(data, Mapping) else (None, None)
    if not isinstance(every, Mapping) or not isinstance(services, Mapping):
        return data
    spread = {name: _laid_under(every, service) for name, service in services.items()}
    return {**data, "services": spread}


def _laid_under(every: Mapping[str, Any], service: Any) -> Any:
    if not isinstance(service, Mapping):
        return service
    result = dict(service)
    for chapter in ("config", "secrets"):
        own, shared = result.get(chapter, {}), every.get(chapter, {})
        if isinstance(own, Mapping) and isinstance(shared, Mapping):
            result[chapter] = {**shared, **own}
    return result


class Service(Model):
    """One workload the team writes and ships itself.

    From it follow: Deployment, Service, ServiceAccount, disruption budget, autoscaler, network policy,
    ConfigMap, scrape configuration, alerts, a dashboard row and a page in the docs.
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
    def repository(self) -> str:
        """Name of the image without tag or digest."""
        name = self.image.partition("@")[0]
        head, slash, last = name.rpartition("/")
        return f"{head}{slash}{last.partition(':')[0]}"

    @property
    def tag(self) -> str:
        """Tag of the image, or the first twelve digits of its digest."""
        name, _, digest = self.image.partition("@sha256:")
        return digest[:12] if digest else name.rpartition(":")[2]
