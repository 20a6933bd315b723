"""Topics of a Kafka, each an object that the topic operator keeps to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from groundplan.kubernetes.labels import selector_labels
from groundplan.model.values import quantity, whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.stores.kafka.model import Topic
from groundplan.stores.kafka.strimzi.cluster import API, IN_SYNC, REPLICATION
from groundplan.stores.kafka.strimzi.words import CLUSTER
from groundplan.stores.placement import KEEP


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnTopic:
    """A topic that a program here keeps its state in; nobody else writes it, and it is kept for ever."""

    partitions: int
    """Partitions."""

    cleanup: str
    """What happens to old records."""


class KafkaTopics(Part):
    """KafkaTopic objects: those that are written, and those that programs here need for themselves.

    Args:
        scope: what they belong to.
        id_: name of the part.
        kafka: name of the Kafka.
        topics: topics by key.
        own: topics of programs here, by name.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        kafka: str,
        *,
        topics: Mapping[str, Topic],
        own: Mapping[str, OwnTopic],
    ) -> None:
        super().__init__(scope, id_)
        self._kafka = kafka
        for key, topic in topics.items():
            self._add(f"{kafka}-{key}", topic.name or key, topic.partitions, topic.replication, config(topic))
        for name, topic_ in own.items():
            kept = {"cleanup.policy": topic_.cleanup, "min.insync.replicas": IN_SYNC, "retention.ms": -1}
            self._add(name, name, topic_.partitions, REPLICATION, kept)

    def _add(self, name: str, topic: str, partitions: int, replicas: int, settings: Json) -> None:
        labels = {**selector_labels(self._kafka), CLUSTER: self._kafka}
        self.emit(
            {
                "apiVersion": API,
                "kind": "KafkaTopic",
                "metadata": {"name": name, "labels": labels, "annotations": KEEP},
                "spec": {"topicName": topic, "partitions": partitions, "replicas": replicas, "config": settings},
            }
        )


def config(topic: Topic) -> Json:
    """How long records are kept, and how many copies must have one."""
    kept = -1 if topic.retention == "forever" else whole_seconds(topic.retention) * 1000
    settings: Json = {"cleanup.policy": topic.cleanup, "min.insync.replicas": topic.min_insync, "retention.ms": kept}
    if topic.max_size is not None:
        settings["retention.bytes"] = int(quantity(topic.max_size))
    return dict(sorted(settings.items()))
