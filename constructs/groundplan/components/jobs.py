"""One component for each job: those that services start, and those that the clock does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from groundplan.blueprint import Blueprint
from groundplan.facts.standby import waits
from groundplan.model.environment import Environment
from groundplan.model.jobs import ScheduledJob, StartedJob
from groundplan.networking.service_peers import egress
from groundplan.parts import Component
from groundplan.platforms.registry import platform_of
from groundplan.stores.registry import handed_to
from groundplan.waves import SyncWave
from groundplan.workloads.callee_urls import authorities_of, urls_of
from groundplan.workloads.job_pod import JobPodProps
from groundplan.workloads.job_template import JobTemplate, JobTemplateProps
from groundplan.workloads.scheduled_job import ClockWork, ClockWorkProps


def components(environment: Environment) -> Iterator[Blueprint]:
    """A component per kind: before the services where one starts it and must find the template, else with them."""
    if not environment.has_workloads:
        return
    for name, job in environment.started_jobs.items():
        build = partial(_build, environment, name, job)
        yield Blueprint(name=f"jobs-{name}", wave=SyncWave.PLATFORM, namespace=environment.namespace, build=build)
    for name, scheduled in environment.scheduled_jobs.items():
        build = partial(_build_scheduled, environment, name, scheduled)
        yield Blueprint(name=f"jobs-{name}", wave=SyncWave.SERVICES, namespace=environment.namespace, build=build)


def _build(environment: Environment, name: str, job: StartedJob, component: Component) -> None:
    JobTemplate(component, name, _props(environment, job))


def _build_scheduled(environment: Environment, name: str, job: ScheduledJob, component: Component) -> None:
    ClockWork(component, name, _scheduled_props(environment, name, job))


def _scheduled_props(environment: Environment, name: str, job: ScheduledJob) -> ClockWorkProps:
    platform = platform_of(environment)
    pod = JobPodProps(
        job=job,
        handed=handed_to(environment, name, job.calls),
        system=environment.system,
        priorities=environment.priorities,
        image=environment.image(job.image),
        args=job.args,
        taints=platform.taints,
        urls=urls_of(environment, name, job),
        authorities=authorities_of(environment, job),
    )
    return ClockWorkProps(
        job=job,
        pod=pod,
        egress=egress(environment, job.calls, rights=bool(job.cloud_access)),
        identity=platform.pod_identity(job.identity, rights=bool(job.cloud_access)),
        waits=waits(environment),
    )


def _props(environment: Environment, job: StartedJob) -> JobTemplateProps:
    return JobTemplateProps(
        job=job,
        system=environment.system,
        priorities=environment.priorities,
        images={name: environment.image(reference) for name, reference in job.images.items()},
        starter=environment.services[job.started_by].service_account or job.started_by,
        taints=platform_of(environment).taints,
        egress=egress(environment, job.calls),
    )
