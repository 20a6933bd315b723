"""Peers that network policies of more than one kind of workload name."""

from __future__ import annotations

from groundplan.kubernetes.network_policy import pods
from groundplan.model.environment import Environment
from groundplan.parts import Json


def monitoring(environment: Environment) -> Json:
    """The Prometheus that scrapes."""
    return pods({"app.kubernetes.io/name": "prometheus"}, environment.observability.namespace)
