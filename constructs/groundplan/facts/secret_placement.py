"""Which Secret is needed in which namespace: nobody is given what only somebody else reads."""

from __future__ import annotations

from groundplan.facts.reports import REPORT_KEY, REPORT_SECRET, reports_anything
from groundplan.kubernetes.namespaces import ARGO_ROLLOUTS
from groundplan.model.environment import Environment
from groundplan.model.rollouts import NOTIFICATION_SECRET
from groundplan.model.secrets import SecretSource
from groundplan.stores.registry import stores_of


def secret_placement(environment: Environment) -> dict[str, dict[str, SecretSource]]:
    """Namespace to the entries rendered there.

    Secrets of alert receivers and dashboards go to the monitoring namespace of the environment that has the cluster, those of
    Jobs that services start to the Jobs' namespace; every other entry goes to the namespace of the services. A Secret that is needed in two is
    rendered in both. The controller of progressive releases gets one Secret with the addresses of the
    receivers it tells, and Argo CD one with the key of the GitHub App it reports as.
    """
    if environment.secrets is None:
        return {}
    entries = environment.secrets.entries
    received = environment.observability.secrets
    reported = {reports.secret.partition("/")[0]} if (reports := environment.delivery.reports) is not None else set()
    elsewhere = received.union(reported, *(job.secret_names for job in environment.started_jobs.values()))
    placement: dict[str, dict[str, SecretSource]] = {}
    if environment.has_workloads:
        placement[environment.namespace] = {
            name: source
            for name, source in entries.items()
            if name not in elsewhere or name in _needed_by_workloads(environment)
        }
        for job in environment.started_jobs.values():
            placement[job.namespace] = {name: entries[name] for name in sorted(job.secret_names & set(entries))}
    if environment.has_cluster and environment.parts.monitoring:
        monitoring = placement.setdefault(environment.observability.namespace, {})
        monitoring.update({name: source for name, source in entries.items() if name in received})
    if environment.has_cluster:
        placement[ARGO_ROLLOUTS] = _notification_secret(environment)
        placement[environment.delivery.namespace] = _report_secret(environment)
    return {namespace: chosen for namespace, chosen in placement.items() if chosen}


def store_namespaces(environment: Environment) -> list[str]:
    """Namespaces whose SecretStore reads the vault: the only ones that anybody reads it for."""
    return [
        namespace
        for namespace, entries in secret_placement(environment).items()
        if any(source.keys for source in entries.values())
    ]


def _notification_secret(environment: Environment) -> dict[str, SecretSource]:
    """The addresses of `rollouts.notify` drawn once more, under the receivers' names; none where nothing is rolled out."""
    users = [environment, *environment.tenants]
    progressive = any(service.is_progressive for user in users for service in user.services.values())
    receivers = environment.observability.receivers
    keys = {}
    for name in environment.rollouts.notify if progressive else ():
        secret, _, key = receivers[name].secret.partition("/")
        source = environment.secrets.entries.get(secret) if environment.secrets is not None else None
        if source is not None and key in source.keys:
            keys[name] = source.keys[key]
    return {NOTIFICATION_SECRET: SecretSource(keys=keys)} if keys else {}


def _report_secret(environment: Environment) -> dict[str, SecretSource]:
    """The private key of the GitHub App, under the names that Argo CD looks for; none where nothing is reported."""
    reports = environment.delivery.reports
    if reports is None or not reports_anything(environment) or environment.secrets is None:
        return {}
    secret, _, key = reports.secret.partition("/")
    source = environment.secrets.entries.get(secret)
    if source is None or key not in source.keys:
        return {}
    return {REPORT_SECRET: SecretSource(keys={REPORT_KEY: source.keys[key]})}


def _needed_by_workloads(environment: Environment) -> set[str]:
    needed = {store.credentials for store in stores_of(environment).values()}
    for service in environment.services.values():
        needed |= set(service.secret_names)
    for job in environment.scheduled_jobs.values():
        needed |= job.secret_names
    return {name for name in needed if name is not None}
