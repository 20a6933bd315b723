"""What the environments of one system say about each other: what each platform agrees on, recovery, and metrics."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of
from groundplan.rules.metrics import metrics_mean_one_series
from groundplan.rules.problem import Problem
from groundplan.rules.recovery import recovery_disagreements


def disagreements_between(environment: Environment) -> Iterator[Problem]:
    """Every contradiction between `environment` and those it refers to."""
    yield from platform_of(environment).disagreements()
    yield from recovery_disagreements(environment)
    yield from metrics_mean_one_series(environment)
