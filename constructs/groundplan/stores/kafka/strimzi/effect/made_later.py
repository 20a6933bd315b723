"""What the operator makes: nodes, the pods beside them, Services and budgets, as admission meets them.

See https://strimzi.io/docs/operators/latest/deploying and, for the contexts of containers that say nothing,
https://strimzi.io/docs/operators/latest/deploying#assembly-security-providers-str .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.made_later.around import Around
from groundplan.checks.made_later.owned import Json, owned

GROUP = "kafka.strimzi.io"
CLUSTER, COMPONENT = "strimzi.io/cluster", "strimzi.io/name"
PROBES: Json = {"livenessProbe": {"exec": {}}, "readinessProbe": {"exec": {}}}


def of_pool(item: Object, around: Around) -> Iterator[Json]:
    """One node: an init container asks for the zone, the other is the broker or the controller."""
    cluster = item.labels.get(CLUSTER, "")
    kafka = (around.find(GROUP, "Kafka", item.namespace, cluster) or {}).get("spec", {})
    server, own = kafka.get("kafka", {}), item.spec.get("template") or {}
    shared = server.get("template") or {}
    resources = item.spec.get("resources", {})
    init = _container("kafka-init", server.get("brokerRackInitImage", ""), resources, own, shared, "initContainer")
    container = _container("kafka", server.get("image", ""), resources, own, shared, "kafkaContainer")
    labels = {CLUSTER: cluster, COMPONENT: f"{cluster}-kafka", "strimzi.io/pool-name": item.name}
    spec = {
        **_pod({**(shared.get("pod") or {}), **(own.get("pod") or {})}, f"{cluster}-kafka"),
        "initContainers": [init] if "rack" in server else [],
        "containers": [{**container, **PROBES}],
    }
    yield owned(item, "v1", "Pod", f"{cluster}-{item.name}-0", {"spec": spec}, labels)


def of_kafka(item: Object, around: Around) -> Iterator[Json]:
    """Pods beside the nodes, Services, and the budget of brokers and controllers."""
    del around
    labels = {CLUSTER: item.name, COMPONENT: f"{item.name}-kafka"}
    for suffix, cluster_ip in (("bootstrap", {}), ("brokers", {"clusterIP": "None"})):
        service = {"spec": {"type": "ClusterIP", **cluster_ip, "selector": labels}}
        yield owned(item, "v1", "Service", f"{item.name}-kafka-{suffix}", service, labels)
    budget = ((item.spec["kafka"].get("template") or {}).get("podDisruptionBudget")) or {"maxUnavailable": 1}
    body = {"spec": {**budget, "selector": {"matchLabels": labels}}}
    yield owned(item, "policy/v1", "PodDisruptionBudget", f"{item.name}-kafka", body, labels)
    yield from _entity_operator(item)
    yield from _exporter(item)


def _entity_operator(item: Object) -> Iterator[Json]:
    said = item.spec.get("entityOperator")
    if said is None:
        return
    template = said.get("template") or {}
    containers = [
        {
            **_container(name, said[field].get("image", ""), said[field].get("resources", {}), template, {}, context),
            **PROBES,
        }
        for name, field, context in (
            ("topic-operator", "topicOperator", "topicOperatorContainer"),
            ("user-operator", "userOperator", "userOperatorContainer"),
        )
        if field in said
    ]
    yield _beside(item, "entity-operator", template, containers)


def _exporter(item: Object) -> Iterator[Json]:
    said = item.spec.get("kafkaExporter")
    if said is not None:
        template = said.get("template") or {}
        own = _container("exporter", said.get("image", ""), said.get("resources", {}), template, {}, "container")
        yield _beside(item, "kafka-exporter", template, [{**own, **PROBES}])


def _beside(item: Object, suffix: str, template: Mapping[str, Any], containers: list[Json]) -> Json:
    name = f"{item.name}-{suffix}"
    spec = {**_pod(template.get("pod") or {}, name), "containers": containers}
    return owned(item, "v1", "Pod", f"{name}-x", {"spec": spec}, {CLUSTER: item.name, COMPONENT: name})


def of_connect(item: Object, around: Around) -> Iterator[Json]:
    """One worker, the Service of them all, and their budget."""
    del around
    template, name = item.spec.get("template") or {}, f"{item.name}-connect"
    labels = {CLUSTER: item.name, COMPONENT: name}
    resources = item.spec.get("resources", {})
    own = _container(name, item.spec.get("image", ""), resources, template, {}, "connectContainer")
    spec = {**_pod(template.get("pod") or {}, name), "containers": [{**own, **PROBES}]}
    yield owned(item, "v1", "Pod", f"{name}-0", {"spec": spec}, labels)
    service = {"spec": {"type": "ClusterIP", "selector": labels}}
    yield owned(item, "v1", "Service", f"{name}-api", service, labels)
    body = {
        "spec": {**(template.get("podDisruptionBudget") or {"maxUnavailable": 1}), "selector": {"matchLabels": labels}}
    }
    yield owned(item, "policy/v1", "PodDisruptionBudget", name, body, labels)


def _pod(said: Mapping[str, Any], account: str) -> Json:
    kept = ("priorityClassName", "securityContext", "tolerations", "affinity", "topologySpreadConstraints")
    return {"serviceAccountName": account, **{key: said[key] for key in kept if key in said}}


def _container(
    name: str,
    image: str,
    resources: Mapping[str, Any],
    own: Mapping[str, Any],
    shared: Mapping[str, Any],
    template: str,
) -> Json:
    """A container as its template says it; a pool's own template wins over its Kafka's."""
    said = {**(shared.get(template) or {}), **(own.get(template) or {})}
    return {
        "name": name,
        "image": image,
        "resources": resources,
        "securityContext": said.get("securityContext", {}),
        "env": said.get("env", []),
    }


MAKERS = {(GROUP, "Kafka"): of_kafka, (GROUP, "KafkaConnect"): of_connect, (GROUP, "KafkaNodePool"): of_pool}
