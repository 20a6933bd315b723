"""Whether rented stores and promised hosts can be reached from where the services stand, which their makers cannot measure.

A prober connects to each store and asks each host every half minute. It signs in nowhere, so it needs no credentials.
See https://github.com/prometheus/blackbox_exporter .
"""

from __future__ import annotations

import hashlib

from groundplan.facts.cloud_names import certificate_name
from groundplan.facts.standby import waits
from groundplan.images import default_image, tag
from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.namespaces import INGRESS_NGINX
from groundplan.kubernetes.network_policy import everything_in, internet, name_resolution, ports
from groundplan.model.environment import Environment
from groundplan.networking.endpoints import monitoring
from groundplan.parts import Component, Json, Part
from groundplan.security.pod_security import container_security_context, pod_security_context
from groundplan.stores.registry import stores_of
from groundplan.stores.store import AnyStore, Reachability
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


def probed_stores(environment: Environment) -> dict[str, tuple[AnyStore, Reachability]]:
    """Stores that are measured from outside, and how; a cache that waits for a failover has nobody who asks for it."""
    return {
        name: (store, answers)
        for name, store in stores_of(environment).items()
        if (answers := store.reachability()) is not None and not store.is_waiting
    }


def promised_hosts(environment: Environment) -> dict[str, str]:
    """Public hosts that promise to answer, and the address that says whether they do; none where all waits for a failover."""
    ingress = environment.ingress
    if ingress is None or ingress.availability is None or waits(environment):
        return {}
    return {name: f"https://{name}{host.health}" for name, host in environment.public_hosts.items()}


class Prober(Part):
    """One prober for every rented store and promised host; nothing where there is none.

    Emits ServiceAccount, ConfigMap, Deployment, Service, NetworkPolicy, and a Probe for each store and host.
    """

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        stores = probed_stores(self.environment)
        hosts = promised_hosts(self.environment)
        if not stores and not hosts:
            return
        self._metadata: Json = {"name": NAME, "labels": selector_labels(NAME)}
        self._add_config()
        self._add_deployment()
        self._add_service()
        self._add_policy([store for store, _ in stores.values()])
        for name, (_, answers) in stores.items():
            module = "connect-tls" if answers.encrypts_first else "connect"
            self._add_probe(name, module, answers.address, {"store": name})
        for name, address in hosts.items():
            self._add_probe(certificate_name(name), "answer", address, {"host": name})

    def _add_config(self) -> None:
        account: Json = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": self._metadata}
        self.emit({**account, "automountServiceAccountToken": False})
        self.emit(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": self._metadata, "data": {"config.yaml": CONFIG}}
        )

    def _add_deployment(self) -> None:
        labels = {
            **workload_labels(NAME, tag(default_image("prober"))),
            "app.kubernetes.io/part-of": self.environment.system,
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
                            "priorityClassName": f"{self.environment.system}-normal",
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
            "image": self.environment.upstream_image(default_image("prober")),
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

    def _add_policy(self, stores: list[AnyStore]) -> None:
        found = [rule for store in stores if (rule := store.egress()) is not None]
        if promised_hosts(self.environment):
            found.append(internet(443))
            if self.environment.ingress is not None and self.environment.ingress.type == "nginx":
                # inside the cluster a host's address leads straight to the controller's pods
                found.append({"to": [everything_in(INGRESS_NGINX)], "ports": ports(443)})
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": self._metadata,
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(NAME)},
                    "policyTypes": ["Ingress", "Egress"],
                    "ingress": [{"from": [monitoring(self.environment)], "ports": ports(PORT)}],
                    "egress": [name_resolution(), *found],
                },
            }
        )

    def _add_probe(self, name: str, module: str, address: str, labels: dict[str, str]) -> None:
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "Probe",
                "metadata": {"name": f"{NAME}-{name}", "labels": selector_labels(NAME)},
                "spec": {
                    "jobName": NAME,
                    "interval": "30s",
                    "scrapeTimeout": "10s",
                    "module": module,
                    "prober": {"url": f"{NAME}.{self.component.namespace_name}.svc:{PORT}"},
                    "targets": {"staticConfig": {"static": [address], "labels": labels}},
                },
            }
        )
