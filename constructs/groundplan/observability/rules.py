"""Every alert of an environment, by the PrometheusRule it stands in: the one list that manifests and documents share."""

from __future__ import annotations

from collections.abc import Iterable

from groundplan.facts.standby import waits
from groundplan.kubernetes.namespaces import LOGGING
from groundplan.model.environment import Environment
from groundplan.observability.alert import Alert
from groundplan.observability.backup_alerts import backup_alerts
from groundplan.observability.budget_alerts import budget_alerts
from groundplan.observability.host_alerts import host_alerts
from groundplan.observability.job_alerts import job_alerts
from groundplan.observability.logging_alerts import logging_alerts
from groundplan.observability.platform_alerts import namespace_alerts, platform_alerts, promised_alerts
from groundplan.observability.scheduled_job_alerts import scheduled_job_alerts
from groundplan.observability.service_alerts import service_alerts
from groundplan.stores.registry import stores_of

Rules = dict[str, Iterable[Alert]]
"""Name of the PrometheusRule to its alerts."""


def cluster_rules(environment: Environment) -> Rules:
    """What is watched about a cluster and the monitoring stack itself."""
    logging = environment.logging
    kept: Rules = {}
    if logging is not None:
        kept = {
            "logging": logging_alerts(logging, environment.tracing),
            "namespace-logging": namespace_alerts(environment, LOGGING),
        }
    copies = {"cluster-backup": backup_alerts(environment)} if environment.backups is not None else {}
    return {
        **copies,
        "platform": platform_alerts(environment),
        "namespace-monitoring": namespace_alerts(environment, environment.observability.namespace),
        **kept,
    }


def workload_rules(environment: Environment) -> Rules:
    """What is watched about services, stores and their namespace."""
    services = {f"service-{name}": service_alerts(environment, name, it) for name, it in environment.services.items()}
    stores = {f"data-{name}": store.alerts() for name, store in stores_of(environment).items()}
    started = {f"jobs-{name}": job_alerts(name, job) for name, job in environment.started_jobs.items()}
    scheduled = {
        f"jobs-{name}": scheduled_job_alerts(name, job, environment.namespace, waits=waits(environment))
        for name, job in environment.scheduled_jobs.items()
    }
    namespace = namespace_alerts(environment, environment.namespace)
    promised = promised_alerts(environment)
    return {
        **services,
        **started,
        **scheduled,
        **stores,
        "namespace": namespace,
        "hosts": host_alerts(environment),
        "budgets": budget_alerts(environment),
        "promised": promised,
    }


def all_rules(environment: Environment) -> Rules:
    """Every PrometheusRule that the environment brings; none where nobody watches."""
    if not environment.parts.monitoring:
        return {}
    cluster = cluster_rules(environment) if environment.has_cluster else {}
    return cluster | (workload_rules(environment) if environment.has_workloads else {})


def all_alerts(environment: Environment) -> list[Alert]:
    """Every alert that the environment brings."""
    return [alert for alerts in all_rules(environment).values() for alert in alerts]
