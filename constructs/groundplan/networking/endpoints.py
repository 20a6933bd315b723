"""Peers that network policies of more than one kind of workload name: metrics, subnets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from groundplan.kubernetes.labels import selector_labels
from groundplan.model.environment import Environment
from groundplan.networking.service_policy import NAMESPACE_LABEL
from groundplan.parts import Json


def ports(*numbers: int) -> list[Json]:
    """TCP ports of a rule."""
    return [{"protocol": "TCP", "port": number} for number in numbers]


def pods(labels: Mapping[str, str], namespace: str | None = None) -> Json:
    """Pods with these labels, in the policy's own namespace unless another is named."""
    peer: Json = {"podSelector": {"matchLabels": dict(labels)}}
    if namespace is not None:
        peer = {"namespaceSelector": {"matchLabels": {NAMESPACE_LABEL: namespace}}, **peer}
    return peer


def callers(environment: Environment, callee: str) -> list[Json]:
    """Pods of every service that says it calls `callee`, those that prepare its versions included."""
    found = []
    for name, service in environment.services.items():
        if callee in service.calls:
            found.append(pods(selector_labels(name)))
            if service.prepare:
                found.append(pods(selector_labels(f"{name}-prepare")))
    return found


def monitoring(environment: Environment) -> Json:
    """The Prometheus that scrapes."""
    return pods({"app.kubernetes.io/name": "prometheus"}, environment.observability.namespace)


def blocks(cidrs: Iterable[str]) -> list[Json]:
    """Address blocks."""
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]
