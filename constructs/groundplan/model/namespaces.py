"""The namespaces chapter: namespaces with their quota, container limits and pod security."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundplan.model.containers import Amounts
from groundplan.model.values import LabelValue, Model, Name, Quantity


class Quota(Model):
    """What a namespace may use in all. See https://kubernetes.io/docs/concepts/policy/resource-quotas/ ."""

    name: Name | None = None
    """Name of the ResourceQuota. Default `<namespace>-quota`."""

    requests: Amounts
    """Sum of all requests."""

    limits: Amounts
    """Sum of all limits."""

    claims: int | None = Field(default=None, ge=0)
    """PersistentVolumeClaims. Default unlimited."""

    load_balancers: int | None = Field(default=None, ge=0)
    """Services of type LoadBalancer. Default unlimited."""


class ContainerLimits(Model):
    """Bounds and defaults for one container. See https://kubernetes.io/docs/concepts/policy/limit-range/ ."""

    name: Name | None = None
    """Name of the LimitRange. Default `<namespace>-limit-range`."""

    max: Amounts
    """Most a container may be limited to."""

    min: Amounts
    """Least a container may request."""

    default: Amounts
    """Limit of a container that states none."""

    default_request: Amounts
    """Request of a container that states none."""


class Namespace(Model):
    """One namespace the environment owns."""

    labels: dict[str, LabelValue] = {}
    """Labels beside the common ones. Default none."""

    pod_security: Literal["restricted", "baseline", "privileged"] = "restricted"
    """Pod Security Standard that is enforced. Default restricted.

    See https://kubernetes.io/docs/concepts/security/pod-security-standards/ .
    """

    quota: Quota | None = None
    """Total resources. Default none."""

    container_limits: ContainerLimits | None = None
    """Bounds per container. Default none."""

    max_volume: Quantity | None = None
    """Largest PersistentVolumeClaim. Default unlimited."""
