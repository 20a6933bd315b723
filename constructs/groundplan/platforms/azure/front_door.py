"""Azure Front Door: the first hop of every request. See https://learn.microsoft.com/azure/frontdoor/ ."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.model.values import whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.diagnostics import diagnose
from groundplan.platforms.azure.edge_chapter import FirewallRules, FrontDoor
from groundplan.platforms.azure.facts import origin
from groundplan.platforms.azure.firewall import FrontDoorFirewall
from groundplan.platforms.azure.naming import AzureKind, object_name
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site

CDN = "cdn.azure.com/v1api20230501"
GROUP = "cdn.azure.com"
COMPRESSED = ["application/javascript", "application/json", "image/svg+xml", "text/css", "text/html", "text/plain"]

LOGS = ("FrontDoorAccessLog", "FrontDoorHealthProbeLog", "FrontDoorWebApplicationFirewallLog")
"""Who asked for what, whether the origin answered, and what the firewall did."""


def cache_duration(text: str) -> str:
    """A duration as Front Door writes it: days, then hours, minutes and seconds: `24h` is `1.00:00:00`."""
    days, rest = divmod(whole_seconds(text), 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    return f"{days}.{hours:02}:{minutes:02}:{seconds:02}"


@dataclass(frozen=True, kw_only=True, slots=True)
class FrontDoorProps:
    """What stands behind the front door, and what it turns away."""

    door: FrontDoor
    """Tier, caching and probe."""

    rules: FirewallRules
    """The web application firewall."""

    hosts: tuple[str, ...]
    """Public host names, the first of which names the origins. At least one."""

    standby: bool = False
    """True where a second gateway answers when the first does not. Default false."""

    replaced: bool = False
    """True where the second has taken over, and the first must not be asked even where it answers. Default false."""


class FrontDoorProfile(AzurePart):
    """A profile with its endpoint, its origin (the gateway), one route per kind of content, and its firewall.

    HTTP is redirected to HTTPS at the edge, and only HTTPS goes on to the origin.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: FrontDoorProps) -> None:
        super().__init__(scope, id_, site)
        door = props.door
        self._door = door
        self._name = self.azure_name(AzureKind.FRONT_DOOR)
        self._hosts = props.hosts
        self.add(CDN, "Profile", self._name, {"location": "Global", "sku": {"name": door.tier}})
        self._add_endpoint()
        for host in props.hosts:
            self._add_domain(host)
        self._add_origins(standby=props.standby, replaced=props.replaced)
        self._add_rules()
        self._add_route("static", door.static_paths, cached=True)
        self._add_route("default", ["/*"], cached=False)
        firewall = FrontDoorFirewall(self, "firewall", site, props.rules, tier=door.tier)
        self._add_security_policy(firewall.policy_name)
        diagnose(self, reference(GROUP, "Profile", object_name(self._name)), *LOGS)

    def _object(self, name: str) -> str:
        return object_name(f"{self._name}-{name}")

    def _emit(self, kind: str, name: str, spec: Json, *, owner: str | None = None) -> None:
        self.emit(
            {
                "apiVersion": CDN,
                "kind": kind,
                "metadata": {"name": self._object(name)},
                "spec": {"azureName": name, "owner": {"name": owner or object_name(self._name)}, **spec},
            }
        )

    def _add_endpoint(self) -> None:
        self._emit("AfdEndpoint", "endpoint", {"location": "Global", "enabledState": "Enabled"})

    def _add_domain(self, host: str) -> None:
        tls: Json = {"certificateType": "ManagedCertificate", "minimumTlsVersion": "TLS12"}
        self._emit("AfdCustomDomain", object_name(host), {"hostName": host, "tlsSettings": tls})

    def _add_origins(self, *, standby: bool, replaced: bool) -> None:
        self._emit(
            "AfdOriginGroup",
            "gateways",
            {
                "healthProbeSettings": {
                    "probePath": self._door.probe_path,
                    "probeProtocol": "Https",
                    "probeRequestType": "GET",
                    "probeIntervalInSeconds": 30,
                },
                "loadBalancingSettings": {
                    "sampleSize": 4,
                    "successfulSamplesRequired": 3,
                    "additionalLatencyInMilliseconds": 50,
                },
            },
        )
        self._add_origin("gateway", origin(self._hosts[0]), priority=1, enabled=not replaced)
        if standby:
            # it answers no probe until its services run, and is asked only while the first answers none
            self._add_origin("standby", origin(self._hosts[0], standby=True), priority=2)

    def _add_origin(self, name: str, host: str, *, priority: int, enabled: bool = True) -> None:
        self._emit(
            "AfdOrigin",
            name,
            {
                "hostName": host,
                "originHostHeader": self._hosts[0],
                "httpsPort": 443,
                "httpPort": 80,
                "priority": priority,
                "weight": 1000,
                "enabledState": "Enabled" if enabled else "Disabled",
                "enforceCertificateNameCheck": True,
            },
            owner=self._object("gateways"),
        )

    def _add_rules(self) -> None:
        self._emit("RuleSet", "static", {})
        self._emit(
            "Rule",
            "cachestatic",
            {
                "order": 1,
                "matchProcessingBehavior": "Continue",
                "actions": [
                    {
                        "routeConfigurationOverride": {
                            "name": "RouteConfigurationOverride",
                            "parameters": {
                                "typeName": "DeliveryRuleRouteConfigurationOverrideActionParameters",
                                "cacheConfiguration": {
                                    "cacheBehavior": "OverrideAlways",
                                    "cacheDuration": cache_duration(self._door.cache_static),
                                    "isCompressionEnabled": "Enabled",
                                    "queryStringCachingBehavior": "IgnoreQueryString",
                                },
                            },
                        }
                    }
                ],
            },
            owner=self._object("static"),
        )

    def _add_route(self, name: str, patterns: list[str], *, cached: bool) -> None:
        spec: Json = {
            "enabledState": "Enabled",
            "patternsToMatch": list(patterns),
            "supportedProtocols": ["Http", "Https"],
            "httpsRedirect": "Enabled",
            "forwardingProtocol": "HttpsOnly",
            "linkToDefaultDomain": "Disabled",
            "customDomains": [
                {"reference": reference(GROUP, "AfdCustomDomain", self._object(object_name(host)))}
                for host in self._hosts
            ],
            "originGroup": {"reference": reference(GROUP, "AfdOriginGroup", self._object("gateways"))},
        }
        if cached:
            spec["cacheConfiguration"] = {
                "queryStringCachingBehavior": "IgnoreQueryString",
                "compressionSettings": {"isCompressionEnabled": True, "contentTypesToCompress": COMPRESSED},
            }
            spec["ruleSets"] = [{"reference": reference(GROUP, "RuleSet", self._object("static"))}]
        self._emit("Route", f"route-{name}", spec, owner=self._object("endpoint"))

    def _add_security_policy(self, policy: str) -> None:
        domains = [
            {"reference": reference(GROUP, "AfdCustomDomain", self._object(object_name(host)))} for host in self._hosts
        ]
        self._emit(
            "SecurityPolicy",
            "firewall",
            {
                "parameters": {
                    "webApplicationFirewall": {
                        "type": "WebApplicationFirewall",
                        "associations": [{"domains": domains, "patternsToMatch": ["/*"]}],
                        "wafPolicy": {
                            "reference": reference(
                                "network.frontdoor.azure.com", "WebApplicationFirewallPolicy", object_name(policy)
                            )
                        },
                    }
                }
            },
        )
