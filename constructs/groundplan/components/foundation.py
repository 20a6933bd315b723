"""The foundation component: namespaces, quotas, priorities, storage, default deny."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.blueprint import Blueprint
from groundplan.cluster.access_roles import AccessRoles
from groundplan.cluster.namespace import GuardedNamespace
from groundplan.cluster.priorities import PriorityClasses
from groundplan.model.environment import Environment
from groundplan.parts import Component
from groundplan.platforms.registry import platform_of
from groundplan.stores.cluster_objects import StoreClusterObjects
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint]:
    """One component for every environment that owns a namespace or a cluster."""
    if environment.namespaces or environment.has_cluster:
        yield Blueprint(name="foundation", wave=SyncWave.FOUNDATION, namespace=environment.namespace, build=_build)


def _build(component: Component) -> None:
    environment = component.environment
    for name, namespace in environment.namespaces.items():
        GuardedNamespace(component, name, namespace)
    AccessRoles(component, "access", environment.rbac)
    if environment.has_cluster:
        PriorityClasses(component, "priorities")
        platform_of(environment).add_storage_classes(component)
        StoreClusterObjects(component, "storage")
