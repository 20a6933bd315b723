"""Network policies of the monitoring namespace, where everything is denied that they do not allow.

Prometheus must reach every pod and node it scrapes, but nothing on the Internet; only Alertmanager leaves the cluster.
The node exporter shares its node's network, where policies do not apply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.kubernetes.namespaces import ARGO_ROLLOUTS
from groundplan.kubernetes.network_policy import NAMESPACE_LABEL, PRIVATE, internet
from groundplan.parts import Component, Json, Part

NAME = "app.kubernetes.io/name"
HTTPS = 443
RELOADER = 8080
"""Metrics of the container beside Prometheus and Alertmanager that loads their configuration."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MonitoringPoliciesProps:
    """Who asks Prometheus, and whom Alertmanager tells."""

    shows: bool = False
    """Whether Grafana shows what is measured. Default false."""

    adapts: bool = False
    """Whether an adapter hands measures to autoscalers. Default false."""

    releases: bool = False
    """Whether releases are decided by what is measured. Default false."""

    queues: Json | None = None
    """The autoscaler of queues, where it asks how much is being worked on. Default it does not."""

    mail: Sequence[int] = ()
    """Ports of mail servers that alerts go to, beside 443 of everybody else. Default none."""


class MonitoringPolicies(Part):
    """Who talks to whom in the monitoring namespace."""

    def __init__(self, scope: Component | Part, id_: str, props: MonitoringPoliciesProps) -> None:
        super().__init__(scope, id_)
        # Each of a pair watches the other: a Prometheus that nobody may ask counts as down.
        shown = ["grafana"] if props.shows else []
        readers = [*shown, "prometheus", *(["prometheus-adapter"] if props.adapts else [])]
        watched = _from(RELOADER, "prometheus")
        outside = [_from_rollouts()] if props.releases else []
        outside += [{"from": [props.queues], "ports": _ports(9090, ("TCP",))}] if props.queues else []
        asking = [*_from(9090, *readers), *outside, *watched]
        self._allow("prometheus", asking, [_inside()])
        self._allow(
            "alertmanager",
            [*_from(9093, "prometheus", *shown), *_from(9094, "alertmanager", protocols=("TCP", "UDP")), *watched],
            [_to("alertmanager", 9094, ("TCP", "UDP")), *_outside(props.mail)],
        )
        self._allow("kube-state-metrics", _from(8080, "prometheus"), [_api_server()])
        if shown:
            servers = [_to("prometheus", 9090), _to("alertmanager", 9093)]
            self._allow("grafana", _from(3000, "prometheus"), [*servers, _api_server()])
        if props.adapts:
            self._allow("prometheus-adapter", [_port(6443)], [_to("prometheus", 9090), _api_server()])

    def _allow(self, name: str, ingress: list[Json], egress: list[Json]) -> None:
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": name},
                "spec": {
                    "podSelector": {"matchLabels": {NAME: name}},
                    "policyTypes": ["Ingress", "Egress"],
                    **({"ingress": ingress} if ingress else {}),
                    "egress": egress,
                },
            }
        )


def _peer(name: str) -> Json:
    return {"podSelector": {"matchLabels": {NAME: name}}}


def _ports(port: int, protocols: tuple[str, ...]) -> list[Json]:
    return [{"protocol": protocol, "port": port} for protocol in protocols]


def _from(port: int, *names: str, protocols: tuple[str, ...] = ("TCP",)) -> list[Json]:
    return [{"from": [_peer(name) for name in names], "ports": _ports(port, protocols)}]


def _from_rollouts() -> Json:
    """The controller that asks how a new version does before it gets more requests."""
    namespace = {"namespaceSelector": {"matchLabels": {NAMESPACE_LABEL: ARGO_ROLLOUTS}}}
    return {"from": [namespace], "ports": _ports(9090, ("TCP",))}


def _to(name: str, port: int, protocols: tuple[str, ...] = ("TCP",)) -> Json:
    return {"to": [_peer(name)], "ports": _ports(port, protocols)}


def _port(port: int) -> Json:
    """From anywhere: the API server calls from addresses that policies cannot name."""
    return {"ports": _ports(port, ("TCP",))}


def _inside() -> Json:
    """Every pod and node, on any port, and no public address."""
    blocks = [{"ipBlock": {"cidr": block}} for block in PRIVATE]
    return {"to": [{"namespaceSelector": {}}, *blocks]}


def _api_server() -> Json:
    """The API server: a private address of the network, whose port its Service translates to."""
    blocks = [{"ipBlock": {"cidr": block}} for block in PRIVATE]
    return {"to": blocks, "ports": [*_ports(443, ("TCP",)), *_ports(6443, ("TCP",))]}


def _outside(mail: Sequence[int]) -> list[Json]:
    """HTTPS for chat and paging, and each mail server's own port."""
    return [internet(port) for port in sorted({HTTPS, *mail})]
