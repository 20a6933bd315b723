"""Who calls whom: the one derivation that both sides of every network policy, pages and pipelines share."""

from __future__ import annotations

from groundplan.model.environment import Environment


def preparation_name(service: str) -> str:
    """Name of the Job that prepares a version of a service, and the `app` label of its pods, which no Service leads to."""
    return f"{service}-prepare"


def calling_services(environment: Environment, callee: str) -> list[str]:
    """Services that name `callee` in their `calls`, in the order they are written."""
    return [name for name, service in environment.services.items() if callee in service.calls]


def calling_pods(environment: Environment, callee: str) -> list[str]:
    """`app` labels of the pods that call `callee`: those of the services, and those that prepare their versions."""
    found = []
    for name in calling_services(environment, callee):
        found.append(name)
        if environment.services[name].prepare:
            found.append(preparation_name(name))
    return found
