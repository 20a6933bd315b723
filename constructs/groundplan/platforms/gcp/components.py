"""What an environment rents from Google Cloud: network, cluster, and what else; synced into the management cluster."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from groundplan.blueprint import Blueprint
from groundplan.facts.cloud_names import management_namespace
from groundplan.facts.standby import serves_follower, stands_in
from groundplan.kubernetes.namespaces import VELERO
from groundplan.model.environment import Environment
from groundplan.parts import Component, Json
from groundplan.platforms.gcp.bucket import PrivateBucket
from groundplan.platforms.gcp.bucket_places import key_location
from groundplan.platforms.gcp.cdn import Edge, EdgeProps
from groundplan.platforms.gcp.chapter import Bucket, Gcp
from groundplan.platforms.gcp.cluster import GkeCluster, GkeClusterProps, own_repository
from groundplan.platforms.gcp.facts import (
    PRIVATE_TIERS,
    keeps_public_names,
    network_of,
    owns_zone,
    serving_side,
    takes_public_requests,
    tier_blocks,
)
from groundplan.platforms.gcp.firewall import Firewall, FirewallProps
from groundplan.platforms.gcp.identity import ClusterPool, WorkloadIdentities, copier_permissions, permissions
from groundplan.platforms.gcp.image_publisher import ImagePublisher, ImagePublisherProps
from groundplan.platforms.gcp.keys import CLUSTER, DISKS, IMAGES, OBJECTS, KeyProps, Keys
from groundplan.platforms.gcp.names import public_address
from groundplan.platforms.gcp.network import Network, NetworkProps
from groundplan.platforms.gcp.operators import DnsOperator
from groundplan.platforms.gcp.project import AuditLogs, ControllerContext, ProjectServices
from groundplan.platforms.gcp.public_names import PublicAddress, Zone, ZoneProps
from groundplan.platforms.gcp.registry import Repository
from groundplan.platforms.gcp.resource import reference
from groundplan.platforms.gcp.site import Site, settings_of, site_of, zone_of
from groundplan.platforms.gcp.vault import Vault, vault_props
from groundplan.platforms.gcp.words import PUBLIC_FILES
from groundplan.stores.registry import stores_of
from groundplan.waves import SyncWave

PUBLIC = "public"
"""Object name of the public load balancer's address."""

PUBLISHER = "image-publisher"

SERVICES = (
    "artifactregistry",
    "cloudkms",
    "compute",
    "dns",
    "iam",
    "iamcredentials",
    "secretmanager",
    "storage",
    "sts",
)
"""Services of Google's that whatever is rendered here needs."""


def components(environment: Environment) -> Iterator[Blueprint]:
    """Network and cluster where the cluster is, and what else is rented everywhere."""
    settings = environment.platform.gcp
    if settings is None:
        return
    if environment.has_cluster and settings.network is not None:
        yield _blueprint(environment, "network", add_network)
        if settings.gke is not None:
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
    network = network_of(environment)
    assert network is not None  # the component exists only then
    peers = [other for name in network.peers if (other := environment.neighbour(name)) is not None]
    theirs = {other.environment: _network_name(other) for other in peers}
    props = NetworkProps(network=network, cluster_subnet=_cluster_subnet(environment), peers=theirs)
    Network(component, "network", site, props)
    Firewall(component, "firewall", site, _firewall(environment, peers))


def _network_name(environment: Environment) -> str:
    site = site_of(environment)
    return f"projects/{site.project}/global/networks/{site.cluster}"


def _cluster_subnet(environment: Environment) -> str:
    """The first subnet of nodes; the rules have seen that there is one."""
    network = network_of(environment)
    subnets = network.subnets if network is not None else {}
    return next((name for name, subnet in subnets.items() if subnet.tier == "app"), "")


def _firewall(environment: Environment, peers: list[Environment]) -> FirewallProps:
    networks = [found for peer in peers if (found := network_of(peer)) is not None]
    own = network_of(environment)
    assert own is not None  # the component exists only then
    sources = {
        source
        for member in (environment, *environment.tenants)
        if member.ingress is not None
        for source in member.ingress.sources
    }
    followed = any(serves_follower(member) for member in (environment, *environment.tenants))
    ports = {what: port for store in stores_of(environment).values() for what, port in store.listens().items()}
    return FirewallProps(
        inside=[*tier_blocks(own, *PRIVATE_TIERS), own.pods],
        public=sorted(sources),
        peers=sorted(block for other in networks for block in (*tier_blocks(other, *PRIVATE_TIERS), other.pods)),
        peer_ports=ports if followed else {},
    )


def add_cluster(environment: Environment, component: Component) -> None:
    """The cluster."""
    settings = settings_of(environment)
    assert settings.gke is not None  # the component exists only then
    props = GkeClusterProps(
        gke=settings.gke,
        kubernetes=environment.cluster.kubernetes,
        subnet=_cluster_subnet(environment),
        zones=environment.zones,
        pools=environment.cluster.node_pools,
        access=settings.access,
        pull_from=[own_repository()],
        right_sizing=environment.cluster.right_sizing,
    )
    GkeCluster(component, "cluster", site_of(environment), props)


def add_cloud(environment: Environment, component: Component) -> None:
    """What the cluster's tenants share, what the workloads need for themselves, and the keys both read."""
    site, settings = site_of(environment), settings_of(environment)
    account = settings.controller or f"config-connector@{settings.project.id}.iam.gserviceaccount.com"
    ControllerContext(component, "context", site, account=account)
    if environment.has_cluster:
        _add_shared(environment, component, site, settings)
    if environment.has_workloads:
        _add_own(environment, component, site, settings)
    Keys(component, "keys", site, _keys(environment, settings))
    Vault(component, "vault", site, vault_props(environment))


def _keys(environment: Environment, settings: Gcp) -> list[KeyProps]:
    region = environment.region
    found = {KeyProps(OBJECTS, key_location(bucket, region)) for bucket in _own_buckets(settings).values()}
    if environment.has_cluster:
        found |= {KeyProps(DISKS, region), KeyProps(IMAGES, region)}
        if settings.gke is not None:
            found.add(KeyProps(CLUSTER, region))
    return sorted(found, key=lambda key: (key.location, key.purpose))


def _own_buckets(settings: Gcp) -> Mapping[str, Bucket]:
    return {name: bucket for name, bucket in settings.buckets.items() if bucket.of is None}


def _add_shared(environment: Environment, component: Component, site: Site, settings: Gcp) -> None:
    services = {*SERVICES, *(["container"] if settings.gke is not None else [])}
    ProjectServices(component, "services", site, services=services)
    AuditLogs(component, "audit", site)
    if settings.issuer is not None:
        ClusterPool(component, "pods", site)
    Repository(component, "repository", site)
    if takes_public_requests(environment) and settings.gke is not None:
        PublicAddress(component, PUBLIC, site, called=public_address(site.cluster))
    zone = zone_of(environment)
    if zone is not None:
        DnsOperator(component, "external-dns", site, zone=zone, own=owns_zone(environment))
    if owns_zone(environment) and settings.dns is not None:
        hosts = _host_addresses(environment)
        props = ZoneProps(dns=settings.dns, title=environment.title, hosts=hosts)
        Zone(component, "zone", site, props)
    pipelines = environment.pipelines
    if pipelines is not None and pipelines.repository is not None and environment.stage == "production":
        branches = [f"heads/{re.escape(branch).replace(re.escape('*'), '.*')}" for branch in pipelines.branches]
        tags = [f"tags/{service}/v.*" for service in pipelines.built_on("release")]
        publisher = ImagePublisherProps(
            repository=pipelines.repository, pool=pipelines.role_name(environment.system), refs=[*branches, *tags]
        )
        if not stands_in(environment):
            ImagePublisher(component, PUBLISHER, site, publisher)


def _host_addresses(environment: Environment) -> dict[str, Json]:
    """The records that are rendered: the edge's, and where another side may take over each public host's."""
    settings = settings_of(environment)
    found: dict[str, Json] = {}
    if settings.cdn is not None:
        found[settings.cdn.host] = reference(PUBLIC_FILES)
    for member in (environment, *environment.tenants):
        if keeps_public_names(member):
            serving = serving_side(member).host_environment
            elsewhere = "" if serving.environment == environment.environment else management_namespace(serving)
            address = reference(PUBLIC, elsewhere)
            found |= dict.fromkeys(member.public_hosts, address)
    return found


def _add_own(environment: Environment, component: Component, site: Site, settings: Gcp) -> None:
    cdn = settings.cdn
    for name, bucket in _own_buckets(settings).items():
        if cdn is None or name != cdn.bucket:
            PrivateBucket(component, name, site, bucket)
    if cdn is not None and not stands_in(environment):
        Edge(component, "edge", site, EdgeProps(cdn=cdn, bucket=settings.buckets[cdn.bucket]))
    WorkloadIdentities(
        component,
        "workloads",
        site,
        namespace=environment.namespace,
        permissions=permissions(environment),
        buckets=settings.buckets,
    )
    WorkloadIdentities(
        component,
        "copies",
        site,
        namespace=VELERO,
        permissions=copier_permissions(environment),
        buckets=settings.buckets,
    )
