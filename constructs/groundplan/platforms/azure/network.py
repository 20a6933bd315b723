"""The virtual network: subnets, security groups, private DNS, peerings. See https://learn.microsoft.com/azure/virtual-network/ ."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.chapter import AzureNetwork, AzureNetworkRule, AzureSubnet
from groundplan.platforms.azure.naming import AzureKind, object_name
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site

NETWORK = "network.azure.com/v1api20240301"
GROUP = "network.azure.com"
PRIVATE_DNS = "network.azure.com/v1api20240601"


def subnet_object(site: Site, name: str) -> str:
    """Object name of the subnet called `name` in the environment file."""
    return object_name(site.name(AzureKind.SUBNET, name))


def subnet_reference(site: Site, name: str) -> Json:
    """Reference to a subnet."""
    return reference(GROUP, "VirtualNetworksSubnet", subnet_object(site, name))


class ResourceGroup(AzurePart):
    """The group that owns every other resource of the environment."""

    def __init__(self, scope: Component | Part, id_: str, site: Site) -> None:
        super().__init__(scope, id_, site)
        name = self.azure_name(AzureKind.RESOURCE_GROUP)
        self.emit(
            {
                "apiVersion": "resources.azure.com/v1api20200601",
                "kind": "ResourceGroup",
                "metadata": {
                    "name": object_name(name),
                    "annotations": {"serviceoperator.azure.com/reconcile-policy": "detach-on-delete"},
                },
                "spec": {"azureName": name, "location": self.location, "tags": self.site.tags},
            }
        )


class VirtualNetwork(AzurePart):
    """A network with its subnets, one security group per subnet, and its peerings.

    Args:
        scope: scope.
        id_: construct id.
        site: where it stands.
        network: the chapter.
        rules: subnet to the rules of its security group.
        peers: environment to Azure's own id of its network, for each it is peered with. Default none.
        endpoints: subnet to services of Azure that know it as itself, beside those of the chapter. Default none.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        site: Site,
        network: AzureNetwork,
        *,
        rules: Mapping[str, Mapping[str, AzureNetworkRule]],
        peers: Mapping[str, str] | None = None,
        endpoints: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        super().__init__(scope, id_, site)
        self._network = network
        self._endpoints = endpoints or {}
        self._rules = rules
        self._name = self.azure_name(AzureKind.VIRTUAL_NETWORK)
        self._add_network()
        for name, subnet in network.subnets.items():
            if self._has_group(name, subnet):
                self._add_security_group(name)
            self._add_subnet(name, subnet)
        for peer, remote in (peers or {}).items():
            self._add_peering(peer, remote)
        if network.corporate_hub is not None:
            self._add_hub(network.corporate_hub)

    def _add_network(self) -> None:
        spec: Json = {
            "location": self.location,
            "addressSpace": {"addressPrefixes": [self._network.cidr]},
        }
        self.add(NETWORK, "VirtualNetwork", self._name, spec)

    def _has_group(self, name: str, subnet: AzureSubnet) -> bool:
        """A subnet that is delegated has one only where it has something to say."""
        return subnet.delegation is None or bool(self._rules.get(name))

    def _add_security_group(self, name: str) -> None:
        group = self.azure_name(AzureKind.NETWORK_SECURITY_GROUP, name)
        self.add(NETWORK, "NetworkSecurityGroup", group, {"location": self.location})
        for rule_name, rule in self._rules.get(name, {}).items():
            self._add_rule(group, rule_name, rule)

    def _add_rule(self, group: str, name: str, rule: AzureNetworkRule) -> None:
        spec: Json = {
            "access": rule.action,
            "direction": rule.direction.capitalize(),
            "priority": rule.priority,
            "protocol": rule.protocol,
            "sourceAddressPrefix": self._addresses(rule.source),
            "sourcePortRange": "*",
            "destinationAddressPrefix": self._addresses(rule.destination),
        }
        if len(rule.ports) == 1:
            spec["destinationPortRange"] = rule.ports[0]
        else:
            spec["destinationPortRanges"] = list(rule.ports)
        self.emit(
            {
                "apiVersion": NETWORK,
                "kind": "NetworkSecurityGroupsSecurityRule",
                "metadata": {"name": object_name(f"{group}-{name}")},
                "spec": {"azureName": name, "owner": {"name": object_name(group)}, **spec},
            }
        )

    def _addresses(self, place: str) -> str:
        """A subnet's name becomes its block: security groups know addresses and service tags only."""
        subnet = self._network.subnets.get(place)
        return subnet.cidr if subnet is not None else place

    def _add_subnet(self, name: str, subnet: AzureSubnet) -> None:
        azure = subnet.azure_name or self.azure_name(AzureKind.SUBNET, name)
        spec: Json = {
            "azureName": azure,
            "owner": {"name": object_name(self._name)},
            "addressPrefix": subnet.cidr,
            # security groups must hold for private endpoints too
            "privateEndpointNetworkPolicies": "Enabled",
        }
        if self._has_group(name, subnet):
            group = object_name(self.azure_name(AzureKind.NETWORK_SECURITY_GROUP, name))
            spec["networkSecurityGroup"] = {"reference": reference(GROUP, "NetworkSecurityGroup", group)}
        if subnet.delegation is not None:
            spec["delegations"] = [{"name": "delegation", "serviceName": subnet.delegation}]
        services = dict.fromkeys((*subnet.service_endpoints, *self._endpoints.get(name, ())))
        if services:
            spec["serviceEndpoints"] = [{"service": service} for service in services]
        self.emit(
            {
                "apiVersion": NETWORK,
                "kind": "VirtualNetworksSubnet",
                "metadata": {"name": subnet_object(self.site, name)},
                "spec": spec,
            }
        )

    def _add_hub(self, hub: str) -> None:
        """Routes to the corporate network come from the hub's gateway; nothing needs a route table here."""
        self.emit(
            {
                "apiVersion": NETWORK,
                "kind": "VirtualNetworksVirtualNetworkPeering",
                "metadata": {"name": object_name(f"{self._name}-to-hub")},
                "spec": {
                    "azureName": "to-hub",
                    "owner": {"name": object_name(self._name)},
                    "allowVirtualNetworkAccess": True,
                    "allowForwardedTraffic": True,
                    "useRemoteGateways": True,
                    "remoteVirtualNetwork": {"reference": {"armId": hub}},
                },
            }
        )

    def _add_peering(self, peer: str, remote: str) -> None:
        self.emit(
            {
                "apiVersion": NETWORK,
                "kind": "VirtualNetworksVirtualNetworkPeering",
                "metadata": {"name": object_name(f"{self._name}-to-{peer}")},
                "spec": {
                    "azureName": f"to-{peer}",
                    "owner": {"name": object_name(self._name)},
                    "allowVirtualNetworkAccess": True,
                    "allowForwardedTraffic": False,
                    "remoteVirtualNetwork": {"reference": {"armId": remote}},
                },
            }
        )


class PrivateZone(AzurePart):
    """A private DNS zone, linked to the environment's network, in which private endpoints register."""

    def __init__(self, scope: Component | Part, id_: str, site: Site, zone: str) -> None:
        super().__init__(scope, id_, site)
        network = self.azure_name(AzureKind.VIRTUAL_NETWORK)
        self.add(PRIVATE_DNS, "PrivateDnsZone", zone, {"location": "global"})
        self.emit(
            {
                "apiVersion": PRIVATE_DNS,
                "kind": "PrivateDnsZonesVirtualNetworkLink",
                "metadata": {"name": object_name(f"{zone}-link")},
                "spec": {
                    "azureName": f"{network}-link",
                    "owner": {"name": object_name(zone)},
                    "location": "global",
                    "registrationEnabled": False,
                    "virtualNetwork": {"reference": reference(GROUP, "VirtualNetwork", object_name(network))},
                    "tags": self.site.tags,
                },
            }
        )


class PrivateEndpoint(AzurePart):
    """A private address for a service in a subnet, registered in the service's private zone.

    Args:
        scope: scope.
        id_: construct id.
        site: where it stands.
        purpose: what it leads to; part of its name.
        subnet: subnet of the environment file.
        target: reference to the resource it leads to.
        sub_resource: which side of the resource, Azure's group id.
        zone: private DNS zone.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        site: Site,
        *,
        purpose: str,
        subnet: str,
        target: Json,
        sub_resource: str,
        zone: str,
    ) -> None:
        super().__init__(scope, id_, site)
        name = self.azure_name(AzureKind.PRIVATE_ENDPOINT, purpose)
        self.add(
            NETWORK,
            "PrivateEndpoint",
            name,
            {
                "location": self.location,
                "subnet": {"reference": subnet_reference(self.site, subnet)},
                "privateLinkServiceConnections": [
                    {"name": purpose, "groupIds": [sub_resource], "privateLinkServiceReference": target}
                ],
            },
        )
        self.emit(
            {
                "apiVersion": NETWORK,
                "kind": "PrivateEndpointsPrivateDnsZoneGroup",
                "metadata": {"name": object_name(f"{name}-dns")},
                "spec": {
                    "azureName": "default",
                    "owner": {"name": object_name(name)},
                    "privateDnsZoneConfigs": [
                        {
                            "name": object_name(zone),
                            "privateDnsZoneReference": reference(GROUP, "PrivateDnsZone", object_name(zone)),
                        }
                    ],
                },
            }
        )
