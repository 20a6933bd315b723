"""One component for each kind of Job that a service starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundplan.blueprint import Blueprint
from groundplan.model.environment import Environment
from groundplan.model.jobs import Job
from groundplan.parts import Component
from groundplan.waves import SyncWave
from groundplan.workloads.job_template import JobTemplate


def components(environment: Environment) -> Iterator[Blueprint]:
    """A component per kind, before the services: whoever starts Jobs finds the template and the bounds in place."""
    if not environment.has_workloads:
        return
    for name, job in environment.jobs.items():
        yield Blueprint(
            name=f"jobs-{name}", wave=SyncWave.PLATFORM, namespace=environment.namespace, build=_builder(name, job)
        )


def _builder(name: str, job: Job) -> Callable[[Component], None]:
    def build(component: Component) -> None:
        JobTemplate(component, name, job)

    return build
