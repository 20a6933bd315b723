"""A schema registry: Apicurio Registry, whose state is a topic of the Kafka it serves.

It speaks the protocol that serializers for Avro expect below `/apis/ccompat/v7`. See https://www.apicur.io/registry/docs/ .
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files

from groundplan.images import tag
from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.priorities import priority_class
from groundplan.parts import Component, Json, Part
from groundplan.pods import container_resources, scratch_volume, spread
from groundplan.security.pod_security import container_security_context, pod_security_context
from groundplan.stores.kafka.model import Registry
from groundplan.stores.kafka.strimzi.clients import CERTIFICATES, certificates
from groundplan.stores.kafka.strimzi.words import REGISTRY_HEALTH_PORT, REGISTRY_PORT

CONFIG_HASH = "groundplan.dev/config-hash"

SETTINGS = "/etc/registry"

SCRIPT = "register_schemas.py"

REGISTRAR_RESOURCES: Json = {
    "requests": {"cpu": "10m", "memory": "32Mi", "ephemeral-storage": "16Mi"},
    "limits": {"cpu": "200m", "memory": "128Mi", "ephemeral-storage": "64Mi"},
}

DEADLINE = 900
"""Seconds the registration may take: the registry reads its whole topic before it answers."""

AFTER_SYNC = {"argocd.argoproj.io/hook": "PostSync", "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation"}
"""Schemas are registered when the registry is healthy; a schema that breaks the rule fails the sync, and says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemaRegistryProps:
    """What is written of the registry, and what its environment makes of it."""

    registry: Registry
    """What is written of it."""

    system: str
    """Name of the system, whose priority classes and labels its pods have."""

    image: str
    """Its image, with the registry it is pulled from."""

    kafka: str
    """Name of the Kafka."""

    bootstrap: str
    """Where brokers answer, host and port."""

    script_image: str
    """Image that runs the registration."""

    schemas: Mapping[str, str] = field(default_factory=dict)
    """Subject to its schema. Default none."""

    waits: bool = False
    """Whether nothing runs, as in a standby that waits. Default false."""


def topics_of(name: str) -> tuple[str, str, str]:
    """Topics of the registry `name`: every change, snapshots of them all, and what it tells others."""
    return (f"{name}-journal", f"{name}-snapshots", f"{name}-events")


def groups_of(name: str) -> str:
    """What the names of its consumer groups begin with; each pod reads the whole journal in a group of its own."""
    return f"{name}-"


class SchemaRegistry(Part):
    """Deployment, Service, settings, budget and monitor of a registry, and the job that registers what is declared."""

    def __init__(self, scope: Component | Part, id_: str, props: SchemaRegistryProps) -> None:
        super().__init__(scope, id_)
        self.name, self.props = id_, props
        self._settings = self._render_settings()
        self._add_account(self.name)
        self._add_settings()
        self._add_deployment()
        self._add_service()
        self._add_budget()
        self._add_monitor()
        if props.schemas:
            self._add_registrar(f"{id_}-schemas")

    def _metadata(self, name: str | None = None) -> Json:
        return {"name": name or self.name, "labels": selector_labels(name or self.name)}

    def _render_settings(self) -> str:
        journal, snapshots, events = topics_of(self.name)
        kafka = "apicurio.kafkasql"
        security = f"{kafka}.security"
        settings = {
            "apicurio.storage.kind": "kafkasql",
            f"{kafka}.bootstrap.servers": f"ssl://{self.props.bootstrap}",
            f"{kafka}.topic": journal,
            f"{kafka}.topic.auto-create": "false",
            f"{kafka}.snapshots.topic": snapshots,
            "apicurio.events.kafka.topic": events,
            f"{kafka}.consumer.group-prefix": groups_of(self.name),
            f"{security}.protocol": "SSL",
            f"{security}.ssl.truststore.location": f"{CERTIFICATES}/ca.p12",
            f"{security}.ssl.truststore.type": "PKCS12",
            f"{security}.ssl.truststore.password": "${CA_PASSWORD}",
            f"{security}.ssl.keystore.location": f"{CERTIFICATES}/user.p12",
            f"{security}.ssl.keystore.type": "PKCS12",
            f"{security}.ssl.keystore.password": "${USER_PASSWORD}",
            f"{security}.ssl.key.password": "${USER_PASSWORD}",
            "apicurio.kafka.common.ssl.endpoint.identification.algorithm": "https",
            "apicurio.storage.snapshot.location": "/tmp/",
            "apicurio.rules.global.compatibility": self.props.registry.compatibility,
            "apicurio.rules.global.validity": "FULL",
            "quarkus.otel.sdk.disabled": "true",
        }
        return "".join(f"{name}={value}\n" for name, value in settings.items())

    def _add_account(self, name: str) -> None:
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "ServiceAccount",
                "metadata": self._metadata(name),
                "automountServiceAccountToken": False,
            }
        )

    def _add_settings(self) -> None:
        data = {"application.properties": self._settings}
        self.emit({"apiVersion": "v1", "kind": "ConfigMap", "metadata": self._metadata(), "data": data})

    def _add_deployment(self) -> None:
        labels = workload_labels(self.name, tag(self.props.registry.image))
        digest = hashlib.sha256(self._settings.encode()).hexdigest()
        self.emit(
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": self.name, "labels": labels},
                "spec": {
                    "replicas": 0 if self.props.waits else self.props.registry.replicas,
                    "revisionHistoryLimit": 5,
                    "progressDeadlineSeconds": DEADLINE,
                    "selector": {"matchLabels": selector_labels(self.name)},
                    "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
                    "template": {
                        "metadata": {
                            "labels": {**labels, "app.kubernetes.io/part-of": self.props.system},
                            "annotations": {CONFIG_HASH: f"sha-{digest[:16]}"},
                        },
                        "spec": self._pod_spec(),
                    },
                },
            }
        )

    def _pod_spec(self) -> Json:
        return {
            "serviceAccountName": self.name,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "securityContext": pod_security_context(),
            "terminationGracePeriodSeconds": 30,
            "priorityClassName": priority_class(self.props.system, "high"),
            "topologySpreadConstraints": spread(selector_labels(self.name)),
            "containers": [self._container()],
            "volumes": [
                scratch_volume("tmp", "256Mi"),
                {"name": "settings", "configMap": {"name": self.name}},
                certificates(self.props.kafka, self.name),
            ],
        }

    def _container(self) -> Json:
        def health(path: str) -> Json:
            request = {"path": f"/health/{path}", "port": REGISTRY_HEALTH_PORT}
            return {"httpGet": request, "periodSeconds": 10, "timeoutSeconds": 5}

        def password(secret: str, key: str) -> Json:
            return {"valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}

        return {
            "name": "registry",
            "image": self.props.image,
            "imagePullPolicy": "IfNotPresent",
            "ports": [
                {"name": "http", "containerPort": REGISTRY_PORT, "protocol": "TCP"},
                {"name": "management", "containerPort": REGISTRY_HEALTH_PORT, "protocol": "TCP"},
            ],
            "env": [
                {"name": "CA_PASSWORD", **password(f"{self.props.kafka}-cluster-ca-cert", "ca.password")},
                {"name": "SMALLRYE_CONFIG_LOCATIONS", "value": f"{SETTINGS}/application.properties"},
                {"name": "USER_PASSWORD", **password(self.name, "user.password")},
            ],
            "startupProbe": {**health("live"), "failureThreshold": 60},
            "livenessProbe": {**health("live"), "failureThreshold": 3},
            "readinessProbe": {**health("ready"), "failureThreshold": 3},
            "lifecycle": {"preStop": {"exec": {"command": ["sleep", "5"]}}},
            "resources": container_resources(self.props.registry.resources),
            "securityContext": container_security_context(),
            "volumeMounts": [
                {"name": "tmp", "mountPath": "/tmp"},
                {"name": "settings", "mountPath": SETTINGS, "readOnly": True},
                {"name": "certificates", "mountPath": CERTIFICATES, "readOnly": True},
            ],
        }

    def _add_service(self) -> None:
        listed = [
            {"name": "http", "port": REGISTRY_PORT, "targetPort": REGISTRY_PORT, "protocol": "TCP"},
            {"name": "management", "port": REGISTRY_HEALTH_PORT, "targetPort": REGISTRY_HEALTH_PORT, "protocol": "TCP"},
        ]
        spec = {"type": "ClusterIP", "selector": selector_labels(self.name), "ports": listed}
        self.emit({"apiVersion": "v1", "kind": "Service", "metadata": self._metadata(), "spec": spec})

    def _add_budget(self) -> None:
        spec = {
            "maxUnavailable": 1,
            "selector": {"matchLabels": selector_labels(self.name)},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        }
        self.emit(
            {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": self._metadata(), "spec": spec}
        )

    def _add_monitor(self) -> None:
        endpoint = {"port": "management", "path": "/metrics", "interval": "30s", "scrapeTimeout": "10s"}
        spec = {"selector": {"matchLabels": selector_labels(self.name)}, "endpoints": [endpoint]}
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "ServiceMonitor",
                "metadata": self._metadata(),
                "spec": spec,
            }
        )

    def _add_registrar(self, name: str) -> None:
        self._add_account(name)
        text = files("groundplan.stores.kafka.strimzi.scripts").joinpath(SCRIPT).read_text("utf-8")
        data = {SCRIPT: text, **{f"{subject}.avsc": schema for subject, schema in self.props.schemas.items()}}
        self.emit({"apiVersion": "v1", "kind": "ConfigMap", "metadata": self._metadata(name), "data": data})
        labels = {
            **workload_labels(name, tag(self.props.script_image)),
            "app.kubernetes.io/part-of": self.props.system,
        }
        self.emit(
            {
                "apiVersion": "batch/v1",
                "kind": "Job",
                "metadata": {**self._metadata(name), "annotations": AFTER_SYNC},
                "spec": {
                    "backoffLimit": 2,
                    "activeDeadlineSeconds": DEADLINE,
                    "template": {"metadata": {"labels": labels}, "spec": self._registrar_spec(name)},
                },
            }
        )

    def _registrar_spec(self, name: str) -> Json:
        container: Json = {
            "name": "register",
            "image": self.props.script_image,
            "imagePullPolicy": "IfNotPresent",
            "command": ["python3", "-B", f"/schemas/{SCRIPT}"],
            "env": [{"name": "REGISTRY_URL", "value": f"http://{self.name}:{REGISTRY_PORT}/apis/ccompat/v7"}],
            "resources": REGISTRAR_RESOURCES,
            "securityContext": container_security_context(),
            "volumeMounts": [{"name": "schemas", "mountPath": "/schemas", "readOnly": True}],
        }
        return {
            "serviceAccountName": name,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "restartPolicy": "Never",
            "priorityClassName": priority_class(self.props.system, "normal"),
            "securityContext": pod_security_context(),
            "containers": [container],
            "volumes": [{"name": "schemas", "configMap": {"name": name}}],
        }
