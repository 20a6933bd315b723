"""Web application firewalls: one for the gateway, one for Front Door, with the same intent.

See https://learn.microsoft.com/azure/web-application-firewall/ . The rate limit counts client addresses, so it stands
where clients are seen: at Front Door when there is one, because behind it the gateway sees only Front Door's own.
"""

from __future__ import annotations

from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.edge_chapter import FirewallRules
from groundplan.platforms.azure.naming import AzureKind
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site

DOOR_HEADER = "X-Azure-FDID"
"""Header in which Front Door says which one it is."""

EVERYWHERE = ["0.0.0.0/0", "::/0"]


class GatewayFirewall(AzurePart):
    """The firewall policy of an Application Gateway.

    Args:
        scope: scope.
        id_: construct id.
        site: where it stands.
        rules: what it keeps out.
        door: id of the Front Door that every request comes by. Default none: clients come themselves.
    """

    def __init__(
        self, scope: Component | Part, id_: str, site: Site, rules: FirewallRules, *, door: str | None = None
    ) -> None:
        super().__init__(scope, id_, site)
        managed: list[Json] = [{"ruleSetType": "OWASP", "ruleSetVersion": rules.rule_set}]
        if rules.bot_protection:
            managed.append({"ruleSetType": "Microsoft_BotManagerRuleSet", "ruleSetVersion": "1.0"})
        self.add(
            "network.azure.com/v1api20240101",
            "WebApplicationFirewallPolicy",
            self.azure_name(AzureKind.FIREWALL_POLICY),
            {
                "location": self.location,
                "policySettings": {"mode": rules.mode, "state": "Enabled", "requestBodyCheck": True},
                "managedRules": {"managedRuleSets": managed},
                "customRules": self._custom(rules, door),
            },
        )

    @staticmethod
    def _custom(rules: FirewallRules, door: str | None) -> list[Json]:
        custom: list[Json] = [_other_doors(door)] if door is not None else []
        if rules.blocked_addresses:
            custom.append(_gateway_rule("AddressBlocking", 10, "IPMatch", rules.blocked_addresses))
        if rules.blocked_countries:
            custom.append(_gateway_rule("GeoBlocking", 20, "GeoMatch", rules.blocked_countries))
        if rules.rate_limit is not None and door is None:
            custom.append(
                {
                    **_gateway_rule("RateLimiting", 30, "IPMatch", EVERYWHERE),
                    "ruleType": "RateLimitRule",
                    "rateLimitDuration": "OneMin",
                    "rateLimitThreshold": rules.rate_limit,
                    "groupByUserSession": [{"groupByVariables": [{"variableName": "ClientAddr"}]}],
                }
            )
        return custom


def _other_doors(door: str) -> Json:
    """Whoever comes by another Front Door: its addresses are those of everybody's, and its firewall is somebody else's.

    See https://learn.microsoft.com/azure/frontdoor/origin-security .
    """
    return {
        "name": "OtherFrontDoors",
        "priority": 5,
        "ruleType": "MatchRule",
        "state": "Enabled",
        "action": "Block",
        "matchConditions": [
            {
                "matchVariables": [{"variableName": "RequestHeaders", "selector": DOOR_HEADER}],
                "operator": "Equal",
                "negationConditon": True,
                "matchValues": [door],
            }
        ],
    }


def _gateway_rule(name: str, priority: int, operator: str, values: list[str]) -> Json:
    return {
        "name": name,
        "priority": priority,
        "ruleType": "MatchRule",
        "state": "Enabled",
        "action": "Block",
        "matchConditions": [
            {"matchVariables": [{"variableName": "RemoteAddr"}], "operator": operator, "matchValues": list(values)}
        ],
    }


class FrontDoorFirewall(AzurePart):
    """The firewall policy of a Front Door profile; its name takes letters and digits only."""

    def __init__(self, scope: Component | Part, id_: str, site: Site, rules: FirewallRules, *, tier: str) -> None:
        super().__init__(scope, id_, site)
        self.policy_name = self.azure_name(AzureKind.FIREWALL_POLICY, "edge").replace("-", "")
        spec: Json = {
            "location": "Global",
            "sku": {"name": tier},
            "policySettings": {"mode": rules.mode, "enabledState": "Enabled", "requestBodyCheck": "Enabled"},
            "customRules": {"rules": self._custom(rules)},
        }
        if tier.startswith("Premium"):
            managed: list[Json] = [
                {"ruleSetType": "Microsoft_DefaultRuleSet", "ruleSetVersion": "2.1", "ruleSetAction": "Block"}
            ]
            if rules.bot_protection:
                managed.append({"ruleSetType": "Microsoft_BotManagerRuleSet", "ruleSetVersion": "1.0"})
            spec["managedRules"] = {"managedRuleSets": managed}
        self.add("network.frontdoor.azure.com/v1api20220501", "WebApplicationFirewallPolicy", self.policy_name, spec)

    @staticmethod
    def _custom(rules: FirewallRules) -> list[Json]:
        custom: list[Json] = []
        if rules.blocked_addresses:
            custom.append(_door_rule("AddressBlocking", 10, "IPMatch", rules.blocked_addresses))
        if rules.blocked_countries:
            custom.append(_door_rule("GeoBlocking", 20, "GeoMatch", rules.blocked_countries))
        if rules.rate_limit is not None:
            custom.append(
                {
                    **_door_rule("RateLimiting", 30, "IPMatch", EVERYWHERE),
                    "ruleType": "RateLimitRule",
                    "rateLimitDurationInMinutes": 1,
                    "rateLimitThreshold": rules.rate_limit,
                }
            )
        return custom


def _door_rule(name: str, priority: int, operator: str, values: list[str]) -> Json:
    return {
        "name": name,
        "priority": priority,
        "ruleType": "MatchRule",
        "enabledState": "Enabled",
        "action": "Block",
        "matchConditions": [{"matchVariable": "RemoteAddr", "operator": operator, "matchValue": list(values)}],
    }
