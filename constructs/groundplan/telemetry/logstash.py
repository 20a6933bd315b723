"""Logstash: it gives the same names to what different programs write, and hands it to Elasticsearch.

A pipeline for each kind of log, so that what pods write by the million never keeps back the audit log. See
https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/configuration-logstash .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from groundplan.images import tag
from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.namespaces import LOG_AGENTS
from groundplan.kubernetes.network_policy import name_resolution, pods, ports
from groundplan.kubernetes.priorities import priority_class
from groundplan.kubernetes.stored import stored_quantity
from groundplan.model.logging import LogParser, Source
from groundplan.model.values import quantity
from groundplan.parts import Component, Json, Part
from groundplan.pods import scratch_volume, spread
from groundplan.security.pod_security import container_security_context
from groundplan.telemetry.names import (
    AGENT,
    API_PORT,
    INPUT_PORTS,
    NAME,
    PARSER,
    PARSER_PODS,
    POD_CONTEXT,
    SEARCH_PODS,
    SEARCH_PORT,
)

API = "logstash.k8s.elastic.co/v1alpha1"
BURST = 4
AFTER_SETUP = {"argocd.argoproj.io/sync-wave": "3"}
"""It writes when Elasticsearch has been told what is kept for how long; an index that came before would be kept otherwise."""

ALIVE: Json = {
    "tcpSocket": {"port": API_PORT},
    "initialDelaySeconds": 120,
    "periodSeconds": 15,
    "timeoutSeconds": 5,
    "failureThreshold": 8,
}
"""It listens while Elasticsearch takes nothing, and keeps what comes on its volume."""

WAITING_SHARE = 0.35
"""Share of its volume on which lines of one pipeline wait; with two of them something is left."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LogstashProps:
    """Its size, and what it is sent."""

    parser: LogParser
    """What is written of it."""

    system: str
    """Name of the system, whose priority classes its pods have."""

    environment: str
    """Name of the environment, which the data streams are called after."""

    image: str
    """Image, with the registry it is pulled from."""

    storage_class: str
    """StorageClass of its volumes."""

    sources: Sequence[Source]
    """Kinds of log that come."""


class Logstash(Part):
    """Logstash, who may send it what, and how many a drain must leave."""

    def __init__(self, scope: Component | Part, id_: str, props: LogstashProps) -> None:
        super().__init__(scope, id_)
        self._props = props
        self._metadata: Json = {"name": PARSER, "labels": selector_labels(PARSER)}
        account: Json = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": self._metadata}
        self.emit({**account, "automountServiceAccountToken": False})
        self._add_logstash()
        self._add_policy()
        if props.parser.replicas > 1:
            self._add_budget()

    def _add_logstash(self) -> None:
        props = self._props
        listens = [
            {"name": source, "port": INPUT_PORTS[source], "targetPort": INPUT_PORTS[source], "protocol": "TCP"}
            for source in props.sources
        ]
        self.emit(
            {
                "apiVersion": API,
                "kind": "Logstash",
                "metadata": {"name": NAME, "labels": selector_labels(PARSER), "annotations": AFTER_SETUP},
                "spec": {
                    "version": tag(props.image),
                    "image": props.image,
                    "count": props.parser.replicas,
                    "elasticsearchRefs": [{"name": NAME, "clusterName": NAME}],
                    "config": {"config.reload.automatic": True, "pipeline.ecs_compatibility": "v8"},
                    "pipelines": [self._pipeline(source) for source in props.sources],
                    "services": [{"name": "input", "service": {"spec": {"type": "ClusterIP", "ports": listens}}}],
                    "podTemplate": {
                        "metadata": {"labels": selector_labels(PARSER)},
                        "spec": self._pod_spec(),
                    },
                    "volumeClaimTemplates": [
                        {
                            "metadata": {"name": "logstash-data"},
                            "spec": {
                                "accessModes": ["ReadWriteOnce"],
                                "storageClassName": props.storage_class,
                                "resources": {"requests": {"storage": props.parser.storage}},
                            },
                        }
                    ],
                },
            }
        )

    def _pipeline(self, source: Source) -> Json:
        waits = int(float(quantity(self._props.parser.storage)) * WAITING_SHARE / 2**20)
        return {
            "pipeline.id": source,
            "queue.type": "persisted",
            "queue.max_bytes": f"{waits}mb",
            "config.string": files("groundplan.telemetry.pipelines").joinpath(f"{source}.conf").read_text("utf-8"),
        }

    def _pod_spec(self) -> Json:
        parser = self._props.parser
        heap = int(quantity(parser.memory) / 2 / 2**20)
        memory = {"memory": parser.memory}
        return {
            "serviceAccountName": PARSER,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "priorityClassName": priority_class(self._props.system, "normal"),
            "securityContext": POD_CONTEXT,
            "topologySpreadConstraints": spread(PARSER_PODS),
            # what prepares its files is the operator's, which leaves its rights open
            "initContainers": [
                {"name": "logstash-internal-init-config", "securityContext": container_security_context()}
            ],
            "containers": [
                {
                    "name": "logstash",
                    "env": [
                        {"name": "ENVIRONMENT", "value": self._props.environment},
                        {"name": "LS_JAVA_OPTS", "value": f"-Xms{heap}m -Xmx{heap}m"},
                    ],
                    "ports": [
                        {"name": source, "containerPort": INPUT_PORTS[source], "protocol": "TCP"}
                        for source in self._props.sources
                    ],
                    "livenessProbe": ALIVE,
                    "resources": {
                        "requests": {"cpu": parser.cpu, **memory},
                        "limits": {"cpu": stored_quantity(str(quantity(parser.cpu) * BURST)), **memory},
                    },
                    "securityContext": container_security_context(),
                    "volumeMounts": [
                        {"name": "certificates", "mountPath": "/certificates", "readOnly": True},
                        {"name": "tmp", "mountPath": "/tmp"},
                    ],
                }
            ],
            "volumes": [
                {"name": "certificates", "secret": {"secretName": PARSER}},
                scratch_volume("tmp", "256Mi"),
            ],
        }

    def _add_policy(self) -> None:
        numbers = [INPUT_PORTS[source] for source in self._props.sources]
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": self._metadata,
                "spec": {
                    "podSelector": {"matchLabels": PARSER_PODS},
                    "policyTypes": ["Ingress", "Egress"],
                    "ingress": [{"from": [pods(selector_labels(AGENT), LOG_AGENTS)], "ports": ports(*numbers)}],
                    "egress": [name_resolution(), {"to": [pods(SEARCH_PODS)], "ports": ports(SEARCH_PORT)}],
                },
            }
        )

    def _add_budget(self) -> None:
        self.emit(
            {
                "apiVersion": "policy/v1",
                "kind": "PodDisruptionBudget",
                "metadata": self._metadata,
                "spec": {"maxUnavailable": 1, "selector": {"matchLabels": PARSER_PODS}},
            }
        )
