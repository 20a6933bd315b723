"""What is watched of a Kafka: its copies and controllers, latency, errors, room, and how far readers are behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundplan.model.samples import GONE
from groundplan.observability.alert import Alert, trial
from groundplan.observability.shapes import falls_silent, silent

if TYPE_CHECKING:
    from groundplan.stores.kafka.strimzi.store import StrimziStore

SLOW_MILLISECONDS = 1000
"""Time of the slowest hundredth of writes and reads from which clients begin to give up and repeat themselves."""

LAG_SECONDS = 900
"""How long a group may need, at its pace, for what it has not read yet."""


def brokers(store: StrimziStore) -> str:
    """Label matchers of its brokers."""
    return f'namespace="{store.environment.namespace}",pod=~"{store.name}-{store.name}-brokers-[0-9]+"'


def controllers(store: StrimziStore) -> str:
    """Label matchers of its controllers."""
    return f'namespace="{store.environment.namespace}",pod=~"{store.name}-{store.name}-controllers-[0-9]+"'


def exporter(store: StrimziStore) -> str:
    """Label matchers of the exporter, whose pod's name ends in what nobody knows before."""
    return f'namespace="{store.environment.namespace}",pod=~"{store.name}-kafka-exporter-.+"'


def workers(store: StrimziStore) -> str:
    """Label matchers of Kafka Connect."""
    return f'namespace="{store.environment.namespace}",pod=~"{store.name}-connect-[0-9]+"'


def alerts(store: StrimziStore) -> Iterator[Alert]:
    """The brokers' always, and what readers and connectors do where somebody does."""
    yield from _copies(store)
    yield from _room(store)
    if not store.is_waiting:
        yield from _requests(store)
        yield from _readers(store)
        if store.settings.connect is not None:
            yield from _connect(store)


def _one(store: StrimziStore, part: str, number: int, more: str = "") -> str:
    pod = f"{store.name}-{store.name}-{part}-{number}"
    return f'{{namespace="{store.environment.namespace}",pod="{pod}"{more}}}'


def _copies(store: StrimziStore) -> Iterator[Alert]:
    name, namespace = store.name, store.environment.namespace
    parts = "kafka_server_replicamanager_partitioncount"
    first, second = _one(store, "brokers", 0), _one(store, "brokers", 1)
    yield Alert(
        name="KafkaBrokerDown",
        expr=f"absent({parts}{{{brokers(store)}}}) or count({parts}{{{brokers(store)}}}) < {store.settings.brokers}",
        severity="critical",
        summary=f"a broker of {name} does not answer",
        action=f"kubectl -n {namespace} get pods -l strimzi.io/cluster={name}; each partition has copies on others",
        service=name,
        trial=trial(
            {f"{parts}{_one(store, 'brokers', number)}": 10 for number in range(store.settings.brokers)},
            {f"{parts}{first}": GONE},
            {f"{parts}{_one(store, 'brokers', number)}": GONE for number in range(store.settings.brokers)},
        ),
    )
    active = "kafka_controller_kafkacontroller_activecontrollercount"
    nodes = [f"{active}{_one(store, 'controllers', number)}" for number in (3, 4)]
    yield Alert(
        name="KafkaWithoutController",
        expr=f"absent({active}{{{controllers(store)}}}) or sum({active}{{{controllers(store)}}}) != 1",
        severity="critical",
        summary=f"{name} has no controller, or more than one that believes it is",
        action=f"kubectl -n {namespace} get pods -l strimzi.io/pool-name={name}-controllers; no leader is elected meanwhile",
        service=name,
        trial=trial({nodes[0]: 1, nodes[1]: 0}, {nodes[0]: 0}, {nodes[1]: 1}, dict.fromkeys(nodes, GONE)),
    )
    under, offline = (
        "kafka_server_replicamanager_underminisrpartitioncount",
        "kafka_controller_kafkacontroller_offlinepartitionscount",
    )
    yield Alert(
        name="KafkaPartitionsRefuseWrites",
        expr=f"sum({under}{{{brokers(store)}}}) > 0 or max({offline}{{{controllers(store)}}}) > 0",
        wait="1m",
        severity="critical",
        summary=f"partitions of {name} have too few copies to be written, or none at all",
        action=f"kubectl -n {namespace} describe kafka {name}; bring the missing brokers back",
        service=name,
        trial=trial(
            {f"{under}{first}": 0, f"{under}{second}": 0, f"{offline}{_one(store, 'controllers', 3)}": 0},
            {f"{under}{second}": 3},
            {f"{offline}{_one(store, 'controllers', 3)}": 1},
        ),
    )
    replicated = "kafka_server_replicamanager_underreplicatedpartitions"
    yield Alert(
        name="KafkaUnderReplicated",
        expr=f"sum({replicated}{{{brokers(store)}}}) > 0",
        wait="15m",
        summary=f"partitions of {name} have fewer copies than they should",
        action="look at disk and network of the broker whose copies lag; until then one more loss may stop writes",
        service=name,
        trial=trial({f"{replicated}{first}": 0, f"{replicated}{second}": 0}, {f"{replicated}{first}": 4}),
    )


def _room(store: StrimziStore) -> Iterator[Alert]:
    namespace = store.environment.namespace
    claims = f'namespace="{namespace}",persistentvolumeclaim=~"data-[0-9]+-{store.name}-{store.name}-.+"'
    used, whole = "kubelet_volume_stats_used_bytes", "kubelet_volume_stats_capacity_bytes"
    claim = f'{{namespace="{namespace}",persistentvolumeclaim="data-0-{store.name}-{store.name}-brokers-0"}}'
    yield Alert(
        name="KafkaVolumeNearlyFull",
        expr=f"max({used}{{{claims}}} / {whole}{{{claims}}}) > 0.8",
        wait="10m",
        severity="critical",
        summary=f"a volume of {store.name} is four fifths full",
        action="shorten the retention of the largest topic, or raise storage; a broker whose volume is full stops",
        service=store.name,
        trial=trial({f"{used}{claim}": 700, f"{whole}{claim}": 1000}, {f"{used}{claim}": 850}),
    )


def _requests(store: StrimziStore) -> Iterator[Alert]:
    name = store.name
    time = "kafka_network_requestmetrics_totaltimems"
    slow = f'{time}{{{brokers(store)},request="Produce",quantile="0.99"}}'
    one = _one(store, "brokers", 0, ',request="Produce",quantile="0.99"')
    yield Alert(
        name="KafkaSlowWrites",
        expr=f"max({slow}) > {SLOW_MILLISECONDS}",
        wait="10m",
        summary=f"one write in a hundred to {name} takes longer than {SLOW_MILLISECONDS} ms",
        action="compare with the idle share of request handlers and with the disks; a slow copy holds up every write",
        service=name,
        trial=trial({f"{time}{one}": 40}, {f"{time}{one}": SLOW_MILLISECONDS + 200}),
    )
    failed = [f"kafka_server_brokertopicmetrics_failed{kind}requests_total" for kind in ("produce", "fetch")]
    rates = " + ".join(f"(sum(rate({series}{{{brokers(store)}}}[5m])) or vector(0))" for series in failed)
    topic = _one(store, "brokers", 0, ',topic="orders"')
    yield Alert(
        name="KafkaRequestsFail",
        expr=f"{rates} > 0.1",
        wait="10m",
        summary=f"{name} refuses writes or reads",
        action="the brokers' log says whose and why: too few copies, a record too large, or a right that is missing",
        service=name,
        trial=trial(
            {f"{series}{topic}": "0/m" for series in failed},
            *({f"{series}{topic}": "60/m"} for series in failed),
        ),
    )
    written = "kafka_server_brokertopicmetrics_messagesin_total"
    yield from _silence(store, written)


def _silence(store: StrimziStore, written: str) -> Iterator[Alert]:
    """Throughput that falls at once is trouble of whoever writes; the hours before tell what is usual."""
    now, usual = (f"sum(rate({written}{{{brokers(store)}}}[{window}]))" for window in ("30m", "6h"))
    topic = _one(store, "brokers", 0, ',topic="orders"')
    yield Alert(
        name="KafkaThroughputFell",
        expr=f"{now} < 0.1 * {usual} and {usual} > 1",
        wait="15m",
        summary=f"{store.name} gets less than a tenth of the records that it usually gets",
        action="look at the services that write: their errors, their certificates, and whether they run at all",
        service=store.name,
        trial=trial({f"{written}{topic}": "600/m"}, {f"{written}{topic}": "1/m"}),
    )


def _readers(store: StrimziStore) -> Iterator[Alert]:
    names, read = store.topic_names, _read(store)
    if not read:
        return
    lag, pace = "kafka_consumergroup_lag", "kafka_consumergroup_current_offset"
    chosen = f'{exporter(store)},topic=~"{"|".join(sorted(names[key] for key in read))}"'
    pod = f'namespace="{store.environment.namespace}",pod="{store.name}-kafka-exporter-0"'
    one = f'{{{pod},consumergroup="reader",topic="{names[read[0]]}",partition="0"}}'
    yield Alert(
        name="KafkaReadersBehind",
        expr=(
            f"sum by (consumergroup, topic) ({lag}{{{chosen}}}) > {LAG_SECONDS} * "
            f"clamp_min(sum by (consumergroup, topic) (delta({pace}{{{chosen}}}[10m]) / 600), 1)"
        ),
        wait="10m",
        summary=f"a group of {store.name} needs more than {LAG_SECONDS // 60} minutes for what it has not read",
        action="add pods up to the number of partitions, or find out why one of them is slow",
        service=store.name,
        trial=trial({f"{lag}{one}": 500, f"{pace}{one}": "600/m"}, {f"{lag}{one}": 100000}),
    )
    yield Alert(
        name="KafkaLagUnknown",
        expr=silent(f"up{{{exporter(store)}}}"),
        wait="15m",
        summary=f"nobody measures how far readers of {store.name} are behind",
        action=f"kubectl -n {store.environment.namespace} logs deployment/{store.name}-kafka-exporter",
        service=store.name,
        trial=falls_silent(f"up{{{pod}}}"),
    )


def _read(store: StrimziStore) -> list[str]:
    """Topics that somebody reads: services, jobs, or what carries them elsewhere."""
    connect = store.settings.connect
    carried = {
        topic
        for connector in (connect.connectors.values() if connect is not None else ())
        for topic in connector.topics
        if connector.direction == "sink"
    }
    return [key for key, topic in store.chapter.topics.items() if topic.readers or key in carried]


def _connect(store: StrimziStore) -> Iterator[Alert]:
    failed = "kafka_connect_worker_connector_failed_task_count"
    pod = f'{{namespace="{store.environment.namespace}",pod="{store.name}-connect-0",connector="sink"}}'
    yield Alert(
        name="KafkaConnectorFailed",
        expr=f"sum by (connector) ({failed}{{{workers(store)}}}) > 0",
        wait="10m",
        severity="critical",
        summary=f"tasks of a connector of {store.name} have failed and were not brought back",
        action=f"kubectl -n {store.environment.namespace} describe kafkaconnector; its status says which exception",
        service=store.name,
        trial=trial({f"{failed}{pod}": 0}, {f"{failed}{pod}": 1}),
    )
