"""The policy component: what the cluster's API server admits."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.addons.catalogue import catalogue
from groundplan.addons.selection import needed
from groundplan.blueprint import Blueprint
from groundplan.model.environment import Environment
from groundplan.parts import Component
from groundplan.policies.gatekeeper import AdmissionPolicies
from groundplan.waves import SyncWave

KUBERNETES_NAMESPACES = ("kube-node-lease", "kube-public", "kube-system")


def components(environment: Environment) -> Iterator[Blueprint]:
    """One component for every cluster."""
    if environment.has_cluster:
        yield Blueprint(name="policy", wave=SyncWave.FOUNDATION, namespace="gatekeeper-system", build=_build)


def _build(component: Component) -> None:
    add_ons = {catalogue()[name].namespace for name in needed(component.environment)}
    others = _of_own_charts(component.environment)
    AdmissionPolicies(component, "admission", sorted({*KUBERNETES_NAMESPACES, *add_ons, *others}))


def _of_own_charts(environment: Environment) -> set[str]:
    """Namespaces that hold nothing but a chart of somebody else's."""
    users = (environment, *environment.tenants)
    named = {chart.namespace for user in users for chart in user.charts.values()}
    return named - {name for user in users for name in user.namespaces}
