"""What a cluster is left without, nobody on it may need."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.rules.problem import Problem
from groundplan.yaml.marked import YamlPath


def nobody_misses_monitoring(environment: Environment) -> Iterator[Problem]:
    """Custom metrics come from Prometheus, and a step-by-step release is judged by it."""
    if environment.parts.monitoring:
        return
    advice = "write cluster.parts.monitoring: true, or remove it"
    for name, service in environment.services.items():
        if service.scaling is not None and service.scaling.metrics:
            path: YamlPath = ("services", name, "scaling", "metrics")
            yield path, "metrics-of-nobody", "are Prometheus' to give, which the cluster is left without", advice
        if service.is_progressive:
            yield (
                ("services", name),
                "release-of-nobody",
                "is released step by step, but nobody measures how a step does",
                advice,
            )


PART_RULES = (nobody_misses_monitoring,)
