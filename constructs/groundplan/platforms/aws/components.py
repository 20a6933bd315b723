"""What an environment rents from AWS: network, cluster, and what else; synced into the management cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundplan.blueprint import Blueprint
from groundplan.facts.cloud_names import management_namespace
from groundplan.facts.secret_placement import store_namespaces
from groundplan.facts.standby import stands_in
from groundplan.model.environment import Environment
from groundplan.parts import Component
from groundplan.platforms.aws.bucket import PrivateBucket
from groundplan.platforms.aws.chapter import Network as NetworkModel
from groundplan.platforms.aws.cluster import EksCluster
from groundplan.platforms.aws.image_publisher import ImagePublisher
from groundplan.platforms.aws.names import Certificates, HealthChecks, Zone
from groundplan.platforms.aws.network import Network
from groundplan.platforms.aws.network_access import Bastion, FlowLogs, Peering
from groundplan.platforms.aws.operators import OperatorIdentities
from groundplan.platforms.aws.platform import Aws
from groundplan.platforms.aws.registry import Repositories
from groundplan.platforms.aws.security_groups import SecurityGroups
from groundplan.platforms.aws.vault import SecretRoles, VaultKeys
from groundplan.platforms.aws.workloads import WorkloadIdentities
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint]:
    """Network and cluster where the cluster is, and what else is rented everywhere."""
    if environment.platform.aws is None:
        return
    if environment.has_cluster and environment.platform.aws.network is not None:
        yield _blueprint(environment, "network", add_network)
        yield _blueprint(environment, "cluster", add_cluster)
    yield _blueprint(environment, "cloud", add_cloud)


def _blueprint(environment: Environment, name: str, build: Callable[[Component], object]) -> Blueprint:
    return Blueprint(
        name=name,
        wave=SyncWave.CLUSTER,
        namespace=management_namespace(environment),
        build=build,
        management=True,
    )


def add_network(component: Component) -> None:
    """The network and what crosses its edge."""
    network = _network(component)
    Network(component, "network", network)
    SecurityGroups(component, "security-groups", network)
    for name, peer in network.peers.items():
        Peering(component, name, peer)
    if network.bastion is not None:
        Bastion(component, "bastion", network.bastion)
    if network.flow_logs:
        FlowLogs(component, "flow-logs", network)


def add_cluster(component: Component) -> None:
    """The cluster."""
    EksCluster(component, "cluster", _network(component))


def _network(component: Component) -> NetworkModel:
    cloud = component.environment.platform.aws
    assert cloud is not None
    assert cloud.network is not None  # the component exists only then
    return cloud.network


def add_cloud(component: Component) -> None:
    """What the cluster's tenants share, what the workloads need for themselves, and the keys both read."""
    if component.environment.has_cluster:
        _add_shared(component)
    if component.environment.has_workloads:
        _add_own(component)
    secrets = component.environment.secrets
    if secrets is not None and secrets.store.type in Aws.vaults:
        if store_namespaces(component.environment):
            SecretRoles(component, "secret-roles")
        if not stands_in(component.environment):
            VaultKeys(component, "vault", secrets.store)


def _add_shared(component: Component) -> None:
    environment = component.environment
    OperatorIdentities(component, "operators")
    Repositories(component, "repositories")
    if stands_in(environment):
        return
    pipelines = environment.pipelines
    if pipelines is not None and pipelines.repository is not None and environment.stage == "production":
        ImagePublisher(component, "image-publisher", pipelines, pipelines.repository)
    if environment.platform.aws is not None and environment.platform.aws.dns is not None:
        Zone(component, "zone", environment.platform.aws.dns)


def _add_own(component: Component) -> None:
    environment = component.environment
    buckets = environment.platform.aws.buckets if environment.platform.aws is not None else {}
    for name, bucket in buckets.items():
        PrivateBucket(component, name, bucket)
    WorkloadIdentities(component, "workloads")
    ingress = environment.ingress
    if ingress is not None and ingress.type == "alb":
        Certificates(component, "certificates", list(environment.public_hosts))
        if not stands_in(environment):
            HealthChecks(component, "health", {name: host.health for name, host in environment.public_hosts.items()})
