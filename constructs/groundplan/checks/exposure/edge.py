"""What requests from outside reach: hosts that were declared, pages that administer, and what only monitoring should see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.checks.exposure.facts import facts
from groundplan.checks.exposure.reader import doors
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.selections import ByLabel
from groundplan.errors import Finding
from groundplan.yaml.marked import YamlPath

DENIES = "nginx.ingress.kubernetes.io/denylist-source-range"
ISTIO = "networking.istio.io"


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A path below a public host, and the Service that answers."""

    host: str
    """Public host."""

    path: str
    """Prefix."""

    service: str
    """Name of the Service."""

    namespace: str
    """Its namespace."""

    port: str
    """Its port, by number or name; empty where the way does not say."""

    item: Object
    """Where it is rendered."""

    field: YamlPath
    """Field of it."""

    closed: bool = False
    """Whether everybody is refused there. Default false."""


def ways(inventory: Inventory) -> Iterator[Way]:
    """Every public path: of Ingresses, and of virtual services of a mesh behind them."""
    for item in inventory.by_kind.get(("networking.k8s.io", "Ingress"), ()):
        yield from _of_ingress(item)
    for item in inventory.by_kind.get((ISTIO, "VirtualService"), ()):
        if any(gateway != "mesh" for gateway in item.spec.get("gateways") or []):
            yield from _of_virtual_service(item)


def _of_ingress(item: Object) -> Iterator[Way]:
    refused = "0.0.0.0/0" in item.annotations.get(DENIES, "").split(",")
    for r, rule in enumerate(item.spec.get("rules") or []):
        for p, path in enumerate((rule.get("http") or {}).get("paths") or []):
            service = (path.get("backend") or {}).get("service") or {}
            name, port = str(service.get("name", "")), service.get("port") or {}
            fixed = any(door.answers_itself(item, name, port) for door in doors())
            field: YamlPath = ("spec", "rules", r, "http", "paths", p)
            shown = str(port.get("number") or port.get("name") or "")
            yield Way(
                str(rule.get("host")),
                str(path.get("path", "/")),
                name,
                item.namespace,
                shown,
                item,
                field,
                refused or fixed,
            )


def _of_virtual_service(item: Object) -> Iterator[Way]:
    for h, http in enumerate(item.spec.get("http") or []):
        prefixes = [str((match.get("uri") or {}).get("prefix", "/")) for match in http.get("match") or [{}]]
        closed = int((http.get("directResponse") or {}).get("status", 200)) >= 400
        targets = [route.get("destination") or {} for route in http.get("route") or []] or [{}]
        for host in item.spec.get("hosts") or []:
            for prefix in prefixes:
                for target in targets:
                    name, _, rest = str(target.get("host", "")).partition(".")
                    port = str((target.get("port") or {}).get("number", ""))
                    field: YamlPath = ("spec", "http", h)
                    yield Way(
                        str(host), prefix, name, rest.partition(".")[0] or item.namespace, port, item, field, closed
                    )


def hosts(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Hosts that no environment names, and names in the public zone that nothing serves."""
    served = {(way.item.cluster, way.host) for way in ways(inventory)}
    for cluster, host in sorted(served):
        known = {
            name
            for scope, item in context.environments.items()
            if _lives(scope, item, cluster)
            for name in item.hosts.values()
        }
        if known or any(_lives(scope, item, cluster) for scope, item in context.environments.items()):
            if host in known or _is_peer_s(context, cluster, host):
                continue
            way = next(way for way in ways(inventory) if (way.item.cluster, way.host) == (cluster, host))
            message = f"lets the public in as {host}, which no environment names under hosts"
            yield inventory.finding(way.item, way.field, "exposure.host", message, "declare it, or remove it")


def _lives(scope: str, environment: Any, cluster: str) -> bool:
    return f"{environment.system}/{environment.host or environment.environment}" == cluster


def _is_peer_s(context: Context, cluster: str, host: str) -> bool:
    """A standby serves its primary's hosts."""
    system = cluster.partition("/")[0]
    return any(host in item.hosts.values() for item in context.environments.values() if item.system == system)


def pages(inventory: Inventory, _: Context) -> Iterator[Finding]:
    """Pages that administer something, and that the public is led to."""
    for way in ways(inventory):
        if way.service in facts().pages and not way.closed:
            message = f"leads {way.host}{way.path} to {way.service}, which administers something"
            yield inventory.finding(way.item, way.field, "exposure.admin", message, "reach it by port-forwarding")
    for item in inventory.by_kind.get(("", "Service"), ()):
        if item.spec.get("type") in ("LoadBalancer", "NodePort") and item.name in facts().pages:
            message = f"gives {item.name}, which administers something, an address of its own"
            yield inventory.finding(item, ("spec", "type"), "exposure.admin", message, "write ClusterIP")


def balancers(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Load balancers of charts beside the way in that the environment declares."""
    for release in inventory.releases:
        known, environment = context.facts_of(release.application), context.environment_of(release.application)
        for service in known.services if known is not None else ():
            if (
                service.type == "LoadBalancer"
                and environment is not None
                and environment.ingress is None
                and not environment.tenants
            ):
                message = (
                    f"chart {release.chart} makes load balancer {service.name}, and the environment has no ingress"
                )
                yield inventory.finding(
                    release.application,
                    ("spec",),
                    "exposure.balancer",
                    message,
                    "declare `ingress`, or write ClusterIP",
                )


def listeners(inventory: Inventory, _: Context) -> Iterator[Finding]:
    """Listeners of the controller in the cluster: from TLS 1.2."""
    for release in inventory.releases:
        if release.chart == "ingress-nginx":
            words = str(
                ((release.values.get("controller") or {}).get("config") or {}).get("ssl-protocols", "TLSv1.2 TLSv1.3")
            ).split()
            if not set(words) <= {"TLSv1.2", "TLSv1.3"}:
                message = f"takes {' '.join(words)}"
                yield inventory.finding(
                    release.application, ("spec", "source"), "exposure.tls", message, "write TLSv1.2 TLSv1.3"
                )


def monitoring(inventory: Inventory, _: Context) -> Iterator[Finding]:
    """Paths that Prometheus reads, on ports that the public is led to."""
    listed = list(ways(inventory))
    for namespace, name, port, path in _scraped(inventory):
        for way in listed:
            if way.closed or way.service != name or (way.item.cluster, way.namespace) != namespace[:2]:
                continue
            if not _covers(way.path, path) or way.port not in port or _is_closed(listed, way, path):
                continue
            message = f"leads everybody to {path} of {name}, which is for Prometheus"
            advice = f"refuse {path} there, or show it on a port of its own"
            yield inventory.finding(way.item, way.field, "exposure.metrics", message, advice)


def _covers(prefix: str, path: str) -> bool:
    return f"{path}/".startswith(f"{prefix.rstrip('/')}/")


def _is_closed(listed: list[Way], open_: Way, path: str) -> bool:
    """Whether a longer path of the same host refuses everybody before this one is asked."""
    return any(
        way.closed and way.host == open_.host and way.item.cluster == open_.item.cluster
        and len(way.path) > len(open_.path) and _covers(way.path, path)
        for way in listed
    )  # fmt: skip


def _scraped(inventory: Inventory) -> Iterator[tuple[tuple[str, str], str, frozenset[str], str]]:
    """Cluster and namespace, Service, its port by number and name, and the path, of everything that is scraped."""
    services = ByLabel(inventory.by_kind.get(("", "Service"), ()), lambda item: item.labels)
    for monitor in inventory.by_kind.get(("monitoring.coreos.com", "ServiceMonitor"), ()):
        chosen: Mapping[str, str] = (monitor.spec.get("selector") or {}).get("matchLabels") or {}
        for service in services.matching(chosen) if chosen else ():
            if (service.cluster, service.namespace) != (monitor.cluster, monitor.namespace):
                continue
            for endpoint in monitor.spec.get("endpoints") or []:
                words = _port(service, str(endpoint.get("port", "")))
                if words:
                    yield (
                        (service.cluster, service.namespace),
                        service.name,
                        words,
                        str(endpoint.get("path", "/metrics")),
                    )


def _port(service: Object, name: str) -> frozenset[str]:
    for port in service.spec.get("ports") or []:
        if port.get("name") == name:
            return frozenset({name, str(port["port"])})
    return frozenset()
