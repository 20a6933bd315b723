"""Clusters of machines: who adds nodes to one, and what makes them all on the management cluster."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from groundplan.addons.catalogue import SOURCE as ADD_ONS
from groundplan.addons.catalogue import catalogue
from groundplan.blueprint import Blueprint
from groundplan.cluster_api.autoscaler import Autoscaler, AutoscalerProps
from groundplan.cluster_api.providers import CORE, Providers, ProvidersProps
from groundplan.cluster_api.versions import SOURCE, release_for
from groundplan.facts.cloud_names import management_namespace
from groundplan.kubernetes.network_policy import PRIVATE, blocks
from groundplan.model.environment import Environment
from groundplan.parts import Component
from groundplan.platforms.registry import platform_named, platform_of
from groundplan.waves import SyncWave

AUTOSCALER = "cluster-autoscaler"
IMAGE = "registry.k8s.io/autoscaling/cluster-autoscaler"


def components(environment: Environment) -> Iterator[Blueprint]:
    """What makes clusters, and the autoscaler of the environment's own, both on the management cluster."""
    if environment.cluster.makes_clusters is not None:
        yield Blueprint(
            name="cluster-api",
            wave=SyncWave.FOUNDATION,
            namespace=CORE[0][2],
            build=partial(_add_providers, environment),
            privileged=True,
            sources=(SOURCE,),
        )
    if environment.has_cluster and _grows(environment):
        yield Blueprint(
            name="autoscaler",
            wave=SyncWave.OPERATORS,
            namespace=management_namespace(environment),
            build=partial(_add_autoscaler, environment),
            management=True,
            sources=(ADD_ONS,),
        )


def _grows(environment: Environment) -> bool:
    pools = environment.cluster.node_pools.values()
    return environment.cluster.cluster_api is not None and any(pool.max > pool.min for pool in pools)


def _add_autoscaler(environment: Environment, component: Component) -> None:
    platform = platform_of(environment)
    provider = platform.machine_provider()
    assert provider is not None  # the rules want one
    image = catalogue()[AUTOSCALER].image_tag_for(environment.cluster.kubernetes)
    props = AutoscalerProps(
        cluster=environment.cluster.name,
        system=environment.system,
        templates=f"{provider.name}machinetemplates",
        image=f"{IMAGE}:{image}",
        size=catalogue()[AUTOSCALER].sizes["controller"],
        network=platform.network_block or "",
        here=blocks(PRIVATE),
    )
    Autoscaler(component, "autoscaler", props)


def _add_providers(environment: Environment, component: Component) -> None:
    made = environment.cluster.makes_clusters
    assert made is not None  # the component exists only then
    named = [platform_named(name).machine_provider() for name in sorted(made.on)]
    core = release_for(environment.cluster.kubernetes, made.oldest)
    providers = [provider for provider in named if provider is not None]
    Providers(component, "providers", ProvidersProps(core=core, platforms=providers))
