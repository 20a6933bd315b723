"""Words of the operator that several of its objects need, and those who read them back."""

from __future__ import annotations

GROUP = "kafka.strimzi.io"

CLUSTER = "strimzi.io/cluster"
"""Label of whatever belongs to a Kafka; the value is its name."""

COMPONENT = "strimzi.io/name"
"""Label of the pods of one part of a Kafka."""

CONTROLLER_PORT = 9090
REPLICATION_PORT = 9091
CLIENT_PORT = 9093
AGENT_PORT = 8443
METRICS_PORT = 9404
CONNECT_PORT = 8083
REGISTRY_PORT = 8080
REGISTRY_HEALTH_PORT = 9000

METRICS_PORT_NAME = "tcp-prometheus"


def kafka_pods(name: str) -> dict[str, str]:
    """Labels of brokers and controllers."""
    return {CLUSTER: name, COMPONENT: f"{name}-kafka"}


def broker_pods(name: str) -> dict[str, str]:
    """Labels of brokers alone, which clients and whatever is beside the nodes speak to."""
    return {**kafka_pods(name), "strimzi.io/broker-role": "true"}


def entity_operator_pods(name: str) -> dict[str, str]:
    """Labels of the pod that looks after topics and users."""
    return {CLUSTER: name, COMPONENT: f"{name}-entity-operator"}


def exporter_pods(name: str) -> dict[str, str]:
    """Labels of the pod that measures how far readers are behind."""
    return {CLUSTER: name, COMPONENT: f"{name}-kafka-exporter"}


def connect_pods(name: str) -> dict[str, str]:
    """Labels of the workers of the KafkaConnect `name`."""
    return {CLUSTER: name, COMPONENT: f"{name}-connect"}
