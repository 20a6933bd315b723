"""The foundation component: namespaces, quotas, priorities, storage, default deny."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from groundplan.addons.catalogue import catalogue
from groundplan.addons.selection import needed
from groundplan.blueprint import Blueprint
from groundplan.cluster.access_roles import AccessRoles, AccessRolesProps, GroupAccess
from groundplan.cluster.namespace import GuardedNamespace
from groundplan.cluster.priorities import PriorityClasses
from groundplan.cluster.viewers import Viewers
from groundplan.facts.actors import actors
from groundplan.kubernetes.accounts import PEOPLE
from groundplan.model.environment import Environment
from groundplan.parts import Component
from groundplan.platforms.registry import platform_of
from groundplan.stores.cluster_objects import StoreClusterObjects, cluster_objects
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint]:
    """One component for every environment that owns a namespace or a cluster."""
    if environment.namespaces or environment.has_cluster:
        yield Blueprint(
            name="foundation",
            wave=SyncWave.FOUNDATION,
            namespace=environment.namespace,
            build=partial(_build, environment),
        )


def _build(environment: Environment, component: Component) -> None:
    for name, namespace in environment.namespaces.items():
        GuardedNamespace(
            component,
            name,
            namespace,
            kubernetes=environment.cluster.kubernetes,
            labels=_asked_by_ingress(environment) if name == environment.namespace else {},
        )
    AccessRoles(component, "access", _access(environment))
    if environment.has_cluster:
        giving_way = sorted({tenant.priorities for tenant in environment.tenants if tenant.gives_way})
        PriorityClasses(component, "priorities", system=environment.system, giving_way=giving_way)
        platform_of(environment).add_storage_classes(component)
        if platform_of(environment).groups_viewers:
            Viewers(component, "viewers", kinds=_defined(environment))
        StoreClusterObjects(component, "storage", objects=cluster_objects(environment))


def _asked_by_ingress(environment: Environment) -> Mapping[str, str]:
    """Labels that the way in asks of the namespace of the services."""
    if environment.ingress is None:
        return {}
    controller = platform_of(environment).ingress_controllers.get(environment.ingress.type)
    return controller.namespace_labels if controller is not None else {}


def _defined(environment: Environment) -> dict[str, set[str]]:
    """Group to the kinds that operators of the cluster define."""
    found: dict[str, set[str]] = {}
    for name in needed(environment):
        add_on = catalogue()[name]
        for table in (add_on.definitions, add_on.shared_definitions):
            for group, kinds in table.items():
                found.setdefault(group, set()).update(kinds)
    return found


def _access(environment: Environment) -> AccessRolesProps:
    """Roles are the cluster's, the accounts that have them belong to the workloads."""
    return AccessRolesProps(
        roles=environment.rbac.roles if environment.has_cluster else {},
        accounts=environment.rbac.accounts if environment.has_workloads else {},
        namespace=environment.namespace,
        existing={actor.account for actor in actors(environment)},
        groups={
            name: GroupAccess(
                subject=f"{PEOPLE}{environment.delivery.group(name)}", role=group.role, everywhere=group.everywhere
            )
            for name, group in environment.rbac.groups.items()
            if environment.has_cluster
        },
    )
