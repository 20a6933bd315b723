"""Who calls whom: the one derivation that both sides of every network policy, pages and pipelines share."""

from __future__ import annotations

from groundplan.facts.once import once_per_environment
from groundplan.model.environment import Environment
from groundplan.model.services import Service
from groundplan.stores.registry import stores_of


def preparation_name(service: str) -> str:
    """Name of the Job that prepares a version of a service, and the `app` label of its pods, which no Service leads to."""
    return f"{service}-prepare"


def calling_services(environment: Environment, callee: str) -> list[str]:
    """Services that name `callee` in their `calls`, in the order they are written."""
    return list(_callers(environment).get(callee, ()))


@once_per_environment
def _callers(environment: Environment) -> dict[str, list[str]]:
    callers: dict[str, list[str]] = {}
    for name, service in environment.services.items():
        for callee in dict.fromkeys(service.calls):
            callers.setdefault(callee, []).append(name)
    return callers


def calling_pods(environment: Environment, callee: str) -> list[str]:
    """`app` labels of the pods that call `callee`: those of the services, those that prepare their versions,
    those of jobs on a schedule, and those of stores."""
    found = []
    for name in calling_services(environment, callee):
        found.append(name)
        if environment.services[name].prepare:
            found.append(preparation_name(name))
    return [*found, *calling_jobs(environment, callee), *calling_stores(environment, callee)]


def calling_stores(environment: Environment, callee: str) -> list[str]:
    """Pods of stores that call `callee`, by their `app` label."""
    of_stores = (store.calls().items() for store in stores_of(environment).values())
    return [workload for calls in of_stores for workload, callees in calls if callee in callees]


def calling_jobs(environment: Environment, callee: str) -> list[str]:
    """Jobs on a schedule that name `callee` in their `calls`, in the order they are written."""
    return [name for name, job in environment.scheduled_jobs.items() if callee in job.calls]


def service_called(environment: Environment, name: str) -> Service | None:
    """The service that answers to `name`, its own or one of its aliases; none where nobody does."""
    return _answering(environment).get(name)


@once_per_environment
def _answering(environment: Environment) -> dict[str, Service]:
    """Services by every name; a name that two have leads to the one that is written first."""
    found: dict[str, Service] = {}
    for name, service in environment.services.items():
        for alias in (name, *service.aliases):
            found.setdefault(alias, service)
    return found
