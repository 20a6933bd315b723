"""The Application Gateway: HTTPS in, plain HTTP sent back, and its own controller let in."""

from __future__ import annotations

from tests.support.azure_rendering import GUID, azure, named, operator_problems
from tests.support.rendering import Json, rendered, the

from groundplan.platforms.registry import platform_of

EDGE = """
platform:
  azure:
    vault: {certificates: [tls]}
    edge: {gateway: {certificate: tls, private_ip: 10.0.4.10, min: 2, max: 8, pool: backend}}
"""


def edge(*overlays: str) -> list[Json]:
    return rendered(azure(EDGE, *overlays), "edge")


def gateway(*overlays: str) -> Json:
    found: Json = the(edge(*overlays), "ApplicationGateway")["spec"]
    return found


def part_names(value: object) -> list[str]:
    """What pieces of the gateway itself `value` refers to, as `<collection>/<name>`."""
    if isinstance(value, dict):
        arm = value.get("armId", "")
        here = ["/".join(arm.split("/")[-2:])] if "/applicationGateways/" in arm else []
        return here + [name for item in value.values() for name in part_names(item)]
    return [name for item in value for name in part_names(item)] if isinstance(value, list) else []


def test_plain_http_is_told_to_come_back_with_https() -> None:
    redirect = gateway()["redirectConfigurations"][0]

    assert redirect["redirectType"] == "Permanent"
    assert redirect["targetListener"]["reference"]["armId"].endswith("/httpListeners/https-listener")


def test_every_piece_it_refers_to_is_a_piece_of_its_own() -> None:
    spec = gateway()
    pieces = {
        f"{collection}/{item['name']}"
        for collection, items in spec.items()
        if isinstance(items, list)
        for item in items
        if isinstance(item, dict)
    }

    assert set(part_names(spec)) <= pieces


def test_the_certificate_comes_from_the_vault_as_the_gateways_identity() -> None:
    spec = gateway()

    assert spec["sslCertificates"][0]["keyVaultSecretId"] == "https://kv-shop-live.vault.azure.net/secrets/tls"
    assert spec["identity"]["userAssignedIdentities"][0]["reference"]["name"] == "id-shop-live-gateway"


def test_it_has_a_private_address_beside_the_public_one() -> None:
    frontends = {item["name"]: item for item in gateway()["frontendIPConfigurations"]}

    assert frontends["private"]["privateIPAddress"] == "10.0.4.10"
    assert "publicIPAddress" in frontends["public"]


def test_it_and_its_address_stand_in_every_zone() -> None:
    assert gateway()["zones"] == ["1", "2", "3"]
    assert the(edge(), "PublicIPAddress")["spec"]["zones"] == ["1", "2", "3"]


def test_in_a_region_without_zones_no_empty_list_is_written() -> None:
    overlay = "platform: {azure: {region: koreasouth, zones: []}}"

    assert "zones" not in gateway(overlay)
    assert "zones" not in the(edge(overlay), "PublicIPAddress")["spec"]


def test_it_grows_within_the_bounds_given() -> None:
    assert gateway()["autoscaleConfiguration"] == {"minCapacity": 2, "maxCapacity": 8}


def test_the_ingress_controller_may_change_it_and_join_its_subnet() -> None:
    grants = named(edge(), "RoleAssignment")

    assert {grant["spec"]["owner"]["kind"] for grant in grants.values()} == {
        "ApplicationGateway",
        "ResourceGroup",
        "VirtualNetworksSubnet",
        "UserAssignedIdentity",
    }
    assert {grant["spec"]["principalIdFromConfig"]["name"] for grant in grants.values()} == {"gateway-controller"}


def test_the_cluster_names_the_gateway_that_is_made() -> None:
    profile = the(rendered(azure(EDGE), "cluster"), "ManagedCluster")["spec"]["addonProfiles"][
        "ingressApplicationGateway"
    ]

    assert profile["config"]["applicationGatewayId"].endswith(f"/{gateway()['azureName']}")
    assert GUID in profile["config"]["applicationGatewayId"]


def test_what_is_rendered_fits_the_operators_schemas() -> None:
    assert operator_problems(edge()) == []


KNOWN = "ids: {gateway: /subscriptions/S/resourceGroups/rg/providers/Microsoft.Network/applicationGateways/agw}"


def test_the_operator_makes_the_gateway() -> None:
    gateway = the(rendered(azure(EDGE), "edge"), "ApplicationGateway")

    assert gateway["metadata"]["annotations"]["serviceoperator.azure.com/reconcile-policy"] == "detach-on-delete"


def test_a_gateway_that_is_there_is_left_to_the_clusters_controller() -> None:
    gateway = the(rendered(azure(EDGE, KNOWN), "edge"), "ApplicationGateway")

    assert gateway["metadata"]["annotations"]["serviceoperator.azure.com/reconcile-policy"] == "skip"


def test_the_gateways_id_is_read_from_its_own_object() -> None:
    wanted = platform_of(azure(EDGE)).assigned_ids()["gateway"]

    assert (wanted.kind, wanted.name, wanted.path) == ("ApplicationGateway", "agw-shop-live", ("status", "id"))
