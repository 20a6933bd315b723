"""Whether rented stores and promised hosts can be reached from where the services stand, which their makers cannot measure.

A prober connects to each store and asks each host every half minute. It signs in nowhere, so it needs no credentials.
See https://github.com/prometheus/blackbox_exporter .
"""

from __future__ import annotations

import hashlib

from groundplan.images import tag
from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.network_policy import name_resolution, ports
from groundplan.kubernetes.priorities import priority_class
from groundplan.observability.prober_props import ProberProps, Target
from groundplan.parts import Component, Json, Part
from groundplan.security.pod_security import container_security_context, pod_security_context
from groundplan.yaml.text import to_yaml

NAME = "prober"
PORT = 9115
USER = 65534
"""User `nobody` of the image."""

CONFIG = to_yaml(
    {
        "modules": {
            "connect": {"prober": "tcp", "timeout": "5s", "tcp": {"preferred_ip_protocol": "ip4"}},
            "connect-tls": {"prober": "tcp", "timeout": "5s", "tcp": {"preferred_ip_protocol": "ip4", "tls": True}},
            "answer": {
                "prober": "http",
                "timeout": "5s",
                "http": {"preferred_ip_protocol": "ip4", "fail_if_not_ssl": True},
            },
        }
    }
)
"""A database speaks before it encrypts, so it is only connected to; a cache encrypts from the first byte on. A host
answers with success over TLS, with a certificate that is valid."""


class Prober(Part):
    """One prober for every rented store and promised host.

    Emits ServiceAccount, ConfigMap, Deployment, Service, NetworkPolicy, and a Probe for each store and host.
    """

    def __init__(self, scope: Component | Part, id_: str, props: ProberProps) -> None:
        super().__init__(scope, id_)
        self._props = props
        self._metadata: Json = {"name": NAME, "labels": selector_labels(NAME)}
        self._add_config()
        self._add_deployment()
        self._add_service()
        self._add_policy()
        for target in props.targets:
            self._add_probe(target)

    def _add_config(self) -> None:
        account: Json = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": self._metadata}
        self.emit({**account, "automountServiceAccountToken": False})
        self.emit(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": self._metadata, "data": {"config.yaml": CONFIG}}
        )

    def _add_deployment(self) -> None:
        labels = {
            **workload_labels(NAME, tag(self._props.image)),
            "app.kubernetes.io/part-of": self._props.system,
        }
        digest = hashlib.sha256(CONFIG.encode()).hexdigest()[:16]
        self.emit(
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": self._metadata,
                "spec": {
                    "replicas": 1,
                    "selector": {"matchLabels": selector_labels(NAME)},
                    "template": {
                        "metadata": {"labels": labels, "annotations": {"groundplan.dev/config-hash": digest}},
                        "spec": {
                            "serviceAccountName": NAME,
                            "automountServiceAccountToken": False,
                            "enableServiceLinks": False,
                            "priorityClassName": priority_class(self._props.system, "normal"),
                            "securityContext": pod_security_context(USER),
                            "containers": [self._container()],
                            "volumes": [{"name": "config", "configMap": {"name": NAME}}],
                        },
                    },
                },
            }
        )

    def _container(self) -> Json:
        probe = {"httpGet": {"path": "/-/healthy", "port": PORT}, "periodSeconds": 10, "timeoutSeconds": 5}
        return {
            "name": NAME,
            "image": self._props.image,
            "imagePullPolicy": "IfNotPresent",
            "args": ["--config.file=/etc/blackbox/config.yaml"],
            "ports": [{"name": "http", "containerPort": PORT, "protocol": "TCP"}],
            "livenessProbe": probe,
            "readinessProbe": probe,
            "resources": {
                "requests": {"cpu": "100m", "memory": "128Mi"},
                "limits": {"cpu": "200m", "memory": "128Mi", "ephemeral-storage": "64Mi"},
            },
            "securityContext": container_security_context(),
            "volumeMounts": [{"name": "config", "mountPath": "/etc/blackbox", "readOnly": True}],
        }

    def _add_service(self) -> None:
        port = {"name": "http", "port": PORT, "targetPort": PORT, "protocol": "TCP"}
        spec = {"type": "ClusterIP", "selector": selector_labels(NAME), "ports": [port]}
        self.emit({"apiVersion": "v1", "kind": "Service", "metadata": self._metadata, "spec": spec})

    def _add_policy(self) -> None:
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": self._metadata,
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(NAME)},
                    "policyTypes": ["Ingress", "Egress"],
                    "ingress": [{"from": list(self._props.sources), "ports": ports(PORT)}],
                    "egress": [name_resolution(), *self._props.egress],
                },
            }
        )

    def _add_probe(self, target: Target) -> None:
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "Probe",
                "metadata": {"name": f"{NAME}-{target.name}", "labels": selector_labels(NAME)},
                "spec": {
                    "jobName": NAME,
                    "interval": "30s",
                    "scrapeTimeout": "10s",
                    "module": target.module,
                    "prober": {"url": f"{NAME}.{self.component.namespace_name}.svc:{PORT}"},
                    "targets": {"staticConfig": {"static": [target.address], "labels": dict(target.labels)}},
                },
            }
        )
