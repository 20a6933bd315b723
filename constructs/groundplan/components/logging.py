"""Logging: what keeps logs and shows them, in the environment that has the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from groundplan import images
from groundplan.blueprint import Blueprint
from groundplan.cluster_api.hardening import AUDIT_LOG
from groundplan.images import default_image
from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.namespaces import ELASTIC, LOGGING
from groundplan.kubernetes.network_policy import pods
from groundplan.model.environment import Environment
from groundplan.model.logging import Logging, Source
from groundplan.model.tracing import Tracing
from groundplan.networking.endpoints import watchers
from groundplan.parts import Component
from groundplan.platforms.registry import platform_of
from groundplan.telemetry import jaeger
from groundplan.telemetry.certificates import LogCertificates
from groundplan.telemetry.elasticsearch import Elasticsearch, ElasticsearchProps
from groundplan.telemetry.exporter import ROLE, Exporter, ExporterProps
from groundplan.telemetry.fluentd import Fluentd, FluentdProps
from groundplan.telemetry.kibana import Kibana, KibanaProps
from groundplan.telemetry.lifecycle import policies, templates
from groundplan.telemetry.logins import Login, Logins
from groundplan.telemetry.logstash import Logstash, LogstashProps
from groundplan.telemetry.names import (
    ELASTIC_LABELS,
    EXPORTER,
    PARSER_PODS,
    READER,
    SETUP,
    TRACE_CLEANER,
    TRACES,
    VIEWER_PODS,
)
from groundplan.telemetry.node_reader import NodeReader
from groundplan.telemetry.saved_objects import saved_objects
from groundplan.telemetry.setup import Setup, SetupProps
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint]:
    """One component, whose objects come one after the other: what keeps logs, what shows them, what both are told."""
    logging = environment.logging
    if logging is not None and environment.has_cluster:
        yield Blueprint(
            name="logging",
            wave=SyncWave.PLATFORM,
            namespace=LOGGING,
            build=partial(_build, environment, logging),
            sources=(images.SOURCE,),
        )


def _build(environment: Environment, logging: Logging, component: Component) -> None:
    system, operator = environment.system, pods(ELASTIC_LABELS, ELASTIC)
    logins = [
        Login(name=EXPORTER, user="exporter", role="exporter"),
        Login(name=READER, user="reader", role="viewer"),
    ]
    roles = {"role.exporter": ROLE}
    if environment.tracing is not None:
        logins.append(Login(name=TRACES, user=jaeger.USER, role=jaeger.USER))
        roles[f"role.{jaeger.USER}"] = jaeger.ROLE
    asking = [SETUP, EXPORTER, *((TRACES, TRACE_CLEANER) if environment.tracing is not None else ())]
    NodeReader(component, "zones")
    Logins(component, "logins", logins)
    Elasticsearch(
        component,
        "elasticsearch",
        ElasticsearchProps(
            nodes=logging.elasticsearch,
            system=system,
            image=environment.upstream_image(default_image("elasticsearch")),
            storage_class=logging.elasticsearch.storage_class or platform_of(environment).block_storage,
            zones=len(environment.zones),
            askers=[operator, *map(pods, (VIEWER_PODS, PARSER_PODS)), *map(pods, map(selector_labels, asking))],
            logins=[login.name for login in logins],
        ),
    )
    Kibana(
        component,
        "kibana",
        KibanaProps(
            viewer=logging.kibana,
            system=system,
            image=environment.upstream_image(default_image("kibana")),
            askers=[pods(selector_labels(SETUP))],
        ),
    )
    Setup(
        component,
        "setup",
        SetupProps(
            system=system,
            image=environment.upstream_image(default_image("log-setup")),
            documents={
                **{f"policy.{name}": text for name, text in policies(logging).items()},
                **{f"template.{name}": text for name, text in templates(logging).items()},
                **roles,
            },
            saved_objects=saved_objects(logging),
        ),
    )
    _build_way(environment, logging, component)
    if environment.tracing is not None:
        _build_tracing(environment, environment.tracing, logging, component)
    if environment.parts.monitoring:
        Exporter(
            component,
            "exporter",
            ExporterProps(
                system=system,
                image=environment.upstream_image(default_image("elasticsearch-exporter")),
                login=EXPORTER,
                watchers=watchers(environment),
            ),
        )


def _build_way(environment: Environment, logging: Logging, component: Component) -> None:
    """From the nodes to Elasticsearch. Only on a cluster of machines does the audit log lie on a node of ours."""
    files: dict[Source, str] = {"pods": "/var/log/containers"}
    if environment.cluster.cluster_api is not None:
        files["audit"] = AUDIT_LOG
    LogCertificates(component, "certificates")
    Logstash(
        component,
        "logstash",
        LogstashProps(
            parser=logging.logstash,
            system=environment.system,
            environment=environment.environment,
            image=environment.upstream_image(default_image("logstash")),
            storage_class=logging.logstash.storage_class or platform_of(environment).block_storage,
            sources=list(files),
        ),
    )
    Fluentd(
        component,
        "fluentd",
        FluentdProps(
            agent=logging.fluentd,
            system=environment.system,
            image=environment.upstream_image(default_image("fluentd")),
            files=files,
            watchers=watchers(environment),
            api_server=platform_of(environment).api_server_blocks,
        ),
    )


def _build_tracing(environment: Environment, tracing: Tracing, logging: Logging, component: Component) -> None:
    users = [user for user in (environment, *environment.tenants) if user.has_workloads]
    jaeger.Jaeger(
        component,
        "jaeger",
        jaeger.JaegerProps(
            tracing=tracing,
            system=environment.system,
            image=environment.upstream_image(default_image("jaeger")),
            cleaner=environment.upstream_image(default_image("jaeger-cleaner")),
            login=TRACES,
            copies=logging.elasticsearch.copies,
            senders=[pods(selector_labels(name), user.namespace) for user in users for name in user.services],
        ),
    )
