"""Everything that is known of what one chart brings with one set of values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from groundplan.chart_facts.pods import Claim, Pod
from groundplan.chart_facts.rights import Account, Binding, Role
from groundplan.chart_facts.traffic import Autoscaler, Budget, Monitor, NetworkPolicy, Service, Webhook


@dataclass(frozen=True, slots=True)
class Brought:
    """An object of the chart, by name."""

    api_version: str
    """`group/version`, or `v1` for the core group."""

    kind: str
    """Kind."""

    name: str
    """Name."""

    namespace: str = ""
    """Namespace; empty for kinds that live in none."""

    hook: str = ""
    """Helm hooks it is, separated by commas. Default none."""

    wave: int = 0
    """Argo CD's sync wave within its Application. Default 0."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of a ConfigMap or Secret; other kinds have theirs with their own facts. Default none."""

    keys: tuple[str, ...] = ()
    """Keys of a ConfigMap or Secret. Default none."""

    @property
    def group(self) -> str:
        """API group; empty for the core group."""
        return self.api_version.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class DefinedVersion:
    """A version of a custom resource."""

    name: str
    """Name, e.g. `v1beta1`."""

    served: bool = True
    """Whether it can be written. Default true."""

    storage: bool = False
    """Whether objects are kept in it. Default false."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A CustomResourceDefinition."""

    group: str
    """API group."""

    kind: str
    """Kind."""

    plural: str
    """Name of the resource."""

    namespaced: bool
    """Whether its objects live in namespaces."""

    versions: tuple[DefinedVersion, ...]
    """Its versions."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A Certificate of cert-manager, and so a Secret that will exist."""

    namespace: str
    """Namespace."""

    name: str
    """Name."""

    secret: str
    """Secret that holds it."""

    issuer: str
    """Who signs it, `Kind/name`."""

    names: tuple[str, ...] = ()
    """DNS names. Default none: an authority's."""


@dataclass(frozen=True, slots=True)
class Alerts:
    """A PrometheusRule: names alone."""

    namespace: str
    """Namespace."""

    name: str
    """Name."""

    alerts: tuple[str, ...] = ()
    """Alerts. Default none."""

    records: tuple[str, ...] = ()
    """Series it records. Default none."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A field that the API server of the cluster's version would refuse."""

    subject: str
    """Object, `Kind name`."""

    path: str
    """Field."""

    message: str
    """What is wrong with it."""


@dataclass(frozen=True, slots=True)
class ValueFacts:
    """What the inline values do, found by leaving out one at a time."""

    leaves: int = 0
    """How many values are set; a list is one."""

    repeated: Mapping[str, Any] = field(default_factory=dict)
    """Path to the chart's own default, where the value restates it. Default none."""

    unread: tuple[str, ...] = ()
    """Paths without any effect on what is rendered. Default none."""

    refused: tuple[str, ...] = ()
    """What the chart's own schema of values says against them. Default nothing."""


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """What one chart brings."""

    objects: tuple[Brought, ...] = ()
    """Every object, hooks included and Helm's own tests left out."""

    pods: tuple[Pod, ...] = ()
    """Pods by workload, and those that an operator makes from the chart's custom resources."""

    services: tuple[Service, ...] = ()
    """Services."""

    accounts: tuple[Account, ...] = ()
    """ServiceAccounts."""

    roles: tuple[Role, ...] = ()
    """Roles and ClusterRoles."""

    bindings: tuple[Binding, ...] = ()
    """RoleBindings and ClusterRoleBindings."""

    definitions: tuple[Definition, ...] = ()
    """CustomResourceDefinitions."""

    webhooks: tuple[Webhook, ...] = ()
    """Calls of the API server: admission, conversion, aggregated APIs."""

    network_policies: tuple[NetworkPolicy, ...] = ()
    """NetworkPolicies."""

    budgets: tuple[Budget, ...] = ()
    """PodDisruptionBudgets."""

    autoscalers: tuple[Autoscaler, ...] = ()
    """HorizontalPodAutoscalers."""

    claims: tuple[Claim, ...] = ()
    """PersistentVolumeClaims of their own."""

    monitors: tuple[Monitor, ...] = ()
    """ServiceMonitors and PodMonitors."""

    certificates: tuple[Certificate, ...] = ()
    """Certificates."""

    rules: tuple[Alerts, ...] = ()
    """PrometheusRules."""

    refusals: tuple[Refusal, ...] = ()
    """What the API server of the cluster's version would refuse. Default nothing."""

    unstable: tuple[str, ...] = ()
    """Objects that come out differently at each render, `Kind name`. Default none."""

    values: ValueFacts = ValueFacts()
    """What the inline values do."""

    @property
    def images(self) -> tuple[str, ...]:
        """Every image, each once, sorted."""
        return tuple(sorted({container.image for pod in self.pods for container in pod.containers}))

    @property
    def crds(self) -> tuple[tuple[str, str], ...]:
        """(API group, kind) of everything it defines."""
        return tuple((item.group, item.kind) for item in self.definitions)

    @property
    def doors(self) -> tuple[Pod, ...]:
        """Pods that the API server calls, or that a load balancer sends to."""
        called = {(webhook.namespace, webhook.service) for webhook in self.webhooks}
        selectors = [
            (service.namespace, service.selector.items())
            for service in self.services
            if service.selector and (service.type == "LoadBalancer" or (service.namespace, service.name) in called)
        ]
        return tuple(
            pod
            for pod in self.pods
            if any(pod.namespace == place and labels <= pod.labels.items() for place, labels in selectors)
        )

    def replicas(self, pod: Pod) -> tuple[int, int] | None:
        """How many of the pod there are at least and at most; None for one on each node."""
        if pod.replicas is None:
            return None
        target = (pod.namespace, f"{pod.kind}/{pod.name}")
        for scaler in self.autoscalers:
            if (scaler.namespace, scaler.target) == target:
                return scaler.least, scaler.most
        return pod.replicas, pod.replicas

    def has(self, kind: str, namespace: str, name: str) -> bool:
        """Whether the chart brings that object."""
        return any((item.kind, item.namespace, item.name) == (kind, namespace, name) for item in self.objects)
