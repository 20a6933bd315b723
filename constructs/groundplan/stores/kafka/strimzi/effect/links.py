"""What objects of the operator refer to by name: their Kafka, its settings, and the Secrets of certificates."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.inventory import Identity
from groundplan.checks.kind_links import find
from groundplan.checks.link import Document, Link

GROUP = "kafka.strimzi.io"
CLUSTER = "strimzi.io/cluster"

KEY_SELECTOR_GROUPS: frozenset[str] = frozenset()
"""Its kinds say what they pick a key of."""


def _of_kafka(document: Document, namespace: str) -> Iterator[Link]:
    name = (document["metadata"].get("labels") or {}).get(CLUSTER)
    if name:
        yield Link(Identity(GROUP, "Kafka", namespace, str(name)), ("metadata", "labels", CLUSTER))


def _connector(document: Document, namespace: str) -> Iterator[Link]:
    name = (document["metadata"].get("labels") or {}).get(CLUSTER)
    if name:
        yield Link(Identity(GROUP, "KafkaConnect", namespace, str(name)), ("metadata", "labels", CLUSTER))


def _connect(document: Document, namespace: str) -> Iterator[Link]:
    spec = document["spec"]
    host, _, port = str(spec.get("bootstrapServers", "")).partition(":")
    yield Link(Identity("", "Service", namespace, host.partition(".")[0]), ("spec", "bootstrapServers"), port)
    for path, name in find(spec, "secretName", ("spec",)):
        holder = spec
        for step in path[1:-1]:
            holder = holder[step]
        yield Link(Identity("", "Secret", namespace, str(name)), path, str(holder.get("certificate", "")))


LINKS = {
    (GROUP, "KafkaConnect"): _connect,
    (GROUP, "KafkaConnector"): _connector,
    (GROUP, "KafkaNodePool"): _of_kafka,
    (GROUP, "KafkaTopic"): _of_kafka,
    (GROUP, "KafkaUser"): _of_kafka,
}
