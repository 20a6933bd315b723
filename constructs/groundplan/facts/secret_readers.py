"""Who reads which secret: what a leak concerns, and where a Secret is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from groundplan.facts.callers import preparation_name
from groundplan.facts.job_places import job_namespace
from groundplan.kubernetes.namespaces import ARGO_ROLLOUTS
from groundplan.model.environment import Environment
from groundplan.stores.registry import stores_of


@dataclass(frozen=True, slots=True)
class SecretReader:
    """A workload that reads a secret."""

    secret: str
    """Entry of the secrets chapter."""

    workload: str
    """Name of the workload, as people see it in the cluster."""

    namespace: str
    """Where its pods run."""


def secret_readers(environment: Environment) -> tuple[SecretReader, ...]:
    """Every reader of every secret, each once: services and their preparation, Jobs, stores, ingress and monitoring."""
    return tuple(dict.fromkeys(_all(environment)))


def readers_of(environment: Environment, secret: str) -> list[str]:
    """Workloads that read `secret`, in the order of the chapters they stand in."""
    return [reader.workload for reader in secret_readers(environment) if reader.secret == secret]


def _all(environment: Environment) -> Iterator[SecretReader]:
    for name, service in environment.services.items():
        for secret in service.secret_names:
            yield SecretReader(secret, name, environment.namespace)
            if service.prepare:
                yield SecretReader(secret, preparation_name(name), environment.namespace)
    for name, job in environment.jobs.items():
        namespace = job_namespace(environment, job)
        for secret in sorted(job.secret_names):
            yield SecretReader(secret, name, namespace)
    for store in stores_of(environment).values():
        for secret, workloads in store.secret_readers().items():
            for workload in workloads:
                yield SecretReader(secret, workload, environment.namespace)
    if environment.ingress is not None and environment.ingress.certificate is not None:
        yield SecretReader(environment.ingress.certificate, "ingress controller", environment.namespace)
    yield from _of_the_cluster(environment)


def _of_the_cluster(environment: Environment) -> Iterator[SecretReader]:
    own, reports = environment.observability, environment.delivery.reports
    if reports is not None:
        yield SecretReader(reports.secret.partition("/")[0], "argo-cd", environment.delivery.namespace)
    if own.grafana_admin is not None:
        yield SecretReader(own.grafana_admin, "grafana", own.namespace)
    for name, receiver in own.receivers.items():
        secret = receiver.secret.partition("/")[0]
        yield SecretReader(secret, "alertmanager", own.namespace)
        if name in environment.rollouts.notify and any(
            service.is_progressive for service in environment.services.values()
        ):
            yield SecretReader(secret, "argo-rollouts", ARGO_ROLLOUTS)
