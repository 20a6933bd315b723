"""Logging: what keeps logs and shows them, in the environment that has the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from groundplan import images
from groundplan.blueprint import Blueprint
from groundplan.images import default_image
from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.namespaces import ELASTIC, LOGGING
from groundplan.kubernetes.network_policy import pods
from groundplan.model.environment import Environment
from groundplan.model.logging import Logging
from groundplan.networking.endpoints import watchers
from groundplan.parts import Component
from groundplan.platforms.registry import platform_of
from groundplan.telemetry.elasticsearch import Elasticsearch, ElasticsearchProps
from groundplan.telemetry.exporter import ROLE, Exporter, ExporterProps
from groundplan.telemetry.kibana import Kibana, KibanaProps
from groundplan.telemetry.lifecycle import policies, templates
from groundplan.telemetry.logins import Login, Logins
from groundplan.telemetry.names import ELASTIC_LABELS, EXPORTER, READER, SETUP, VIEWER_PODS
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
            askers=[operator, pods(VIEWER_PODS), pods(selector_labels(SETUP)), pods(selector_labels(EXPORTER))],
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
                "role.exporter": ROLE,
            },
            saved_objects=saved_objects(logging),
        ),
    )
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
