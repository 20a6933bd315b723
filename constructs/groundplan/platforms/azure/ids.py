"""What Azure called things: the client id of each identity, by which pods take it on, and the gateway's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.facts.cloud_names import management_namespace
from groundplan.facts.identities import cluster_copier
from groundplan.facts.secret_placement import store_namespaces
from groundplan.platforms.azure.chapter import AzureIdentity
from groundplan.platforms.azure.facts import edge_of
from groundplan.platforms.azure.naming import AzureKind, azure_name, object_name
from groundplan.platforms.azure.scaling import scaled_by_broker
from groundplan.platforms.platform import AssignedId
from groundplan.stores.registry import stores_of

if TYPE_CHECKING:
    from groundplan.model.environment import Environment

SECRETS = "secrets"
"""The identity External Secrets Operator reads the vault with."""

AUTOSCALER = "autoscaler"
"""The identity the autoscaler asks brokers with: it sees how much waits, and has no other right of the services'."""

BACKUPS = "backups"
"""The identity backups are written to storage accounts with."""

GATEWAY_ID = "gateway"
"""Key of the application gateway's id: once it is written down, the gateway is there, and the cluster's controller has it."""

DOOR_ID = "front-door"
"""Key of the id that Front Door says in each request's header X-Azure-FDID."""

GATEWAY = "gateway"
"""The identity the application gateway fetches its certificate with."""

UNKNOWN = "00000000-0000-0000-0000-000000000000"
"""Stands for a client id until there is one; Azure lets nobody in by it."""

UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def config_map(identity: str) -> str:
    """ConfigMap of the management cluster that the operator writes an identity's ids into."""
    return f"{identity}-identity"


def identities_of(environment: Environment) -> dict[str, AzureIdentity]:
    """The identities of the chapter, and the one that backups follow for."""
    azure = environment.platform.azure
    if azure is None:
        return {}
    stores = stores_of(environment).values()
    if cluster_copier(environment) is None and not any(any(store.bucket_access()) for store in stores):
        return dict(azure.identities)
    return {**azure.identities, BACKUPS: azure.identities.get(BACKUPS, AzureIdentity())}


def client_id(environment: Environment, identity: str) -> str:
    """Client id of an identity of the chapter, or of the one that reads secrets; zeros until it is known."""
    return environment.ids.get(f"client.{identity}", UNKNOWN)


def door_id(environment: Environment) -> str | None:
    """What the Front Door that requests come by calls itself, zeros until it is known; None where they come by none."""
    peer = environment.peer_environment
    for one in (environment, peer):
        if one is not None and edge_of(one).front_door is not None and one.public_hosts:
            return one.ids.get(DOOR_ID, UNKNOWN)
    return None


def assigned_ids(environment: Environment) -> dict[str, AssignedId]:
    """Where the client id of each identity is read, and whether the gateway is there."""
    identities = list(identities_of(environment))
    if store_namespaces(environment):
        identities.append(SECRETS)
    if scaled_by_broker(environment):
        identities.append(AUTOSCALER)
    found = {
        f"client.{identity}": AssignedId(
            resource="configmaps",
            kind="ConfigMap",
            namespace=management_namespace(environment),
            name=config_map(identity),
            path=("data", "clientId"),
            form=UUID,
        )
        for identity in sorted(identities)
    }
    if edge_of(environment).gateway is not None:
        found[GATEWAY_ID] = AssignedId(
            resource="applicationgateways.network.azure.com",
            kind="ApplicationGateway",
            namespace=management_namespace(environment),
            name=object_name(azure_name(environment, AzureKind.APPLICATION_GATEWAY)),
            path=("status", "id"),
            form=r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network/applicationGateways/[^/]+",
        )
    if edge_of(environment).front_door is not None and environment.public_hosts:
        found[DOOR_ID] = AssignedId(
            resource="profiles.cdn.azure.com",
            kind="Profile",
            namespace=management_namespace(environment),
            name=object_name(azure_name(environment, AzureKind.FRONT_DOOR)),
            path=("status", "frontDoorId"),
            form=UUID,
        )
    return found
