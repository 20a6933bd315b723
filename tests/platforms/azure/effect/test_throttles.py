"""A limit for each client address needs a gateway that sees clients."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import an_object, inventory, put

from groundplan.errors import Finding
from groundplan.platforms.azure.effect.throttles import throttled

Json = dict[str, Any]
VERSION = "network.azure.com/v1"
LIMIT = {"name": "RateLimiting", "ruleType": "RateLimitRule"}


OURS: Json = {
    "name": "Others",
    "ruleType": "MatchRule",
    "action": "Block",
    "state": "Enabled",
    "matchConditions": [
        {
            "matchVariables": [{"variableName": "RequestHeaders", "selector": "X-Azure-FDID"}],
            "operator": "Equal",
            "negationConditon": True,
            "matchValues": ["11111111-2222-3333-4444-555555555555"],
        }
    ],
}


def rented(kind: str, name: str, **spec: Any) -> Json:
    return an_object(kind, name, VERSION, namespace="store-prod", spec=spec)


def admits(source: str) -> Json:
    return rented(
        "NetworkSecurityGroupsSecurityRule",
        "https",
        owner={"name": "nsg"},
        direction="Inbound",
        access="Allow",
        sourceAddressPrefix=source,
        destinationPortRange="443",
    )


def judged(root: Path, source: str, *rules: Json) -> list[Finding]:
    for item in (
        rented(
            "ApplicationGateway",
            "agw",
            firewallPolicy={"reference": {"name": "waf"}},
            gatewayIPConfigurations=[{"name": "gateway", "subnet": {"reference": {"name": "snet"}}}],
        ),
        rented("VirtualNetworksSubnet", "snet", networkSecurityGroup={"reference": {"name": "nsg"}}),
        rented("WebApplicationFirewallPolicy", "waf", customRules=list(rules)),
        admits(source),
    ):
        put(root, item, component="edge")
    return list(throttled(inventory(root)))


def test_a_limit_behind_front_door_is_found_at_its_rule(tmp_path: Path) -> None:
    [finding] = judged(tmp_path, "AzureFrontDoor.Backend", OURS, LIMIT)

    assert finding.rule == "reachability.throttles-front-door"
    assert "spec.customRules[1]" in finding.subject
    assert "NetworkSecurityGroupsSecurityRule-https.yaml:" in finding.message


def test_a_limit_on_a_gateway_that_clients_come_to_is_fine(tmp_path: Path) -> None:
    assert judged(tmp_path, "Internet", LIMIT) == []


def test_front_door_may_be_blocked_by_country(tmp_path: Path) -> None:
    assert judged(tmp_path, "AzureFrontDoor.Backend", OURS, {"name": "Geo", "ruleType": "MatchRule"}) == []


@pytest.mark.parametrize(
    "change",
    [
        {"action": "Log"},
        {"state": "Disabled"},
        {"matchConditions": [{**OURS["matchConditions"][0], "negationConditon": False}]},
        {"matchConditions": [{**OURS["matchConditions"][0], "matchValues": ["any"]}]},
        {"matchConditions": [{**OURS["matchConditions"][0], "matchVariables": [{"selector": "Host"}]}]},
    ],
    ids=["only logs", "is off", "blocks ours", "asks for no id", "asks for another header"],
)
def test_a_gateway_that_any_front_door_reaches_is_found(tmp_path: Path, change: Json) -> None:
    [finding] = judged(tmp_path, "AzureFrontDoor.Backend", {**OURS, **change})

    assert finding.rule == "reachability.any-front-door"


def test_a_gateway_that_asks_for_our_front_door_is_fine(tmp_path: Path) -> None:
    assert judged(tmp_path, "AzureFrontDoor.Backend", OURS) == []
