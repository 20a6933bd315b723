"""What Prometheus scrapes in one cluster, which labels its series get there, and which series they are.

The operator gives the targets of a ServiceMonitor the labels `namespace`, `service`, `pod`, `container`, `endpoint`,
those of a PodMonitor the same without `service`, and those of a Probe `namespace` and what the Probe says.
See https://github.com/prometheus-operator/prometheus-operator/blob/main/pkg/prometheus/promcfg.go .
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from groundplan.chart_facts.traffic import Monitor
from groundplan.checks.catalogue import Catalogue
from groundplan.checks.instances import owner_of
from groundplan.checks.inventory import Object
from groundplan.checks.observability.exporters import Exporter, Series, exporters
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.pods import Led, Pods, numbers
from groundplan.checks.reachability.view import Place
from groundplan.facts.metrics import exposed_series
from groundplan.model.environment import Environment
from groundplan.model.values import seconds

MONITORING = "monitoring.coreos.com"
OF_EVERY_TARGET = frozenset({"instance", "job"})
OF_PODS = OF_EVERY_TARGET | {"container", "endpoint", "namespace", "pod"}
OF_SERVICES = OF_PODS | {"service"}
OF_NODES = OF_SERVICES | {"metrics_path", "node"}
SYNTHETIC = (
    "up",
    "scrape_duration_seconds",
    "scrape_samples_scraped",
    "scrape_samples_post_metric_relabeling",
    "scrape_series_added",
)
"""Series that Prometheus itself adds to every target."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Something that is scraped: what one endpoint of one monitor leads to."""

    at: Object
    """The monitor, or the Application whose chart brings it."""

    monitor: str
    """`Kind name`, for messages."""

    labels: frozenset[str]
    """Labels that its series get."""

    values: Mapping[str, frozenset[str]]
    """Values of those labels, where they are known."""

    exporters: tuple[Exporter, ...]
    """Who answers there."""

    pods: tuple[Pods, ...] = ()
    """Pods that are asked. Default none known: nodes, or a Probe."""

    port: int = 0
    """Port that is asked. Default not known."""

    path: str = "/metrics"
    """Path."""

    interval: float = 30
    """Seconds between two scrapes. Default 30."""

    honors: bool = False
    """Whether labels of the exporter win. Default false."""

    own: bool = True
    """Whether the monitor is rendered, and not a chart's. Default true."""

    def label(self, name: str) -> str:
        """What a label of the exporter is called once it is scraped."""
        return f"exported_{name}" if name in self.labels and not self.honors else name

    def labels_of(self, series: Series) -> frozenset[str] | None:
        """Every label that a series has once it is scraped; None where not all are known."""
        if series.labels is None:
            return None
        return self.labels | {self.label(name) for name in series.labels}


@dataclass(frozen=True, slots=True)
class Scraped:
    """What one cluster's Prometheus knows."""

    targets: tuple[Target, ...]
    """Everything that is scraped."""

    series: Mapping[str, tuple[tuple[Series, Target], ...]] = field(default_factory=dict)
    """Series by name, with every target that has them."""

    records: frozenset[str] = frozenset()
    """Series that rules record. Default none."""

    labels: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    """Labels of series by name, with any target that has them; None where not all are known."""


def scraped(place: Place) -> Scraped:
    """What the Prometheus of a cluster scrapes."""
    targets = tuple(_targets(place))
    series: dict[str, list[tuple[Series, Target]]] = {}
    for target in targets:
        for exporter in target.exporters:
            for item in exporter.series.values():
                series.setdefault(item.name, []).append((item, target))
        for name in SYNTHETIC:
            series.setdefault(name, []).append((Series(name, "gauge", frozenset(), "Prometheus"), target))
    labels = {name: _labels_of(found) for name, found in series.items()}
    return Scraped(targets, {name: tuple(found) for name, found in series.items()}, frozenset(_records(place)), labels)


def _labels_of(found: Iterable[tuple[Series, Target]]) -> frozenset[str] | None:
    of_targets = [target.labels_of(series) for series, target in found]
    known = [labels for labels in of_targets if labels is not None]
    return frozenset().union(*known) if len(known) == len(of_targets) else None


def _records(place: Place) -> Iterator[str]:
    for item in place.cluster.of_kind(MONITORING, "PrometheusRule"):
        for group in item.spec.get("groups", []):
            yield from (str(rule["record"]) for rule in group.get("rules", []) if "record" in rule)
    for rules in place.cluster.charts.rules:
        yield from rules.records


def targets_of(cluster: Cluster, namespace: str) -> Iterator[Target]:
    """What the rendered monitors of one namespace have scraped."""
    place = Place("", (), cluster, Catalogue(""))
    for kind in ("ServiceMonitor", "PodMonitor"):
        for item in cluster.of_kind(MONITORING, kind):
            if item.namespace == namespace:
                yield from _of_monitor(place, item, _told(item), own=True)


def _targets(place: Place) -> Iterator[Target]:
    cluster = place.cluster
    for kind in ("ServiceMonitor", "PodMonitor"):
        for item in cluster.of_kind(MONITORING, kind):
            yield from _of_monitor(place, item, _told(item), own=True)
    for application, monitor in cluster.charts.monitors:
        yield from _of_monitor(place, application, monitor, own=False)
    for item in cluster.of_kind(MONITORING, "Probe"):
        yield _of_probe(item)
    for application in cluster.charts.unknown:
        yield from _of_unknown(application)


def _of_unknown(application: Object) -> Iterator[Target]:
    """A chart that nobody has recorded, which the charts gate says, is believed to have scraped what it usually has."""
    chart = _chart(application)
    for exporter in exporters():
        if exporter.monitor.partition("/")[0] == chart:
            title = f"monitor of {exporter.name}"
            yield Target(application, title, OF_NODES, {}, (exporter,), honors=exporter.honor_labels, own=False)


def _chart(application: Object) -> str:
    return str((application.spec.get("source") or {}).get("chart", "")).rpartition("/")[2]


def _told(item: Object) -> Monitor:
    """A rendered monitor in the shape of a recorded one."""
    chosen = item.spec.get("namespaceSelector", {})
    listed = item.spec.get("endpoints" if item.kind == "ServiceMonitor" else "podMetricsEndpoints", [])
    namespaces = ("*",) if chosen.get("any") else tuple(chosen.get("matchNames", ()))
    return Monitor(item.kind, item.namespace, item.name, item.spec.get("selector", {}), tuple(listed), namespaces)


def _of_monitor(place: Place, at: Object, monitor: Monitor, *, own: bool) -> Iterator[Target]:
    cluster = place.cluster
    places = list(cluster.namespaces) if "*" in monitor.namespaces else list(monitor.namespaces or [monitor.namespace])
    for endpoint in monitor.endpoints:
        if monitor.kind == "PodMonitor":
            yield from _of_pods(place, at, monitor, endpoint, places, own=own)
        else:
            yield from _of_services(place, at, monitor, endpoint, places, own=own)


def _of_pods(
    place: Place, at: Object, monitor: Monitor, endpoint: Mapping[str, Any], places: Iterable[str], *, own: bool
) -> Iterator[Target]:
    port = endpoint.get("port") or endpoint.get("targetPort") or ""
    for pods in place.cluster.select(places, *_selector(monitor)):
        for number in numbers(pods, port):
            yield _target(place, at, monitor, endpoint, (pods,), number, own=own)


def _of_services(
    place: Place, at: Object, monitor: Monitor, endpoint: Mapping[str, Any], places: Iterable[str], *, own: bool
) -> Iterator[Target]:
    found = False
    for service in place.cluster.services_with(places, *_selector(monitor)):
        for pods, number in _behind(place.cluster, service, endpoint):
            found = True
            yield _target(place, at, monitor, endpoint, (pods,), number, service=service.name, own=own)
    if not found and not own:  # endpoints that no pods stand behind: nodes
        yield _target(place, at, monitor, endpoint, (), 0, places=places, own=own)


def _behind(cluster: Cluster, service: Led, endpoint: Mapping[str, Any]) -> Iterator[tuple[Pods, int]]:
    """Pods that an endpoint leads to: by a port of the Service, or straight by one of the pods."""
    if "port" in endpoint:
        yield from cluster.behind(service, endpoint["port"])
    elif service.selector:
        for pods in cluster.select([service.namespace], service.selector):
            yield from ((pods, number) for number in numbers(pods, endpoint.get("targetPort", "")))


def _selector(monitor: Monitor) -> tuple[Mapping[str, str], tuple[Any, ...]]:
    return monitor.selector.get("matchLabels") or {}, tuple(monitor.selector.get("matchExpressions") or ())


def _target(
    place: Place,
    at: Object,
    monitor: Monitor,
    endpoint: Mapping[str, Any],
    pods: tuple[Pods, ...],
    port: int,
    *,
    service: str = "",
    places: Iterable[str] = (),
    own: bool,
) -> Target:
    path = str(endpoint.get("path") or "/metrics")
    known = _known(place, at, monitor, path, pods, port, own=own)
    labels = OF_NODES if not pods else OF_PODS if monitor.kind == "PodMonitor" else OF_SERVICES
    values = {"namespace": frozenset(item.namespace for item in pods) or frozenset(places)}
    if monitor.kind == "ServiceMonitor":  # of nodes, the Service is made by the operator or the API server itself
        values["service"] = frozenset({service}) if service else frozenset({monitor.name, "kubelet", "kubernetes"})
    honors = bool(endpoint.get("honorLabels")) or any(item.honor_labels for item in known)
    interval = seconds(endpoint["interval"]) if "interval" in endpoint else 30
    return Target(at, f"{monitor.kind} {monitor.name}", labels, values, known, pods, port, path, interval, honors, own)


def _known(
    place: Place, at: Object, monitor: Monitor, path: str, pods: tuple[Pods, ...], port: int, *, own: bool
) -> tuple[Exporter, ...]:
    chart = "" if own else _chart(at)
    found = [item for item in exporters() if _answers(item, place, monitor, chart, path, pods, port)]
    if any(item.image for item in found):  # a program of somebody else's exposes what it exposes, whatever is promised
        return tuple(found)
    return (*found, *_services_of(place.environments, pods))


def _answers(
    exporter: Exporter, place: Place, monitor: Monitor, chart: str, path: str, pods: tuple[Pods, ...], port: int
) -> bool:
    if exporter.monitor:
        of, _, end = exporter.monitor.partition("/")
        return chart == of and monitor.name.endswith(end) and exporter.path in ("", path)
    if exporter.plugin and not any(_has_plugin(place.cluster, item, exporter.plugin) for item in pods):
        return False
    if exporter.pods:
        label, _, value = exporter.pods.partition("=")
        return any(fnmatchcase(item.labels[label], value or "*") for item in pods if label in item.labels)
    return bool(exporter.image) and any(exporter.image == image for item in pods for image in _images(item, port))


def _images(pods: Pods, port: int) -> Iterator[str]:
    """Repositories, without registry and tag, of the containers that listen on a port."""
    for container in pods.template.get("spec", {}).get("containers", []):
        if any(item.get("containerPort") == port for item in container.get("ports", [])):
            yield container.get("image", "").partition("@")[0].rpartition("/")[2].partition(":")[0]


def _has_plugin(cluster: Cluster, pods: Pods, plugin: str) -> bool:
    found = owner_of(pods.labels)
    if found is None:
        return False
    known, name = found
    return any(
        entry.get("name") == plugin
        for item in cluster.of_kind(known.group, known.kind)
        if (item.namespace, item.name) == (pods.namespace, name)
        for entry in item.spec.get("plugins", [])
    )


def _services_of(environments: Iterable[Environment], pods: tuple[Pods, ...]) -> Iterator[Exporter]:
    """What the team's own services promise to expose."""
    for environment in environments:
        for item in pods:
            service = environment.services.get(item.name) if item.namespace == environment.namespace else None
            if service is not None and item.origin is not None:
                promised = exposed_series(environment, item.name)
                series = {
                    name: Series(
                        name, one.type, frozenset(one.labels) if one.labels is not None else None, item.name, one.unit
                    )
                    for name, one in promised.items()
                }
                yield Exporter(item.name, series)


def _of_probe(item: Object) -> Target:
    static = item.spec.get("targets", {}).get("staticConfig", {})
    told = static.get("labels", {})
    values = {"namespace": frozenset({item.namespace}), **{key: frozenset({text}) for key, text in told.items()}}
    labels = OF_EVERY_TARGET | {"namespace", *told}
    known = tuple(exporter for exporter in exporters() if exporter.probe)
    return Target(item, f"Probe {item.name}", labels, values, known, interval=seconds(item.spec.get("interval", "30s")))
