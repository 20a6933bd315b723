"""What the cluster chapter must say for each provider, and what a management cluster demands beside that."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.platforms.aws.rules import AWS_REGION
from groundplan.yaml.marked import YamlPath

Problem = tuple[YamlPath, str, str, str]


def rented_cluster(environment: Environment) -> Iterator[Problem]:
    """A cluster that is rented is described; only one that exists already may leave that out."""
    cluster = environment.cluster
    if cluster.provider == "none":
        return
    for chapter in ("zones", "node_pools"):
        if chapter not in cluster.model_fields_set:
            yield (
                ("cluster", chapter), "missing", f"is missing, and provider is {cluster.provider}",
                f"write `{chapter}:` here, or `provider: none` for a cluster that exists already",
            )  # fmt: skip


def controllers(environment: Environment) -> Iterator[Problem]:
    """Controllers stand where a cluster is, once each, and AWS' know their region."""
    cluster = environment.cluster
    path: YamlPath = ("cluster", "controllers")
    if cluster.controllers and not environment.has_cluster:
        yield path, "controllers-without-cluster", "are named by a tenant", f"name them in {environment.host}"
    for index, name in enumerate(cluster.controllers):
        if name in cluster.controllers[:index]:
            yield (*path, index), "controller-twice", f"`{name}` is named twice", "remove one"
    if any(name.startswith("ack-") for name in cluster.controllers) and not AWS_REGION.match(cluster.region):
        message = f"`{cluster.region}` is not an AWS region, and the controllers of AWS need one"
        yield ("cluster", "region"), "unknown-region", message, "write it like us-east-1"
    if cluster.controller_identity is not None and "azure-service-operator" not in cluster.controllers:
        message = "belongs to azure-service-operator, which is not among the controllers"
        yield (
            ("cluster", "controller_identity"),
            "idle-identity",
            message,
            "add it to cluster.controllers, or remove this",
        )


def management_cluster(environment: Environment) -> Iterator[Problem]:
    """The management cluster exists before anything that makes clusters runs."""
    if not environment.is_management_cluster:
        return
    if not environment.has_cluster:
        message = "is the management cluster and a tenant, which has no cluster"
        yield ("role",), "management-without-cluster", message, "write role: cluster"
    if environment.cluster.provider != "none":
        message = f"is {environment.cluster.provider}, but the controllers that would make it run on it"
        yield ("cluster", "provider"), "management-makes-itself", message, "write none, and make the cluster by hand"
    if environment.delivery.namespace != environment.delivery.management_namespace:
        message = (
            f"is {environment.delivery.management_namespace}, but its Argo CD runs in {environment.delivery.namespace}"
        )
        yield (
            ("delivery", "management_namespace"), "management-namespace", message,
            f"write {environment.delivery.namespace} for every system",
        )  # fmt: skip


MANAGEMENT_RULES = (rented_cluster, controllers, management_cluster)
"""Each rule looks at one demand."""
