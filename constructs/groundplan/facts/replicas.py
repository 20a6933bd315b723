"""How many pods a service has, with what a standby promises once it has taken over."""

from __future__ import annotations

from groundplan.facts.standby import stands_in
from groundplan.model.environment import Environment


def promised_replicas(environment: Environment, service: str) -> int:
    """Least pods of the service once a standby has taken over; 0 where nothing is promised, and where nothing stands in."""
    recovery = environment.recovery
    return recovery.minimum.get(service, 0) if recovery is not None and stands_in(environment) else 0


def least_replicas(environment: Environment, service: str) -> int:
    """Pods that run when nothing is going on; a standby counts as if it had taken over."""
    return max(environment.services[service].least_replicas, promised_replicas(environment, service))


def most_replicas(environment: Environment, service: str) -> int:
    """Pods that run when the autoscaler is at its maximum; a standby counts as if it had taken over."""
    return max(environment.services[service].most_replicas, promised_replicas(environment, service))
