"""Jaeger: services send it spans, it keeps them in the Elasticsearch of the logs, and people look at them.

Its operator knows the first major release alone, which has ended; the second is one program and one file. See
https://www.jaegertracing.io/docs/latest/deployment/configuration/ .
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.images import tag
from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.namespaces import LOGGING
from groundplan.kubernetes.network_policy import name_resolution, pods, ports
from groundplan.kubernetes.priorities import priority_class
from groundplan.kubernetes.stored import stored_quantity
from groundplan.model.tracing import Tracing
from groundplan.model.values import quantity, whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.pods import spread
from groundplan.security.pod_security import container_security_context, pod_security_context
from groundplan.telemetry.names import (
    SEARCH_AUTHORITY,
    SEARCH_PODS,
    SEARCH_PORT,
    SEARCH_SERVICE,
    SPAN_PORTS,
    TRACE_CLEANER,
    TRACE_VIEW_PORT,
    TRACES,
)
from groundplan.yaml.text import to_yaml

DAY = 86400
BURST = 5
HEALTH_PORT = 13133
AFTER_SETUP = {"argocd.argoproj.io/sync-wave": "3"}
USER = "tracing"
SEARCH = f"https://{SEARCH_SERVICE}.{LOGGING}.svc:{SEARCH_PORT}"

ROLE: Json = {
    "cluster": ["monitor", "manage_index_templates"],
    "indices": [{"names": ["jaeger-*"], "privileges": ["all"]}],
}
"""What its user may do: everything with spans, and nothing with logs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class JaegerProps:
    """Its size, and whose spans it takes."""

    tracing: Tracing
    """What is written of it."""

    system: str
    """Name of the system, whose priority classes and labels its pods have."""

    image: str
    """Image, with the registry it is pulled from."""

    cleaner: str
    """Image of what deletes old spans, with the registry it is pulled from."""

    login: str
    """Secret with `username` and `password`."""

    copies: int
    """Copies of every shard beside itself."""

    senders: Sequence[Json]
    """Peers that send spans."""


class Jaeger(Part):
    """Jaeger, who may send it spans, and what deletes them."""

    def __init__(self, scope: Component | Part, id_: str, props: JaegerProps) -> None:
        super().__init__(scope, id_)
        self._props = props
        self._metadata: Json = {"name": TRACES, "labels": selector_labels(TRACES)}
        self._add_config()
        self._add_deployment()
        self._add_service()
        self._add_policy(TRACES, ingress=True)
        if props.tracing.replicas > 1:
            self._add_budget()
        self._add_cleaner()
        self._add_policy(TRACE_CLEANER, ingress=False)

    def _account(self, name: str) -> None:
        metadata = {"name": name, "labels": selector_labels(name)}
        account: Json = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
        self.emit({**account, "automountServiceAccountToken": False})

    def _add_config(self) -> None:
        self._account(TRACES)
        self._config = configuration(self._props.copies)
        data = {"config.yaml": self._config}
        self.emit({"apiVersion": "v1", "kind": "ConfigMap", "metadata": self._metadata, "data": data})

    def _add_deployment(self) -> None:
        labels = {**workload_labels(TRACES, tag(self._props.image)), "app.kubernetes.io/part-of": self._props.system}
        digest = hashlib.sha256(self._config.encode()).hexdigest()[:16]
        self.emit(
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {**self._metadata, "annotations": AFTER_SETUP},
                "spec": {
                    "replicas": self._props.tracing.replicas,
                    "selector": {"matchLabels": selector_labels(TRACES)},
                    "template": {
                        "metadata": {"labels": labels, "annotations": {"groundplan.dev/config-hash": digest}},
                        "spec": {
                            "serviceAccountName": TRACES,
                            "automountServiceAccountToken": False,
                            "enableServiceLinks": False,
                            "priorityClassName": priority_class(self._props.system, "normal"),
                            "securityContext": pod_security_context(),
                            "topologySpreadConstraints": spread(selector_labels(TRACES)),
                            "containers": [self._container()],
                            "volumes": [{"name": "config", "configMap": {"name": TRACES}}, *self._secrets()],
                        },
                    },
                },
            }
        )

    def _secrets(self) -> list[Json]:
        login = {"secretName": self._props.login, "items": [{"key": "password", "path": "password"}]}
        authority = {"secretName": SEARCH_AUTHORITY, "items": [{"key": "ca.crt", "path": "ca.crt"}]}
        return [{"name": "login", "secret": login}, {"name": "authority", "secret": authority}]

    def _container(self) -> Json:
        tracing = self._props.tracing
        memory = {"memory": tracing.memory}
        probe = {"httpGet": {"path": "/status", "port": HEALTH_PORT}, "periodSeconds": 15, "timeoutSeconds": 5}
        listens = {**SPAN_PORTS, "view": TRACE_VIEW_PORT, "health": HEALTH_PORT}
        return {
            "name": "jaeger",
            "image": self._props.image,
            "imagePullPolicy": "IfNotPresent",
            "args": ["--config=/config/config.yaml"],
            "ports": [{"name": name, "containerPort": port, "protocol": "TCP"} for name, port in listens.items()],
            "livenessProbe": {**probe, "initialDelaySeconds": 30},
            "readinessProbe": probe,
            "resources": {
                "requests": {"cpu": tracing.cpu, **memory},
                "limits": {
                    "cpu": stored_quantity(str(quantity(tracing.cpu) * BURST)),
                    **memory,
                    "ephemeral-storage": "64Mi",
                },
            },
            "securityContext": container_security_context(),
            "volumeMounts": [
                {"name": name, "mountPath": f"/{name}", "readOnly": True} for name in ("config", "login", "authority")
            ],
        }

    def _add_service(self) -> None:
        listens = {**SPAN_PORTS, "view": TRACE_VIEW_PORT}
        listed = [{"name": name, "port": port, "targetPort": port, "protocol": "TCP"} for name, port in listens.items()]
        spec = {"type": "ClusterIP", "selector": selector_labels(TRACES), "ports": listed}
        self.emit({"apiVersion": "v1", "kind": "Service", "metadata": self._metadata, "spec": spec})

    def _add_budget(self) -> None:
        spec = {"maxUnavailable": 1, "selector": {"matchLabels": selector_labels(TRACES)}}
        self.emit({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": self._metadata, "spec": spec})

    def _add_policy(self, name: str, *, ingress: bool) -> None:
        senders = list(self._props.senders)
        admits = (
            {"ingress": [{"from": senders, "ports": ports(SPAN_PORTS["otlp-grpc"])}]} if ingress and senders else {}
        )
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": name, "labels": selector_labels(name)},
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(name)},
                    "policyTypes": ["Ingress", "Egress"],
                    **admits,
                    "egress": [name_resolution(), {"to": [pods(SEARCH_PODS)], "ports": ports(SEARCH_PORT)}],
                },
            }
        )

    def _add_cleaner(self) -> None:
        """A program of Jaeger's own: each day of spans is an index, and those that are too old are deleted."""
        self._account(TRACE_CLEANER)
        labels = {
            **workload_labels(TRACE_CLEANER, tag(self._props.cleaner)),
            "app.kubernetes.io/part-of": self._props.system,
        }
        days = max(1, whole_seconds(self._props.tracing.retention) // DAY)
        login = {"ES_PASSWORD": "password", "ES_USERNAME": "username"}
        container: Json = {
            "name": "cleaner",
            "image": self._props.cleaner,
            "imagePullPolicy": "IfNotPresent",
            "args": [str(days), SEARCH],
            "env": [
                *(
                    {"name": name, "valueFrom": {"secretKeyRef": {"name": self._props.login, "key": key}}}
                    for name, key in login.items()
                ),
                {"name": "ES_TLS_CA", "value": "/authority/ca.crt"},
                {"name": "ES_TLS_ENABLED", "value": "true"},
            ],
            "resources": {
                "requests": {"cpu": "10m", "memory": "32Mi"},
                "limits": {"cpu": "200m", "memory": "128Mi", "ephemeral-storage": "64Mi"},
            },
            "securityContext": container_security_context(),
            "volumeMounts": [{"name": "authority", "mountPath": "/authority", "readOnly": True}],
        }
        pod: Json = {
            "serviceAccountName": TRACE_CLEANER,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "restartPolicy": "OnFailure",
            "priorityClassName": priority_class(self._props.system, "low"),
            "securityContext": pod_security_context(),
            "containers": [container],
            "volumes": self._secrets()[1:],
        }
        self.emit(
            {
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "metadata": {"name": TRACE_CLEANER, "labels": selector_labels(TRACE_CLEANER)},
                "spec": {
                    "schedule": self._props.tracing.cleaned,
                    "timeZone": "Etc/UTC",
                    "suspend": False,
                    "concurrencyPolicy": "Forbid",
                    "startingDeadlineSeconds": 3600,
                    "successfulJobsHistoryLimit": 3,
                    "failedJobsHistoryLimit": 3,
                    "jobTemplate": {
                        "metadata": {"labels": labels},
                        "spec": {
                            "backoffLimit": 3,
                            "activeDeadlineSeconds": 1800,
                            "template": {"metadata": {"labels": labels}, "spec": pod},
                        },
                    },
                },
            }
        )


def configuration(copies: int) -> str:
    """What Jaeger is told: it takes spans as OpenTelemetry sends them, and keeps each day in an index of its own."""
    index = {"date_layout": "2006-01-02", "rollover_frequency": "day", "shards": 1, "replicas": copies}
    storage = {
        "server_urls": [SEARCH],
        "auth": {"basic": {"username": USER, "password_file": "/login/password", "reload_interval": "1m"}},
        "tls": {"ca_file": "/authority/ca.crt"},
        "indices": dict.fromkeys(("spans", "services", "dependencies", "sampling"), index),
    }
    grpc, http = (f"0.0.0.0:{port}" for port in SPAN_PORTS.values())
    return to_yaml(
        {
            "service": {
                "extensions": ["jaeger_storage", "jaeger_query", "healthcheckv2"],
                "pipelines": {
                    "traces": {"receivers": ["otlp"], "processors": ["batch"], "exporters": ["jaeger_storage_exporter"]}
                },
                "telemetry": {"logs": {"level": "info"}, "metrics": {"level": "none"}},
            },
            "extensions": {
                "healthcheckv2": {"use_v2": True, "http": {"endpoint": f"0.0.0.0:{HEALTH_PORT}"}},
                "jaeger_query": {"storage": {"traces": "spans"}},
                "jaeger_storage": {"backends": {"spans": {"elasticsearch": storage}}},
            },
            "receivers": {"otlp": {"protocols": {"grpc": {"endpoint": grpc}, "http": {"endpoint": http}}}},
            "processors": {"batch": {}},
            "exporters": {"jaeger_storage_exporter": {"trace_storage": "spans"}},
        }
    )
