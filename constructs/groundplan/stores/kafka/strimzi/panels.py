"""What is drawn of a Kafka: throughput, latency, errors, how far readers are behind, and room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundplan.observability.panel import Panel
from groundplan.stores.kafka.strimzi.alerts import SLOW_MILLISECONDS, brokers, exporter, workers
from groundplan.stores.volumes import volumes_panel

if TYPE_CHECKING:
    from groundplan.stores.kafka.strimzi.store import StrimziStore


def panels(store: StrimziStore) -> Iterator[Panel]:
    """Its row of the dashboard."""
    own = brokers(store)

    def rate(name: str) -> str:
        return f"sum by (topic) (rate(kafka_server_brokertopicmetrics_{name}_total{{{own}}}[5m]))"

    yield Panel(title="Records written a second", queries={"{{topic}}": rate("messagesin")})
    yield Panel(title="Bytes in", queries={"{{topic}}": rate("bytesin")}, unit="Bps")
    yield Panel(title="Bytes out", queries={"{{topic}}": rate("bytesout")}, unit="Bps")
    times = f'max by (request) (kafka_network_requestmetrics_totaltimems{{{own},quantile="0.99"}})'
    yield Panel(
        title="Time of a request, 99th percentile",
        queries={"{{request}}": times},
        unit="ms",
        threshold=SLOW_MILLISECONDS,
    )
    yield Panel(
        title="Requests refused a second",
        queries={
            "writes of {{topic}}": rate("failedproducerequests"),
            "reads of {{topic}}": rate("failedfetchrequests"),
        },
    )
    lag = f"sum by (consumergroup, topic) (kafka_consumergroup_lag{{{exporter(store)}}})"
    yield Panel(title="Records not read yet", queries={"{{consumergroup}} of {{topic}}": lag})
    few = f"sum(kafka_server_replicamanager_underreplicatedpartitions{{{own}}})"
    none = f"sum(kafka_server_replicamanager_underminisrpartitioncount{{{own}}})"
    yield Panel(title="Partitions with missing copies", queries={"fewer than asked for": few, "too few to write": none})
    yield volumes_panel(store.environment.namespace, store.name)
    if store.settings.connect is not None:
        failed = f"sum by (connector) (kafka_connect_worker_connector_failed_task_count{{{workers(store)}}})"
        yield Panel(title="Failed tasks of connectors", queries={"{{connector}}": failed})
