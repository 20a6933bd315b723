"""logging.md: where logs are, for how long, how people look at them, and what is done when they are not there."""

from __future__ import annotations

from groundplan.cluster_api.hardening import AUDIT_LOG
from groundplan.documents.kubectl import context
from groundplan.facts.system import System
from groundplan.kubernetes.namespaces import LOG_AGENTS, LOGGING
from groundplan.markdown import bullets, document, section, shell, table
from groundplan.model.environment import Environment
from groundplan.model.logging import Logging
from groundplan.model.values import quantity, whole_seconds
from groundplan.telemetry.names import (
    ADMINISTRATOR,
    ADMINISTRATOR_KEY,
    AGENT,
    NAME,
    READER,
    SEARCH_PORT,
    SEARCH_SERVICE,
    SETUP,
    STREAMS,
    TRACE_VIEW_PORT,
    TRACES,
    VIEWER_PORT,
    VIEWER_SERVICE,
)
from groundplan.telemetry.saved_objects import DASHBOARDS, SEARCHES

DAY = 86400
GIBI = 2**30
FILLED = 0.75
"""Share of a volume that is used before somebody is told."""


def page(system: System) -> str | None:
    """The page; None where no log is kept."""
    kept = [(item, item.logging) for item in system.clusters_in_order if item.logging is not None]
    if not kept:
        return None
    first, logging = kept[0]
    return document(
        f"{system.primary.title}: logs",
        "What pods and the API server write is kept in Elasticsearch and shown by Kibana, both in the cluster that it comes from.",
        section("How a line comes there", bullets(_way(kept[0][0]))),
        section("What is kept", table(_HEADER, [_row(item, found) for item, found in kept]), _ROOM),
        section("What people find", _found(logging)),
        *(section(f"Look at logs of {item.cluster.name}", *_look(item)) for item, _ in kept),
        *_traces(kept[0][0]),
        section("When something is wrong", *_troubles(first)),
        section("What is not kept twice", _once()),
    )


_HEADER = ["Cluster", "Logs of pods", "Audit log", "Nodes", "Volume of each", "Copies", "Room for, a day"]
_ROOM = (
    "The room is what may be written each day, as it lies on disk, so that volumes are no fuller than three quarters when the "
    "oldest day goes; the audit log counts for a tenth of it. Text takes about a quarter of what was written."
)


def _row(item: Environment, logging: Logging) -> tuple[str, ...]:
    nodes = logging.elasticsearch
    return (
        item.cluster.name,
        logging.retention,
        logging.audit_retention,
        str(nodes.nodes),
        nodes.storage,
        f"{nodes.copies} beside the first",
        f"{room(logging):.1f} GiB",
    )


def room(logging: Logging) -> float:
    """GiB on disk that may be written each day: nine parts are kept for the one time, one part for the other."""
    nodes = logging.elasticsearch
    whole = float(quantity(nodes.storage)) * nodes.nodes * FILLED / (1 + nodes.copies)
    pods, audit = (max(1, whole_seconds(text) // DAY) for text in (logging.retention, logging.audit_retention))
    return whole / (0.9 * pods + 0.1 * audit) / GIBI


def _way(item: Environment) -> list[str]:
    audit = (
        f"The API server's audit log is read on the machines where it runs, `{AUDIT_LOG}`."
        if item.cluster.cluster_api is not None
        else "The API server's audit log is not ours to read: whoever runs the control plane keeps it, by settings of its own."
    )
    return [
        "Fluentd reads on each node what containers write, adds whose container it is, and keeps it on the node's disk until "
        "it is taken.",
        "Logstash gives it the names of the Elastic Common Schema, whatever the program called them: `log.level`, `service.name`, "
        "`trace.id`, `message`. What has no such name stays below `fields`. Addresses of mail and credentials in a line are "
        "replaced.",
        "Both show each other certificates of an authority of the cluster's own, and nobody else is let in.",
        audit,
    ]


def _found(logging: Logging) -> str:
    searches = {**SEARCHES, **logging.searches}
    dashboards = {**DASHBOARDS, **logging.dashboards}
    return bullets(
        [
            f"Data views: {', '.join(f'`{name}-*`' for name in STREAMS.values())}.",
            *(f"Search `{name}`: `{one.search}`, in the logs of {one.view}." for name, one in searches.items()),
            *(f"Dashboard `{one.title}`: {', '.join(one.panels)}." for one in dashboards.values()),
            "What is changed in Kibana by hand and is called like one of these is put back at the next sync; a copy under "
            "another name stays.",
        ]
    )


def _look(item: Environment) -> list[str]:
    kubectl = f"kubectl --context {context(item)} --namespace {LOGGING}"
    return [
        "Whoever may forward ports in the namespace may look. The user is `reader`, who changes nothing; its password:",
        shell(f"{kubectl} get secret {READER} --output jsonpath='{{.data.password}}' | base64 --decode"),
        f"Then, at https://localhost:{VIEWER_PORT}, whose certificate is the cluster's own:",
        shell(f"{kubectl} port-forward service/{VIEWER_SERVICE} {VIEWER_PORT}:{VIEWER_PORT}"),
    ]


def _traces(item: Environment) -> list[str]:
    tracing = item.tracing
    if tracing is None:
        return []
    kubectl = f"kubectl --context {context(item)} --namespace {LOGGING}"
    told = (
        f"Services are told by the variables of OpenTelemetry where spans go and that {tracing.sampling:.0%} of the requests are "
        f"sampled; whoever calls first decides for all behind. Spans are kept for {tracing.retention}. A line of a log that has a "
        "`trace.id` belongs to the trace of that id. Programs must hand on the headers they are called with. Jaeger shows them "
        f"at http://localhost:{TRACE_VIEW_PORT}:"
    )
    return [
        section(
            "Which way a request went",
            told,
            shell(f"{kubectl} port-forward service/{TRACES} {TRACE_VIEW_PORT}:{TRACE_VIEW_PORT}"),
        )
    ]


def _troubles(item: Environment) -> list[str]:
    kubectl = f"kubectl --context {context(item)} --namespace {LOGGING}"
    return [
        "The way of a line: the agent of its node, Logstash, Elasticsearch. Each says whom it cannot reach:",
        shell(
            f"kubectl --context {context(item)} --namespace {LOG_AGENTS} logs daemonset/{AGENT}",
            f"{kubectl} logs statefulset/{NAME}-ls",
        ),
        "Agents and Logstash read their certificates when they start. The certificates are renewed half a year before they end; "
        "where nothing has started them anew since then, do:",
        shell(
            f"{kubectl} rollout restart statefulset/{NAME}-ls",
            f"kubectl --context {context(item)} --namespace {LOG_AGENTS} rollout restart daemonset/{AGENT}",
        ),
        "How Elasticsearch is, by its operator, and what the Job said that tells it what is kept:",
        shell(f"{kubectl} get elasticsearch.elasticsearch.k8s.elastic.co {NAME}", f"{kubectl} logs job/{SETUP}"),
        "Why a shard is nowhere. The user `elastic` may do everything; use it for this, not for looking:",
        shell(
            f"{kubectl} get secret {ADMINISTRATOR} --output jsonpath='{{.data.{ADMINISTRATOR_KEY}}}' | base64 --decode",
            f"{kubectl} port-forward service/{SEARCH_SERVICE} {SEARCH_PORT}:{SEARCH_PORT}",
        ),
        shell(
            f"curl --insecure --user elastic 'https://localhost:{SEARCH_PORT}/_cluster/allocation/explain?pretty'",
            f"curl --insecure --user elastic 'https://localhost:{SEARCH_PORT}/_cat/indices/logs-*?v&s=index'",
            f"curl --insecure --user elastic 'https://localhost:{SEARCH_PORT}/logs-pods-*/_ilm/explain?only_errors=true&pretty'",
        ),
    ]


def _once() -> str:
    return (
        "Volumes stand in one zone each, and a copy of every shard lies on another node, in another zone while there are several. "
        "A region that is lost takes its logs along."
    )
