"""Two firewalls with one intent; the limit stands where clients are seen."""

from __future__ import annotations

from tests.support.azure_rendering import RESOURCES, azure, introduced, operator_problems
from tests.support.rendering import Json, rendered, the

EDGE = f"""
platform:
  azure:
    vault: {{certificates: [tls]}}
    edge:
      firewall: {{rate_limit: 100, blocked_countries: [CN], blocked_addresses: [192.0.2.0/24]}}
      gateway: {{certificate: tls}}
services: {{web: {{image: "web:1.0", port: 80, {RESOURCES}}}}}
ingress: {{type: application-gateway}}
expose: {{www: {{routes: {{/: web}}}}}}
hosts: {{www: shop.example.com}}
"""
DOOR = "platform: {azure: {edge: {front_door: {}}}}"


def edge(*overlays: str) -> list[Json]:
    return rendered(azure(EDGE, *overlays), "edge")


def policies(*overlays: str) -> dict[str, Json]:
    """The gateway's policy and Front Door's, by where they stand."""
    found = {
        item["apiVersion"].partition("/")[0]: item["spec"] for item in edge(*overlays) if "Firewall" in item["kind"]
    }
    return {"gateway": found["network.azure.com"], "door": found.get("network.frontdoor.azure.com", {})}


def names(rules: list[Json]) -> list[str]:
    return [rule["name"] for rule in sorted(rules, key=lambda rule: rule["priority"])]


def test_without_front_door_the_gateway_limits_clients() -> None:
    assert names(policies()["gateway"]["customRules"]) == ["AddressBlocking", "GeoBlocking", "RateLimiting"]


def test_behind_front_door_the_gateway_would_see_one_client() -> None:
    assert names(policies(DOOR)["gateway"]["customRules"]) == ["OtherFrontDoors", "AddressBlocking", "GeoBlocking"]


def test_requests_of_another_front_door_are_blocked_and_all_are_until_ours_is_known() -> None:
    def condition(*overlays: str) -> Json:
        [rule] = [
            one for one in policies(DOOR, *overlays)["gateway"]["customRules"] if one["name"] == "OtherFrontDoors"
        ]
        assert (rule["action"], rule["state"]) == ("Block", "Enabled")
        found: Json = rule["matchConditions"][0]
        return found

    assert condition()["matchVariables"] == [{"variableName": "RequestHeaders", "selector": "X-Azure-FDID"}]
    assert condition()["negationConditon"] is True
    assert condition()["matchValues"] == ["00000000-0000-0000-0000-000000000000"]
    known = "11111111-2222-3333-4444-555555555555"
    assert condition(f"ids: {{front-door: {known}}}")["matchValues"] == [known]


def test_front_door_limits_each_client_to_requests_a_minute() -> None:
    rules = {rule["name"]: rule for rule in policies(DOOR)["door"]["customRules"]["rules"]}

    assert rules["RateLimiting"]["rateLimitThreshold"] == 100
    assert rules["RateLimiting"]["rateLimitDurationInMinutes"] == 1


def test_countries_are_turned_away_by_where_the_address_is() -> None:
    rules = {rule["name"]: rule for rule in policies()["gateway"]["customRules"]}

    condition = rules["GeoBlocking"]["matchConditions"][0]
    assert (condition["operator"], condition["matchValues"]) == ("GeoMatch", ["CN"])


def test_known_attacks_are_blocked_by_the_managed_rules() -> None:
    gateway = policies()["gateway"]

    sets = {rule["ruleSetType"]: rule["ruleSetVersion"] for rule in gateway["managedRules"]["managedRuleSets"]}
    assert sets["OWASP"] == "3.2"
    assert gateway["policySettings"]["mode"] == "Prevention"


def test_bots_are_let_in_where_the_environment_says_so() -> None:
    sets = policies("platform: {azure: {edge: {firewall: {bot_protection: false}}}}")["gateway"]["managedRules"][
        "managedRuleSets"
    ]

    assert [rule["ruleSetType"] for rule in sets] == ["OWASP"]


def test_front_doors_standard_tier_has_no_managed_rules() -> None:
    assert (
        "managedRules"
        not in policies("platform: {azure: {edge: {front_door: {tier: Standard_AzureFrontDoor}}}}")["door"]
    )


def test_the_policy_of_front_door_has_a_name_of_letters_and_digits() -> None:
    policy = next(item for item in edge(DOOR) if item["apiVersion"].startswith("network.frontdoor"))

    assert policy["spec"]["azureName"].isalnum()


def test_the_gateway_wears_its_policy() -> None:
    documents = edge()

    worn = the(documents, "ApplicationGateway")["spec"]["firewallPolicy"]["reference"]["name"]

    assert worn == the(documents, "WebApplicationFirewallPolicy")["metadata"]["name"]


def test_what_is_rendered_fits_the_operators_contracts() -> None:
    assert operator_problems([item for item in edge(DOOR) if "Firewall" in item["kind"]]) == []


def test_a_standby_behind_its_primarys_front_door_counts_no_clients() -> None:
    primary = azure(EDGE, DOOR, "recovery: {role: primary, peer: other, rto: 30m, rpo: 15m}")
    standby = azure(EDGE, "environment: other", "recovery: {role: standby, peer: live, rto: 30m, rpo: 15m}")
    waiting, _ = introduced(standby, primary)

    policy = the(rendered(waiting, "edge"), "WebApplicationFirewallPolicy")

    assert names(policy["spec"]["customRules"]) == ["OtherFrontDoors", "AddressBlocking", "GeoBlocking"]
