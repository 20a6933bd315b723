"""A rented database: no public address, backed up, copied into another region, promoted by one line."""

from __future__ import annotations

from tests.support.azure_rendering import (
    GUID,
    SERVER,
    azure,
    everything,
    introduced,
    named,
    operator_problems,
    references,
)
from tests.support.rendering import Json, rendered, the

SOUTH = """
environment: spare
platform:
  azure:
    region: koreasouth
    zones: []
    network: {cidr: 10.1.0.0/16, subnets: {
        application: {cidr: 10.1.1.0/24}, database: {cidr: 10.1.2.0/24}, cache: {cidr: 10.1.3.0/24},
        gateway: {cidr: 10.1.4.0/24}, server: {cidr: 10.1.5.0/24}}}
"""
REPLICAS = (
    "data: {orders: {engine: {azure-flexible-server: {read_replicas: {reads: {sku: Standard_D4s_v3, purpose: read}}}}}}"
)
DELEGATED = "data: {orders: {engine: {azure-flexible-server: {access: delegated-subnet, subnet: server}}}}"
SECOND = """
data:
  ledger: {type: postgres, version: 16, credentials: login, engine: {azure-flexible-server: {storage: 32Gi}}}
"""


def documents(*overlays: str) -> list[Json]:
    return rendered(azure(SERVER, *overlays), "orders")


def server(*overlays: str) -> Json:
    found: Json = the(documents(*overlays), "FlexibleServer", "pgdb-shop-live")["spec"]
    return found


def standby(*overlays: str, active: str = "false") -> list[Json]:
    primary = azure(SERVER, "recovery: {role: primary, peer: spare, rto: 1h, rpo: 15m}")
    recovery = f"recovery: {{role: standby, peer: live, active: {active}, rto: 1h, rpo: 15m}}"
    _, spare = introduced(primary, azure(SERVER, SOUTH, recovery, *overlays))
    return rendered(spare, "orders")


def test_it_has_no_public_address_and_a_private_endpoint() -> None:
    endpoint = the(documents(), "PrivateEndpoint")["spec"]

    assert server()["network"] == {"publicNetworkAccess": "Disabled"}
    assert endpoint["privateLinkServiceConnections"][0]["groupIds"] == ["postgresqlServer"]
    assert endpoint["subnet"]["reference"]["name"] == "snet-shop-live-database"


def test_in_a_delegated_subnet_it_has_a_zone_of_its_own_and_no_endpoint() -> None:
    objects = documents(DELEGATED)

    network = the(objects, "FlexibleServer")["spec"]["network"]

    assert named(objects, "PrivateEndpoint") == {}
    assert network["delegatedSubnetResourceReference"]["name"] == "snet-shop-live-server"
    assert network["privateDnsZoneArmResourceReference"]["name"] in named(objects, "PrivateDnsZone")


def test_the_zone_of_a_delegated_server_ends_as_azure_demands() -> None:
    zone = the(documents(DELEGATED), "PrivateDnsZone")

    assert zone["spec"]["azureName"].endswith(".postgres.database.azure.com")


def test_connections_are_encrypted_as_the_environment_says() -> None:
    parameters = {
        item["spec"]["azureName"]: item["spec"]["value"]
        for item in documents("data: {orders: {engine: {azure-flexible-server: {minimum_tls: TLSv1.3}}}}")
        if item["kind"] == "FlexibleServersConfiguration"
    }

    assert parameters["require_secure_transport"] == "on"
    assert parameters["ssl_min_protocol_version"] == "TLSv1.3"


def test_the_pooler_is_a_parameter() -> None:
    names = {
        item["spec"].get("azureName")
        for item in documents("data: {orders: {engine: {azure-flexible-server: {pooler: true}}}}")
    }

    assert "pgbouncer.enabled" in names


def test_own_parameters_go_over_the_derived_ones() -> None:
    overlay = "data: {orders: {engine: {azure-flexible-server: {parameters: {log_connections: 'off'}}}}}"

    parameter = the(documents(overlay), "FlexibleServersConfiguration", "pgdb-shop-live-log-connections")

    assert parameter["spec"]["value"] == "off"


def test_a_standby_of_the_region_stands_in_another_zone() -> None:
    overlay = "data: {orders: {engine: {azure-flexible-server: {high_availability: zone-redundant, zone: '1', standby_zone: '3'}}}}"

    assert server(overlay)["highAvailability"] == {"mode": "ZoneRedundant", "standbyAvailabilityZone": "3"}


def test_in_a_region_without_zones_none_is_named() -> None:
    assert "availabilityZone" not in server("platform: {azure: {region: koreasouth, zones: []}}")


def test_backups_are_kept_as_long_as_the_store_says() -> None:
    overlay = "platform: {azure: {storage: {backup: {containers: {backups: 35d}}}}}\ndata: {orders: {engine: {azure-flexible-server: {keep_backups: 21d}}}}"

    assert server(overlay)["backup"] == {"geoRedundantBackup": "Disabled", "backupRetentionDays": 21}


def test_the_password_of_the_administrator_is_made_and_written_nowhere() -> None:
    objects = documents()

    secret = the(objects, "ExternalSecret")

    assert server()["administratorLoginPassword"] == {"name": secret["metadata"]["name"], "key": "password"}
    assert secret["spec"]["dataFrom"][0]["sourceRef"]["generatorRef"]["kind"] == "Password"
    assert the(objects, "Password")["metadata"]["name"] == secret["metadata"]["name"]


def test_the_database_outlives_its_object() -> None:
    objects = documents()
    keep = {
        "serviceoperator.azure.com/reconcile-policy": "detach-on-delete",
        "argocd.argoproj.io/sync-options": "Prune=confirm,Delete=confirm",
    }

    assert the(objects, "FlexibleServer")["metadata"]["annotations"] == keep
    assert the(objects, "FlexibleServersDatabase")["metadata"]["annotations"] == keep


def test_a_read_replica_copies_the_server_and_is_reached_privately() -> None:
    objects = documents(REPLICAS)

    replica = the(objects, "FlexibleServer", "pgdb-shop-live-reads")["spec"]

    assert replica["createMode"] == "Replica"
    assert replica["sourceServerResourceReference"]["name"] == "pgdb-shop-live"
    assert "pep-shop-live-postgres-reads" in named(objects, "PrivateEndpoint")


def test_a_read_replica_of_a_delegated_server_stands_in_its_subnet() -> None:
    replica = the(documents(REPLICAS, DELEGATED), "FlexibleServer", "pgdb-shop-live-reads")["spec"]

    assert replica["network"]["delegatedSubnetResourceReference"]["name"] == "snet-shop-live-server"


def test_two_servers_have_names_endpoints_and_passwords_of_their_own() -> None:
    objects = everything(azure(SERVER, SECOND))

    assert set(named(objects, "FlexibleServer")) == {"pgdb-shop-live-orders", "pgdb-shop-live-ledger"}
    assert {"pep-shop-live-postgres-orders", "pep-shop-live-postgres-ledger"} <= set(named(objects, "PrivateEndpoint"))
    assert set(named(objects, "Password")) == {"orders-administrator", "ledger-administrator"}


def test_in_another_region_it_copies_the_peers_server() -> None:
    found = the(standby(), "FlexibleServer")["spec"]

    assert found["createMode"] == "Replica"
    assert found["sourceServerResourceReference"]["armId"] == (
        f"/subscriptions/{GUID}/resourceGroups/rg-shop-live/providers"
        "/Microsoft.DBforPostgreSQL/flexibleServers/pgdb-shop-live"
    )


def test_a_copy_has_no_administrator_and_no_database_of_its_own() -> None:
    kinds = {item["kind"] for item in standby()}

    assert not {"Password", "ExternalSecret", "FlexibleServersDatabase"} & kinds
    assert "administratorLogin" not in the(standby(), "FlexibleServer")["spec"]


def test_a_copy_has_no_standby_no_copies_and_no_backup_in_its_own_pair() -> None:
    overlay = (
        "data: {orders: {engine: {azure-flexible-server: {high_availability: same-zone, geo_redundant_backup: true}}}}"
    )

    objects = standby(overlay, REPLICAS)

    assert list(named(objects, "FlexibleServer")) == ["pgdb-shop-spare"]
    assert the(objects, "FlexibleServer")["spec"]["highAvailability"] == {"mode": "Disabled"}
    assert the(objects, "FlexibleServer")["spec"]["backup"]["geoRedundantBackup"] == "Disabled"


def test_the_failover_switch_promotes_it_without_waiting_for_the_lost_region() -> None:
    found = the(standby(active="true"), "FlexibleServer")["spec"]

    assert found["createMode"] == "Update"
    assert found["replica"] == {"promoteMode": "standalone", "promoteOption": "forced"}
    assert "sourceServerResourceReference" not in found


def old_side(standby_says: str) -> list[Json]:
    recovery = f"recovery: {{role: standby, peer: live, rto: 1h, rpo: 15m, {standby_says}}}"
    primary = azure(SERVER, "recovery: {role: primary, peer: spare, rto: 1h, rpo: 15m}")
    live, _ = introduced(primary, azure(SERVER, SOUTH, recovery))
    return rendered(live, "orders")


def test_on_the_way_back_the_old_side_copies_the_one_that_took_over() -> None:
    found = the(old_side("active: true, reversed: true"), "FlexibleServer")["spec"]

    assert found["createMode"] == "Replica"
    assert found["sourceServerResourceReference"]["armId"].endswith("/pgdb-shop-spare")


def test_it_leads_again_when_nothing_is_missing() -> None:
    found = the(old_side("active: false, reversed: true"), "FlexibleServer")["spec"]

    assert found["replica"] == {"promoteMode": "standalone", "promoteOption": "planned"}


def test_every_reference_leads_to_an_object() -> None:
    objects = everything(azure(SERVER, REPLICAS, SECOND))
    there = {(item["apiVersion"].partition("/")[0], item["kind"], item["metadata"]["name"]) for item in objects}

    assert [found for item in objects for found in references(item.get("spec")) if found not in there] == []


def test_what_is_rendered_fits_the_operators_schemas() -> None:
    maintenance = "data: {orders: {engine: {azure-flexible-server: {maintenance: {day: Sunday, start: '02:00', time_zone: Asia/Seoul}, pooler: true}}}}"

    assert operator_problems([*documents(REPLICAS, maintenance), *documents(DELEGATED)]) == []
    assert operator_problems([*standby(), *standby(active="true")]) == []
