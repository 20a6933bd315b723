"""What an environment rents from AWS: network, cluster, and what else; synced into the management cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from groundplan.blueprint import Blueprint
from groundplan.cluster_api.hardening import people_flags
from groundplan.facts.cloud_names import management_namespace
from groundplan.facts.identities import cluster_copier
from groundplan.facts.secret_placement import store_namespaces
from groundplan.facts.standby import serves_follower, stands_in
from groundplan.model.cluster_api import ClusterApi
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Pipelines
from groundplan.parts import Component
from groundplan.platforms.aws.bucket import PrivateBucket
from groundplan.platforms.aws.chapter import Aws as Settings
from groundplan.platforms.aws.chapter import Network as NetworkModel
from groundplan.platforms.aws.cluster import EksCluster, EksClusterProps
from groundplan.platforms.aws.facts import load_balancer_group, replication_group
from groundplan.platforms.aws.image_publisher import ImagePublisher, ImagePublisherProps
from groundplan.platforms.aws.issuer import Issuer
from groundplan.platforms.aws.machine_cluster import MachineCluster, MachineClusterProps
from groundplan.platforms.aws.machine_groups import MachineGroups, MachineGroupsProps
from groundplan.platforms.aws.names import Certificates, HealthChecks, Zone
from groundplan.platforms.aws.network import Network, NetworkProps, peer_cidrs
from groundplan.platforms.aws.network_access import Bastion, FlowLogs, Peering
from groundplan.platforms.aws.operators import OperatorIdentities, operators
from groundplan.platforms.aws.registry import Repositories, repository_of
from groundplan.platforms.aws.roles import issuer_bucket
from groundplan.platforms.aws.security_groups import SecurityGroups, SecurityGroupsProps
from groundplan.platforms.aws.site import Site, site_of
from groundplan.platforms.aws.vault import SecretRoles, VaultKeys, carries_certificates, own_keys, secret_roles
from groundplan.platforms.aws.workloads import WorkloadIdentities, permissions
from groundplan.stores.registry import stores_of
from groundplan.waves import SyncWave

HTTP, HTTPS = 80, 443
"""Ports of the way in. A certificate authority asks by the first; whoever else comes there is sent to the second."""


def components(environment: Environment) -> Iterator[Blueprint]:
    """Network and cluster where the cluster is, and what else is rented everywhere."""
    if environment.platform.aws is None:
        return
    if environment.has_cluster and environment.platform.aws.network is not None:
        yield _blueprint(environment, "network", add_network)
        yield _blueprint(environment, "cluster", add_cluster)
    yield _blueprint(environment, "cloud", add_cloud)


def _blueprint(environment: Environment, name: str, build: Callable[[Environment, Component], object]) -> Blueprint:
    return Blueprint(
        name=name,
        wave=SyncWave.CLUSTER,
        namespace=management_namespace(environment),
        build=partial(build, environment),
        management=True,
    )


def add_network(environment: Environment, component: Component) -> None:
    """The network and what crosses its edge."""
    site = site_of(environment)
    network = _network(environment)
    peers = peer_cidrs(environment, network)
    Network(component, "network", site, NetworkProps(network=network, zones=environment.zones, peers=peers))
    if environment.cluster.cluster_api is not None:
        MachineGroups(
            component, "machine-groups", site, _machine_groups(environment, network, environment.cluster.cluster_api)
        )
    else:
        peered = sorted(peers.values())
        SecurityGroups(component, "security-groups", site, _security_groups(environment, network, peered))
    for name, peer in network.peers.items():
        other = environment.neighbour(peer.environment)
        Peering(component, name, site, asks=peer.request, region=other.region if other is not None else None)
    if network.bastion is not None:
        Bastion(component, "bastion", site, network.bastion)
    if network.flow_logs:
        FlowLogs(component, "flow-logs", site, keep=network.flow_logs_keep)


def _security_groups(environment: Environment, network: NetworkModel, peers: list[str]) -> SecurityGroupsProps:
    ingress = environment.ingress
    stores = stores_of(environment).values()
    return SecurityGroupsProps(
        network=network,
        sources=ingress.sources if ingress is not None else (),
        peers=peers,
        listens={what: port for store in stores for what, port in store.listens().items()},
        load_balancer_tag=load_balancer_group(environment),
        replication_tag=replication_group(environment),
    )


def _machine_groups(environment: Environment, network: NetworkModel, settings: ClusterApi) -> MachineGroupsProps:
    ingress = environment.ingress
    return MachineGroupsProps(
        network=network,
        managers=settings.managed_from,
        sources=ingress.sources if ingress is not None else (),
        ports=(HTTPS, *([HTTP] if ingress is not None and ingress.acme_email else [])),
        load_balancer_tag=load_balancer_group(environment),
    )


def add_cluster(environment: Environment, component: Component) -> None:
    """The cluster: Amazon's own, or one of machines."""
    cloud = _cloud(environment)
    settings = environment.cluster.cluster_api
    if settings is not None:
        site = site_of(environment)
        machines = MachineClusterProps(
            network=_network(environment),
            zones=environment.zones,
            kubernetes=environment.cluster.kubernetes,
            settings=settings,
            pools=environment.cluster.node_pools,
            people=_people(environment, settings),
        )
        MachineCluster(component, "machines", site, machines)
        Issuer(component, "issuer", site, bucket=issuer_bucket(environment))
        return
    props = EksClusterProps(
        network=_network(environment),
        kubernetes=environment.cluster.kubernetes,
        pools=environment.cluster.node_pools,
        addons=cloud.addons,
        access=cloud.access,
        api_cidrs=cloud.api_cidrs,
        protected=environment.stage == "production",
    )
    EksCluster(component, "cluster", site_of(environment), props)


def _people(environment: Environment, settings: ClusterApi) -> dict[str, str]:
    sign_in = environment.delivery.sign_in
    if settings.sign_in is None or sign_in is None:
        return {}
    return people_flags(sign_in.issuer, settings.sign_in)


def _cloud(environment: Environment) -> Settings:
    assert environment.platform.aws is not None  # components exist only then
    return environment.platform.aws


def _network(environment: Environment) -> NetworkModel:
    network = _cloud(environment).network
    assert network is not None  # the component exists only then
    return network


def add_cloud(environment: Environment, component: Component) -> None:
    """What the cluster's tenants share, what the workloads need for themselves, and the keys both read."""
    site = site_of(environment)
    if environment.has_cluster:
        _add_shared(environment, component, site)
    if environment.has_workloads:
        _add_own(environment, component, site)
    if store_namespaces(environment):
        SecretRoles(component, "secret-roles", site, secret_roles(environment))
    regions = _cloud(environment).secrets_manager.replica_regions
    VaultKeys(component, "vault", site, keys=own_keys(environment), regions=() if stands_in(environment) else regions)


def _add_shared(environment: Environment, component: Component, site: Site) -> None:
    cloud = _cloud(environment)
    members = (environment, *environment.tenants)
    hands_over = any(serves_follower(member) and carries_certificates(member) for member in members)
    zone = cloud.dns.zone if cloud.dns is not None else None
    names, copier = operators(environment), cluster_copier(environment)
    OperatorIdentities(component, "operators", site, names=names, zone=zone, hands_over=hands_over, copier=copier)
    images = [service.image for service in environment.services.values()]
    images += [step.image for service in environment.services.values() for step in service.init if step.image]
    images += [job.image for job in environment.scheduled_jobs.values()]
    Repositories(component, "repositories", site, images=sorted(set(map(repository_of, images))))
    if stands_in(environment):
        return
    pipelines = environment.pipelines
    if pipelines is not None and pipelines.repository is not None and environment.stage == "production":
        ImagePublisher(component, "image-publisher", site, _publisher(environment, pipelines, pipelines.repository))
    if cloud.dns is not None:
        Zone(component, "zone", site, cloud.dns, title=environment.title)


def _publisher(environment: Environment, pipelines: Pipelines, repository: str) -> ImagePublisherProps:
    """Workflows push from built branches, and from the tags of services that are released by tag."""
    branches = [f"heads/{branch}" for branch in pipelines.branches]
    tags = [f"tags/{service}/v*" for service in pipelines.built_on("release")]
    return ImagePublisherProps(
        repository=repository,
        role=pipelines.role_name(environment.system),
        refs=[*branches, *tags],
        images=[environment.services[name].repository for name in sorted(pipelines.services)],
    )


def _add_own(environment: Environment, component: Component, site: Site) -> None:
    cloud = _cloud(environment)
    for name, bucket in cloud.buckets.items():
        PrivateBucket(component, name, site, bucket)
    WorkloadIdentities(
        component, "workloads", site, namespace=environment.namespace, permissions=permissions(environment)
    )
    ingress = environment.ingress
    if ingress is not None and ingress.type == "alb":
        Certificates(component, "certificates", site, list(environment.public_hosts))
        if environment.recovery is not None and not stands_in(environment):  # the peer reads what they say
            paths = {name: host.health for name, host in environment.public_hosts.items()}
            HealthChecks(component, "health", site, paths)
