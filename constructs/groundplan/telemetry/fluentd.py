"""Fluentd on every node: it reads what containers and the API server write there, and sends it to Logstash.

It reads the node's disk, which no pod of a guarded namespace may, so it stands in one of its own; it runs as the user
that the files belong to, without any right of the kernel beside that, and writes nowhere but where its lines wait. See
https://docs.fluentd.org/container-deployment/kubernetes .
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from groundplan.images import tag
from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.namespaces import LOG_AGENTS, LOGGING
from groundplan.kubernetes.network_policy import name_resolution, pods, ports
from groundplan.kubernetes.rbac import RBAC, role
from groundplan.kubernetes.stored import stored_quantity
from groundplan.model.logging import LogAgent, Source
from groundplan.model.values import quantity
from groundplan.networking.endpoints import scraped
from groundplan.parts import Component, Json, Part
from groundplan.pods import scratch_volume
from groundplan.telemetry.names import AGENT, AGENT_PORT, INPUT_PORTS, PARSER_PODS

AFTER_LOGSTASH = {"argocd.argoproj.io/sync-wave": "4"}
BURST = 5
AT_ONCE = "10%"
"""Share of the nodes whose agents are replaced at once."""

WAITING = "/var/lib/logs-agent"
"""Where lines wait on each node, and how far was read: it outlives the pod."""

WITHOUT_RIGHTS: Json = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "privileged": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": False,
    "runAsUser": 0,
    "runAsGroup": 0,
}
"""Root by name alone: the files belong to it, and none of its powers is left."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FluentdProps:
    """Its size, what it reads, and whom it reaches."""

    agent: LogAgent
    """What is written of it."""

    system: str
    """Name of the system, whose labels its pods have."""

    image: str
    """Image, with the registry it is pulled from."""

    files: Mapping[Source, str]
    """Kinds of log it reads, to where they lie on the node."""

    watchers: Sequence[Json]
    """Peers that read its metrics."""

    api_server: Sequence[Json]
    """Addresses of the API server, which it asks whose container a file is."""


class Fluentd(Part):
    """One agent on each node, with what it may look up and whom it may reach."""

    def __init__(self, scope: Component | Part, id_: str, props: FluentdProps) -> None:
        super().__init__(scope, id_)
        self._props = props
        self._metadata: Json = {"name": AGENT, "namespace": LOG_AGENTS, "labels": selector_labels(AGENT)}
        self._add_rights()
        self._add_config()
        self._add_agents()
        self._add_monitor()
        self._add_policy()

    def _add_rights(self) -> None:
        account: Json = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": self._metadata}
        self.emit({**account, "automountServiceAccountToken": False})
        looks = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]}
        self.emit(role({"name": AGENT}, [looks], kind="ClusterRole"))
        self.emit(
            {
                "apiVersion": f"{RBAC}/v1",
                "kind": "ClusterRoleBinding",
                "metadata": {"name": AGENT},
                "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": AGENT},
                "subjects": [{"kind": "ServiceAccount", "name": AGENT, "namespace": LOG_AGENTS}],
            }
        )

    def _add_config(self) -> None:
        whole = f"{int(quantity(self._props.agent.buffer) / 2**20)}m"
        told = [_text("common")]
        for source, path in self._props.files.items():
            told.append(_text(source).replace("{buffer}", whole).replace("{audit}", path))
        data = {"fluent.conf": "\n".join(told)}
        self._digest = hashlib.sha256(data["fluent.conf"].encode()).hexdigest()[:16]
        self.emit({"apiVersion": "v1", "kind": "ConfigMap", "metadata": self._metadata, "data": data})

    def _add_agents(self) -> None:
        labels = {**workload_labels(AGENT, tag(self._props.image)), "app.kubernetes.io/part-of": self._props.system}
        self.emit(
            {
                "apiVersion": "apps/v1",
                "kind": "DaemonSet",
                "metadata": {**self._metadata, "annotations": AFTER_LOGSTASH},
                "spec": {
                    "selector": {"matchLabels": selector_labels(AGENT)},
                    "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": AT_ONCE}},
                    "template": {
                        "metadata": {
                            "labels": labels,
                            "annotations": {"groundplan.dev/config-hash": self._digest},
                        },
                        "spec": self._pod_spec(),
                    },
                },
            }
        )

    def _pod_spec(self) -> Json:
        return {
            "serviceAccountName": AGENT,
            "automountServiceAccountToken": True,
            "enableServiceLinks": False,
            "priorityClassName": "system-node-critical",
            "terminationGracePeriodSeconds": 60,
            "tolerations": [{"operator": "Exists"}],
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [self._container()],
            "volumes": [
                {"name": "config", "configMap": {"name": AGENT}},
                {"name": "certificates", "secret": {"secretName": AGENT}},
                {"name": "logs", "hostPath": {"path": "/var/log", "type": "Directory"}},
                {"name": "waiting", "hostPath": {"path": WAITING, "type": "DirectoryOrCreate"}},
                scratch_volume("tmp"),
            ],
        }

    def _container(self) -> Json:
        agent = self._props.agent
        memory = {"memory": agent.memory}
        probe = {"httpGet": {"path": "/metrics", "port": AGENT_PORT}, "timeoutSeconds": 10}
        return {
            "name": "fluentd",
            "image": self._props.image,
            "imagePullPolicy": "IfNotPresent",
            "env": [
                {"name": "FLUENTD_CONF", "value": "../../config/fluent.conf"},
                # it then looks up pods of its own node alone
                {"name": "K8S_NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
            ],
            "ports": [{"name": "metrics", "containerPort": AGENT_PORT, "protocol": "TCP"}],
            "livenessProbe": {**probe, "initialDelaySeconds": 60, "periodSeconds": 30, "failureThreshold": 5},
            "readinessProbe": {**probe, "periodSeconds": 15},
            "resources": {
                "requests": {"cpu": agent.cpu, **memory},
                "limits": {
                    "cpu": stored_quantity(str(quantity(agent.cpu) * BURST)),
                    **memory,
                    "ephemeral-storage": "256Mi",
                },
            },
            "securityContext": WITHOUT_RIGHTS,
            "volumeMounts": [
                {"name": "config", "mountPath": "/config", "readOnly": True},
                {"name": "certificates", "mountPath": "/certificates", "readOnly": True},
                {"name": "logs", "mountPath": "/var/log", "readOnly": True},
                {"name": "waiting", "mountPath": WAITING},
                {"name": "tmp", "mountPath": "/tmp"},
            ],
        }

    def _add_monitor(self) -> None:
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "PodMonitor",
                "metadata": self._metadata,
                "spec": {
                    "selector": {"matchLabels": selector_labels(AGENT)},
                    "podMetricsEndpoints": [{"port": "metrics", "interval": "30s", "scrapeTimeout": "10s"}],
                },
            }
        )

    def _add_policy(self) -> None:
        numbers = [INPUT_PORTS[source] for source in self._props.files]
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": self._metadata,
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(AGENT)},
                    "policyTypes": ["Ingress", "Egress"],
                    "ingress": scraped(self._props.watchers, AGENT_PORT),
                    "egress": [
                        name_resolution(),
                        {"to": [pods(PARSER_PODS, LOGGING)], "ports": ports(*numbers)},
                        {"to": list(self._props.api_server), "ports": ports(443, 6443)},
                    ],
                },
            }
        )


def _text(name: str) -> str:
    return files("groundplan.telemetry.agents").joinpath(f"{name}.conf").read_text("utf-8")
