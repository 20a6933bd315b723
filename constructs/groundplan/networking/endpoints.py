"""Peers that network policies of more than one kind of workload name."""

from __future__ import annotations

from collections.abc import Sequence

from groundplan.kubernetes.network_policy import pods, ports
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment

QUEUE_SCALER = {"app.kubernetes.io/name": "keda-operator"}
"""Who asks how long queues are: KEDA, where whoever runs the cluster brings it."""


def monitoring(environment: Environment) -> Json:
    """The Prometheus that scrapes."""
    return pods({"app.kubernetes.io/name": "prometheus"}, environment.observability.namespace)


def watchers(environment: Environment) -> list[Json]:
    """Whoever scrapes; nobody on a cluster without monitoring."""
    return [monitoring(environment)] if environment.parts.monitoring else []


def scraped(watchers: Sequence[Json], *numbers: int) -> list[Json]:
    """Ingress rules that let whoever scrapes read these ports; none where nobody does."""
    return [{"from": list(watchers), "ports": ports(*numbers)}] if watchers else []
