"""The virtual network: who stands where, who may talk to whom, and one private zone of each kind."""

from __future__ import annotations

from collections import Counter

from tests.support.azure_rendering import (
    BUS,
    CACHE,
    GUID,
    SERVER,
    azure,
    everything,
    introduced,
    named,
    operator_problems,
)
from tests.support.rendering import rendered, the

RULES = """
platform:
  azure:
    network:
      subnets:
        database:
          rules:
            Agents: {direction: inbound, source: cache, ports: ["5432", "6432"], priority: 200}
            Monitor: {direction: inbound, source: AzureMonitor, ports: ["*"], protocol: "*", action: Deny, priority: 300}
"""
OTHER = "environment: other\nplatform: {azure: {network: {cidr: 10.9.0.0/16, peers: [live], subnets: null}}}"
OTHER_SUBNETS = "platform: {azure: {network: {subnets: {application: {cidr: 10.9.1.0/24}}}}}"


def test_the_group_of_everything_outlives_its_object() -> None:
    group = the(rendered(azure(), "network"), "ResourceGroup")

    assert group["metadata"]["annotations"] == {
        "serviceoperator.azure.com/reconcile-policy": "detach-on-delete",
        "argocd.argoproj.io/sync-options": "Prune=confirm,Delete=confirm",
    }
    assert group["spec"]["location"] == "koreacentral"


def test_every_subnet_has_a_security_group_of_its_own() -> None:
    documents = rendered(azure(), "network")

    groups = {
        name: subnet["spec"]["networkSecurityGroup"]["reference"]["name"]
        for name, subnet in named(documents, "VirtualNetworksSubnet").items()
        if "networkSecurityGroup" in subnet["spec"]
    }

    assert groups["snet-shop-live-database"] == "nsg-shop-live-database"
    assert set(groups.values()) == set(named(documents, "NetworkSecurityGroup"))


def test_a_delegated_subnet_without_rules_has_none() -> None:
    documents = rendered(azure(), "network")

    subnet = the(documents, "VirtualNetworksSubnet", "snet-shop-live-server")

    assert "networkSecurityGroup" not in subnet["spec"]
    assert subnet["spec"]["delegations"][0]["serviceName"] == "Microsoft.DBforPostgreSQL/flexibleServers"


def test_a_delegated_subnet_with_rules_has_one() -> None:
    rule = "{direction: inbound, source: application, ports: ['5432'], priority: 100}"
    overlay = f"platform: {{azure: {{network: {{subnets: {{server: {{rules: {{Application: {rule}}}}}}}}}}}}}"

    subnet = the(rendered(azure(overlay), "network"), "VirtualNetworksSubnet", "snet-shop-live-server")

    assert subnet["spec"]["networkSecurityGroup"]["reference"]["name"] == "nsg-shop-live-server"


def test_rules_name_subnets_and_carry_their_blocks() -> None:
    documents = rendered(azure(RULES), "network")

    rule = the(documents, "NetworkSecurityGroupsSecurityRule", "nsg-shop-live-database-agents")

    assert rule["spec"]["sourceAddressPrefix"] == "10.0.3.0/24"
    assert rule["spec"]["destinationPortRanges"] == ["5432", "6432"]


def test_a_service_tag_stays_as_it_is() -> None:
    rule = the(rendered(azure(RULES), "network"), "NetworkSecurityGroupsSecurityRule", "nsg-shop-live-database-monitor")

    assert rule["spec"]["sourceAddressPrefix"] == "AzureMonitor"
    assert rule["spec"]["destinationPortRange"] == "*"
    assert rule["spec"]["access"] == "Deny"


def test_a_subnet_whose_name_is_azures_keeps_it() -> None:
    overlay = "platform: {azure: {network: {subnets: {gateway: {azure_name: ApplicationGatewaySubnet}}}}}"

    subnet = the(rendered(azure(overlay), "network"), "VirtualNetworksSubnet", "snet-shop-live-gateway")

    assert subnet["spec"]["azureName"] == "ApplicationGatewaySubnet"


def test_a_peering_leads_to_the_other_environments_network() -> None:
    here = azure("platform: {azure: {network: {peers: [other]}}}")
    live, _ = introduced(here, azure(OTHER, OTHER_SUBNETS))

    peering = the(rendered(live, "network"), "VirtualNetworksVirtualNetworkPeering")

    assert peering["spec"]["remoteVirtualNetwork"]["reference"]["armId"] == (
        f"/subscriptions/{GUID}/resourceGroups/rg-shop-other/providers/Microsoft.Network/virtualNetworks/vnet-shop-other"
    )


def test_each_kind_of_private_zone_is_made_once_and_only_where_it_is_used() -> None:
    two = """
data:
  second: {type: postgres, version: 16, credentials: login, engine: {azure-flexible-server: {storage: 32Gi}}}
"""

    documents = everything(azure(SERVER, CACHE, BUS, two))

    assert Counter(item["spec"]["azureName"] for item in documents if item["kind"] == "PrivateDnsZone") == {
        "privatelink.postgres.database.azure.com": 1,
        "privatelink.redis.cache.windows.net": 1,
        "privatelink.servicebus.windows.net": 1,
    }


def test_every_endpoint_registers_in_a_zone_that_is_there() -> None:
    documents = everything(azure(SERVER, CACHE, BUS, "platform: {azure: {vault: {}}}"))
    zones = set(named(documents, "PrivateDnsZone"))

    used = {
        config["privateDnsZoneReference"]["name"]
        for group in named(documents, "PrivateEndpointsPrivateDnsZoneGroup").values()
        for config in group["spec"]["privateDnsZoneConfigs"]
    }

    assert used == zones


def test_a_zone_is_linked_to_the_network() -> None:
    link = the(rendered(azure(CACHE), "network"), "PrivateDnsZonesVirtualNetworkLink")

    assert link["spec"]["virtualNetwork"]["reference"]["name"] == "vnet-shop-live"
    assert link["spec"]["owner"]["name"] == "privatelink-redis-cache-windows-net"


def test_what_is_rendered_fits_the_operators_schemas() -> None:
    assert operator_problems(rendered(azure(RULES, SERVER), "network")) == []


def test_the_corporate_network_is_reached_through_the_gateway_of_a_hub() -> None:
    hub = f"/subscriptions/{GUID}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub"
    documents = rendered(azure(f"platform: {{azure: {{network: {{corporate_hub: {hub}}}}}}}"), "network")

    peering = the(documents, "VirtualNetworksVirtualNetworkPeering")
    assert peering["spec"]["remoteVirtualNetwork"] == {"reference": {"armId": hub}}
    assert peering["spec"]["useRemoteGateways"] is True
    assert operator_problems([peering]) == []
