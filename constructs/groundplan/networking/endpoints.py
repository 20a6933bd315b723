"""Peers that network policies of more than one kind of workload name."""

from __future__ import annotations

from collections.abc import Sequence

from groundplan.kubernetes.namespaces import KEDA, KUBE_SYSTEM
from groundplan.kubernetes.network_policy import pods, ports
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of

QUEUE_SCALER = {"app.kubernetes.io/name": "keda-operator"}
"""Pods of KEDA, which asks how long queues are."""


def queue_scaler(environment: Environment) -> Json:
    """Who asks how long queues are, wherever the cluster has it: brought by whoever runs it, or as an add-on."""
    return pods(QUEUE_SCALER, KUBE_SYSTEM if "keda" in platform_of(environment).built_in else KEDA)


def monitoring(environment: Environment) -> Json:
    """The Prometheus that scrapes."""
    return pods({"app.kubernetes.io/name": "prometheus"}, environment.observability.namespace)


def watchers(environment: Environment) -> list[Json]:
    """Whoever scrapes; nobody on a cluster without monitoring."""
    return [monitoring(environment)] if environment.parts.monitoring else []


def scraped(watchers: Sequence[Json], *numbers: int) -> list[Json]:
    """Ingress rules that let whoever scrapes read these ports; none where nobody does."""
    return [{"from": list(watchers), "ports": ports(*numbers)}] if watchers else []
