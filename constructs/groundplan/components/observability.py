"""Monitoring: the stack in the environment that has the cluster, alerts and a dashboard in each that has workloads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from groundplan import images
from groundplan.addons.selection import needed
from groundplan.blueprint import Blueprint, Release
from groundplan.components.releases import release
from groundplan.facts.standby import waits
from groundplan.model.environment import Environment
from groundplan.networking.endpoints import queue_scaler
from groundplan.networking.monitoring_policies import MonitoringPolicies, MonitoringPoliciesProps
from groundplan.observability.alert import owner_of
from groundplan.observability.alert_rules import AlertRules
from groundplan.observability.custom_metrics import adapter_values
from groundplan.observability.dashboard import Dashboards, dashboards
from groundplan.observability.probed import prober_props
from groundplan.observability.prober import Prober
from groundplan.observability.receivers import AlertRouting
from groundplan.observability.rules import cluster_rules, workload_rules
from groundplan.observability.stack import RELEASE, stack_values
from groundplan.parts import Component
from groundplan.platforms.registry import platform_of, platforms
from groundplan.waves import SyncWave

ADAPTER = "prometheus-adapter"


def components(environment: Environment) -> Iterator[Blueprint | Release]:
    """The charts, what they are configured with, and what follows from the environment's own services and stores."""
    namespace = environment.observability.namespace
    if not environment.parts.monitoring:
        return
    if environment.has_cluster:
        yield release(environment, RELEASE, stack_values(environment))
        if ADAPTER in needed(environment):
            yield release(environment, ADAPTER, adapter_values(environment))
        yield Blueprint(
            name="monitoring", wave=SyncWave.PLATFORM, namespace=namespace, build=partial(_build_platform, environment)
        )
    if environment.has_workloads:
        yield Blueprint(
            name="alerts",
            wave=SyncWave.PLATFORM,
            namespace=environment.namespace,
            build=partial(_build_alerts, environment),
            sources=(images.SOURCE,),
        )


def _build_platform(environment: Environment, component: Component) -> None:
    receivers, owner = environment.observability.receivers, owner_of(environment)
    MonitoringPolicies(component, "policies", _policies(environment))
    platform_of(environment).add_monitoring(component)
    for platform in platforms():
        platform.watch_controllers(component, environment)
    if receivers:
        AlertRouting(component, "alerts", receivers=receivers)
    for name, alerts in cluster_rules(environment).items():
        AlertRules(component, name, alerts, owner=owner)


def _policies(environment: Environment) -> MonitoringPoliciesProps:
    observability = environment.observability
    users = (environment, *environment.tenants)
    services = [service for user in users for service in user.services.values()]
    measured = [service.scaling for user in users if not waits(user) for service in user.services.values()]
    return MonitoringPoliciesProps(
        shows=observability.grafana_admin is not None,
        adapts=any(service.scaling and service.scaling.metrics for service in services),
        queues=queue_scaler(environment) if any(scaling and scaling.backlog for scaling in measured) else None,
        releases=any(service.is_progressive for service in services),
        mail=[int(it.server.rpartition(":")[2]) for it in observability.receivers.values() if it.server],
    )


def _build_alerts(environment: Environment, component: Component) -> None:
    owner, prober = owner_of(environment), prober_props(environment)
    for name, alerts in workload_rules(environment).items():
        AlertRules(component, name, alerts, owner=owner)
    if prober is not None:
        Prober(component, "prober", prober)
    if environment.host_environment.observability.grafana_admin is not None:
        Dashboards(component, "dashboard", system=environment.system, models=dashboards(environment))
