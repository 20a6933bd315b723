"""A Kafka run by Strimzi: controllers and brokers in different zones, their listener, operators, exporter and metrics.

See https://strimzi.io/docs/operators/latest/deploying .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.priorities import priority_class
from groundplan.model.containers import Resources
from groundplan.model.values import quantity
from groundplan.parts import Component, Json, Part
from groundplan.platforms.resources import data_of
from groundplan.pods import HOST_KEY, POOL_LABEL, ZONE_KEY, Taints, amounts, placement
from groundplan.security.pod_security import container_security_context
from groundplan.stores.kafka.model import Kafka, Strimzi
from groundplan.stores.kafka.strimzi.words import (
    CLIENT_PORT,
    CLUSTER,
    GROUP,
    METRICS_PORT_NAME,
    exporter_pods,
    kafka_pods,
)
from groundplan.stores.placement import KEEP
from groundplan.yaml.text import to_yaml

API = f"{GROUP}/v1"

REPLICATION = 3
"""Copies of what Kafka keeps for itself, and of a topic that says nothing."""

IN_SYNC = 2
"""Copies that must have a record: one broker may be restarted while everybody writes."""

PARTITIONS = 6
"""Partitions of a topic that says nothing."""

CONFIG: Json = {
    "auto.create.topics.enable": False,
    "default.replication.factor": REPLICATION,
    "min.insync.replicas": IN_SYNC,
    "num.partitions": PARTITIONS,
    "offsets.topic.replication.factor": REPLICATION,
    "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector",
    "transaction.state.log.min.isr": IN_SYNC,
    "transaction.state.log.replication.factor": REPLICATION,
    "unclean.leader.election.enable": False,
}
"""What Kafka does for a topic that says nothing, and for its own; nobody makes a topic by writing to it."""

STOP_SECONDS = 120
"""Time for a broker to hand its leaders over and close its log; a log that was not closed is read again whole."""

MOST_HEAP = 6 * 2**30
"""Bytes beyond which a heap only makes pauses longer; a broker lives from the page cache."""

OPERATOR_RESOURCES: Json = {
    "requests": {"cpu": "50m", "memory": "384Mi"},
    "limits": {"cpu": "500m", "memory": "384Mi"},
}
EXPORTER_RESOURCES: Json = {
    "requests": {"cpu": "20m", "memory": "128Mi"},
    "limits": {"cpu": "200m", "memory": "128Mi"},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class KafkaClusterProps:
    """A Kafka as it is written, and what its environment makes of it."""

    chapter: Kafka
    """What is written of it, whoever runs it."""

    settings: Strimzi
    """What is written of its engine."""

    system: str
    """Name of the system, whose priority classes its pods have."""

    image: str
    """Image of its pods, with the registry it is pulled from."""

    operator_image: str
    """Image of what the operator runs beside it."""

    storage_class: str
    """StorageClass of its volumes."""

    taints: Taints = field(default_factory=dict)
    """Taints of the nodes by pool, the one it names among them. Default none."""

    windows: Sequence[str] = ()
    """When certificates may be renewed, as cron expressions in UTC. Default whenever it is time."""


class KafkaCluster(Part):
    """Brokers and controllers apart, one listener that asks each client for its certificate, and what measures them.

    Emits Kafka, two KafkaNodePools, the ConfigMap of the JMX exporter, and PodMonitors.
    """

    def __init__(self, scope: Component | Part, id_: str, props: KafkaClusterProps) -> None:
        super().__init__(scope, id_)
        self.name = id_
        self.props, self.settings = props, props.settings
        self._add_metrics()
        self._add_pools()
        self._add_kafka()
        self._add_monitor(id_, kafka_pods(id_))
        self._add_monitor(f"{id_}-exporter", exporter_pods(id_))

    def _add_metrics(self) -> None:
        rules = to_yaml(data_of(__package__, "metrics.yaml")["kafka"])
        metadata = {"name": f"{self.name}-metrics", "labels": selector_labels(self.name)}
        self.emit({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"kafka.yaml": rules}})

    def _add_pools(self) -> None:
        settings = self.settings
        self._add_pool("controller", settings.controllers, settings.controller_storage, settings.controller_resources)
        self._add_pool("broker", settings.brokers, settings.storage, settings.resources)

    def _add_pool(self, role: str, replicas: int, size: str, resources: Resources) -> None:
        name = f"{self.name}-{role}s"
        volume = {
            "id": 0,
            "type": "persistent-claim",
            "size": size,
            "class": self.props.storage_class,
            "deleteClaim": False,
            "kraftMetadata": "shared",
        }
        labels = {**selector_labels(self.name), CLUSTER: self.name}
        self.emit(
            {
                "apiVersion": API,
                "kind": "KafkaNodePool",
                "metadata": {"name": name, "labels": labels, "annotations": KEEP},
                "spec": {
                    "replicas": replicas,
                    "roles": [role],
                    "resources": {"requests": amounts(resources.requests), "limits": amounts(resources.limits)},
                    "jvmOptions": _heap(resources),
                    "storage": {"type": "jbod", "volumes": [volume]},
                    "template": {"pod": self._pod(self._place(name))},
                },
            }
        )

    def _place(self, pool: str) -> Json:
        """No two of a pool on one node, as many in each zone as in any other: a lost zone takes one copy of everything."""
        own = {"matchLabels": {CLUSTER: self.name, "strimzi.io/pool-name": pool}}
        affinity: Json = {
            "podAntiAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": HOST_KEY, "labelSelector": own}]
            }
        }
        zones = {"maxSkew": 1, "topologyKey": ZONE_KEY, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": own}
        found = placement(self.settings.node_pool, self.props.taints)
        selector = found.pop("nodeSelector", None)
        if selector is not None:
            term = {"matchExpressions": [{"key": POOL_LABEL, "operator": "In", "values": [selector[POOL_LABEL]]}]}
            required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
            affinity["nodeAffinity"] = required
        return {"affinity": affinity, "topologySpreadConstraints": [zones], **found}

    def _pod(self, place: Json | None = None) -> Json:
        return {
            "metadata": {"labels": {"app": self.name}},
            "enableServiceLinks": False,
            "priorityClassName": priority_class(self.props.system, "critical"),
            "securityContext": {"runAsNonRoot": True, "fsGroup": 0, "seccompProfile": {"type": "RuntimeDefault"}},
            "terminationGracePeriodSeconds": STOP_SECONDS,
            **(place or {}),
        }

    def _add_kafka(self) -> None:
        contained = {"securityContext": container_security_context()}
        spec: Json = {
            "kafka": {
                "version": self.props.chapter.version,
                "image": self.props.image,
                "brokerRackInitImage": self.props.operator_image,
                "rack": {"topologyKey": ZONE_KEY},
                "listeners": [
                    {
                        "name": "tls",
                        "port": CLIENT_PORT,
                        "type": "internal",
                        "tls": True,
                        "authentication": {"type": "tls"},
                    }
                ],
                "authorization": {"type": "simple"},
                "config": dict(CONFIG),
                "metricsConfig": {
                    "type": "jmxPrometheusExporter",
                    "valueFrom": {"configMapKeyRef": {"name": f"{self.name}-metrics", "key": "kafka.yaml"}},
                },
                "template": {
                    "kafkaContainer": contained,
                    "initContainer": contained,
                    "podDisruptionBudget": {"maxUnavailable": 1},
                },
            },
            "entityOperator": self._entity_operator(contained),
            "kafkaExporter": {
                "image": self.props.image,
                "topicRegex": ".*",
                "groupRegex": ".*",
                "resources": EXPORTER_RESOURCES,
                "template": {"pod": self._light(), "container": contained},
            },
        }
        if self.props.windows:
            spec["maintenanceTimeWindows"] = list(self.props.windows)
        metadata = {"name": self.name, "labels": selector_labels(self.name), "annotations": KEEP}
        self.emit({"apiVersion": API, "kind": "Kafka", "metadata": metadata, "spec": spec})

    def _entity_operator(self, contained: Json) -> Json:
        operator = {"image": self.props.operator_image, "resources": OPERATOR_RESOURCES}
        return {
            "topicOperator": operator,
            "userOperator": operator,
            "template": {
                "pod": self._light(),
                "topicOperatorContainer": contained,
                "userOperatorContainer": contained,
            },
        }

    def _light(self) -> Json:
        """What only helps: nothing is lost while it is gone."""
        return {
            "enableServiceLinks": False,
            "priorityClassName": priority_class(self.props.system, "high"),
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        }

    def _add_monitor(self, name: str, labels: dict[str, str]) -> None:
        endpoint = {"port": METRICS_PORT_NAME, "path": "/metrics", "interval": "30s", "scrapeTimeout": "10s"}
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "PodMonitor",
                "metadata": {"name": name, "labels": selector_labels(self.name)},
                "spec": {"selector": {"matchLabels": labels}, "podMetricsEndpoints": [endpoint]},
            }
        )


def _heap(resources: Resources) -> Json:
    half = min(quantity(resources.limits.memory) / 2, Decimal(MOST_HEAP))
    size = f"{int(half // 2**20)}m"
    return {"-Xms": size, "-Xmx": size}
