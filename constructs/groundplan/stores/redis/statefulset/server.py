"""A single Redis server with its append-only file on a volume, its metrics, and its guard.

One server, as the cache of one zone: a second would need Sentinel or a cluster client. What it holds must be
reconstructible. Redis 7.2 is the last release under the BSD licence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.network_policy import ports
from groundplan.kubernetes.priorities import priority_class
from groundplan.model.values import quantity
from groundplan.networking.endpoints import scraped
from groundplan.parts import Component, Json, Part
from groundplan.pods import Taints, container_resources, placement
from groundplan.security.pod_security import container_security_context, pod_security_context
from groundplan.stores.placement import KEEP, prefer_zone
from groundplan.stores.redis.model import Redis, RedisStatefulSet

USER = 999
"""User of the official image."""

METRICS_PORT = 9121

CONFIG_HASH = "groundplan.dev/config-hash"

EXPORTER_RESOURCES: Json = {
    "requests": {"cpu": "100m", "memory": "128Mi"},
    "limits": {"cpu": "200m", "memory": "128Mi", "ephemeral-storage": "64Mi"},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RedisServerProps:
    """A Redis as it is written, and what its environment makes of it."""

    chapter: Redis
    """What is written of it, whoever runs it."""

    settings: RedisStatefulSet
    """What is written of its engine."""

    system: str
    """Name of the system, whose labels its pods have."""

    priorities: str = ""
    """Prefix of the priority classes of its pods. Default the system's name."""

    image: str
    """Server image, with the registry it is pulled from."""

    exporter_image: str
    """Image of the metrics exporter, with the registry it is pulled from."""

    storage_class: str
    """StorageClass of its volume."""

    taints: Taints = field(default_factory=dict)
    """Taints of the nodes by pool, the one it names among them. Default none."""

    clients: Sequence[Json] = ()
    """Peers that may ask it. Default none."""

    watchers: Sequence[Json] = ()
    """Peers that read its metrics. Default none."""

    standby: bool = False
    """Whether it waits for a failover, with no pod. Default false."""


class RedisServer(Part):
    """A Redis with a Service of the store's name for clients and a headless one for metrics.

    Emits ServiceAccount, ConfigMap, StatefulSet, two Services, PodDisruptionBudget, NetworkPolicy and ServiceMonitor.
    Clients use no password: who may connect is the network policy's business, which lists those that call it.
    """

    def __init__(self, scope: Component | Part, id_: str, props: RedisServerProps) -> None:
        super().__init__(scope, id_)
        self.name = id_
        self.props, self.settings = props, props.settings
        self._config = self._render_config()
        self._add_service_account()
        self._add_config()
        self._add_stateful_set()
        self._add_services()
        self._add_disruption_budget()
        self._add_policy()
        self._add_service_monitor()

    @property
    def _members(self) -> str:
        """Name of the headless Service; the store's own unless clients use that."""
        return self.name if self.settings.service not in (None, self.name) else f"{self.name}-headless"

    def _render_config(self) -> str:
        memory = int(quantity(self.settings.resources.limits.memory)) * self.settings.max_memory_percent // 100
        settings = {
            "bind": "* -::*",
            "port": self.settings.port,
            "protected-mode": "no",
            "dir": "/data",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory": memory,
            "maxmemory-policy": self.props.chapter.eviction,
            "tcp-keepalive": 60,
            "timeout": 0,
            "enable-debug-command": "no",
            "enable-module-command": "no",
        }
        return "".join(f"{name} {value}\n" for name, value in settings.items())

    def _add_service_account(self) -> None:
        metadata = {"name": self.name, "labels": selector_labels(self.name)}
        self.emit(
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata, "automountServiceAccountToken": False}
        )

    def _add_config(self) -> None:
        metadata = {"name": f"{self.name}-config", "labels": selector_labels(self.name)}
        self.emit({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"redis.conf": self._config}})

    def _add_stateful_set(self) -> None:
        labels = workload_labels(self.name, self.settings.image.rpartition(":")[2])
        digest = hashlib.sha256(self._config.encode()).hexdigest()
        self.emit(
            {
                "apiVersion": "apps/v1",
                "kind": "StatefulSet",
                "metadata": {"name": self.name, "labels": labels, "annotations": KEEP},
                "spec": {
                    "replicas": 0 if self.props.standby else 1,
                    "serviceName": self._members,
                    "revisionHistoryLimit": 5,
                    "selector": {"matchLabels": selector_labels(self.name)},
                    "updateStrategy": {"type": "RollingUpdate"},
                    "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
                    "template": {
                        "metadata": {
                            "labels": {**labels, "app.kubernetes.io/part-of": self.props.system},
                            "annotations": {CONFIG_HASH: f"sha-{digest[:16]}"},
                        },
                        "spec": self._pod_spec(),
                    },
                    "volumeClaimTemplates": [self._claim()],
                },
            }
        )

    def _pod_spec(self) -> Json:
        affinity = prefer_zone(self.settings.preferred_zone)
        return {
            "serviceAccountName": self.name,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "securityContext": pod_security_context(USER),
            "terminationGracePeriodSeconds": 60,
            "priorityClassName": priority_class(self.props.priorities or self.props.system, "high"),
            **placement(self.settings.node_pool, self.props.taints),
            **({"affinity": affinity} if affinity else {}),
            "containers": [self._server(), self._exporter()],
            "volumes": [{"name": "config", "configMap": {"name": f"{self.name}-config"}}],
        }

    def _server(self) -> Json:
        answers = f'test "$(redis-cli -h 127.0.0.1 -p {self.settings.port} ping)" = PONG'
        probe = {"exec": {"command": ["/bin/sh", "-c", answers]}, "periodSeconds": 10, "timeoutSeconds": 5}
        return {
            "name": "redis",
            "image": self.props.image,
            "imagePullPolicy": "IfNotPresent",
            "command": ["redis-server", "/etc/redis/redis.conf"],
            "ports": [{"name": "redis", "containerPort": self.settings.port, "protocol": "TCP"}],
            "startupProbe": {**probe, "failureThreshold": 60},
            "livenessProbe": {**probe, "failureThreshold": 3},
            "readinessProbe": {**probe, "failureThreshold": 2},
            "resources": container_resources(self.settings.resources),
            "securityContext": container_security_context(),
            "volumeMounts": [
                {"name": "data", "mountPath": "/data"},
                {"name": "config", "mountPath": "/etc/redis", "readOnly": True},
            ],
        }

    def _exporter(self) -> Json:
        probe = {"httpGet": {"path": "/health", "port": METRICS_PORT}, "periodSeconds": 10, "timeoutSeconds": 5}
        return {
            "name": "exporter",
            "image": self.props.exporter_image,
            "imagePullPolicy": "IfNotPresent",
            "env": [{"name": "REDIS_ADDR", "value": f"redis://127.0.0.1:{self.settings.port}"}],
            "ports": [{"name": "metrics", "containerPort": METRICS_PORT, "protocol": "TCP"}],
            "livenessProbe": probe,
            "readinessProbe": probe,
            "resources": EXPORTER_RESOURCES,
            "securityContext": container_security_context(),
        }

    def _claim(self) -> Json:
        return {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "data", "labels": selector_labels(self.name)},
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": self.props.storage_class,
                "resources": {"requests": {"storage": self.settings.storage}},
            },
        }

    def _add_services(self) -> None:
        client = {"name": "redis", "port": self.settings.port, "targetPort": self.settings.port, "protocol": "TCP"}
        metrics = {"name": "metrics", "port": METRICS_PORT, "targetPort": METRICS_PORT, "protocol": "TCP"}
        self._add_service(self.settings.service or self.name, {"type": "ClusterIP"}, client)
        self._add_service(self._members, {"type": "ClusterIP", "clusterIP": "None"}, client, metrics)

    def _add_service(self, name: str, kind: Json, *service_ports: Json) -> None:
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": name, "labels": selector_labels(self.name)},
                "spec": {**kind, "selector": selector_labels(self.name), "ports": list(service_ports)},
            }
        )

    def _add_disruption_budget(self) -> None:
        """One server can only be drained by stopping it; the budget says so instead of blocking every drain."""
        self.emit(
            {
                "apiVersion": "policy/v1",
                "kind": "PodDisruptionBudget",
                "metadata": {"name": self.name, "labels": selector_labels(self.name)},
                "spec": {
                    "maxUnavailable": 1,
                    "selector": {"matchLabels": selector_labels(self.name)},
                    "unhealthyPodEvictionPolicy": "AlwaysAllow",
                },
            }
        )

    def _add_policy(self) -> None:
        clients = list(self.props.clients)
        ingress = [{"from": clients, "ports": ports(self.settings.port)}] if clients else []
        ingress += scraped(self.props.watchers, METRICS_PORT)
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": self.name, "labels": selector_labels(self.name)},
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(self.name)},
                    "policyTypes": ["Ingress", "Egress"],
                    "ingress": ingress,
                },
            }
        )

    def _add_service_monitor(self) -> None:
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "ServiceMonitor",
                "metadata": {"name": self.name, "labels": selector_labels(self.name)},
                "spec": {
                    "selector": {"matchLabels": selector_labels(self.name)},
                    "endpoints": [{"port": "metrics", "path": "/metrics", "interval": "30s", "scrapeTimeout": "10s"}],
                },
            }
        )
