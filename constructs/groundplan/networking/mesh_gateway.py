"""The mesh's gateway as the way in: its listener, and the load balancer's rules that lead to it.

Every request from outside passes the gateway, because that is where a new version's share of requests is kept.
See https://istio.io/latest/docs/reference/config/networking/gateway/ .
"""

from __future__ import annotations

from groundplan.model.ingress import Ingress
from groundplan.parts import Component, Json, Part

NAMESPACE = "istio-ingress"
SERVICE = "istio-gateway"
"""Service of the gateway's chart, which is called like its release."""


GATEWAY_LABELS = {"istio": "gateway"}
"""Labels the chart gives the gateway's pods."""

STATUS_PORT = 15021
"""Where the gateway says whether it is ready; its port for requests knows no such path."""

READY_PATH = "/healthz/ready"


class MeshGateway(Part):
    """The listener for every public host, and what reads its figures; TLS ended at the load balancer in front of it."""

    def __init__(self, scope: Component | Part, id_: str, ingress: Ingress) -> None:
        super().__init__(scope, id_)
        self.emit(
            {
                "apiVersion": "networking.istio.io/v1",
                "kind": "Gateway",
                "metadata": {"name": id_, "namespace": NAMESPACE},
                "spec": {
                    "selector": GATEWAY_LABELS,
                    "servers": [
                        {
                            "port": {"number": 80, "name": "http", "protocol": "HTTP"},
                            "hosts": sorted(ingress.hosts),
                        }
                    ],
                },
            }
        )
        self._add_monitor()

    def _add_monitor(self) -> None:
        """The gateway counts requests and their outcome; releases are decided by these figures."""
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "PodMonitor",
                "metadata": {"name": SERVICE, "namespace": NAMESPACE},
                "spec": {
                    "selector": {"matchLabels": GATEWAY_LABELS},
                    "podMetricsEndpoints": [
                        {
                            "port": "http-envoy-prom",
                            "path": "/stats/prometheus",
                            "interval": "15s",
                            "scrapeTimeout": "10s",
                        }
                    ],
                },
            }
        )


class ApplicationGatewayIngress(Part):
    """Rules of Azure's Application Gateway for one host; its controller keeps pools of pod addresses.

    See https://azure.github.io/application-gateway-kubernetes-ingress/annotations/ .

    Args:
        scope: scope.
        id_: construct id and name of the Ingress.
        host: public host name.
        backends: path to Service and port.
        health: path the gateway probes.
        health_port: port it probes where that is not the backend's own. Default the backend's.
        certificate: certificate of the gateway that it serves.
        namespace: namespace of the Services.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        *,
        host: str,
        backends: dict[str, tuple[str, int]],
        health: str,
        health_port: int | None = None,
        certificate: str,
        namespace: str,
    ) -> None:
        super().__init__(scope, id_)
        paths: list[Json] = [
            {"path": path, "pathType": "Prefix", "backend": {"service": {"name": name, "port": {"number": port}}}}
            for path, (name, port) in sorted(backends.items(), key=lambda item: (-len(item[0]), item[0]))
        ]
        prefix = "appgw.ingress.kubernetes.io"
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "Ingress",
                "metadata": {
                    "name": id_,
                    "namespace": namespace,
                    "annotations": {
                        f"{prefix}/appgw-ssl-certificate": certificate,
                        f"{prefix}/ssl-redirect": "true",
                        f"{prefix}/backend-protocol": "http",
                        f"{prefix}/health-probe-path": health,
                        **({f"{prefix}/health-probe-port": str(health_port)} if health_port is not None else {}),
                        f"{prefix}/health-probe-unhealthy-threshold": "3",
                        f"{prefix}/connection-draining": "true",
                        f"{prefix}/connection-draining-timeout": "30",
                        f"{prefix}/request-timeout": "60",
                    },
                },
                "spec": {
                    "ingressClassName": "azure-application-gateway",
                    "rules": [{"host": host, "http": {"paths": paths}}],
                },
            }
        )
