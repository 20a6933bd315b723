"""Kafka Connect: workers that carry records between topics and other systems, and their connectors.

See https://strimzi.io/docs/operators/latest/deploying#kafka-connect-str .
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.priorities import priority_class
from groundplan.model.values import quantity
from groundplan.parts import Component, Json, Part
from groundplan.platforms.resources import data_of
from groundplan.pods import amounts, spread
from groundplan.security.pod_security import container_security_context
from groundplan.stores.kafka.model import Connect, Connector
from groundplan.stores.kafka.strimzi.cluster import API
from groundplan.stores.kafka.strimzi.words import CLUSTER, METRICS_PORT_NAME, REGISTRY_PORT, connect_pods
from groundplan.yaml.text import to_yaml


@dataclass(frozen=True, kw_only=True, slots=True)
class KafkaConnectProps:
    """What is written of Kafka Connect, and what its environment makes of it."""

    connect: Connect
    """What is written of it."""

    system: str
    """Name of the system, whose priority classes its pods have."""

    version: str
    """Version of Kafka."""

    image: str
    """Image with the connectors, with the registry it is pulled from."""

    bootstrap: str
    """Where brokers answer, host and port."""

    user: str
    """Name it signs in by, and of the Secret with its certificate."""

    topics: Mapping[str, str] = field(default_factory=dict)
    """Topic to its name at the brokers. Default none."""

    registry: str | None = None
    """Name of the schema registry. Default there is none."""

    waits: bool = False
    """Whether connectors are stopped, as in a standby that waits. Default false."""


def topics_of(name: str) -> tuple[str, str, str]:
    """Topics in which the workers of the Kafka `name` keep connectors, positions and state."""
    return (f"{name}-connect-configs", f"{name}-connect-offsets", f"{name}-connect-status")


class KafkaConnect(Part):
    """KafkaConnect, its connectors, and what measures them."""

    def __init__(self, scope: Component | Part, id_: str, kafka: str, props: KafkaConnectProps) -> None:
        super().__init__(scope, id_)
        self._kafka, self._props, self._connect = kafka, props, props.connect
        self._add_metrics()
        self._add_workers()
        self._add_monitor()
        for name, connector in props.connect.connectors.items():
            self._add_connector(name, connector)

    def _add_metrics(self) -> None:
        rules = to_yaml(data_of(__package__, "metrics.yaml")["connect"])
        metadata = {"name": f"{self._kafka}-connect-metrics", "labels": selector_labels(self._kafka)}
        self.emit({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"connect.yaml": rules}})

    def _add_workers(self) -> None:
        props, resources = self._props, self._connect.resources
        configs, offsets, status = topics_of(self._kafka)
        half = f"{int(quantity(resources.limits.memory) / 2 // 2**20)}m"
        certificate = {"secretName": props.user, "certificate": "user.crt", "key": "user.key"}
        trusted = {"secretName": f"{self._kafka}-cluster-ca-cert", "certificate": "ca.crt"}
        metrics = {"name": f"{self._kafka}-connect-metrics", "key": "connect.yaml"}
        spec: Json = {
            "version": props.version,
            "image": props.image,
            "replicas": self._connect.replicas,
            "bootstrapServers": props.bootstrap,
            "groupId": f"{self._kafka}-connect",
            "configStorageTopic": configs,
            "offsetStorageTopic": offsets,
            "statusStorageTopic": status,
            "tls": {"trustedCertificates": [trusted]},
            "authentication": {"type": "tls", "certificateAndKey": certificate},
            "config": self._settings(),
            "resources": {"requests": amounts(resources.requests), "limits": amounts(resources.limits)},
            "jvmOptions": {"-Xms": half, "-Xmx": half},
            "metricsConfig": {"type": "jmxPrometheusExporter", "valueFrom": {"configMapKeyRef": metrics}},
            "template": self._template(),
        }
        metadata = {
            "name": self._kafka,
            "labels": selector_labels(self._kafka),
            "annotations": {"strimzi.io/use-connector-resources": "true"},
        }
        self.emit({"apiVersion": API, "kind": "KafkaConnect", "metadata": metadata, "spec": spec})

    def _settings(self) -> Json:
        """Positions as safe as the records themselves, values from variables, and Avro where there is a registry.

        The operator's own image has no converter of Avro; whoever builds one for connectors puts it in.
        """
        settings: Json = {
            "config.providers": "env",
            "config.providers.env.class": "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
            "config.storage.replication.factor": -1,
            "offset.storage.replication.factor": -1,
            "status.storage.replication.factor": -1,
        }
        if self._props.registry is not None and self._connect.image is not None:
            settings |= {
                "key.converter": "org.apache.kafka.connect.storage.StringConverter",
                "value.converter": "io.apicurio.registry.utils.converter.AvroConverter",
                "value.converter.apicurio.registry.url": f"http://{self._props.registry}:{REGISTRY_PORT}/apis/registry/v3",
            }
        return dict(sorted(settings.items()))

    def _template(self) -> Json:
        container: Json = {"securityContext": container_security_context()}
        variables = [
            {"name": name, "valueFrom": {"secretKeyRef": dict(zip(("name", "key"), where.split("/"), strict=True))}}
            for name, where in sorted(self._connect.secrets.items())
        ]
        if variables:
            container["env"] = variables
        return {
            "pod": {
                "metadata": {"labels": selector_labels(f"{self._kafka}-connect")},
                "enableServiceLinks": False,
                "priorityClassName": priority_class(self._props.system, "high"),
                "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
                "terminationGracePeriodSeconds": 60,
                "topologySpreadConstraints": spread(connect_pods(self._kafka)),
            },
            "connectContainer": container,
            "podDisruptionBudget": {"maxUnavailable": 1},
        }

    def _add_connector(self, name: str, connector: Connector) -> None:
        topics = [self._props.topics.get(topic, topic) for topic in connector.topics]
        told: Json = {"topics": ",".join(topics)} if connector.direction == "sink" else {}
        labels = {**selector_labels(self._kafka), CLUSTER: self._kafka}
        self.emit(
            {
                "apiVersion": API,
                "kind": "KafkaConnector",
                "metadata": {"name": f"{self._kafka}-{name}", "labels": labels},
                "spec": {
                    "class": connector.class_,
                    "tasksMax": connector.tasks,
                    "autoRestart": {"enabled": True, "maxRestarts": 10},
                    "state": "stopped" if self._props.waits else "running",
                    "config": {**told, **connector.config},
                },
            }
        )

    def _add_monitor(self) -> None:
        endpoint = {"port": METRICS_PORT_NAME, "path": "/metrics", "interval": "30s", "scrapeTimeout": "10s"}
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "PodMonitor",
                "metadata": {"name": f"{self._kafka}-connect", "labels": selector_labels(self._kafka)},
                "spec": {"selector": {"matchLabels": connect_pods(self._kafka)}, "podMetricsEndpoints": [endpoint]},
            }
        )
