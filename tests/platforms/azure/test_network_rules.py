"""Rules of security groups follow from who stands in which subnet; nobody writes them."""

from __future__ import annotations

from tests.support.azure_rendering import CACHE, SERVER, azure, named, operator_problems
from tests.support.rendering import Json, rendered

GATEWAY = """
platform: {azure: {vault: {certificates: [tls]}, edge: {gateway: {certificate: tls}}}}
ingress: {type: application-gateway}
"""
FRONT_DOOR = "platform: {azure: {edge: {front_door: {}}}}"
DELEGATED = "data: {orders: {engine: {azure-flexible-server: {access: delegated-subnet, subnet: server}}}}"
SHARDS = "data: {cache: {engine: {azure-cache: {tier: Premium, capacity: 1, shards: 2}}}}"


def rules(*overlays: str) -> dict[str, Json]:
    """Rules by group and name, as `database-application`."""
    found = named(rendered(azure(*overlays), "network"), "NetworkSecurityGroupsSecurityRule")
    return {name.removeprefix("nsg-shop-live-"): rule["spec"] for name, rule in found.items()}


def test_a_subnet_in_which_nothing_stands_has_no_rules() -> None:
    assert rules() == {}


def test_a_store_admits_the_nodes_to_its_port() -> None:
    rule = rules(SERVER)["database-application"]

    assert rule["access"] == "Allow"
    assert rule["direction"] == "Inbound"
    assert rule["sourceAddressPrefix"] == "10.0.1.0/24"
    assert rule["destinationPortRange"] == "5432"


def test_a_store_admits_nobody_else_of_the_network() -> None:
    rule = rules(SERVER)["database-nobodyelse"]

    assert (rule["access"], rule["sourceAddressPrefix"], rule["priority"]) == ("Deny", "VirtualNetwork", 4000)


def test_the_nodes_end_of_a_connection_is_written_too() -> None:
    rule = rules(SERVER)["application-database"]

    assert rule["direction"] == "Outbound"
    assert rule["destinationAddressPrefix"] == "10.0.2.0/24"


def test_ports_are_those_that_callers_are_let_out_to() -> None:
    assert rules(CACHE)["cache-application"]["destinationPortRange"] == "6380"
    assert rules(CACHE, SHARDS)["cache-application"]["destinationPortRanges"] == ["6380", "15000-15019"]


def test_servers_in_a_subnet_of_their_own_reach_their_standbys() -> None:
    rule = rules(SERVER, DELEGATED)["server-standby"]

    assert rule["sourceAddressPrefix"] == "10.0.5.0/24"


def test_an_endpoint_asks_nothing_of_its_neighbours() -> None:
    assert "database-standby" not in rules(SERVER)


def test_what_stands_among_the_nodes_needs_no_rule() -> None:
    vault = "platform: {azure: {vault: {}}}"

    assert rules(vault) == {}


def test_a_vault_elsewhere_is_asked_over_tls() -> None:
    vault = "platform: {azure: {vault: {subnet: cache}}}"

    assert rules(vault)["cache-application"]["destinationPortRange"] == "443"


def test_a_gateway_is_open_to_the_internet() -> None:
    assert rules(GATEWAY)["gateway-https"]["sourceAddressPrefix"] == "Internet"


def test_nodes_behind_a_load_balancer_are_open_to_the_web() -> None:
    nginx = """
ingress: {type: nginx, self_signed: true}
expose: {www: {routes: {/: shop}}}
hosts: {www: shop.example.com}
services: {shop: {image: "shop:v1", port: 8080, resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}}}
"""
    everybody, some = rules(nginx), rules(nginx, "ingress: {sources: [8.8.8.0/24, 9.9.9.0/24]}")

    assert everybody["application-web"]["sourceAddressPrefix"] == "Internet"
    assert everybody["application-web"]["destinationPortRanges"] == ["80", "443"]
    assert [some[name]["sourceAddressPrefix"] for name in ("application-web", "application-web2")] == [
        "8.8.8.0/24",
        "9.9.9.0/24",
    ]


def test_behind_front_door_a_gateway_is_open_to_nobody_else() -> None:
    found = rules(GATEWAY, FRONT_DOOR)

    assert found["gateway-https"]["sourceAddressPrefix"] == "AzureFrontDoor.Backend"
    assert found["gateway-http"]["sourceAddressPrefix"] == "AzureFrontDoor.Backend"


def test_azure_looks_after_a_gateway_by_its_own_ports() -> None:
    assert rules(GATEWAY)["gateway-gatewaymanager"]["destinationPortRange"] == "65200-65535"


def test_the_nodes_admit_the_gateway() -> None:
    assert rules(GATEWAY)["application-appgateway"]["sourceAddressPrefix"] == "10.0.4.0/24"


def test_no_two_rules_of_a_group_have_one_priority() -> None:
    found = rules(GATEWAY, SERVER, CACHE, DELEGATED)

    places = [(rule["owner"]["name"], rule["direction"], rule["priority"]) for rule in found.values()]
    assert len(places) == len(set(places))


def test_what_is_rendered_fits_the_operators_schemas() -> None:
    documents = rendered(azure(GATEWAY, SERVER, CACHE, DELEGATED), "network")

    assert operator_problems(documents) == []
