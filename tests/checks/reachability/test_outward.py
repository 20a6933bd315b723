"""Rented resources in subnets of their own: security groups, private endpoints and zones."""

from pathlib import Path
from typing import Any

from trees import a_context, an_environment, an_object, inventory, put, write

from groundplan.checks.reachability import run
from groundplan.errors import Finding

Json = dict[str, Any]

PROVIDED = """
kinds:
  - of: dbforpostgresql.azure.com/FlexibleServer
    hosts: [{host: "{spec.azureName}.postgres.database.azure.com", zone: privatelink.postgres.database.azure.com}]
"""
HOST = "db.postgres.database.azure.com"
ZONE = "privatelink-postgres-database-azure-com"
NETWORK = "network.azure.com/v1api20240301"


def azure(kind: str, name: str, api_version: str = NETWORK, **spec: Any) -> Json:
    return an_object(kind, name, api_version, namespace="store-prod", spec=spec)


def named(kind: str, name: str) -> Json:
    return {"reference": {"kind": kind, "name": name}}


def a_rule(name: str, group: str, direction: str, access: str, priority: int, port: str = "*") -> Json:
    return azure(
        "NetworkSecurityGroupsSecurityRule",
        name,
        owner={"name": group},
        access=access,
        direction=direction,
        priority=priority,
        protocol="*",
        sourceAddressPrefix="*",
        destinationAddressPrefix="*",
        destinationPortRange=port,
    )


def a_subnet(name: str, block: str) -> Json:
    return azure(
        "VirtualNetworksSubnet", name, addressPrefix=block, networkSecurityGroup=named("NetworkSecurityGroup", name)
    )


def a_pod() -> Json:
    env = [{"name": "DB_HOST", "value": HOST}, {"name": "DB_PORT", "value": "5432"}]
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "env": env}]}}
    return an_object("Deployment", "web", "apps/v1", spec={"template": template})


NODES = azure(
    "ManagedCluster",
    "aks",
    "containerservice.azure.com/v1api20240402preview",
    agentPoolProfiles=[{"vnetSubnetReference": {"name": "nodes"}}],
)
SERVER = azure("FlexibleServer", "db", "dbforpostgresql.azure.com/v1api20240801", azureName="db")
ENDPOINT = azure(
    "PrivateEndpoint",
    "db",
    subnet=named("VirtualNetworksSubnet", "data"),
    privateLinkServiceConnections=[{"privateLinkServiceReference": {"kind": "FlexibleServer", "name": "db"}}],
)
REGISTERED = azure(
    "PrivateEndpointsPrivateDnsZoneGroup",
    "db-dns",
    owner={"name": "db"},
    privateDnsZoneConfigs=[{"name": "zone", "privateDnsZoneReference": {"name": ZONE}}],
)
A_ZONE = azure("PrivateDnsZone", ZONE, azureName="privatelink.postgres.database.azure.com")
LINK = azure("PrivateDnsZonesVirtualNetworkLink", "link", owner={"name": ZONE})
TREE = [a_pod(), NODES, SERVER, ENDPOINT, a_subnet("nodes", "10.0.1.0/24"), a_subnet("data", "10.0.2.0/24")]
RESOLVED = [REGISTERED, A_ZONE, LINK]


def judge(root: Path, *documents: Json) -> tuple[Finding, ...]:
    write(root, "environments/provided.yaml", PROVIDED)
    for document in documents:
        put(root, document)
    return run(inventory(root), a_context(root, an_environment(namespaces={"shop": {}}))).findings


def test_a_network_is_open_inside_by_default(tmp_path: Path) -> None:
    assert judge(tmp_path, *TREE, *RESOLVED) == ()


def test_a_rule_that_denies_before_one_allows_is_found(tmp_path: Path) -> None:
    late = a_rule("allow", "data", "Inbound", "Allow", 200, "5432")

    found = judge(tmp_path, *TREE, *RESOLVED, a_rule("deny", "data", "Inbound", "Deny", 100), late)

    assert [finding.rule for finding in found] == ["reachability.security-group"]
    assert "denies 10.0.1.0/24 the way to 10.0.2.0/24 on port 5432" in found[0].message


def test_a_rule_that_allows_first_is_fine(tmp_path: Path) -> None:
    early = a_rule("allow", "data", "Inbound", "Allow", 100, "5000-6000")

    assert judge(tmp_path, *TREE, *RESOLVED, a_rule("deny", "data", "Inbound", "Deny", 4000), early) == ()


def test_a_rule_that_keeps_nodes_from_sending_is_found(tmp_path: Path) -> None:
    found = judge(tmp_path, *TREE, *RESOLVED, a_rule("deny", "nodes", "Outbound", "Deny", 100, "5432"))

    assert [finding.rule for finding in found] == ["reachability.security-group"]


def test_an_endpoint_that_is_in_no_zone_is_found(tmp_path: Path) -> None:
    found = judge(tmp_path, *TREE, A_ZONE, LINK)

    assert ["resolves to a public address" in finding.message for finding in found] == [True]


def test_an_endpoint_in_the_zone_of_another_product_is_found(tmp_path: Path) -> None:
    other = azure("PrivateDnsZone", ZONE, azureName="privatelink.redis.cache.windows.net")

    found = judge(tmp_path, *TREE, REGISTERED, other, LINK)

    assert ["resolvers look for it in privatelink.postgres" in finding.message for finding in found] == [True]


def test_a_zone_that_no_network_asks_is_found(tmp_path: Path) -> None:
    found = judge(tmp_path, *TREE, REGISTERED, A_ZONE)

    assert ["in a zone that no network asks" in finding.message for finding in found] == [True]
