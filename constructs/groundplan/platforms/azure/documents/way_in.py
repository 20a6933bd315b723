"""How people reach an API server of AKS that has a private address only: from the corporate network, behind its hub.

See https://learn.microsoft.com/azure/aks/private-clusters .
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from groundplan.markdown import section, shell
from groundplan.model.environment import Environment
from groundplan.platforms.azure.documents.names import context, resource_group


def way_in(environment: Environment) -> list[str]:
    """What makes the names of an environment resolve in the hub; nothing where no hub is described."""
    azure = environment.platform.azure
    if azure is None or azure.network is None or azure.network.corporate_hub is None:
        return []
    group, name, hub = resource_group(environment), context(environment), azure.network.corporate_hub
    return [
        section(
            f"The way in to {name}",
            "The API server, the vault and the stores have private addresses, and names that resolve only where their zones "
            f"are linked. Work from a machine in the corporate network behind `{hub.rpartition('/')[2]}`. Its owner makes the "
            "hub's side of the peering; then link every zone to it:",
            shell(
                f"nodes=$(az aks show --resource-group {group} --name {name} --query nodeResourceGroup --output tsv)",
                f'for group in {group} "$nodes"; do',
                '  for zone in $(az network private-dns zone list --resource-group "$group" --query [].name --output tsv); do',
                '    az network private-dns link vnet create --resource-group "$group" --zone-name "$zone" '
                f"--name corporate-hub --virtual-network {hub} --registration-enabled false",
                "  done",
                "done",
            ),
            level=3,
        )
    ]


def closed(own: Sequence[Mapping[str, Any]], rendered: Sequence[Mapping[str, Any]]) -> str:
    """A private cluster whose network is peered with none that people are in."""
    networks = {item["spec"].get("azureName") for item in rendered if item["kind"] == "VirtualNetwork"}
    private = [item for item in own if item["kind"] == "ManagedCluster" and _is_private(item)]
    peered = [item for item in own if item["kind"] == "VirtualNetworksVirtualNetworkPeering"]
    if not private or any(_remote(item) not in networks for item in peered):
        return ""
    return "its network is peered with none that people are in; name one in platform.azure.network.corporate_hub"


def _is_private(cluster: Mapping[str, Any]) -> bool:
    return bool(cluster["spec"].get("apiServerAccessProfile", {}).get("enablePrivateCluster"))


def _remote(peering: Mapping[str, Any]) -> str:
    reference = peering["spec"].get("remoteVirtualNetwork", {}).get("reference", {})
    return str(reference.get("armId", reference.get("name", ""))).rpartition("/")[2]


def may_push(registry: str, told: str) -> bool:
    """The pages give the identity that pushes its role on the registry."""
    name = registry.partition(".")[0]
    return any("AcrPush" in line and f"--name {name} " in line for line in told.splitlines())
