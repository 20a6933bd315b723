"""The cloud components: network, cluster, and what else is rented; synced into the management cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from groundplan.components.blueprint import Blueprint
from groundplan.facts.cloud_names import management_namespace
from groundplan.model.environment import Environment
from groundplan.parts import Component
from groundplan.platforms.aws import composition as aws
from groundplan.waves import SyncWave

Build = Callable[[Component], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """How one cloud provider builds the components."""

    network: Build
    """The virtual network; only where the cluster is."""

    cluster: Build
    """The Kubernetes cluster; only where the network is."""

    cloud: Build
    """Buckets, registries, names and identities; what belongs to the cluster, to the workloads, or to both."""


PROVIDERS: Mapping[str, Provider] = {
    "aws": Provider(network=aws.add_network, cluster=aws.add_cluster, cloud=aws.add_cloud),
}
"""Provider to what builds it; a cluster of provider `none` rents nothing."""


def components(environment: Environment) -> Iterator[Blueprint]:
    """Network and cluster where the cluster is, and what else is rented everywhere."""
    provider = PROVIDERS.get(environment.cluster.provider)
    if provider is None or environment.cloud is None:
        return
    if environment.has_cluster and environment.cloud.network is not None:
        yield _blueprint(environment, "network", provider.network)
        yield _blueprint(environment, "cluster", provider.cluster)
    yield _blueprint(environment, "cloud", provider.cloud)


def _blueprint(environment: Environment, name: str, build: Build) -> Blueprint:
    return Blueprint(
        name=name,
        wave=SyncWave.CLUSTER,
        namespace=management_namespace(environment),
        build=build,
        management=True,
    )
