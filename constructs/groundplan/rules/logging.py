"""What the logging chapter must agree on: how long is long enough, and where it all stands."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.kubernetes.namespaces import LOG_AGENTS, LOGGING
from groundplan.model.environment import Environment
from groundplan.model.values import seconds
from groundplan.rules.problem import Problem
from groundplan.yaml.marked import YamlPath

RESTRICTED = "restricted"


def logs_are_kept_long_enough(environment: Environment) -> Iterator[Problem]:
    """No log is deleted before the rule that the chapter states allows it."""
    logging = environment.logging
    if logging is None:
        return
    for field, kept in (("retention", logging.retention), ("audit_retention", logging.audit_retention)):
        if seconds(kept) < seconds(logging.at_least):
            what = f"keeps logs for {kept}, and nothing may be kept for less than {logging.at_least}"
            path: YamlPath = ("logging", field)
            yield (
                path,
                "logs-too-short",
                what,
                f"write {logging.at_least} or more, or logging.at_least for another rule",
            )


def more_nodes_than_copies(environment: Environment) -> Iterator[Problem]:
    """A copy of a shard never lies beside the shard."""
    logging = environment.logging
    if logging is not None and logging.elasticsearch.copies >= logging.elasticsearch.nodes:
        nodes = logging.elasticsearch.nodes
        path: YamlPath = ("logging", "elasticsearch", "copies")
        yield path, "copies-without-nodes", f"asks for a shard on more than {nodes} nodes", f"write at most {nodes - 1}"


def logging_has_a_place(environment: Environment) -> Iterator[Problem]:
    """Its namespace is guarded like every other, and what draws its passwords is there anyhow."""
    if environment.logging is None or not environment.has_cluster:
        return
    namespace = environment.namespaces.get(LOGGING)
    if namespace is None:
        yield ("logging",), "missing-namespace", f"has no namespace `{LOGGING}`", f"write namespaces.{LOGGING}: {{}}"
    elif namespace.pod_security != RESTRICTED:
        path: YamlPath = ("namespaces", LOGGING, "pod_security")
        what = f"is {namespace.pod_security}, and what keeps logs needs no more than {RESTRICTED}"
        yield path, "logging-unguarded", what, f"write {RESTRICTED}, or remove it"


def agents_have_a_place(environment: Environment) -> Iterator[Problem]:
    """What reads logs on the nodes sees their disks, which no guarded namespace allows."""
    if environment.logging is None or not environment.has_cluster:
        return
    namespace = environment.namespaces.get(LOG_AGENTS)
    advice = f"write namespaces.{LOG_AGENTS}: {{pod_security: privileged}}"
    if namespace is None:
        yield ("logging",), "missing-namespace", f"has no namespace `{LOG_AGENTS}`", advice
    elif namespace.pod_security != "privileged":
        path: YamlPath = ("namespaces", LOG_AGENTS)
        what = f"is {namespace.pod_security}, and what reads logs there mounts the disk of its node"
        yield path, "agents-without-the-disk", what, advice


def traces_have_a_place(environment: Environment) -> Iterator[Problem]:
    """Spans are kept in the Elasticsearch of the logs."""
    host = environment.host_environment
    if environment.tracing is not None and host.logging is None:
        what = "keeps what it is sent in the Elasticsearch of the logs, and there is none"
        yield ("tracing",), "traces-without-logs", what, "write logging: {}, or remove it"


LOGGING_RULES = (
    logs_are_kept_long_enough,
    more_nodes_than_copies,
    logging_has_a_place,
    agents_have_a_place,
    traces_have_a_place,
)
"""What one chapter of an environment demands of another; each problem at its line."""
