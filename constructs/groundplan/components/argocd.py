"""Argo CD manages itself: its chart, and its configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from groundplan.blueprint import Blueprint, Release
from groundplan.components.releases import release
from groundplan.delivery.argocd import ArgoCdConfiguration, ArgoCdProps, argocd_values, cloud_health
from groundplan.model.environment import Environment
from groundplan.parts import Component
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint | Release]:
    """Both for every environment that has a cluster."""
    if not environment.has_cluster:
        return
    # where the environment wants its Argo CD, which is also where it keeps its Applications
    yield replace(release(environment, "argo-cd", argocd_values(environment)), namespace=environment.delivery.namespace)
    yield Blueprint(
        name="argocd",
        wave=SyncWave.DELIVERY,
        namespace=environment.delivery.namespace,
        privileged=True,
        build=partial(_build, environment),
    )


def _build(environment: Environment, component: Component) -> None:
    delivery = environment.delivery
    named = {environment.owner.team}
    for member in (environment, *environment.tenants):
        named |= {*member.delivery.managers, *member.delivery.viewers}
    groups = {delivery.group(name) for name in named} if delivery.sign_in is not None else set()
    props = ArgoCdProps(
        host=delivery.host, sign_in=delivery.sign_in, groups=groups, cloud_health=cloud_health(environment)
    )
    ArgoCdConfiguration(component, "configuration", props)
