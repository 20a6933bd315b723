"""What is watched of what keeps logs: Elasticsearch by what it tells, and whether anybody can look."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.kubernetes.namespaces import LOG_AGENTS, LOGGING
from groundplan.model.logging import Logging
from groundplan.model.samples import GONE
from groundplan.model.tracing import Tracing
from groundplan.observability.alert import Alert, Severity, trial

CLUSTER = "elasticsearch_cluster_health"
NODE = 'name="logs-es-all-0"'
SERVICE = "logging"

FULL: dict[Severity, float] = {"warning": 0.25, "critical": 0.15}
"""Share of a node's volume that is free when somebody should look, and when somebody must: at a tenth Elasticsearch moves
shards away, at a twentieth it takes nothing in. See
https://www.elastic.co/docs/reference/elasticsearch/configuration-reference/cluster-level-shard-allocation-routing-settings ."""


def logging_alerts(logging: Logging, tracing: Tracing | None) -> Iterator[Alert]:
    """Everything about the one Elasticsearch of a cluster, and Kibana before it."""
    red, yellow, green = (f'{CLUSTER}_status{{color="{color}"}}' for color in ("red", "yellow", "green"))
    nodes = f"{CLUSTER}_number_of_nodes"
    count = logging.elasticsearch.nodes
    yield Alert(
        name="LogsUnavailable",
        expr=f"max({red}) == 1 or absent({green})",
        severity="critical",
        summary="some logs cannot be read, or nobody can say whether they can",
        action=f"kubectl -n {LOGGING} get elasticsearch,pods; then read the log of the node that is not ready",
        service=SERVICE,
        trial=trial({red: 0, green: 1}, {red: 1, green: 0}, {green: GONE}),
    )
    yield Alert(
        name="LogsWithoutCopies",
        expr=f"max({yellow}) == 1",
        wait="30m",
        summary="some shards have no copy: the next node that is lost takes logs along",
        action=f"look whether all {count} nodes are there and have room; a node that came back copies for a while",
        service=SERVICE,
        trial=trial({yellow: 0}, {yellow: 1}),
    )
    yield Alert(
        name="LogNodeMissing",
        expr=f"min({nodes}) < {count}",
        wait="15m",
        summary=f"fewer than {count} nodes keep logs",
        action=f"kubectl -n {LOGGING} get pods; a pod that waits says in its events for what",
        service=SERVICE,
        trial=trial({nodes: count}, {nodes: count - 1}),
    )
    free, whole = (f"elasticsearch_filesystem_data_{what}_bytes" for what in ("available", "size"))
    for severity, share in FULL.items():
        left, size = f"{free}{{{NODE}}}", f"{whole}{{{NODE}}}"
        yield Alert(
            name="LogVolumeFilling",
            expr=f"min by (name) ({free} / {whole}) < {share}",
            wait="10m",
            severity=severity,
            summary=f"a node that keeps logs has less than {share:.0%} of its volume left",
            action="raise logging.elasticsearch.storage, or find out who writes so much and stop it",
            service=SERVICE,
            trial=trial({left: 100 * share + 1, size: 100}, {left: 100 * share - 1}),
        )
    used, most = (f'elasticsearch_jvm_memory_{what}_bytes{{area="heap"}}' for what in ("used", "max"))
    heap, limit = (f'elasticsearch_jvm_memory_{what}_bytes{{area="heap",{NODE}}}' for what in ("used", "max"))
    yield Alert(
        name="LogNodeShortOfMemory",
        expr=f"max by (name) ({used} / {most}) > 0.9",
        wait="15m",
        summary="a node that keeps logs has used nine tenths of Java's memory for a quarter of an hour",
        action="raise logging.elasticsearch.memory; searches over a long time take most of it",
        service=SERVICE,
        trial=trial({heap: 60, limit: 100}, {heap: 95}),
    )
    stored = 'elasticsearch_data_stream_store_size_bytes{data_stream=~"logs-pods-.*"}'
    stream = 'elasticsearch_data_stream_store_size_bytes{data_stream="logs-pods-any"}'
    yield Alert(
        name="NoLogsArrive",
        expr=f"sum({stored}) - sum({stored} offset 30m) == 0 or absent({stored})",
        wait="15m",
        severity="critical",
        summary="no log of a pod has been kept for half an hour, although something is always written",
        action=f"kubectl -n {LOG_AGENTS} logs daemonset/logs-agent; what could not be sent waits on the nodes",
        service=SERVICE,
        trial=trial({stream: "600/m"}, {stream: 7}, {stream: GONE}),
    )
    yield from _way_alerts(logging)
    if tracing is not None:
        yield from _trace_alerts(tracing)
    shown = f'kube_deployment_status_replicas_available{{namespace="{LOGGING}",deployment="logs-kb"}}'
    yield Alert(
        name="LogViewerDown",
        expr=f"{shown} == 0",
        wait="10m",
        summary="nobody can look at logs: no Kibana answers; logs are kept all the same",
        action=f"kubectl -n {LOGGING} get kibana,pods; it waits for Elasticsearch",
        service=SERVICE,
        trial=trial({shown: logging.kibana.replicas}, {shown: 0}),
    )


def _way_alerts(logging: Logging) -> Iterator[Alert]:
    """The way from the nodes to Elasticsearch."""
    of_agents = f'{{namespace="{LOG_AGENTS}",daemonset="logs-agent"}}'
    wanted, ready = (
        f"kube_daemonset_status_{what}{of_agents}" for what in ("desired_number_scheduled", "number_ready")
    )
    yield Alert(
        name="LogAgentMissing",
        expr=f"{wanted} - {ready} > 0",
        wait="15m",
        summary="logs of some node are not read; the kubelet rotates away what nobody has read",
        action=f"kubectl -n {LOG_AGENTS} get pods --output wide; a pod that restarts says in its log what it cannot read",
        service=SERVICE,
        trial=trial({wanted: 3, ready: 3}, {ready: 2}),
    )
    space = "fluentd_output_status_buffer_available_space_ratio"
    one = f'{space}{{plugin_id="pods-out"}}'
    yield Alert(
        name="LogsWaitOnNode",
        expr=f"min by (pod, plugin_id) ({space}) < 50",
        wait="15m",
        summary="half of the disk on which a node keeps lines to be sent is taken: nobody takes them",
        action=f"kubectl -n {LOGGING} get logstash,pods; Logstash takes nothing while Elasticsearch takes nothing",
        service=SERVICE,
        trial=trial({one: 100}, {one: 20}),
    )
    parsers = f'kube_statefulset_status_replicas_ready{{namespace="{LOGGING}",statefulset="logs-ls"}}'
    yield Alert(
        name="LogParserDown",
        expr=f"{parsers} < {logging.logstash.replicas}",
        wait="15m",
        summary=f"fewer than {logging.logstash.replicas} of what gives lines their form are ready",
        action=f"kubectl -n {LOGGING} logs statefulset/logs-ls; a pipeline that cannot be read is named there",
        service=SERVICE,
        trial=trial({parsers: logging.logstash.replicas}, {parsers: 0}),
    )


def _trace_alerts(tracing: Tracing) -> Iterator[Alert]:
    """What takes spans, and what deletes them."""
    takes = f'kube_deployment_status_replicas_available{{namespace="{LOGGING}",deployment="traces"}}'
    yield Alert(
        name="TracesUnavailable",
        expr=f"{takes} == 0",
        wait="15m",
        summary="nobody takes spans: which way requests go is not known meanwhile; services go on",
        action=f"kubectl -n {LOGGING} logs deployment/traces; it ends where Elasticsearch does not let it in",
        service="tracing",
        trial=trial({takes: tracing.replicas}, {takes: 0}),
    )
    cleaned = f'kube_cronjob_status_last_successful_time{{namespace="{LOGGING}",cronjob="traces-cleaner"}}'
    yield Alert(
        name="TracesNotDeleted",
        expr=f"time() - {cleaned} > 3 * 86400",
        wait="1h",
        summary="old spans have not been deleted for three days, and take the room of logs",
        action=f"kubectl -n {LOGGING} get jobs; the log of the last one says what Elasticsearch refused",
        service="tracing",
        trial=trial({cleaned: "12h ago"}, {cleaned: "4d ago"}),
    )
