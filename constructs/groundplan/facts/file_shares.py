"""What follows from shared files: the namespaces that claim them."""

from __future__ import annotations

from groundplan.model.environment import Environment


def claim_namespaces(environment: Environment, name: str) -> list[str]:
    """Namespaces whose pods mount the store: a claim serves its own namespace alone."""
    jobs = (
        job for job in environment.started_jobs.values() if any(mount.store == name for mount in job.mounts.values())
    )
    return [environment.namespace, *(job.namespace for job in jobs)]
