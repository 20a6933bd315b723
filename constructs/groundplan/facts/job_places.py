"""Where the Jobs of a kind run: apart where a service starts them, else with the services."""

from __future__ import annotations

from groundplan.model.environment import Environment
from groundplan.model.jobs import ScheduledJob, StartedJob


def job_namespace(environment: Environment, job: StartedJob | ScheduledJob) -> str:
    """Namespace of the pods of `job`."""
    return job.namespace if isinstance(job, StartedJob) else environment.namespace
