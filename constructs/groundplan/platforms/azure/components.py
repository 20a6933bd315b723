"""What an environment rents from Azure: network, cluster, and the resources around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from groundplan.blueprint import Blueprint
from groundplan.facts.cloud_names import management_namespace
from groundplan.facts.grace import patience
from groundplan.facts.standby import is_replaced
from groundplan.model.environment import Environment
from groundplan.parts import Component, Json
from groundplan.platforms.azure.access import ROTATION
from groundplan.platforms.azure.chapter import Azure, AzureNetwork
from groundplan.platforms.azure.cluster import AksCluster, AksClusterProps
from groundplan.platforms.azure.facts import edge_of, scaled_by_keda
from groundplan.platforms.azure.firewall import GatewayFirewall
from groundplan.platforms.azure.front_door import FrontDoorProfile, FrontDoorProps
from groundplan.platforms.azure.gateway import ApplicationGateway
from groundplan.platforms.azure.identities import identities, vault_key_users, vault_readers
from groundplan.platforms.azure.identity import WorkloadIdentity
from groundplan.platforms.azure.ids import GATEWAY_ID, config_map, door_id
from groundplan.platforms.azure.monitor import LogWorkspace, QueryAlerts, QueryAlertsProps
from groundplan.platforms.azure.naming import AzureKind
from groundplan.platforms.azure.network import PrivateZone, ResourceGroup, VirtualNetwork, subnet_reference
from groundplan.platforms.azure.network_rules import derived_rules
from groundplan.platforms.azure.registry import Registry, copied_to, scope_of
from groundplan.platforms.azure.site import Site, registry_owner, site_of
from groundplan.platforms.azure.storage import StorageAccount
from groundplan.platforms.azure.vault import ZONE as VAULT_ZONE
from groundplan.platforms.azure.vault import Vault
from groundplan.platforms.azure.workflow_identities import watches_vault, workflow_identities
from groundplan.stores.registry import stores_of
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint]:
    """Network, cluster and cloud of an Azure environment, for the management cluster."""
    if environment.platform.azure is None:
        return
    if environment.platform.azure.network is not None:
        yield _blueprint(environment, "network", _network)
    yield _blueprint(environment, "cluster", _cluster)
    yield _blueprint(environment, "cloud", _cloud)
    if edge_of(environment).gateway is not None:
        # the cluster's add-on names the gateway, which must be there: the two become healthy together
        yield _blueprint(environment, "edge", _edge)


def _blueprint(environment: Environment, name: str, build: Callable[[Environment, Component], object]) -> Blueprint:
    return Blueprint(
        name=name,
        wave=SyncWave.CLUSTER,
        namespace=management_namespace(environment),
        build=partial(build, environment),
        management=True,
    )


def _azure(environment: Environment) -> Azure:
    assert environment.platform.azure is not None  # components exist only then
    return environment.platform.azure


def _edge(environment: Environment, component: Component) -> None:
    site = site_of(environment)
    edge = edge_of(environment)
    GatewayFirewall(component, "gateway-firewall", site, edge.firewall, door=door_id(environment))
    if edge.gateway is not None:
        handed_over = GATEWAY_ID in environment.ids
        ApplicationGateway(component, "gateway", site, edge.gateway, handed_over=handed_over)
    hosts = tuple(environment.public_hosts)
    if edge.front_door is not None and hosts:
        # the standby answers no probe until its services run, and is asked only while the first answers none
        peer = environment.peer_environment
        standby = peer is not None and edge_of(peer).gateway is not None
        props = FrontDoorProps(
            door=edge.front_door,
            rules=edge.firewall,
            hosts=hosts,
            standby=standby,
            replaced=is_replaced(environment),
        )
        FrontDoorProfile(component, "front-door", site, props)


def _network(environment: Environment, component: Component) -> None:
    site = site_of(environment)
    network = _azure(environment).network
    assert network is not None  # the component exists only then
    ResourceGroup(component, "resource-group", site)
    derived = derived_rules(environment)
    rules = {name: {**derived.get(name, {}), **subnet.rules} for name, subnet in network.subnets.items()}
    azure = _azure(environment)
    reaching = {azure.cluster.subnet: ("Microsoft.Storage",)} if azure.storage else {}
    peers = dict(_peers(environment, network))
    VirtualNetwork(component, "network", site, network, rules=rules, peers=peers, endpoints=reaching)
    for zone in private_zones(environment):
        PrivateZone(component, zone, site, zone)


def _peers(environment: Environment, network: AzureNetwork) -> Iterator[tuple[str, str]]:
    """Azure's own id of each peer's network; the rules have seen that it has one."""
    for name in network.peers:
        other = environment.neighbour(name)
        assert other is not None
        theirs = site_of(other)
        yield name, theirs.arm_id("Microsoft.Network/virtualNetworks", theirs.name(AzureKind.VIRTUAL_NETWORK))


def private_zones(environment: Environment) -> list[str]:
    """Zones in which private endpoints register: one of each kind, however many resources stand behind endpoints."""
    vault = environment.platform.azure.vault if environment.platform.azure is not None else None
    zones = [VAULT_ZONE] if vault is not None and vault.subnet is not None else []
    zones += [store.private_zone for store in stores_of(environment).values() if store.private_zone is not None]
    return list(dict.fromkeys(zones))


def _cluster(environment: Environment, component: Component) -> None:
    azure = _azure(environment)
    props = AksClusterProps(
        settings=azure.cluster,
        kubernetes=environment.cluster.kubernetes,
        pools=environment.cluster.node_pools,
        gateway=azure.edge.gateway is not None,
        registry=scope_of(environment),
        queues=any(scaled_by_keda(item) for item in (environment, *environment.tenants)),
        right_sizing=environment.cluster.right_sizing,
        patience=patience(environment),
    )
    AksCluster(component, "cluster", site_of(environment), props)


def _cloud(environment: Environment, component: Component) -> None:
    site = site_of(environment)
    azure = _azure(environment)
    if registry_owner(environment).environment == environment.environment:
        Registry(component, "registry", site, tier=azure.registry_tier, copied_to=copied_to(environment))
    if azure.vault is not None:
        readers, key_users = vault_readers(environment), vault_key_users(environment)
        editors = tuple(azure.cluster.admin_groups)
        watcher = config_map(ROTATION) if watches_vault(environment) else None
        Vault(
            component,
            "vault",
            site,
            azure.vault,
            readers=readers,
            key_users=key_users,
            editors=editors,
            watcher=watcher,
        )
    for name, identity in (*identities(environment, azure), *workflow_identities(environment)):
        WorkloadIdentity(component, name, site, identity)
    _add_monitor(environment, component, site, azure)
    for name, storage in azure.storage.items():
        mounted = _mounted(environment, name)
        StorageAccount(
            component, f"storage-{name}", site, storage, name=name, mounted=mounted, subnet=_nodes(site, azure)
        )


def _nodes(site: Site, azure: Azure) -> Json | None:
    """The subnet that nodes stand in, and so pods as the outside sees them."""
    if azure.network is None:
        return None
    return subnet_reference(site, azure.cluster.subnet)


def _add_monitor(environment: Environment, component: Component, site: Site, azure: Azure) -> None:
    if azure.monitor is None or site.workspace is None:
        return
    LogWorkspace(component, "monitor", site, azure.monitor, name=site.workspace)
    props = QueryAlertsProps(
        workspace=site.workspace, alerts=azure.monitor.alerts, owner=environment.owner, system=environment.system
    )
    QueryAlerts(component, "alerts", site, props)


def _mounted(environment: Environment, account: str) -> dict[str, str]:
    """Shares that stores have in a storage account, with their sizes."""
    return {share: size for store in stores_of(environment).values() for share, size in store.shares(account).items()}
