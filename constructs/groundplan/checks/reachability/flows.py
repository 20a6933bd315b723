"""What has to get through: flows that environments declare, that rendered objects ask for, and that operators need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from groundplan.chart_facts.traffic import Monitor
from groundplan.checks.catalogue import Catalogue
from groundplan.checks.inventory import Object
from groundplan.checks.made import filled_end
from groundplan.checks.provided import FlowEnd, KnownFlow
from groundplan.checks.reachability.cloud import clouds
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.network import Block, End
from groundplan.checks.reachability.pods import Pods, numbers
from groundplan.kubernetes.namespaces import KUBE_SYSTEM
from groundplan.kubernetes.network_policy import METADATA_SERVICE, PRIVATE
from groundplan.yaml.marked import YamlPath

INTERNET = Block("203.0.113.10/32", "the Internet", is_public=True)
"""Any public host; the one address stands for all."""

API_SERVER = Block("10.0.0.1/32", "the API server", PRIVATE, is_public=True)
"""The API server, at a private address on some clusters and at a public one on others."""

INSIDE = Block("10.0.0.2/32", "private addresses", PRIVATE)
"""Nodes and whatever else has a private address."""

ANYWHERE = Block("203.0.113.10/32", "anywhere", (*PRIVATE, METADATA_SERVICE), is_public=True)
"""Whoever has the address."""

ADDRESSES: Mapping[str, Block] = {
    "anywhere": ANYWHERE,
    "api-server": API_SERVER,
    "internet": INTERNET,
    "private": INSIDE,
}
"""Ends of known flows that are no pods."""


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """One connection that somebody opens."""

    source: End
    """Who opens it."""

    target: End
    """Who is asked."""

    port: int | None
    """Port of the target; None for any."""

    why: str
    """What asks for it, for messages."""

    protocol: str = "TCP"
    """Transport. Default TCP."""

    required: bool = True
    """Whether something breaks without a way for it; otherwise it is only allowed. Default true."""

    at: tuple[Object, YamlPath] | None = field(default=None)
    """The rendered field that asks for it. Default none: the environment does."""


def known_flows(cluster: Cluster, catalogue: Catalogue) -> Iterator[Flow]:
    """What charts and operators need among their own pods and others'."""
    for known, maker in catalogue.flows:
        sources, targets = _ends(known.from_, maker, cluster), _ends(known.to, maker, cluster)
        for source in sources:
            for target in targets:
                for port in known.ports or (None,):
                    yield _known(known, source, target, port)


def _known(known: KnownFlow, source: End, target: End, port: int | None) -> Flow:
    required = known.required and port is not None
    return Flow(source, target, port, known.why, known.protocol, required)


def _ends(end: FlowEnd, maker: Mapping[str, Any], cluster: Cluster) -> list[End]:
    if end.address is not None:
        return [ADDRESSES[end.address]]
    filled = filled_end(end, maker)
    if filled is None:
        return []
    namespaces: Iterable[str] = cluster.namespaces if filled.namespace == "*" else [filled.namespace]
    return list(cluster.select(namespaces, filled.labels))


def name_resolution(cluster: Cluster) -> Iterator[Flow]:
    """Every pod asks the cluster's DNS; ours cannot work without."""
    servers = cluster.select([KUBE_SYSTEM], {"k8s-app": "kube-dns"})
    for pods in cluster.pods:
        for server in servers:
            for protocol in ("UDP", "TCP"):
                yield Flow(pods, server, 53, "names are resolved", protocol, pods.origin is not None)


def api_users(cluster: Cluster) -> Iterator[Flow]:
    """Pods that carry a token of the Kubernetes API use it."""
    for pods in cluster.pods:
        if pods.uses_api and pods.origin is not None:
            yield Flow(pods, API_SERVER, 443, "its token is for the Kubernetes API", at=(pods.origin, ("spec",)))


def scrapes(cluster: Cluster) -> Iterator[Flow]:
    """Prometheus asks whatever a monitor selects."""
    servers = cluster.program("prometheus")
    for monitor in cluster.of_kind("monitoring.coreos.com", "ServiceMonitor"):
        for pods, port in _monitored_by_service(cluster, monitor):
            yield from (_scrape(server, pods, port, monitor) for server in servers)
    for monitor in cluster.of_kind("monitoring.coreos.com", "PodMonitor"):
        for pods, port in _monitored_pods(cluster, monitor):
            yield from (_scrape(server, pods, port, monitor) for server in servers)


def _scrape(server: Pods, pods: Pods, port: int, monitor: Object) -> Flow:
    return Flow(server, pods, port, f"{monitor} has it scraped", at=(monitor, ("spec", "selector")))


def _monitored_by_service(cluster: Cluster, monitor: Object) -> Iterator[tuple[Pods, int]]:
    namespaces = _monitored_namespaces(cluster, monitor)
    wanted = monitor.spec["selector"].get("matchLabels", {})
    for item in cluster.of_kind("", "Service"):
        service = cluster.service(item.namespace, item.name)
        if service is not None and item.namespace in namespaces and wanted.items() <= item.labels.items():
            for endpoint in monitor.spec.get("endpoints", []):
                yield from cluster.behind(service, endpoint.get("port", ""))


def _monitored_pods(cluster: Cluster, monitor: Object) -> Iterator[tuple[Pods, int]]:
    wanted = monitor.spec["selector"].get("matchLabels", {})
    for pods in cluster.select(_monitored_namespaces(cluster, monitor), wanted):
        for endpoint in monitor.spec.get("podMetricsEndpoints", []):
            if endpoint.get("port") in pods.ports:
                yield pods, pods.ports[endpoint["port"]]


def _monitored_namespaces(cluster: Cluster, monitor: Object) -> list[str]:
    chosen = monitor.spec.get("namespaceSelector", {})
    return list(cluster.namespaces) if chosen.get("any") else chosen.get("matchNames", [monitor.namespace])


def chart_scrapes(cluster: Cluster) -> Iterator[Flow]:
    """Prometheus asks whatever a chart's own monitors select."""
    servers = cluster.program("prometheus")
    for application, monitor in cluster.charts.monitors:
        namespaces = (
            list(cluster.namespaces) if "*" in monitor.namespaces else monitor.namespaces or [monitor.namespace]
        )
        for pods, port in _of_chart(cluster, monitor, namespaces):
            why = f"{application} has it scraped by {monitor.kind} {monitor.name}"
            yield from (Flow(server, pods, port, why, at=(application, ("spec",))) for server in servers)


def _of_chart(cluster: Cluster, monitor: Monitor, namespaces: Iterable[str]) -> Iterator[tuple[Pods, int]]:
    wanted = monitor.selector.get("matchLabels", {})
    for endpoint in monitor.endpoints:
        port = endpoint.get("port") or endpoint.get("targetPort")
        if monitor.kind == "PodMonitor":
            for pods in cluster.select(namespaces, wanted):
                yield from ((pods, number) for number in numbers(pods, port or ""))
        for service, labels in cluster.charts.services if monitor.kind == "ServiceMonitor" else ():
            if service.namespace in namespaces and wanted.items() <= labels.items():
                yield from cluster.behind(service, port)


def webhooks(cluster: Cluster) -> Iterator[Flow]:
    """The API server asks whoever wants to admit, convert or serve objects."""
    for application, webhook in cluster.charts.webhooks:
        service = cluster.service(webhook.namespace, webhook.service)
        for pods, port in cluster.behind(service, webhook.port) if service is not None else ():
            why = f"{application} has the API server ask it ({webhook.kind} {webhook.configuration})"
            yield Flow(API_SERVER, pods, port, why, at=(application, ("spec",)))


def analyses(cluster: Cluster) -> Iterator[Flow]:
    """The controller of rollouts asks whatever an analysis names: Prometheus, or the new version itself."""
    senders = cluster.program("argo-rollouts")
    for template in cluster.of_kind("argoproj.io", "AnalysisTemplate"):
        for index, metric in enumerate(template.spec.get("metrics", [])):
            provider = metric.get("provider", {})
            url = urlsplit(provider.get("web", {}).get("url") or provider.get("prometheus", {}).get("address") or "")
            name, _, namespace = (url.hostname or "").partition(".")
            service = cluster.service(namespace.partition(".")[0] or template.namespace, name)
            for pods, port in cluster.behind(service, url.port) if service is not None else ():
                why, at = f"{template} asks it", (template, ("spec", "metrics", index))
                yield from (Flow(sender, pods, port, why, at=at) for sender in senders)


def routes(cluster: Cluster) -> Iterator[Flow]:
    """Gateways of the mesh send to whatever a VirtualService names."""
    for route in cluster.of_kind("networking.istio.io", "VirtualService"):
        senders = cluster.select(cluster.namespaces, {"istio": "gateway"})
        for host, port in _destinations(route.spec):
            name, _, rest = host.partition(".")
            namespace = rest.partition(".")[0] or route.namespace
            service = cluster.service(namespace, name)
            for pods, number in cluster.behind(service, port) if service is not None else ():
                why = f"{route} routes to {name}"
                yield from (Flow(sender, pods, number, why, at=(route, ("spec", "http"))) for sender in senders)


def _destinations(spec: Mapping[str, Any]) -> Iterator[tuple[str, int | None]]:
    for rule in spec.get("http", []):
        for leg in rule.get("route", []):
            yield leg["destination"]["host"], leg["destination"].get("port", {}).get("number")


def receivers(cluster: Cluster) -> Iterator[Flow]:
    """Alertmanager sends mail by whatever server its configuration names."""
    senders = cluster.program("alertmanager")
    for config in cluster.of_kind("monitoring.coreos.com", "AlertmanagerConfig"):
        for index, receiver in enumerate(config.spec.get("receivers", [])):
            for mail in receiver.get("emailConfigs", []):
                port = int(mail["smarthost"].rpartition(":")[2])
                at = (config, ("spec", "receivers", index))
                yield from (Flow(sender, INTERNET, port, f"{config} sends mail by it", at=at) for sender in senders)


def cloud_identities(cluster: Cluster) -> Iterator[Flow]:
    """Pods that take on an identity of the cloud fetch its token first, then use it outside."""
    return chain.from_iterable(cloud.identities(cluster) for cloud in clouds())


def clients(cluster: Cluster) -> Iterator[Flow]:
    """Pods that hold what a store signs them in by ask it."""
    return chain.from_iterable(cloud.clients(cluster) for cloud in clouds())


FROM_OBJECTS: tuple[Callable[[Cluster], Iterator[Flow]], ...] = (
    name_resolution,
    api_users,
    analyses,
    scrapes,
    chart_scrapes,
    webhooks,
    routes,
    receivers,
    cloud_identities,
    clients,
)
"""Flows that follow from rendered objects alone."""
