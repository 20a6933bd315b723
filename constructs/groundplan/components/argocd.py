"""Argo CD manages itself: its chart, and its configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from groundplan.blueprint import Blueprint, Release
from groundplan.components.releases import release
from groundplan.delivery.argocd import ArgoCdConfiguration, argocd_values
from groundplan.model.environment import Environment
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
        build=lambda component: ArgoCdConfiguration(component, "configuration"),
    )
