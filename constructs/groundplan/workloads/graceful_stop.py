"""How a pod leaves without dropping a request: first it is taken out of every load balancer, then it is stopped.

Both begin at the same moment, so the container waits until the news has spread.
See https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination .
"""

from __future__ import annotations

from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment

DRAIN_SECONDS = 5
"""Wait of a pod that only pods call: kube-proxy hears of it within a second or two."""

EDGE_DRAIN_SECONDS = 20
"""Wait of a pod that a cloud load balancer sends requests to: its controller and the provider's API need longer."""

SLEEP_SINCE = (1, 30)
"""Kubernetes minor from which on the kubelet itself can wait. Below it the image must have a shell."""


def drain_seconds(environment: Environment, service: str) -> int:
    """Time between taking a pod of `service` out of the load balancers and stopping it."""
    ingress = environment.ingress
    outside = ingress is not None and ingress.type != "nginx" and environment.is_exposed(service)
    return EDGE_DRAIN_SECONDS if outside else DRAIN_SECONDS


def wait_before_stop(kubernetes: str, seconds: int) -> Json:
    """The container's lifecycle hook that waits; by the kubelet where it can, so that distroless images work."""
    major, minor = kubernetes.split(".")[:2]
    if (int(major), int(minor)) >= SLEEP_SINCE:
        return {"preStop": {"sleep": {"seconds": seconds}}}
    return {"preStop": {"exec": {"command": ["/bin/sh", "-c", f"sleep {seconds}"]}}}
