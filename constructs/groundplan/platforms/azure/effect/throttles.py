"""Whether a gateway's firewall counts requests by an address that is a client's: behind Front Door every request has Front Door's.

Who comes to the gateway is what the security group of its subnet admits to HTTPS.
See https://learn.microsoft.com/azure/web-application-firewall/ag/rate-limiting-overview .
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

NETWORK = "network.azure.com"
FRONT_DOOR = "AzureFrontDoor.Backend"
HTTPS = "443"
HEADER = "X-Azure-FDID"
"""Where Front Door says which one it is. See https://learn.microsoft.com/azure/frontdoor/origin-security ."""

_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def throttled(inventory: Inventory) -> Iterator[Finding]:
    """Rate limits by client of gateways that only Front Door comes to."""
    policies = _named(inventory, "WebApplicationFirewallPolicy")
    subnets = _named(inventory, "VirtualNetworksSubnet")
    for gateway in inventory.by_kind.get((NETWORK, "ApplicationGateway"), ()):
        policy = policies.get((gateway.namespace, _reference(gateway.spec.get("firewallPolicy", {}))))
        admitting = [
            rule
            for configuration in gateway.spec.get("gatewayIPConfigurations", ())
            for rule in _admitting(inventory, subnets.get((gateway.namespace, _reference(configuration["subnet"]))))
        ]
        if policy is None or not admitting or any(rule.spec["sourceAddressPrefix"] != FRONT_DOOR for rule in admitting):
            continue
        if not any(_asks_for_one_door(rule) for rule in policy.spec.get("customRules", ())):
            what = "lets in whoever comes by any Front Door, past the firewall and the limits of ours: all of them have the same addresses"
            advice = "block requests whose header X-Azure-FDID is not the id of ours"
            yield inventory.finding(policy, ("spec",), "reachability.any-front-door", what, advice)
        for index, rule in enumerate(policy.spec.get("customRules", ())):
            if rule.get("ruleType") == "RateLimitRule":
                at = inventory.locate(admitting[0], "spec", "sourceAddressPrefix")
                what = f"counts by the address of whoever connects, and only Front Door does ({at})"
                yield inventory.finding(
                    policy,
                    ("spec", "customRules", index),
                    "reachability.throttles-front-door",
                    what,
                    "leave counting to Front Door, which sees the clients",
                )


def _asks_for_one_door(rule: Mapping[str, Any]) -> bool:
    """Whether a rule of a firewall blocks every request that does not say one id."""
    if (rule.get("action"), rule.get("state", "Enabled"), rule.get("ruleType")) != ("Block", "Enabled", "MatchRule"):
        return False
    conditions = rule.get("matchConditions") or ()
    return len(conditions) == 1 and any(
        condition.get("operator") == "Equal"
        and condition.get("negationConditon") is True
        and [variable.get("selector") for variable in condition.get("matchVariables") or ()] == [HEADER]
        and len(condition.get("matchValues") or ()) == 1
        and _ID.fullmatch(str(condition["matchValues"][0])) is not None
        for condition in conditions
    )


def _named(inventory: Inventory, kind: str) -> Mapping[tuple[str, str], Object]:
    return {(item.namespace, item.name): item for item in inventory.by_kind.get((NETWORK, kind), ())}


def _reference(field: Mapping[str, Mapping[str, str]]) -> str:
    return field.get("reference", {}).get("name", "")


def _admitting(inventory: Inventory, subnet: Object | None) -> list[Object]:
    """Rules that let HTTPS into a subnet."""
    if subnet is None:
        return []
    group = _reference(subnet.spec.get("networkSecurityGroup", {}))
    return [
        rule
        for rule in inventory.by_kind.get((NETWORK, "NetworkSecurityGroupsSecurityRule"), ())
        if (rule.namespace, rule.spec["owner"]["name"]) == (subnet.namespace, group)
        and (rule.spec["direction"], rule.spec["access"]) == ("Inbound", "Allow")
        and HTTPS in (rule.spec.get("destinationPortRange"), *rule.spec.get("destinationPortRanges", ()))
    ]
