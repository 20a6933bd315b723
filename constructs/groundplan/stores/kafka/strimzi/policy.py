"""Who reaches which part of a Kafka: those that say they call it, its own parts, its operator, its watchers. Nobody else.

The operator would make policies of its own, which open each listener and all metrics to everybody; it is told not to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.network_policy import name_resolution, pods, ports
from groundplan.networking.endpoints import scraped
from groundplan.parts import Component, Json, Part
from groundplan.stores.kafka.strimzi.words import (
    AGENT_PORT,
    CLIENT_PORT,
    CONNECT_PORT,
    CONTROLLER_PORT,
    METRICS_PORT,
    REGISTRY_HEALTH_PORT,
    REGISTRY_PORT,
    REPLICATION_PORT,
    broker_pods,
    connect_pods,
    entity_operator_pods,
    exporter_pods,
    kafka_pods,
)

OPERATOR_LABELS = {"strimzi.io/kind": "cluster-operator"}


@dataclass(frozen=True, kw_only=True, slots=True)
class KafkaPolicyProps:
    """Who may ask a Kafka and what is beside it."""

    callers: Sequence[str]
    """Workloads that write and read topics."""

    operator_namespace: str
    """Where the operator runs."""

    api: Json
    """Rule that lets a pod out to the API server."""

    watchers: Sequence[Json] = ()
    """Peers that read metrics. Default none."""

    registry: str | None = None
    """Name of the schema registry. Default there is none."""

    registrar: str | None = None
    """Name of the job that registers schemas. Default there is none."""

    connects: bool = False
    """Whether there is a Kafka Connect. Default false."""

    connect_reads_schemas: bool = False
    """Whether that asks the schema registry. Default false."""

    reached: Sequence[Json] = ()
    """Rules that let Kafka Connect out to other systems. Default none."""


class KafkaPolicies(Part):
    """A network policy for each kind of pod that belongs to the Kafka `name`."""

    def __init__(self, scope: Component | Part, id_: str, name: str, props: KafkaPolicyProps) -> None:
        super().__init__(scope, id_)
        self._name, self._props = name, props
        self._nodes, self._brokers = pods(kafka_pods(name)), pods(broker_pods(name))
        self._clients = [pods(selector_labels(caller)) for caller in props.callers]
        self._workers = pods(connect_pods(name))
        self._operator = pods(OPERATOR_LABELS, props.operator_namespace)
        self._add_of_brokers()
        self._add_of_entity_operator()
        self._add_of_exporter()
        if props.connects:
            self._add_of_connect()
        if props.registry is not None:
            self._add_of_registry(props.registry)
        if props.registrar is not None and props.registry is not None:
            self._add(props.registrar, selector_labels(props.registrar), [], [_towards(props.registry)])

    def _add_of_brokers(self) -> None:
        props = self._props
        asking = [*self._clients, *([self._workers] if props.connects else [])]
        asking += [pods(selector_labels(props.registry))] if props.registry is not None else []
        helpers = [pods(entity_operator_pods(self._name)), pods(exporter_pods(self._name))]
        ingress: list[Json] = [
            *([{"from": asking, "ports": ports(CLIENT_PORT)}] if asking else []),
            {"from": [self._nodes], "ports": ports(CONTROLLER_PORT, REPLICATION_PORT)},
            {"from": [self._operator], "ports": ports(CONTROLLER_PORT, REPLICATION_PORT, AGENT_PORT)},
            {"from": helpers, "ports": ports(REPLICATION_PORT)},
            *scraped(props.watchers, METRICS_PORT),
        ]
        own = {"to": [self._nodes], "ports": ports(CONTROLLER_PORT, REPLICATION_PORT)}
        self._add(f"{self._name}-kafka", kafka_pods(self._name), ingress, [own, props.api])

    def _add_of_entity_operator(self) -> None:
        labels = entity_operator_pods(self._name)
        self._add(f"{self._name}-entity-operator", labels, [], [self._to_brokers(REPLICATION_PORT), self._props.api])

    def _add_of_exporter(self) -> None:
        ingress = scraped(self._props.watchers, METRICS_PORT)
        labels = exporter_pods(self._name)
        self._add(f"{self._name}-kafka-exporter", labels, ingress, [self._to_brokers(REPLICATION_PORT)])

    def _add_of_connect(self) -> None:
        props = self._props
        ingress = [
            {"from": [self._workers, self._operator], "ports": ports(CONNECT_PORT)},
            *scraped(props.watchers, METRICS_PORT),
        ]
        egress: list[Json] = [
            self._to_brokers(CLIENT_PORT),
            {"to": [self._workers], "ports": ports(CONNECT_PORT)},
            *([_towards(props.registry)] if props.registry is not None and props.connect_reads_schemas else []),
            *(rule for rule in props.reached if rule != name_resolution()),
        ]
        self._add(f"{self._name}-connect", connect_pods(self._name), ingress, egress)

    def _add_of_registry(self, registry: str) -> None:
        props = self._props
        asking = [*self._clients, *([self._workers] if props.connect_reads_schemas else [])]
        asking += [pods(selector_labels(props.registrar))] if props.registrar is not None else []
        ingress = [
            *([{"from": asking, "ports": ports(REGISTRY_PORT)}] if asking else []),
            *scraped(props.watchers, REGISTRY_HEALTH_PORT),
        ]
        self._add(registry, selector_labels(registry), ingress, [self._to_brokers(CLIENT_PORT)])

    def _to_brokers(self, port: int) -> Json:
        return {"to": [self._brokers], "ports": ports(port)}

    def _add(self, name: str, labels: Mapping[str, str], ingress: Sequence[Json], egress: Sequence[Json]) -> None:
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": name, "labels": selector_labels(self._name)},
                "spec": {
                    "podSelector": {"matchLabels": dict(labels)},
                    "policyTypes": ["Ingress", "Egress"],
                    **({"ingress": list(ingress)} if ingress else {}),
                    "egress": [name_resolution(), *egress],
                },
            }
        )


def _towards(registry: str) -> Json:
    return {"to": [pods(selector_labels(registry))], "ports": ports(REGISTRY_PORT)}
