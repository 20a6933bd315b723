"""Peers that network policies of more than one kind of workload name."""

from __future__ import annotations

from groundplan.kubernetes.network_policy import pods, ports
from groundplan.model.environment import Environment
from groundplan.parts import Json


def monitoring(environment: Environment) -> Json:
    """The Prometheus that scrapes."""
    return pods({"app.kubernetes.io/name": "prometheus"}, environment.observability.namespace)


def scraped(environment: Environment, *numbers: int) -> list[Json]:
    """Ingress rules that let Prometheus read these ports; none on a cluster without monitoring."""
    return [{"from": [monitoring(environment)], "ports": ports(*numbers)}] if environment.parts.monitoring else []
