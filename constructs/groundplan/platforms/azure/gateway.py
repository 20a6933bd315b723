"""An Application Gateway with its public address. See https://learn.microsoft.com/azure/application-gateway/ ."""

from __future__ import annotations

from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.cluster import GATEWAY_CONTROLLER
from groundplan.platforms.azure.cluster_identity import MANAGED_IDENTITY_OPERATOR, NETWORK_CONTRIBUTOR
from groundplan.platforms.azure.diagnostics import diagnose
from groundplan.platforms.azure.edge_chapter import Gateway
from groundplan.platforms.azure.naming import AzureKind, object_name
from groundplan.platforms.azure.network import subnet_reference
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.resources import RESOURCE_GROUP, AzurePart
from groundplan.platforms.azure.site import Site

NETWORK = "network.azure.com"
PUBLIC = "public"
PRIVATE = "private"
HTTPS_LISTENER = "https-listener"
RULE = "api-routing"

CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
"""Built-in roles Contributor and Reader."""


class ApplicationGateway(AzurePart):
    """A zone-spread gateway with a web application firewall; TLS ends here.

    The ingress controller of the cluster writes listeners, rules and pools once it runs, and is not told when somebody
    overwrites them, as the operator would each hour. So the operator makes the gateway, and once its id is written down
    it only looks: from then on the firewall and the certificates are the controller's to keep, and a change of the rest is
    made by removing the id, which hands the gateway back.

    Args:
        scope: scope.
        id_: construct id.
        site: where it stands.
        gateway: the chapter.
        handed_over: whether it is there, and the cluster's controller keeps it.
    """

    def __init__(
        self, scope: Component | Part, id_: str, site: Site, gateway: Gateway, *, handed_over: bool = False
    ) -> None:
        super().__init__(scope, id_, site)
        self._gateway = gateway
        self._handed_over = handed_over
        self._name = self.azure_name(AzureKind.APPLICATION_GATEWAY)
        self._identity = self.azure_name(AzureKind.IDENTITY, "gateway")
        self._add_address()
        self._add_gateway()
        self._add_controller_grants()
        target = reference(NETWORK, "ApplicationGateway", object_name(self._name))
        diagnose(self, target, "ApplicationGatewayAccessLog", "ApplicationGatewayFirewallLog")

    def _add_address(self) -> None:
        self.add(
            f"{NETWORK}/v1api20240301",
            "PublicIPAddress",
            self.azure_name(AzureKind.PUBLIC_IP, "gateway"),
            {
                "location": self.location,
                "sku": {"name": "Standard"},
                "publicIPAllocationMethod": "Static",
                "ddosSettings": {"protectionMode": "Enabled"},
                **self._zones(),
            },
        )

    def _add_controller_grants(self) -> None:
        """The ingress controller may change the gateway, join its subnet, and hand over the gateway's own identity.

        See https://learn.microsoft.com/azure/application-gateway/ingress-controller-install-existing .
        """
        scopes = (
            ("changes", CONTRIBUTOR, reference(NETWORK, "ApplicationGateway", object_name(self._name))),
            ("reads-group", READER, reference(*RESOURCE_GROUP, self.site.resource_group)),
            ("joins-subnet", NETWORK_CONTRIBUTOR, subnet_reference(self.site, self._gateway.subnet)),
            (
                "hands-over-identity",
                MANAGED_IDENTITY_OPERATOR,
                reference("managedidentity.azure.com", "UserAssignedIdentity", object_name(self._identity)),
            ),
        )
        for name, role, scope in scopes:
            self.grant(f"{GATEWAY_CONTROLLER}-{name}", to=GATEWAY_CONTROLLER, role=role, scope=scope)

    def _zones(self) -> Json:
        return {"zones": list(self.site.zones)} if self.site.zones else {}

    def _part(self, collection: str, name: str) -> Json:
        """A reference to a piece of the gateway itself, which takes Azure's own id."""
        gateway = self.site.arm_id("Microsoft.Network/applicationGateways", self._name)
        return {"reference": {"armId": f"{gateway}/{collection}/{name}"}}

    def _add_gateway(self) -> None:
        certificate = self._gateway.certificate
        vault = f"https://{self.azure_name(AzureKind.KEY_VAULT)}.vault.azure.net"
        spec: Json = {
            "location": self.location,
            "sku": {"name": "WAF_v2", "tier": "WAF_v2"},
            "autoscaleConfiguration": {"minCapacity": self._gateway.min, "maxCapacity": self._gateway.max},
            "enableHttp2": True,
            "firewallPolicy": {
                "reference": reference(
                    NETWORK,
                    "WebApplicationFirewallPolicy",
                    object_name(self.azure_name(AzureKind.FIREWALL_POLICY)),
                )
            },
            "identity": {
                "type": "UserAssigned",
                "userAssignedIdentities": [
                    {
                        "reference": reference(
                            "managedidentity.azure.com", "UserAssignedIdentity", object_name(self._identity)
                        )
                    }
                ],
            },
            "sslPolicy": {"policyType": "Predefined", "policyName": "AppGwSslPolicy20220101S"},
            "sslCertificates": [{"name": certificate, "keyVaultSecretId": f"{vault}/secrets/{certificate}"}],
            "gatewayIPConfigurations": [
                {"name": "gateway", "subnet": {"reference": subnet_reference(self.site, self._gateway.subnet)}}
            ],
            "frontendIPConfigurations": self._frontends(),
            "frontendPorts": [{"name": "https", "port": 443}, {"name": "http", "port": 80}],
            **self._routing(certificate),
            **self._zones(),
        }
        self.add(
            f"{NETWORK}/v1api20220701", "ApplicationGateway", self._name, spec, keep=True, left_alone=self._handed_over
        )

    def _frontends(self) -> list[Json]:
        address = object_name(self.azure_name(AzureKind.PUBLIC_IP, "gateway"))
        frontends: list[Json] = [
            {"name": PUBLIC, "publicIPAddress": {"reference": reference(NETWORK, "PublicIPAddress", address)}}
        ]
        if self._gateway.private_ip is not None:
            frontends.append(
                {
                    "name": PRIVATE,
                    "privateIPAddress": self._gateway.private_ip,
                    "privateIPAllocationMethod": "Static",
                    "subnet": {"reference": subnet_reference(self.site, self._gateway.subnet)},
                }
            )
        return frontends

    def _routing(self, certificate: str) -> Json:
        """HTTPS goes to the cluster; plain HTTP is only told to come back with HTTPS."""
        pool = self._gateway.pool
        return {
            "backendAddressPools": [{"name": pool}],
            "backendHttpSettingsCollection": [
                {
                    "name": pool,
                    "port": 80,
                    "protocol": "Http",
                    "cookieBasedAffinity": "Disabled",
                    "requestTimeout": 60,
                    "connectionDraining": {"enabled": True, "drainTimeoutInSec": 30},
                }
            ],
            "httpListeners": [
                {
                    "name": HTTPS_LISTENER,
                    "protocol": "Https",
                    "frontendIPConfiguration": self._part("frontendIPConfigurations", PUBLIC),
                    "frontendPort": self._part("frontendPorts", "https"),
                    "sslCertificate": self._part("sslCertificates", certificate),
                },
                {
                    "name": "http-listener",
                    "protocol": "Http",
                    "frontendIPConfiguration": self._part("frontendIPConfigurations", PUBLIC),
                    "frontendPort": self._part("frontendPorts", "http"),
                },
            ],
            "redirectConfigurations": [
                {
                    "name": "to-https",
                    "redirectType": "Permanent",
                    "includePath": True,
                    "includeQueryString": True,
                    "targetListener": self._part("httpListeners", HTTPS_LISTENER),
                }
            ],
            "requestRoutingRules": [
                {
                    "name": RULE,
                    "ruleType": "Basic",
                    "priority": 100,
                    "httpListener": self._part("httpListeners", HTTPS_LISTENER),
                    "backendAddressPool": self._part("backendAddressPools", pool),
                    "backendHttpSettings": self._part("backendHttpSettingsCollection", pool),
                },
                {
                    "name": "http-redirect",
                    "ruleType": "Basic",
                    "priority": 200,
                    "httpListener": self._part("httpListeners", "http-listener"),
                    "redirectConfiguration": self._part("redirectConfigurations", "to-https"),
                },
            ],
        }
