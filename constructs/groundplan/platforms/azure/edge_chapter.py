"""What the environment file says of Azure's edge: what stands in front of the ingress: content delivery, web application firewall, gateway."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundplan.model.values import Duration, Model, Name


class FirewallRules(Model):
    """A web application firewall."""

    mode: Literal["Prevention", "Detection"] = "Prevention"
    """Whether attacks are blocked or only written down. Default Prevention."""

    rule_set: str = "3.2"
    """Version of the OWASP core rule set. Default 3.2."""

    rate_limit: int | None = Field(default=None, ge=1)
    """Most requests of one client address per minute. Default unlimited."""

    blocked_countries: list[str] = []
    """ISO 3166 country codes that are turned away. Default none."""

    blocked_addresses: list[str] = []
    """Networks that are turned away. Default none."""

    bot_protection: bool = True
    """Whether clients of bad reputation are turned away. Default true."""


class Gateway(Model):
    """An Azure Application Gateway. See https://learn.microsoft.com/azure/application-gateway/ ."""

    subnet: Name = "gateway"
    """Subnet of its own. Default `gateway`."""

    private_ip: str | None = None
    """Static private address inside the subnet. Default none."""

    min: int = Field(default=2, ge=0, le=125)
    """Fewest capacity units. Default 2."""

    max: int = Field(default=10, ge=2, le=125)
    """Most capacity units. Default 10."""

    certificate: Name
    """Certificate in the key vault that it serves."""

    pool: Name = "aks-backend"
    """Name of the backend pool. Default aks-backend."""


class FrontDoor(Model):
    """Azure Front Door: the first hop of every request. See https://learn.microsoft.com/azure/frontdoor/ ."""

    tier: Literal["Standard_AzureFrontDoor", "Premium_AzureFrontDoor"] = "Premium_AzureFrontDoor"
    """Tier; managed firewall rules need Premium. Default Premium."""

    cache_static: Duration = "24h"
    """How long static content is cached. Default 24h."""

    static_paths: list[str] = ["/static/*", "/assets/*"]
    """What counts as static."""

    probe_path: str = "/health"
    """Path of the origin's health probe. Default /health."""


class Edge(Model):
    """What stands between the Internet and the ingress."""

    firewall: FirewallRules = FirewallRules()
    """Web application firewall of both gateway and front door."""

    gateway: Gateway | None = None
    """Application Gateway. Default none."""

    front_door: FrontDoor | None = None
    """Front Door. Default none."""
