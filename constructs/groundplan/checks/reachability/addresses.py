"""From a host name to whoever answers: pods behind a Service, a rented resource, or the Internet."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.inventory import Object
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.flows import INTERNET, Flow
from groundplan.checks.reachability.network import End
from groundplan.checks.reachability.pods import Led, Pods
from groundplan.checks.reachability.rented import Rentals
from groundplan.checks.reachability.settings import Told, told, told_once

CLUSTER_DOMAIN = "cluster.local"
LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0"})


class Names:
    """What names mean inside one cluster."""

    def __init__(self, cluster: Cluster, rentals: Rentals) -> None:
        self.cluster = cluster
        self.rentals = rentals
        self._own: dict[str, list[End]] = {host: [INTERNET, *pods] for host, pods in _public_hosts(cluster)}

    def is_own(self, host: str) -> bool:
        """Whether the cluster itself answers on a public host; its pods may be told it without asking it."""
        return host in self._own

    def ends(self, host: str, port: int | None, namespace: str) -> list[tuple[End, int | None]]:
        """Whoever answers on `host` when a pod of `namespace` asks; nobody where the name is not known inside."""
        if host in LOCAL:
            return []
        service = self._service(host, namespace)
        if service is not None:
            return [*self.cluster.behind(service, port)]
        if self.is_inside(host):
            return []
        if host in self._own:
            return [(end, port) for end in self._own[host]]
        rented = self.rentals.find(host)
        return [(rented.block if rented is not None and rented.block is not None else INTERNET, port)]

    @staticmethod
    def is_inside(host: str) -> bool:
        """Whether only the cluster's own DNS can know a name."""
        return "." not in host or host.endswith((".svc", f".svc.{CLUSTER_DOMAIN}"))

    def _service(self, host: str, namespace: str) -> Led | None:
        name, _, rest = host.removesuffix(f".{CLUSTER_DOMAIN}").removesuffix(".svc").partition(".")
        return self.cluster.service(rest or namespace, name) if "." not in rest else None


def told_flows(cluster: Cluster, names: Names) -> Iterator[Flow]:
    """Pods ask whatever their settings name; probers and autoscalers whatever theirs do."""
    for pods in cluster.pods:
        for address in told(cluster, pods):
            yield from _asks(pods, address, pods.namespace, names)
    yield from _probed(cluster, names)
    yield from _scaled(cluster, names)


def _public_hosts(cluster: Cluster) -> Iterator[tuple[str, list[Pods]]]:
    """Public hosts, and the controller's pods that nodes send straight to instead of to its load balancer."""
    for ingress in cluster.of_kind("networking.k8s.io", "Ingress"):
        labels = {"app.kubernetes.io/name": f"ingress-{ingress.spec.get('ingressClassName', '')}"}
        pods = cluster.select(cluster.namespaces, labels)
        yield from ((rule["host"], pods) for rule in ingress.spec.get("rules", []) if "host" in rule)


def _asks(pods: Pods, address: Told, namespace: str, names: Names) -> Iterator[Flow]:
    for target, port in names.ends(address.host, address.port, namespace):
        if target is not pods and port is not None:
            why = f"{address.item} tells it {address.host}"
            required = address.item.kind == "Probe" or not names.is_own(address.host)
            yield Flow(pods, target, port, why, required=required, at=(address.item, address.field))


def _probed(cluster: Cluster, names: Names) -> Iterator[Flow]:
    """Prometheus asks the prober, and the prober asks the targets."""
    servers = cluster.program("prometheus")
    for probe in cluster.of_kind("monitoring.coreos.com", "Probe"):
        prober = told_once(probe.spec["prober"]["url"], probe, ("spec", "prober", "url"))
        if prober is None:
            continue
        for pods, port in names.ends(prober.host, prober.port, probe.namespace):
            yield from (Flow(server, pods, port, f"{probe} is asked for") for server in servers)
            if isinstance(pods, Pods):
                yield from _targets(probe, pods, names)


def _targets(probe: Object, pods: Pods, names: Names) -> Iterator[Flow]:
    field = ("spec", "targets", "staticConfig", "static")
    for index, text in enumerate(probe.spec.get("targets", {}).get("staticConfig", {}).get("static", [])):
        address = told_once(text, probe, (*field, index))
        if address is not None:
            yield from _asks(pods, address, probe.namespace, names)


def _scaled(cluster: Cluster, names: Names) -> Iterator[Flow]:
    """KEDA asks what its triggers name."""
    operators = cluster.program("keda-operator")
    for item in (*cluster.of_kind("keda.sh", "ScaledObject"), *cluster.of_kind("keda.sh", "ScaledJob")):
        for index, trigger in enumerate(item.spec.get("triggers", [])):
            metadata = trigger.get("metadata", {})
            text = metadata.get("address") or metadata.get("addresses") or metadata.get("serverAddress")
            address = told_once(text, item, ("spec", "triggers", index)) if text else None
            if address is not None:
                for operator in operators:
                    yield from _asks(operator, address, item.namespace, names)
