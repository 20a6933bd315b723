"""Whether a gateway's firewall counts requests by an address that is a client's: behind Front Door every request has Front Door's.

Who comes to the gateway is what the security group of its subnet admits to HTTPS.
See https://learn.microsoft.com/azure/web-application-firewall/ag/rate-limiting-overview .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

NETWORK = "network.azure.com"
FRONT_DOOR = "AzureFrontDoor.Backend"
HTTPS = "443"


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
