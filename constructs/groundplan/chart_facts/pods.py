"""What is known of the pods that a chart makes: who they are, what they ask for, what they may do to their node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ContainerPort:
    """A port that a container names."""

    number: int
    """Port inside the pod."""

    name: str = ""
    """Name that services and monitors may use. Default none."""

    protocol: str = "TCP"
    """TCP, UDP or SCTP. Default TCP."""

    host: int = 0
    """Port of the node. Default none."""


@dataclass(frozen=True, slots=True)
class Probe:
    """How the kubelet asks whether a container lives."""

    purpose: str
    """`liveness`, `readiness` or `startup`."""

    action: str
    """`httpGet`, `tcpSocket`, `grpc` or `exec`."""

    port: str = ""
    """Port by number or name; empty for `exec`."""

    path: str = ""
    """Path of `httpGet`. Default none."""


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a pod."""

    name: str
    """Name."""

    image: str
    """Image, with its tag or digest."""

    initial: bool = False
    """Whether it runs before the others. Default false."""

    sidecar: bool = False
    """Whether it starts before the others and stays beside them. Default false."""

    ports: tuple[ContainerPort, ...] = ()
    """Ports it names. Default none: it may listen all the same."""

    requests: Mapping[str, str] = field(default_factory=dict)
    """Resource to the quantity it asks for. Default nothing."""

    limits: Mapping[str, str] = field(default_factory=dict)
    """Resource to the quantity it may not exceed. Default no limit."""

    security: Mapping[str, Any] = field(default_factory=dict)
    """Its `securityContext`. Default nothing."""

    probes: tuple[Probe, ...] = ()
    """Its probes. Default none."""

    secrets: tuple[str, ...] = ()
    """Secrets its variables come from; a `?` at the end says that the pod starts without. Default none."""

    config_maps: tuple[str, ...] = ()
    """ConfigMaps its variables come from; a `?` at the end says that the pod starts without. Default none."""

    arguments: tuple[str, ...] = ()
    """Its command line, without scripts: what an upgrade changes here changes what it does. Default the image's."""

    literals: tuple[str, ...] = ()
    """Names of the variables whose value stands in the manifest. Default none."""


@dataclass(frozen=True, slots=True)
class Volume:
    """One volume of a pod."""

    name: str
    """Name."""

    kind: str
    """Field that says where it comes from: `secret`, `configMap`, `emptyDir`, `hostPath`, `persistentVolumeClaim`, `projected`, `csi`."""

    source: str = ""
    """Name of the Secret, ConfigMap or claim, path on the node, or CSI driver. Default none."""

    optional: bool = False
    """Whether the pod starts without it. Default false."""

    size: str = ""
    """Limit of an `emptyDir`. Default none."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Storage that is asked for, by a claim of its own or once for each replica."""

    name: str
    """Name of the claim, or of its template."""

    size: str
    """Requested size."""

    storage_class: str | None = None
    """StorageClass. Default the cluster's."""

    modes: tuple[str, ...] = ()
    """Access modes."""

    namespace: str = ""
    """Namespace of a claim of its own; empty for a template."""


@dataclass(frozen=True, slots=True)
class Pod:
    """The pods of one workload."""

    api_version: str
    """API version of the workload."""

    kind: str
    """Kind of the workload, `Deployment` or `Job`, or of what an operator makes it from, such as `Prometheus`."""

    namespace: str
    """Namespace."""

    name: str
    """Name of the workload."""

    containers: tuple[Container, ...]
    """Its containers, those that run first included."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the pods."""

    annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations of the pods, without check sums. Default none."""

    own_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the workload."""

    replicas: int | None = 1
    """How many the workload asks for; None for one on each node. Default 1."""

    strategy: Mapping[str, Any] = field(default_factory=dict)
    """How it is replaced: `type`, `maxSurge`, `maxUnavailable`. Default as Kubernetes does."""

    hook: str = ""
    """Helm hooks it is, separated by commas. Default none: it is there all the time."""

    account: str = ""
    """ServiceAccount. Default `default`."""

    token: bool | None = None
    """Whether the account's token is mounted. Default as the account says."""

    host_network: bool = False
    """Whether it is on the node's network. Default false."""

    host_pid: bool = False
    """Whether it sees the node's processes. Default false."""

    host_ipc: bool = False
    """Whether it shares the node's memory. Default false."""

    security: Mapping[str, Any] = field(default_factory=dict)
    """The pod's `securityContext`. Default nothing."""

    priority: str = ""
    """PriorityClass. Default none."""

    grace: int = 30
    """Seconds it gets to stop. Default 30."""

    node_selector: Mapping[str, str] = field(default_factory=dict)
    """Labels its nodes must have. Default any node."""

    tolerations: tuple[Mapping[str, Any], ...] = ()
    """Taints it stands. Default none."""

    affinity: Mapping[str, Any] = field(default_factory=dict)
    """Its `affinity`. Default none."""

    spread: tuple[Mapping[str, Any], ...] = ()
    """Its `topologySpreadConstraints`. Default none."""

    volumes: tuple[Volume, ...] = ()
    """Its volumes. Default none."""

    claims: tuple[Claim, ...] = ()
    """Storage each replica claims. Default none."""

    pull_secrets: tuple[str, ...] = ()
    """Secrets its images are fetched with. Default none."""

    operated: bool = False
    """Whether an operator makes it from a custom resource of the chart. Default false: the chart's own workload."""

    @property
    def service_account(self) -> str:
        """Name of the ServiceAccount it runs as."""
        return self.account or "default"

    @property
    def host_paths(self) -> tuple[str, ...]:
        """Paths of the node it mounts."""
        return tuple(volume.source for volume in self.volumes if volume.kind == "hostPath")

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}"
