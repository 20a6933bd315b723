"""Redis servers that take over from each other, their names, users, certificates, metrics and guard."""

from __future__ import annotations

import hashlib

from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.network_policy import name_resolution, pods, ports
from groundplan.networking.endpoints import scraped
from groundplan.parts import Component, Json, Part
from groundplan.security.secret_sources import generated_secret, generator
from groundplan.stores.placement import KEEP
from groundplan.stores.redis.replicated.certificates import MemberCertificates
from groundplan.stores.redis.replicated.configuration import configuration
from groundplan.stores.redis.replicated.pod import pod_spec
from groundplan.stores.redis.replicated.props import MemberSet, ReplicatedProps
from groundplan.stores.redis.replicated.words import (
    BUS,
    METRICS_PORT,
    SENTINEL_PORT,
    USERS,
    members_service,
    own_secret,
)

CONFIG_HASH = "groundplan.dev/config-hash"


class ReplicatedRedis(Part):
    """A store of several servers.

    Emits its users' generated passwords, its certificates, ServiceAccount, ConfigMap, a StatefulSet and PodDisruptionBudget for
    each set of members, the Service that callers know and the headless one that names members, NetworkPolicy and ServiceMonitor.
    """

    def __init__(self, scope: Component | Part, id_: str, props: ReplicatedProps) -> None:
        super().__init__(scope, id_)
        self.name, self.props, self.settings = id_, props, props.settings
        self._files = configuration(props)
        self._add_users()
        MemberCertificates(self, "certificates", id_, names=self._names())
        self._add_service_account()
        self._add_config()
        for members in props.sets:
            self._add_stateful_set(members)
            self._add_disruption_budget(members)
        self._add_services()
        self._add_policy()
        self._add_service_monitor()

    @property
    def _watched(self) -> bool:
        return self.props.quorum is not None

    @property
    def _asked(self) -> tuple[int, ...]:
        """Ports that callers ask."""
        return (self.settings.port, SENTINEL_PORT) if self._watched else (self.settings.port,)

    def _names(self) -> list[str]:
        """Every name by which somebody connects."""
        namespace, headless = self.props.namespace, members_service(self.name)
        within = [f".{namespace}", f".{namespace}.svc", f".{namespace}.svc.cluster.local"]
        services = [f"{service}{domain}" for service in (self.name, headless) for domain in ("", *within)]
        return ["localhost", *services, f"*.{headless}{within[-1]}"]

    def _add_users(self) -> None:
        """Nobody needs to know them; the cluster makes them once, and never again."""
        users = [user for user in USERS if user != "sentinel" or self._watched]
        secret = own_secret(self.name)
        self.emit(generator(secret, self.props.namespace, users))
        self.emit(generated_secret(secret, self.props.namespace, dict.fromkeys(users), login=False))

    def _add_service_account(self) -> None:
        metadata = {"name": self.name, "labels": selector_labels(self.name)}
        self.emit(
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata, "automountServiceAccountToken": False}
        )

    def _add_config(self) -> None:
        metadata = {"name": f"{self.name}-config", "labels": selector_labels(self.name)}
        self.emit({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": self._files})

    def _add_stateful_set(self, members: MemberSet) -> None:
        labels = {**workload_labels(self.name, self.settings.image.rpartition(":")[2]), **members.labels}
        digest = hashlib.sha256("".join(self._files.values()).encode()).hexdigest()
        self.emit(
            {
                "apiVersion": "apps/v1",
                "kind": "StatefulSet",
                "metadata": {"name": members.name, "labels": labels, "annotations": KEEP},
                "spec": {
                    "replicas": 0 if self.props.standby else members.size,
                    "serviceName": members_service(self.name),
                    "revisionHistoryLimit": 5,
                    "podManagementPolicy": "Parallel",  # after a loss of power they need each other to start
                    "selector": {"matchLabels": self._selector(members)},
                    "updateStrategy": {"type": "RollingUpdate"},
                    "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
                    "template": {
                        "metadata": {
                            "labels": {**labels, "app.kubernetes.io/part-of": self.props.system},
                            "annotations": {CONFIG_HASH: f"sha-{digest[:16]}"},
                        },
                        "spec": pod_spec(self.name, self.props, members),
                    },
                    "volumeClaimTemplates": [self._claim()],
                },
            }
        )

    def _selector(self, members: MemberSet) -> Json:
        return {**selector_labels(self.name), **members.labels}

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

    def _add_disruption_budget(self, members: MemberSet) -> None:
        """One of a set at a time: the others hold what it held, and choose who leads."""
        self.emit(
            {
                "apiVersion": "policy/v1",
                "kind": "PodDisruptionBudget",
                "metadata": {"name": members.name, "labels": self._selector(members)},
                "spec": {
                    "maxUnavailable": 1,
                    "selector": {"matchLabels": self._selector(members)},
                    "unhealthyPodEvictionPolicy": "IfHealthyBudget",
                },
            }
        )

    def _add_services(self) -> None:
        server = _port("redis", self.settings.port)
        sentinel = [_port("sentinel", SENTINEL_PORT)] if self._watched else []
        self._add_service(self.name, {"type": "ClusterIP"}, *(sentinel or [server]))
        headless = {"type": "ClusterIP", "clusterIP": "None", "publishNotReadyAddresses": True}
        self._add_service(members_service(self.name), headless, server, *sentinel, _port("metrics", METRICS_PORT))

    def _add_service(self, name: str, kind: Json, *service_ports: Json) -> None:
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": name, "labels": selector_labels(self.name)},
                "spec": {**kind, "selector": selector_labels(self.name), "ports": list(service_ports)},
            }
        )

    def _add_policy(self) -> None:
        clients = list(self.props.clients)
        between = self._asked if self._watched else (self.settings.port, self.settings.port + BUS)
        own = [pods(selector_labels(self.name))]
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": self.name, "labels": selector_labels(self.name)},
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(self.name)},
                    "policyTypes": ["Ingress", "Egress"],
                    "ingress": [
                        *([{"from": clients, "ports": ports(*self._asked)}] if clients else []),
                        {"from": own, "ports": ports(*between)},
                        *scraped(self.props.watchers, METRICS_PORT),
                    ],
                    "egress": [name_resolution(), {"to": own, "ports": ports(*between)}],
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


def _port(name: str, number: int) -> Json:
    return {"name": name, "port": number, "targetPort": number, "protocol": "TCP"}
