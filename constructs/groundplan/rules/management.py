"""What the cluster chapter must say of a rented cluster, and what a management cluster demands beside that."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of, platforms
from groundplan.rules.problem import Problem, unknown
from groundplan.yaml.marked import YamlPath


def rented_cluster(environment: Environment) -> Iterator[Problem]:
    """A cluster that is rented is described; only one that exists already may leave that out."""
    if platform_of(environment).rents_cluster and "node_pools" not in environment.cluster.model_fields_set:
        yield (
            ("cluster", "node_pools"),
            "missing",
            f"is missing, and the platform is {environment.platform_name}",
            "write `node_pools:` here, or `platform: {existing: {}}` for a cluster that exists already",
        )


def controllers(environment: Environment) -> Iterator[Problem]:
    """Controllers stand where a cluster is, once each."""
    cluster = environment.cluster
    path: YamlPath = ("cluster", "controllers")
    if cluster.controllers and not environment.has_cluster:
        yield path, "controllers-without-cluster", "are named by a tenant", f"name them in {environment.host}"
    known = {"external-secrets", *(name for platform in platforms() for name in platform.controllers)}
    for index, name in enumerate(cluster.controllers):
        if name not in known:
            yield unknown((*path, index), "missing-controller", "controller", name, known)
        if name in cluster.controllers[:index]:
            yield (*path, index), "controller-twice", f"`{name}` is named twice", "remove one"


def management_cluster(environment: Environment) -> Iterator[Problem]:
    """The management cluster exists before anything that makes clusters runs."""
    if not environment.is_management_cluster:
        return
    if not environment.has_cluster:
        message = "is the management cluster and a tenant, which has no cluster"
        yield ("role",), "management-without-cluster", message, "write role: cluster"
    if platform_of(environment).rents_cluster:
        message = f"is {environment.platform_name}, but the controllers that would make it run on it"
        advice = "write existing, and make the cluster by hand"
        yield ("platform",), "management-makes-itself", message, advice
    if environment.delivery.namespace != environment.delivery.management_namespace:
        message = (
            f"is {environment.delivery.management_namespace}, but its Argo CD runs in {environment.delivery.namespace}"
        )
        yield (
            ("delivery", "management_namespace"),
            "management-namespace",
            message,
            f"write {environment.delivery.namespace} for every system",
        )


MANAGEMENT_RULES = (rented_cluster, controllers, management_cluster)
"""Each rule looks at one demand."""
