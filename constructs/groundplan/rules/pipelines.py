"""What the pipelines chapter names: services that there are."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.rules.problem import Problem, unknown


def services_exist(environment: Environment) -> Iterator[Problem]:
    """What is built is a service."""
    if environment.pipelines is not None:
        for name in environment.pipelines.services:
            if name not in environment.services:
                yield unknown(("pipelines", "services", name), "missing-service", "service", name, environment.services)


PIPELINE_RULES = (services_exist,)
