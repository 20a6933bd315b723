"""The policy component: what the cluster's API server admits."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from groundplan.addons.catalogue import catalogue
from groundplan.addons.selection import needed
from groundplan.blueprint import Blueprint
from groundplan.cluster_api.providers import CORE, LABELS
from groundplan.kubernetes.namespaces import GATEKEEPER, KUBERNETES
from groundplan.model.environment import Environment
from groundplan.parts import Component
from groundplan.platforms.registry import platform_named
from groundplan.policies.catalogue import RULES
from groundplan.policies.gatekeeper import AdmissionPolicies, AdmissionProps
from groundplan.policies.rule import parameters
from groundplan.waves import SyncWave

ARGO_CD = "argo-cd"


def components(environment: Environment) -> Iterator[Blueprint]:
    """One component for every cluster that is not left without."""
    if environment.has_cluster and environment.parts.policy:
        yield Blueprint(
            name="policy", wave=SyncWave.FOUNDATION, namespace=GATEKEEPER, build=partial(_build, environment)
        )


def _build(environment: Environment, component: Component) -> None:
    AdmissionPolicies(
        component,
        "admission",
        AdmissionProps(
            excluded={
                *KUBERNETES,
                *_of_charts(environment),
                *_of_providers(environment),
                *environment.policy.excluded_namespaces,
            },
            brought=LABELS if environment.cluster.makes_clusters is not None else (),
            enforcement=environment.policy.enforcement,
            parameters={rule.name: parameters(rule, environment, environment.exemptions) for rule in RULES.values()},
        ),
    )


def _of_charts(environment: Environment) -> set[str]:
    """Namespaces in which upstream charts are installed: where an environment wants its Argo CD, not where others do."""
    add_ons = {catalogue()[name].namespace for name in needed(environment) if name != ARGO_CD}
    return {environment.delivery.namespace, *add_ons, *_of_own_charts(environment)}


def _of_providers(environment: Environment) -> set[str]:
    """Namespaces of what makes clusters of machines, which their operator fills."""
    made = environment.cluster.makes_clusters
    if made is None:
        return set()
    providers = [platform_named(name).machine_provider() for name in made.on]
    return {*(namespace for _, _, namespace in CORE), *(item.namespace for item in providers if item is not None)}


def _of_own_charts(environment: Environment) -> set[str]:
    """Namespaces that hold nothing but a chart of somebody else's."""
    users = (environment, *environment.tenants)
    named = {chart.namespace for user in users for chart in user.charts.values()}
    return named - {name for user in users for name in user.namespaces}
