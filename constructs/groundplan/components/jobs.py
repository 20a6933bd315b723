"""One component for each kind of Job that a service starts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from groundplan.blueprint import Blueprint
from groundplan.model.environment import Environment
from groundplan.model.jobs import Job
from groundplan.networking.service_peers import egress
from groundplan.parts import Component
from groundplan.platforms.registry import platform_of
from groundplan.waves import SyncWave
from groundplan.workloads.job_template import JobTemplate, JobTemplateProps


def components(environment: Environment) -> Iterator[Blueprint]:
    """A component per kind, before the services: whoever starts Jobs finds the template and the bounds in place."""
    if not environment.has_workloads:
        return
    for name, job in environment.jobs.items():
        yield Blueprint(
            name=f"jobs-{name}",
            wave=SyncWave.PLATFORM,
            namespace=environment.namespace,
            build=partial(_build, environment, name, job),
        )


def _build(environment: Environment, name: str, job: Job, component: Component) -> None:
    JobTemplate(component, name, _props(environment, job))


def _props(environment: Environment, job: Job) -> JobTemplateProps:
    return JobTemplateProps(
        job=job,
        system=environment.system,
        images={name: environment.image(reference) for name, reference in job.images.items()},
        starter=environment.services[job.started_by].service_account or job.started_by,
        taints=platform_of(environment).taints,
        egress=egress(environment, job.calls),
    )
