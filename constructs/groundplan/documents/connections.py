"""How many connections each store takes, and how many that leaves to one pod when every pod runs."""

from __future__ import annotations

from groundplan.facts.callers import calling_jobs, calling_services
from groundplan.facts.replicas import most_replicas
from groundplan.model.environment import Environment
from groundplan.stores.registry import stores_of


def connections(environment: Environment) -> list[tuple[str, int, int, int]]:
    """Store, connections it takes, pods that call it at their most, connections each may open."""
    rows = []
    for name, store in stores_of(environment).items():
        taken = store.pages().connections()
        pods = sum(most_replicas(environment, caller) for caller in calling_services(environment, name))
        pods += sum(environment.scheduled_jobs[job].at_once for job in calling_jobs(environment, name))
        if taken is not None and pods:
            rows.append((name, taken, pods, taken // pods))
    return rows
