"""What is known of how a chart's pods are reached: services, webhooks, policies, monitors, budgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ServicePort:
    """A port of a Service."""

    number: int
    """Port of the Service."""

    target: str
    """Port of the pods, by number or name."""

    name: str = ""
    """Name. Default none."""

    protocol: str = "TCP"
    """TCP, UDP or SCTP. Default TCP."""

    node: int = 0
    """Port of the nodes. Default none, or one that Kubernetes chooses."""


@dataclass(frozen=True, slots=True)
class Service:
    """A Service."""

    namespace: str
    """Namespace."""

    name: str
    """Name."""

    selector: Mapping[str, str]
    """Labels of its pods; empty where its addresses are written by somebody."""

    ports: tuple[ServicePort, ...]
    """Ports."""

    type: str = "ClusterIP"
    """Type. Default ClusterIP."""

    headless: bool = False
    """Whether it has no address of its own. Default false."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels, by which monitors find it."""

    annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations. Default none."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where the API server calls the chart's pods: admission, conversion, or an aggregated API."""

    kind: str
    """`mutating`, `validating`, `conversion` or `api`."""

    configuration: str
    """Name of the object that says so: webhook configuration, CustomResourceDefinition or APIService."""

    name: str
    """Name of the webhook; for conversion and APIs that of the object."""

    namespace: str = ""
    """Namespace of the Service; empty where a URL is called."""

    service: str = ""
    """Service; empty where a URL is called."""

    port: int = 443
    """Port of the Service. Default 443."""

    path: str = ""
    """Path. Default none."""

    url: str = ""
    """URL that is called in place of a Service. Default none."""

    failure_policy: str = "Fail"
    """What happens where it does not answer: `Fail` or `Ignore`. Default Fail."""

    timeout: int = 10
    """Seconds it has to answer. Default 10."""

    namespace_selector: Mapping[str, Any] = field(default_factory=dict)
    """Namespaces whose objects are sent. Default all."""

    object_selector: Mapping[str, Any] = field(default_factory=dict)
    """Objects that are sent. Default all."""

    rules: tuple[Mapping[str, Any], ...] = ()
    """Kinds and operations that are sent. Default none."""

    bundle_from: str = ""
    """Certificate whose authority cert-manager writes into it, `namespace/name`. Default nobody's: the controller writes its own."""

    fixed_bundle: bool = False
    """Whether the chart itself renders the authority. Default false."""


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """A NetworkPolicy."""

    namespace: str
    """Namespace."""

    name: str
    """Name."""

    spec: Mapping[str, Any]
    """Its `spec`."""


@dataclass(frozen=True, slots=True)
class Monitor:
    """A ServiceMonitor or PodMonitor."""

    kind: str
    """Kind."""

    namespace: str
    """Namespace."""

    name: str
    """Name."""

    selector: Mapping[str, Any]
    """Labels of the Services or pods."""

    endpoints: tuple[Mapping[str, Any], ...]
    """What is scraped: `port`, `targetPort`, `path`, `scheme`, `interval`."""

    namespaces: tuple[str, ...] = ()
    """Namespaces it looks in; `*` for all. Default its own."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels, by which Prometheus finds it."""

    job_label: str = ""
    """Label of the Service that names the job. Default none: the Service's name."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A PodDisruptionBudget."""

    namespace: str
    """Namespace."""

    name: str
    """Name."""

    selector: Mapping[str, Any]
    """Pods it protects."""

    min_available: int | str | None = None
    """How many must stay. Default not said."""

    max_unavailable: int | str | None = None
    """How many may go. Default not said."""


@dataclass(frozen=True, slots=True)
class Autoscaler:
    """A HorizontalPodAutoscaler."""

    namespace: str
    """Namespace."""

    name: str
    """Name."""

    target: str
    """What it scales, `Kind/name`."""

    least: int
    """Replicas at least."""

    most: int
    """Replicas at most."""
