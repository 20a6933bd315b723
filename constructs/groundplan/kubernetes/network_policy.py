"""Peers and ports of network policies, as Kubernetes reads them.

See https://kubernetes.io/docs/concepts/services-networking/network-policies/ .
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from groundplan.kubernetes.namespaces import KUBE_SYSTEM

Json = dict[str, Any]

NAMESPACE_LABEL = "kubernetes.io/metadata.name"

METADATA_SERVICE = "169.254.169.254/32"
"""The node's own credentials; no pod has business there."""

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""Address blocks nobody reaches from the Internet."""

PRIVATE_BLOCKS = (*PRIVATE, METADATA_SERVICE)
"""What is never reached through a rule for the Internet."""


def ports(*numbers: int) -> list[Json]:
    """TCP ports of a rule."""
    return [{"protocol": "TCP", "port": number} for number in numbers]


def pods(labels: Mapping[str, str], namespace: str | None = None) -> Json:
    """Pods with these labels, in the policy's own namespace unless another is named."""
    peer: Json = {"podSelector": {"matchLabels": dict(labels)}}
    return {**everything_in(namespace), **peer} if namespace is not None else peer


def everything_in(namespace: str) -> Json:
    """Every pod of a namespace."""
    return {"namespaceSelector": {"matchLabels": {NAMESPACE_LABEL: namespace}}}


def blocks(cidrs: Iterable[str]) -> list[Json]:
    """Address blocks."""
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]


def name_resolution() -> Json:
    """Egress to the cluster's DNS."""
    return {
        "to": [pods({"k8s-app": "kube-dns"}, KUBE_SYSTEM)],
        "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
    }


def internet(port: int) -> Json:
    """Egress to public addresses on one port. Kubernetes policies know no host names; the host is in `calls:`."""
    return {"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": list(PRIVATE_BLOCKS)}}], "ports": ports(port)}
