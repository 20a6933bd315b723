"""The mesh's gateway as the way in: its listener, and the load balancer's rules that lead to it.

Every request from outside passes the gateway, because that is where a new version's share of requests is kept.
See https://istio.io/latest/docs/reference/config/networking/gateway/ .
"""

from __future__ import annotations

from collections.abc import Sequence

from groundplan.kubernetes.namespaces import ISTIO_INGRESS
from groundplan.parts import Component, Part

SERVICE = "istio-gateway"
"""Service of the gateway's chart, which is called like its release."""


GATEWAY_LABELS = {"istio": "gateway"}
"""Labels the chart gives the gateway's pods."""

STATUS_PORT = 15021
"""Where the gateway says whether it is ready; its port for requests knows no such path."""

READY_PATH = "/healthz/ready"


class MeshGateway(Part):
    """The listener for every public host, and what reads its figures; TLS ended at the load balancer in front of it."""

    def __init__(self, scope: Component | Part, id_: str, *, hosts: Sequence[str]) -> None:
        super().__init__(scope, id_)
        self.emit(
            {
                "apiVersion": "networking.istio.io/v1",
                "kind": "Gateway",
                "metadata": {"name": id_, "namespace": ISTIO_INGRESS},
                "spec": {
                    "selector": GATEWAY_LABELS,
                    "servers": [
                        {
                            "port": {"number": 80, "name": "http", "protocol": "HTTP"},
                            "hosts": list(hosts),
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
                "metadata": {"name": SERVICE, "namespace": ISTIO_INGRESS},
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
