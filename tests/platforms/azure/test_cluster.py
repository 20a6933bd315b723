"""The AKS cluster: private, without passwords, its pools in the zones there are."""

from __future__ import annotations

import pytest
from tests.support.azure_rendering import azure, everything, named, operator_problems, references
from tests.support.rendering import Json, rendered, the

WINDOW = "platform: {azure: {cluster: {maintenance: {day: DAY, start: 'START', hours: HOURS, time_zone: ZONE}}}}"


def cluster(*overlays: str) -> Json:
    found: Json = the(rendered(azure(*overlays), "cluster"), "ManagedCluster")["spec"]
    return found


def pool(*overlays: str) -> Json:
    found: Json = the(rendered(azure(*overlays), "cluster"), "ManagedClustersAgentPool")["spec"]
    return found


def slots(day: str, start: str, hours: int, zone: str) -> list[Json]:
    window = WINDOW.replace("DAY", day).replace("START", start).replace("HOURS", str(hours)).replace("ZONE", zone)
    documents = rendered(azure(window), "cluster")
    found: list[Json] = the(documents, "MaintenanceConfiguration", "aks-shop-live-default")["spec"]["timeInWeek"]
    return found


def test_the_api_server_has_a_private_address_alone() -> None:
    assert cluster()["apiServerAccessProfile"] == {
        "enablePrivateCluster": True,
        "enablePrivateClusterPublicFQDN": False,
        "privateDNSZone": "system",
        "disableRunCommand": True,
    }


def test_a_public_api_server_is_reached_from_the_networks_listed() -> None:
    profile = cluster("platform: {azure: {cluster: {private: false, api_cidrs: [192.0.2.0/24]}}}")[
        "apiServerAccessProfile"
    ]

    assert profile["authorizedIPRanges"] == ["192.0.2.0/24"]


def test_people_sign_in_with_entra_and_no_local_account_is_left() -> None:
    spec = cluster()

    assert spec["disableLocalAccounts"] is True
    assert spec["aadProfile"]["enableAzureRBAC"] is True


def test_the_pool_called_system_carries_the_clusters_own_pods() -> None:
    assert [profile["name"] for profile in cluster()["agentPoolProfiles"]] == ["system"]
    assert pool()["azureName"] == "app"


def test_without_a_pool_called_system_the_first_one_does() -> None:
    spec = cluster("cluster: {node_pools: {system: null}}")

    assert [profile["name"] for profile in spec["agentPoolProfiles"]] == ["app"]


def test_nodes_stand_in_every_zone_of_the_cluster() -> None:
    assert pool()["availabilityZones"] == ["1", "2", "3"]


def test_in_a_region_without_zones_no_empty_list_is_written() -> None:
    overlay = "platform: {azure: {region: koreasouth, zones: []}}"

    assert "availabilityZones" not in pool(overlay)
    assert "availabilityZones" not in cluster(overlay)["agentPoolProfiles"][0]


def test_a_tainted_pool_says_so() -> None:
    assert pool()["nodeTaints"] == ["app=true:NoSchedule"]


def test_a_spot_pool_is_evicted_by_deletion_at_any_price() -> None:
    spec = pool("stage: staging\nplatform: {azure: {cluster: {spot_pools: [app]}}}")

    assert (spec["scaleSetPriority"], spec["spotMaxPrice"]) == ("Spot", -1)


def test_pods_of_an_overlay_have_addresses_of_their_own() -> None:
    profile = cluster()["networkProfile"]

    assert (profile["networkPluginMode"], profile["podCidr"]) == ("overlay", "172.20.0.0/14")


def test_pods_of_a_flat_network_have_the_subnets() -> None:
    overlay = (
        "platform: {azure: {cluster: {network_mode: flat}, network: {subnets: {application: {cidr: 10.0.64.0/18}}}}}"
    )

    profile = cluster(overlay)["networkProfile"]

    assert "networkPluginMode" not in profile
    assert "podCidr" not in profile


def test_the_dns_service_has_the_tenth_address() -> None:
    assert (
        cluster("platform: {azure: {cluster: {service_cidr: 172.18.0.0/16}}}")["networkProfile"]["dnsServiceIP"]
        == "172.18.0.10"
    )


@pytest.mark.parametrize(("tier", "plan"), [("Premium", "AKSLongTermSupport"), ("Standard", "KubernetesOfficial")])
def test_long_term_support_comes_with_the_premium_tier(tier: str, plan: str) -> None:
    assert cluster(f"platform: {{azure: {{cluster: {{tier: {tier}}}}}}}")["supportPlan"] == plan


def test_the_kubelet_may_pull_images_and_nothing_else() -> None:
    grants = named(rendered(azure(), "cluster"), "RoleAssignment")

    of_kubelet = [
        grant["spec"]["owner"]["kind"]
        for grant in grants.values()
        if grant["spec"]["principalIdFromConfig"]["name"] == "kubelet-identity"
    ]

    assert of_kubelet == ["Registry"]


def test_the_ingress_controllers_identity_is_written_down_where_there_is_a_gateway() -> None:
    gateway = "platform: {azure: {vault: {certificates: [tls]}, edge: {gateway: {certificate: tls}}}}"

    spec = cluster(gateway)["operatorSpec"]

    assert spec["configMapExpressions"][0]["name"] == "gateway-controller"
    assert "configMapExpressions" not in cluster()["operatorSpec"]


def test_a_window_within_a_day_is_one_entry() -> None:
    assert slots("Sunday", "12:00", 3, "Asia/Seoul") == [{"day": "Sunday", "hourSlots": [3, 4, 5]}]


def test_a_window_that_begins_the_day_before_in_utc_is_that_days() -> None:
    assert slots("Sunday", "02:00", 4, "Asia/Seoul") == [{"day": "Saturday", "hourSlots": [17, 18, 19, 20]}]


def test_a_window_over_midnight_in_utc_has_an_entry_for_each_day() -> None:
    assert slots("Monday", "07:00", 4, "Asia/Seoul") == [
        {"day": "Sunday", "hourSlots": [22, 23]},
        {"day": "Monday", "hourSlots": [0, 1]},
    ]


def test_a_window_west_of_greenwich_may_end_the_day_after() -> None:
    assert slots("Sunday", "20:00", 2, "America/New_York") == [{"day": "Monday", "hourSlots": [1, 2]}]


def test_upgrades_keep_the_zones_own_time_for_at_least_four_hours() -> None:
    window = (
        WINDOW.replace("DAY", "Sunday").replace("START", "02:00").replace("HOURS", "2").replace("ZONE", "Asia/Seoul")
    )
    documents = rendered(azure(window), "cluster")

    upgrade = the(documents, "MaintenanceConfiguration", "aks-shop-live-aksmanagedautoupgradeschedule")["spec"]

    assert upgrade["maintenanceWindow"] == {
        "schedule": {"weekly": {"dayOfWeek": "Sunday", "intervalWeeks": 1}},
        "durationHours": 4,
        "startTime": "02:00",
        "utcOffset": "+09:00",
    }


def test_a_monthly_window_is_the_first_of_the_month() -> None:
    overlay = "platform: {azure: {cluster: {maintenance: {day: Sunday, start: '02:00', monthly: true}}}}"
    documents = rendered(azure(overlay), "cluster")

    upgrade = the(documents, "MaintenanceConfiguration", "aks-shop-live-aksmanagednodeosupgradeschedule")["spec"]

    assert upgrade["maintenanceWindow"]["schedule"]["relativeMonthly"]["weekIndex"] == "First"


def test_the_cluster_outlives_its_object() -> None:
    found = the(rendered(azure(), "cluster"), "ManagedCluster")

    assert found["metadata"]["annotations"] == {
        "serviceoperator.azure.com/reconcile-policy": "detach-on-delete",
        "argocd.argoproj.io/sync-options": "Prune=confirm,Delete=confirm",
    }


def test_every_reference_leads_to_an_object() -> None:
    documents = everything(azure("platform: {azure: {vault: {}, monitor: {}}}"))
    there = {(item["apiVersion"].partition("/")[0], item["kind"], item["metadata"]["name"]) for item in documents}

    assert [found for item in documents for found in references(item.get("spec")) if found not in there] == []


def test_what_is_rendered_fits_the_operators_schemas() -> None:
    window = (
        WINDOW.replace("DAY", "Monday").replace("START", "07:00").replace("HOURS", "4").replace("ZONE", "Asia/Seoul")
    )
    gateway = "platform: {azure: {vault: {certificates: [tls]}, monitor: {}, edge: {gateway: {certificate: tls}}}}"

    assert operator_problems(rendered(azure(window, gateway), "cluster")) == []


def test_others_can_list_the_addresses_that_connections_come_from() -> None:
    documents = rendered(azure("platform: {azure: {cluster: {outbound_addresses: 2}}}"), "cluster")

    addresses = named(documents, "PublicIPAddress")
    profile = the(documents, "ManagedCluster")["spec"]["networkProfile"]["loadBalancerProfile"]
    assert [item["reference"]["name"] for item in profile["outboundIPs"]["publicIPs"]] == list(addresses)
    assert list(addresses) == ["pip-shop-live-outbound", "pip-shop-live-outbound2"]
    assert operator_problems(list(addresses.values())) == []


def test_without_addresses_of_our_own_the_provider_s_are_used() -> None:
    documents = rendered(azure(), "cluster")

    assert "loadBalancerProfile" not in the(documents, "ManagedCluster")["spec"]["networkProfile"]
    assert named(documents, "PublicIPAddress") == {}
