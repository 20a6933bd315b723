"""What runs in the namespace fits into its quota, and every container into its bounds."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from groundplan.facts.replicas import most_replicas
from groundplan.model.containers import Resources
from groundplan.model.environment import Environment
from groundplan.model.namespaces import ContainerLimits, Quota
from groundplan.model.values import quantity
from groundplan.rules.problem import Problem
from groundplan.stores.registry import stores_of
from groundplan.yaml.marked import YamlPath

Side = Literal["requests", "limits"]
Measure = Literal["cpu", "memory"]

SIDES: tuple[Side, ...] = ("requests", "limits")
MEASURES: tuple[Measure, ...] = ("cpu", "memory")


def _amount(resources: Resources, side: Side, measure: Measure) -> Decimal:
    return quantity(getattr(getattr(resources, side), measure))


def everything_fits(environment: Environment) -> Iterator[Problem]:
    """At the autoscalers' maximum, with a new version starting beside the old one, the quota still lets pods in.

    A quota that is just too small shows only on the worst day, as pods that are never made.
    """
    namespace = environment.namespaces.get(environment.namespace)
    if namespace is None or not environment.has_workloads:
        return
    if namespace.quota is not None:
        yield from _beyond_quota(environment, namespace.quota)
    if namespace.container_limits is not None:
        yield from _beyond_bounds(environment, namespace.container_limits)


def _beyond_quota(environment: Environment, quota: Quota) -> Iterator[Problem]:
    jobs = "jobs " if environment.scheduled_jobs else ""
    for side in SIDES:
        for measure in MEASURES:
            total = _most(environment, side, measure)
            allowed = getattr(getattr(quota, side), measure)
            if total > quantity(allowed):
                yield (
                    ("namespaces", environment.namespace, "quota", side, measure),
                    "quota-too-small",
                    f"services at their maximum, one pod more of each for an update, {jobs}and data stores take "
                    f"{_readable(total, measure)} in {side}, more than {allowed}",
                    "raise the quota, or lower the services' maxima",
                )


def _most(environment: Environment, side: Side, measure: Measure) -> Decimal:
    total = Decimal(0)
    for name, service in environment.services.items():
        surge = 0 if service.rollout == "recreate" else 1
        total += _amount(service.resources, side, measure) * (most_replicas(environment, name) + surge)
    for job in environment.scheduled_jobs.values():
        total += _amount(job.resources, side, measure) * job.at_once
    for store in stores_of(environment).values():
        for demand in store.demands():
            total += _amount(demand.resources, side, measure) * demand.count
    return total


def _readable(total: Decimal, measure: Measure) -> str:
    if measure == "cpu":
        return f"{total.normalize():f} CPU"
    return f"{(total / 2**30).quantize(Decimal('0.01')).normalize():f}Gi of memory"


def _beyond_bounds(environment: Environment, bounds: ContainerLimits) -> Iterator[Problem]:
    for name, service in environment.services.items():
        yield from _container_beyond(service.resources, bounds, ("services", name, "resources"))
    for name, job in environment.scheduled_jobs.items():
        yield from _container_beyond(job.resources, bounds, ("jobs", name, "resources"))
    for store in stores_of(environment).values():
        demand = store.demand()
        if demand is not None:
            yield from _container_beyond(demand.resources, bounds, store.at("resources"))


def _container_beyond(resources: Resources, bounds: ContainerLimits, path: YamlPath) -> Iterator[Problem]:
    for measure in MEASURES:
        most, least = getattr(bounds.max, measure), getattr(bounds.min, measure)
        if _amount(resources, "limits", measure) > quantity(most):
            written = getattr(resources.limits, measure)
            message = f"{written} is above the namespace's maximum {most}"
            yield (*path, "limits", measure), "above-container-limit", message, "lower it"
        if _amount(resources, "requests", measure) < quantity(least):
            written = getattr(resources.requests, measure)
            message = f"{written} is below the namespace's minimum {least}"
            yield (*path, "requests", measure), "below-container-limit", message, "raise it"


QUOTA_RULES = (everything_fits,)
"""Checked with everything else that must agree."""
