"""Monitoring: the stack in the environment that has the cluster, alerts and a dashboard in each that has workloads."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan import images
from groundplan.addons.selection import needed
from groundplan.blueprint import Blueprint, Release
from groundplan.components.releases import release
from groundplan.model.environment import Environment
from groundplan.networking.monitoring_policies import MonitoringPolicies
from groundplan.observability.alert import AlertRules
from groundplan.observability.custom_metrics import adapter_values
from groundplan.observability.dashboard import Dashboard
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
        yield Blueprint(name="monitoring", wave=SyncWave.PLATFORM, namespace=namespace, build=_build_platform)
    if environment.has_workloads:
        yield Blueprint(
            name="alerts",
            wave=SyncWave.PLATFORM,
            namespace=environment.namespace,
            build=_build_alerts,
            sources=(images.SOURCE,),
        )


def _build_platform(component: Component) -> None:
    environment = component.environment
    MonitoringPolicies(component, "policies")
    platform_of(environment).add_monitoring(component)
    for platform in platforms():
        platform.watch_controllers(component)
    if environment.observability.receivers:
        AlertRouting(component, "alerts")
    for name, alerts in cluster_rules(environment).items():
        AlertRules(component, name, alerts)


def _build_alerts(component: Component) -> None:
    environment = component.environment
    for name, alerts in workload_rules(environment).items():
        AlertRules(component, name, alerts)
    Prober(component, "prober")
    Dashboard(component, "dashboard")
