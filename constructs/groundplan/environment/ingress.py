"""The ingress chapter: what of the system the outside can reach."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundplan.environment.values import HostName, Model, Name


class Route(Model):
    """One path of a host and the service behind it."""

    path: str = Field(default="/", pattern=r"^/")
    """Path prefix. Default everything."""

    service: Name
    """Service that answers."""


class Host(Model):
    """One public host name."""

    routes: list[Route]
    """Paths in order of preference, longest first."""

    health: str = Field(default="/health", pattern=r"^/")
    """Path the load balancer checks. Default /health."""


class Ingress(Model):
    """How requests from outside come in."""

    type: Literal["alb", "nginx", "application-gateway"]
    """The controller: AWS Load Balancer Controller, ingress-nginx, or Azure's AGIC."""

    hosts: dict[HostName, Host]
    """Public host names."""

    tls_policy: str = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    """Cipher policy of the load balancer; TLS 1.2 or newer. Default AWS' TLS 1.2/1.3 policy."""

    sources: list[str] = ["0.0.0.0/0"]
    """Networks that may connect. Default everybody."""

    idle_timeout: int = Field(default=60, ge=1, le=4000)
    """Seconds a connection may be silent. Default 60."""

    certificate: Name | None = None
    """Secret of type kubernetes.io/tls, for `nginx`. Default none: the certificate is drawn from `acme_email`'s issuer."""

    acme_email: str = Field(default="", pattern=r"^$|^[^@\s]+@[^@\s]+$")
    """Address a certificate authority writes to before a certificate expires, for `nginx`. Default none."""

    acme_server: str = Field(default="https://acme-v02.api.letsencrypt.org/directory", pattern=r"^https://")
    """The certificate authority. Default Let's Encrypt."""

    annotations: dict[str, str] = {}
    """Further annotations for the controller. Default none."""

    def leads_to(self, service: str) -> bool:
        """Whether some host sends requests to `service`."""
        return any(route.service == service for host in self.hosts.values() for route in host.routes)
