"""A Service Bus namespace: no keys, a private endpoint, and entities under the broker's own names."""

from __future__ import annotations

import pytest
from tests.support.azure_rendering import BUS, RESOURCES, azure, everything, named, operator_problems
from tests.support.rendering import Json, rendered, the

from groundplan.platforms.azure.durations import iso_duration

FULL = """
data:
  bus:
    engine: {azure-service-bus: {units: 4, partitions: 2}}
    queues: {jobs: {max_size: 5Gi, detect_duplicates: true, duplicate_window: 20m, sessions: true, delete_idle: 14d}}
    topics: {events: {name: system_events, subscriptions: [audit_subscription]}}
"""


def bus(*overlays: str) -> list[Json]:
    return rendered(azure(BUS, *overlays), "bus")


@pytest.mark.parametrize(
    ("text", "written"),
    [("14d", "P14D"), ("10m", "PT10M"), ("36h", "P1DT12H"), ("90s", "PT1M30S"), ("1h", "PT1H"), ("25h", "P1DT1H")],
)
def test_durations_are_written_as_azure_reads_them(text: str, written: str) -> None:
    assert iso_duration(text) == written


def test_nobody_signs_in_with_a_key() -> None:
    assert the(bus(), "Namespace")["spec"]["disableLocalAuth"] is True


def test_it_is_reached_by_its_private_endpoint_alone() -> None:
    documents = bus()

    assert the(documents, "Namespace")["spec"]["publicNetworkAccess"] == "Disabled"
    assert the(documents, "PrivateEndpoint")["spec"]["privateLinkServiceConnections"][0]["groupIds"] == ["namespace"]


def test_units_and_partitions_belong_to_the_namespace() -> None:
    spec = the(bus(FULL), "Namespace")["spec"]

    assert spec["sku"]["capacity"] == 4
    assert spec["premiumMessagingPartitions"] == 2


def test_entities_follow_the_partitions_of_the_namespace() -> None:
    assert the(bus(FULL), "NamespacesQueue")["spec"]["enablePartitioning"] is True
    assert the(bus(), "NamespacesQueue")["spec"]["enablePartitioning"] is False


def test_in_a_region_without_zones_it_is_not_spread() -> None:
    spec = the(bus("platform: {azure: {region: koreasouth, zones: []}}"), "Namespace")["spec"]

    assert spec["zoneRedundant"] is False


def test_a_queue_has_its_name_at_the_broker_and_kubernetes_has_one_it_takes() -> None:
    queue = the(bus(), "NamespacesQueue")

    assert queue["spec"]["azureName"] == "the_jobs"
    assert queue["metadata"]["name"] == "sb-shop-live-jobs"


def test_a_queue_keeps_what_the_environment_asks_for() -> None:
    spec = the(bus(FULL), "NamespacesQueue")["spec"]

    assert (spec["maxSizeInMegabytes"], spec["requiresSession"]) == (5120, True)
    assert spec["duplicateDetectionHistoryTimeWindow"] == "PT20M"
    assert spec["autoDeleteOnIdle"] == "P14D"


def test_a_queue_that_does_not_detect_duplicates_remembers_none() -> None:
    spec = the(bus(), "NamespacesQueue")["spec"]

    assert "duplicateDetectionHistoryTimeWindow" not in spec
    assert "autoDeleteOnIdle" not in spec


def test_a_subscription_belongs_to_its_topic() -> None:
    subscription = the(bus(FULL), "NamespacesTopicsSubscription")

    assert subscription["spec"]["owner"]["name"] == the(bus(FULL), "NamespacesTopic")["metadata"]["name"]
    assert subscription["spec"]["azureName"] == "audit_subscription"


def test_identities_send_and_receive_by_role() -> None:
    identities = "platform: {azure: {identities: {orders: {roles: [bus-send, bus-receive, blob-read]}}}}"

    grants = named(bus(identities), "RoleAssignment")

    assert set(grants) == {"sb-shop-live-orders-bus-send", "sb-shop-live-orders-bus-receive"}


CALLER = f"""
services:
  web: {{image: "web:1.0", identity: web, calls: [bus], {RESOURCES}}}
  api: {{image: "api:1.0", identity: api, {RESOURCES}}}
"""


def test_the_identity_of_whoever_calls_it_sends_and_receives_without_being_told() -> None:
    grants = named(bus("platform: {azure: {identities: {web: {}, api: {}}}}", CALLER), "RoleAssignment")

    assert set(grants) == {"sb-shop-live-web-bus-send", "sb-shop-live-web-bus-receive"}


def test_a_role_that_is_written_takes_the_place_of_what_follows() -> None:
    grants = named(
        bus("platform: {azure: {identities: {web: {roles: [bus-send]}, api: {}}}}", CALLER), "RoleAssignment"
    )

    assert set(grants) == {"sb-shop-live-web-bus-send"}


def test_the_second_half_of_a_pair_gets_its_entities_from_the_first() -> None:
    kinds = {item["kind"] for item in bus("recovery: {role: standby, peer: live, rto: 1h, rpo: 5m}")}

    assert "Namespace" in kinds
    assert "NamespacesQueue" not in kinds


def test_two_brokers_have_names_and_endpoints_of_their_own() -> None:
    documents = everything(azure(BUS, "data: {second: {type: broker, engine: {azure-service-bus: {}}}}"))

    assert set(named(documents, "Namespace")) >= {"sb-shop-live-bus", "sb-shop-live-second"}
    assert set(named(documents, "PrivateEndpoint")) == {"pep-shop-live-bus-bus", "pep-shop-live-bus-second"}


def test_a_name_of_its_own_goes_before_the_convention() -> None:
    assert (
        the(bus("data: {bus: {engine: {azure-service-bus: {azure_name: sb-elsewhere}}}}"), "Namespace")["spec"][
            "azureName"
        ]
        == "sb-elsewhere"
    )


def test_what_is_rendered_fits_the_operators_contracts() -> None:
    assert operator_problems(bus(FULL)) == []
