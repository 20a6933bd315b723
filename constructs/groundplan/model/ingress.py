"""The ingress chapter: the controller through which requests from outside come in."""

from __future__ import annotations

from pydantic import Field

from groundplan.model.values import Model, Name

ACME_SOLVER_REGISTRY = "quay.io/jetstack/"
"""Where cert-manager publishes the image of the pod that answers a certificate authority."""


class Ingress(Model):
    """How requests from outside come in."""

    type: str = Field(examples=["alb", "application-gateway", "nginx"])
    """The controller: `nginx` on any cluster, or one the platform offers: `alb` on AWS, `application-gateway` on Azure."""

    sources: list[str] = ["0.0.0.0/0"]
    """Networks that may connect. Default everybody."""

    idle_timeout: int = Field(default=60, ge=1, le=4000)
    """Seconds a connection may be silent. Default 60."""

    certificate: Name | None = None
    """Secret of type kubernetes.io/tls, for `nginx`. Default none: cert-manager draws one from `acme_server` for each host."""

    acme_email: str = Field(default="", pattern=r"^$|^[^@\s]+@[^@\s]+$")
    """Address a certificate authority writes to before a certificate expires, for `nginx`. Default none.

    The pod that answers the authority is of `quay.io/jetstack/`, unless the registry mirrors public images.
    """

    acme_server: str = Field(default="https://acme-v02.api.letsencrypt.org/directory", pattern=r"^https://")
    """The certificate authority. Default Let's Encrypt."""

    self_signed: bool = False
    """Whether certificates are signed by nobody, for `nginx` on a cluster that no authority can reach: browsers warn.
    Default false."""

    replicas: int = Field(default=3, ge=1)
    """Fewest pods of the controller, for `nginx`. Default 3, one in each zone."""

    replicas_max: int = Field(default=10, ge=1)
    """Most pods of the controller, for `nginx`. Default 10."""

    availability: float | None = Field(default=None, gt=0, lt=100)
    """Percent of the time that every host answers, over 30 days. Default no promise, and hosts are not asked."""

    annotations: dict[str, str] = {}
    """Further annotations for the controller. Default none."""
