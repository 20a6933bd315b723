"""What an environment rents from Azure: network, cluster, and the resources around it."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.blueprint import Blueprint
from groundplan.model.environment import Environment
from groundplan.parts import Component
from groundplan.platforms.azure.cluster import AksCluster
from groundplan.platforms.azure.facts import edge_of
from groundplan.platforms.azure.firewall import GatewayFirewall
from groundplan.platforms.azure.front_door import FrontDoorProfile
from groundplan.platforms.azure.gateway import ApplicationGateway
from groundplan.platforms.azure.identities import EnvironmentIdentities, vault_key_users, vault_readers
from groundplan.platforms.azure.monitor import LogWorkspace, QueryAlerts
from groundplan.platforms.azure.network import PrivateZone, ResourceGroup, VirtualNetwork
from groundplan.platforms.azure.registry import Registry
from groundplan.platforms.azure.storage import StorageAccount
from groundplan.platforms.azure.vault import ZONE as VAULT_ZONE
from groundplan.platforms.azure.vault import Vault
from groundplan.stores.registry import stores_of
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint]:
    """Network, cluster and cloud of an Azure environment, for the management cluster."""
    if environment.platform.azure is None:
        return
    namespace = f"{environment.system}-{environment.environment}"
    if environment.platform.azure.network is not None:
        yield Blueprint(name="network", wave=SyncWave.CLUSTER, namespace=namespace, build=_network, management=True)
    yield Blueprint(name="cluster", wave=SyncWave.CLUSTER, namespace=namespace, build=_cluster, management=True)
    yield Blueprint(name="cloud", wave=SyncWave.CLUSTER, namespace=namespace, build=_cloud, management=True)

    if edge_of(environment).gateway is not None:
        # the cluster's add-on names the gateway, which must be there: the two become healthy together
        yield Blueprint(name="edge", wave=SyncWave.CLUSTER, namespace=namespace, build=_edge, management=True)


def _edge(component: Component) -> None:
    environment = component.environment
    edge = edge_of(environment)
    assert edge is not None  # the component exists only then
    GatewayFirewall(component, "gateway-firewall", edge.firewall, behind_front_door=edge.front_door is not None)
    if edge.gateway is not None:
        ApplicationGateway(component, "gateway", edge.gateway)
    hosts = tuple(environment.public_hosts)
    if edge.front_door is not None and hosts:
        FrontDoorProfile(component, "front-door", edge.front_door, edge.firewall, hosts=hosts)


def _network(component: Component) -> None:
    azure = component.environment.platform.azure
    assert azure is not None
    assert azure.network is not None  # the component exists only then
    ResourceGroup(component, "resource-group")
    VirtualNetwork(component, "network", azure.network)
    for zone in private_zones(component.environment):
        PrivateZone(component, zone, zone)


def private_zones(environment: Environment) -> list[str]:
    """Zones in which private endpoints register: one of each kind, however many resources stand behind endpoints."""
    vault = environment.platform.azure.vault if environment.platform.azure is not None else None
    zones = [VAULT_ZONE] if vault is not None and vault.subnet is not None else []
    zones += [store.private_zone for store in stores_of(environment).values() if store.private_zone is not None]
    return list(dict.fromkeys(zones))


def _cluster(component: Component) -> None:
    AksCluster(component, "cluster")


def _cloud(component: Component) -> None:
    azure = component.environment.platform.azure
    assert azure is not None  # the component exists only then
    Registry(component, "registry")
    if azure.vault is not None:
        readers, key_users = vault_readers(component.environment), vault_key_users(component.environment)
        Vault(component, "vault", azure.vault, readers=readers, key_users=key_users)
    EnvironmentIdentities(component, "identities")
    if azure.monitor is not None:
        LogWorkspace(component, "monitor", azure.monitor)
        QueryAlerts(component, "alerts", azure.monitor)
    for name, storage in azure.storage.items():
        StorageAccount(component, f"storage-{name}", name, storage)
