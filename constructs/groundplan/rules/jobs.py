"""What the jobs chapter must agree on with the others: a namespace of its own, and nothing that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.facts.callers import preparation_name
from groundplan.model.environment import Environment
from groundplan.model.jobs import Job, JobMount, ScheduledJob, StartedJob
from groundplan.rules.problem import Problem, unknown
from groundplan.stores.registry import stores_of
from groundplan.yaml.marked import YamlPath

LONGEST_NAME = 52
"""Characters of a CronJob's name; the controller appends eleven to those of its Jobs."""


def job_rules(environment: Environment) -> Iterator[Problem]:
    """Every job against the chapters it names, whoever starts it."""
    pools = environment.cluster.node_pools
    for name, job in environment.jobs.items():
        path: YamlPath = ("jobs", name)
        if job.node_pool is not None and job.node_pool not in pools:
            yield unknown((*path, "node_pool"), "missing-node-pool", "node pool", job.node_pool, pools)
        yield from _secrets(environment, path, job)


def started_job_rules(environment: Environment) -> Iterator[Problem]:
    """What a service starts: by whom, where, and what it reaches there."""
    taken: dict[str, str] = {}
    for name, job in environment.started_jobs.items():
        path: YamlPath = ("jobs", name)
        yield from _namespace(environment, path, job, taken)
        taken.setdefault(job.namespace, name)
        if job.started_by not in environment.services:
            yield unknown((*path, "started_by"), "missing-service", "service", job.started_by, environment.services)
        yield from _calls(environment, path, job)
        yield from _mounts(environment, path, job)


def scheduled_job_rules(environment: Environment) -> Iterator[Problem]:
    """What the clock starts: a name of its own among the services, and directories that are there."""
    mounted = [name for name, store in stores_of(environment).items() if store.is_mounted]
    for name, job in environment.scheduled_jobs.items():
        path: YamlPath = ("jobs", name)
        yield from _name(environment, path, name)
        yield from _variables(path, job)
        for key, mount in job.mounts.items():
            if mount.store is not None and mount.store not in mounted:
                at = (*path, "mounts", key, "store")
                yield unknown(at, "missing-files", "store of type files", mount.store, mounted)


def _name(environment: Environment, path: YamlPath, name: str) -> Iterator[Problem]:
    """Selectors match names alone, so that whoever shares one is let in and scraped like the other."""
    taken = {alias: service for service, it in environment.services.items() for alias in (service, *it.aliases)}
    taken |= {preparation_name(service): service for service in environment.services}
    taken |= {name: store for store, it in stores_of(environment).items() for name in (store, *it.service_names)}
    if name in taken:
        yield path, "duplicate-name", f"`{name}` is also a name of {taken[name]}", "choose another name"
    if len(name) > LONGEST_NAME:
        what = f"has {len(name)} characters, and the controller appends eleven to them"
        yield path, "job-name-too-long", what, f"use at most {LONGEST_NAME}"


def _variables(path: YamlPath, job: ScheduledJob) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for chapter in ("env", "urls", "secrets"):
        for variable in getattr(job, chapter):
            if variable in seen:
                message = f"`{variable}` is also set in {seen[variable]}"
                yield (*path, chapter, variable), "variable-twice", message, "keep one of the two"
            seen.setdefault(variable, chapter)


def _namespace(environment: Environment, path: YamlPath, job: StartedJob, taken: dict[str, str]) -> Iterator[Problem]:
    if job.namespace not in environment.namespaces:
        yield unknown((*path, "namespace"), "missing-namespace", "namespace", job.namespace, environment.namespaces)
    elif job.namespace == environment.namespace or job.namespace in taken:
        who = f"of {taken[job.namespace]}" if job.namespace in taken else "of the services"
        yield (
            (*path, "namespace"),
            "shared-namespace",
            f"`{job.namespace}` is also that {who}, and a quota counts all Jobs",
            "write a namespace of its own, and declare it in namespaces",
        )


def _calls(environment: Environment, path: YamlPath, job: StartedJob) -> Iterator[Problem]:
    """Services and stores of the cluster are the starting service's business: it hands the work over and takes it back."""
    rented = {name for name, store in stores_of(environment).items() if store.rented}
    for index, callee in enumerate(job.calls):
        if "." not in callee and callee not in rented:
            yield (
                (*path, "calls", index),
                "job-calls-inside",
                f"`{callee}` is neither a host outside nor a rented store",
                f"let {job.started_by} call it",
            )


def _secrets(environment: Environment, path: YamlPath, job: Job) -> Iterator[Problem]:
    entries = environment.secrets.entries if environment.secrets is not None else {}
    for variable, reference in job.secrets.items():
        secret, _, key = reference.partition("/")
        if secret not in entries:
            yield unknown((*path, "secrets", variable), "missing-secret", "secret", secret, entries)
        elif not entries[secret].generated and key not in (
            known := {*entries[secret].keys, *entries[secret].sealed_values}
        ):
            what = f"key in secret {secret} called"
            yield unknown((*path, "secrets", variable), "missing-secret-key", what, key, known)


def _mounts(environment: Environment, path: YamlPath, job: StartedJob) -> Iterator[Problem]:
    """A claim serves its own namespace; only a share that is known by name can be claimed twice."""
    shares = [name for name, store in stores_of(environment).items() if store.is_mounted_anywhere]
    for name, mount in job.mounts.items():
        if mount.store is not None and mount.store not in shares:
            at: YamlPath = (*path, "mounts", name, "store")
            yield unknown(at, "missing-share", "share of a storage account", mount.store, shares)
        yield from _part(path, job, name, mount)


def _part(path: YamlPath, job: StartedJob, name: str, mount: JobMount) -> Iterator[Problem]:
    """What runs somebody else's code must not find there what the last one left, or what the next one works on."""
    at: YamlPath = (*path, "mounts", name)
    if mount.store is not None and mount.sees is None:
        message = f"does not say how much of `{mount.store}` a Job sees, which all of them write to"
        advice = (
            f"write `sees:` a variable that {job.started_by} sets to the Job's own directory, or `sees: everything`"
        )
        yield at, "jobs-share-directory", message, advice
    elif mount.store is None and mount.sees is not None:
        message = "is scratch space, of which every Job has its own"
        yield (*at, "sees"), "part-of-scratch", message, "remove it"
    for chapter in ("env", "secrets"):
        if mount.variable in getattr(job, chapter):
            message = f"`{mount.variable}` has a value in {chapter}, which every Job would have"
            yield (*at, "sees"), "variable-twice", message, "choose another name"


JOB_RULES = (job_rules, started_job_rules, scheduled_job_rules)
