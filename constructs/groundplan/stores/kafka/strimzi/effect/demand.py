"""What brokers, controllers, and what the operator runs beside them ask of nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.capacity.demand import Bounds, Defaults, Demand, limited, placed, requested, unsaid
from groundplan.checks.inventory import Object
from groundplan.yaml.marked import YamlPath

GROUP = "kafka.strimzi.io"


def of_pool(item: Object, defaults: Defaults) -> Iterator[Demand]:
    """Brokers or controllers, with the volume of each."""
    storage = item.spec["storage"]
    volumes = [volume["size"] for volume in storage.get("volumes", [storage]) if "size" in volume]
    count = int(item.spec["replicas"])
    labels = {"strimzi.io/cluster": item.labels.get("strimzi.io/cluster", ""), "strimzi.io/pool-name": item.name}
    pod = (item.spec.get("template") or {}).get("pod") or {}
    yield _demand(
        item, str(item), ("spec", "replicas"), [item.spec.get("resources")], defaults, pod, count, labels, volumes
    )


def of_kafka(item: Object, defaults: Defaults) -> Iterator[Demand]:
    """One pod with an operator for topics and one for users, and one that measures groups."""
    operators, exporter = item.spec.get("entityOperator"), item.spec.get("kafkaExporter")
    if operators is not None:
        resources = [
            operators[name].get("resources") for name in ("topicOperator", "userOperator") if name in operators
        ]
        yield _beside(item, "entityOperator", "entity-operator", resources, defaults)
    if exporter is not None:
        yield _beside(item, "kafkaExporter", "kafka-exporter", [exporter.get("resources")], defaults)


def of_connect(item: Object, defaults: Defaults) -> Iterator[Demand]:
    """The workers."""
    labels = {"strimzi.io/cluster": item.name, "strimzi.io/name": f"{item.name}-connect"}
    pod = (item.spec.get("template") or {}).get("pod") or {}
    count = int(item.spec["replicas"])
    yield _demand(item, str(item), ("spec", "replicas"), [item.spec.get("resources")], defaults, pod, count, labels, [])


def _beside(item: Object, field: str, suffix: str, resources: list[Any], defaults: Defaults) -> Demand:
    labels = {"strimzi.io/cluster": item.name, "strimzi.io/name": f"{item.name}-{suffix}"}
    pod = (item.spec[field].get("template") or {}).get("pod") or {}
    return _demand(item, f"{suffix} of {item}", ("spec", field), resources, defaults, pod, 1, labels, [])


def _demand(
    item: Object,
    name: str,
    path: YamlPath,
    resources: list[Any],
    defaults: Defaults,
    pod: Mapping[str, Any],
    count: int,
    labels: Mapping[str, str],
    volumes: list[Any],
) -> Demand:
    bounds = [Bounds((each or {}).get("requests") or {}, (each or {}).get("limits") or {}) for each in resources]
    return Demand(
        name=name,
        namespace=item.namespace,
        item=item,
        path=path,
        each=requested(bounds, defaults),
        limits=limited(bounds, defaults),
        unlimited=unsaid(bounds, defaults),
        least=count,
        most=count,
        labels=labels,
        volumes=tuple(map(str, volumes)),
        **placed(pod),
    )


READERS = {(GROUP, "Kafka"): of_kafka, (GROUP, "KafkaConnect"): of_connect, (GROUP, "KafkaNodePool"): of_pool}
