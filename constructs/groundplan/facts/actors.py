"""Whoever of the team's workloads calls others and has rights at the platform: services, and jobs on a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.facts.once import once_per_environment
from groundplan.model.environment import Environment


@dataclass(frozen=True, slots=True)
class Actor:
    """A workload in the namespace of the services."""

    chapter: str
    """Chapter it stands in, `services` or `jobs`."""

    name: str
    """Its name, and the `app` label of its pods."""

    account: str
    """Name of its ServiceAccount."""

    calls: Sequence[str]
    """What it calls."""

    identity: str | None
    """Identity of the platform's chapter that it takes on; None for none."""

    cloud_access: Sequence[str]
    """Permissions by the names of the platform's chapter."""


@once_per_environment
def actors(environment: Environment) -> tuple[Actor, ...]:
    """Every service, then every job that the clock starts, in the order they are written."""
    services = (
        Actor("services", name, it.service_account or name, it.calls, it.identity, it.cloud_access)
        for name, it in environment.services.items()
    )
    jobs = (
        Actor("jobs", name, name, it.calls, it.identity, it.cloud_access)
        for name, it in environment.scheduled_jobs.items()
    )
    return (*services, *jobs)
