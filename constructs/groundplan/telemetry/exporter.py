"""What measures Elasticsearch: its own interface tells everything, but not as Prometheus reads it.

See https://github.com/prometheus-community/elasticsearch_exporter .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.images import tag
from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.network_policy import name_resolution, pods, ports
from groundplan.kubernetes.priorities import priority_class
from groundplan.networking.endpoints import scraped
from groundplan.parts import Component, Json, Part
from groundplan.security.pod_security import container_security_context, pod_security_context
from groundplan.telemetry.names import EXPORTER, SEARCH_AUTHORITY, SEARCH_PODS, SEARCH_PORT, SEARCH_SERVICE

PORT = 9114

ROLE: Json = {
    "cluster": ["monitor"],
    "indices": [{"names": ["*"], "privileges": ["monitor", "view_index_metadata"], "allow_restricted_indices": True}],
}
"""What its user may do: look, and read no log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExporterProps:
    """What it is run from, and who reads it."""

    system: str
    """Name of the system, whose priority classes and labels its pods have."""

    image: str
    """Image, with the registry it is pulled from."""

    login: str
    """Secret with `username` and `password`."""

    watchers: Sequence[Json]
    """Peers that read what it measures."""


class Exporter(Part):
    """One pod that asks Elasticsearch how it is. Emits ServiceAccount, Deployment, Service, ServiceMonitor and policy."""

    def __init__(self, scope: Component | Part, id_: str, props: ExporterProps) -> None:
        super().__init__(scope, id_)
        self._props = props
        self._metadata: Json = {"name": EXPORTER, "labels": selector_labels(EXPORTER)}
        account: Json = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": self._metadata}
        self.emit({**account, "automountServiceAccountToken": False})
        self._add_deployment()
        self._add_service()
        self._add_monitor()
        self._add_policy()

    def _add_deployment(self) -> None:
        labels = {
            **workload_labels(EXPORTER, tag(self._props.image)),
            "app.kubernetes.io/part-of": self._props.system,
        }
        authority = {"secretName": SEARCH_AUTHORITY, "items": [{"key": "ca.crt", "path": "ca.crt"}]}
        self.emit(
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": self._metadata,
                "spec": {
                    "replicas": 1,
                    "selector": {"matchLabels": selector_labels(EXPORTER)},
                    "template": {
                        "metadata": {"labels": labels},
                        "spec": {
                            "serviceAccountName": EXPORTER,
                            "automountServiceAccountToken": False,
                            "enableServiceLinks": False,
                            "priorityClassName": priority_class(self._props.system, "normal"),
                            "securityContext": pod_security_context(),
                            "containers": [self._container()],
                            "volumes": [{"name": "authority", "secret": authority}],
                        },
                    },
                },
            }
        )

    def _container(self) -> Json:
        probe = {"httpGet": {"path": "/healthz", "port": PORT}, "periodSeconds": 10, "timeoutSeconds": 5}
        address = f"https://{SEARCH_SERVICE}.{self.component.namespace_name}.svc:{SEARCH_PORT}"
        login = {"ES_PASSWORD": "password", "ES_USERNAME": "username"}
        return {
            "name": "exporter",
            "image": self._props.image,
            "imagePullPolicy": "IfNotPresent",
            "args": [
                f"--es.uri={address}",
                "--es.ca=/authority/ca.crt",
                "--es.all",
                "--es.data_stream",
                "--es.timeout=20s",
            ],
            "env": [
                {"name": name, "valueFrom": {"secretKeyRef": {"name": self._props.login, "key": key}}}
                for name, key in login.items()
            ],
            "ports": [{"name": "metrics", "containerPort": PORT, "protocol": "TCP"}],
            "livenessProbe": probe,
            "readinessProbe": probe,
            "resources": {
                "requests": {"cpu": "50m", "memory": "64Mi"},
                "limits": {"cpu": "200m", "memory": "128Mi", "ephemeral-storage": "64Mi"},
            },
            "securityContext": container_security_context(),
            "volumeMounts": [{"name": "authority", "mountPath": "/authority", "readOnly": True}],
        }

    def _add_service(self) -> None:
        port = {"name": "metrics", "port": PORT, "targetPort": PORT, "protocol": "TCP"}
        spec = {"type": "ClusterIP", "selector": selector_labels(EXPORTER), "ports": [port]}
        self.emit({"apiVersion": "v1", "kind": "Service", "metadata": self._metadata, "spec": spec})

    def _add_monitor(self) -> None:
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "ServiceMonitor",
                "metadata": self._metadata,
                "spec": {
                    "selector": {"matchLabels": selector_labels(EXPORTER)},
                    "endpoints": [{"port": "metrics", "interval": "30s", "scrapeTimeout": "25s"}],
                },
            }
        )

    def _add_policy(self) -> None:
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": self._metadata,
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(EXPORTER)},
                    "policyTypes": ["Ingress", "Egress"],
                    "ingress": scraped(self._props.watchers, PORT),
                    "egress": [name_resolution(), {"to": [pods(SEARCH_PODS)], "ports": ports(SEARCH_PORT)}],
                },
            }
        )
